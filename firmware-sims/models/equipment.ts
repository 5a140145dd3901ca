// What stands in classrooms and offices beside the network: what every model of it is told, and which kinds there are.
import type { Clock } from "../../contract/clock.ts";

export interface EquipmentOptions {
  name?: string;
  location?: string;
  /** Locally administered. */
  mac?: string;
  clock?: Pick<Clock, "nowMs">;
  seed?: number;
}

export interface EquipmentKind {
  /** Part of an id. */
  short: string;
  zh: string;
  en: string;
  /** `on_demand`: off is not broken. */
  expectedOn: "always" | "on_demand";
}

/** By the word that inventories use. */
export const EQUIPMENT = {
  projector: { short: "prj", zh: "投影机", en: "Projector", expectedOn: "on_demand" },
  printer: { short: "prn", zh: "打印机", en: "Printer", expectedOn: "on_demand" },
  pc: { short: "pc", zh: "教学电脑", en: "Computer", expectedOn: "on_demand" },
  ups: { short: "ups", zh: "不间断电源", en: "UPS", expectedOn: "always" },
} as const satisfies Record<string, EquipmentKind>;

export type Equipment = keyof typeof EQUIPMENT;

// The keys of our own constant.
export const EQUIPMENT_KINDS = Object.keys(EQUIPMENT) as Equipment[];
