// A UPS with a network card: MIB-II and UPS-MIB (RFC 1628).
import { systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib } from "../snmp/mib.ts";
import { gauge32, integer, text } from "../snmp/value.ts";
import { between } from "./chance.ts";
import type { EquipmentOptions } from "./equipment.ts";
import { createInterfaces } from "./interfaces.ts";
import { peopleOnlineRatio } from "./lesson-rhythm.ts";
import { systemRows } from "./mib2.ts";
import { scalars, tableRow } from "./rows.ts";

export interface UpsState {
  /** The mains have failed: it feeds from its battery. */
  onBattery?: boolean;
}

export interface SimulatedUps {
  readonly mib: Mib;
  set(patch: UpsState): void;
}

const U = "1.3.6.1.2.1.33.1";
const DAY_MS = 86_400_000;
const FULL_MINUTES = 48;

export function createUps(options: EquipmentOptions = {}): SimulatedUps {
  const { name = "ups", location = "", mac = "02:e4:00:00:00:01", clock = systemClock, seed = 1 } = options;
  const nowMs = () => clock.nowMs();
  const system = {
    name,
    description: "UPS SNMP Card",
    objectId: "1.3.6.1.2.1.33",
    location,
    contact: "",
    bootedAtMs: nowMs() - Math.floor(between(20, 200, seed, name, "uptime") * DAY_MS),
  };
  const port = { name: "eth0", description: "eth0", mac, speedMbps: 100, adminUp: true, up: true };
  /** Since when it feeds from its battery. */
  let onBatterySinceMs: number | undefined;
  const minutesOnBattery = () => (onBatterySinceMs === undefined ? 0 : (nowMs() - onBatterySinceMs) / 60_000);
  const minutesLeft = () => Math.max(0, FULL_MINUTES - minutesOnBattery());
  const loadPercent = () => Math.round(22 + 14 * peopleOnlineRatio(nowMs(), seed, name));
  const volts = () => (onBatterySinceMs === undefined ? 231 : 0);
  return {
    mib: createStaticMib([
      ...systemRows(system, nowMs),
      ...createInterfaces([{ ...port, inBytesPerSecond: 40, outBytesPerSecond: 30 }], system.bootedAtMs, nowMs).rows,
      ...scalars(U, {
        1.1: text("Example"),
        1.2: text("Online 2000"),
        1.3: text("V2.7"),
        // batteryNormal(2), batteryLow(3).
        2.1: () => integer(minutesLeft() < 5 ? 3 : 2),
        2.2: () => integer(minutesOnBattery() * 60),
        2.3: () => integer(minutesLeft()),
        2.4: () => integer((100 * minutesLeft()) / FULL_MINUTES),
        3.2: integer(1),
        // normal(3), battery(5).
        4.1: () => integer(onBatterySinceMs === undefined ? 3 : 5),
        4.2: integer(500),
        4.3: integer(1),
        6.1: () => gauge32(onBatterySinceMs === undefined ? 0 : 1),
      }),
      ...tableRow(`${U}.3.3.1`, [1], { 2: integer(500), 3: () => integer(volts()) }),
      ...tableRow(`${U}.4.4.1`, [1], { 2: integer(230), 5: () => integer(loadPercent()) }),
    ]),
    set: ({ onBattery }) => {
      if (onBattery === undefined) return;
      onBatterySinceMs = onBattery ? (onBatterySinceMs ?? nowMs()) : undefined;
    },
  };
}
