// What results are computed from. Small, so that tests give it real little inventories, and the collector its own parts.
import type { ResultInputs } from "../../contract/scorecard.ts";
import type { DeclaredEntry } from "../declared/entry.ts";
import { DAY_MS, dayOf, dayStartMs } from "../inventory/day.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Pool } from "../score/group/figure.ts";
import type { SchoolResult } from "../score/school/result.ts";

/** The inventory that is valid on a day. */
export interface InventoryOn {
  inventory: Inventory;
  /** Which version it is; absent: no versions are kept. */
  version?: string;
  /** The day on which it was recorded; absent: not known, and no later than the day it is valid on. */
  recordedOn?: string;
}

export interface SchoolNow {
  result: SchoolResult;
  /** Whether it is attested as a smart campus; absent: nobody has entered it. */
  attested?: boolean;
}

/** Everything of one school at a moment, and what it was made from. */
export interface SchoolMaterial extends SchoolNow {
  inputs: ResultInputs;
}

export interface ResultSources {
  /** @throws CampusError (retryable) while not everything that is stored has been read back */
  mustKnow(): void;
  /** @throws as `mustKnow`; StoreError */
  now(inventory: Inventory, schoolId: string): Promise<SchoolNow>;
  /** `undefined`: no inventory was valid then. @param day `2026-10-31` */
  inventoryOn(day: string): Promise<InventoryOn | undefined>;
  /**
   * @param asOfMs the end of a day, see `endOfDayMs`
   * @throws CampusError `EVIDENCE_GONE` when the evidence of its window is not kept any more
   */
  school(on: InventoryOn, schoolId: string, asOfMs: number): Promise<SchoolMaterial>;
  pool: Pool;
  /** Declared entries of a scope that hold on a day. */
  declaredOn(scope: string, day: string): readonly DeclaredEntry[];
}

/** The last moment of a day: all its slots have ended but one that would end at midnight. @throws RangeError for what is no day */
export function endOfDayMs(day: string): number {
  return dayStartMs(dayNumber(day)) + DAY_MS - 1;
}

/** @throws RangeError for what is no day */
export function dayNumber(text: string): number {
  const day = dayOf(text);
  if (day === undefined) throw new RangeError(`"${text}" is not a day, expected one such as 2026-10-31`);
  return day;
}
