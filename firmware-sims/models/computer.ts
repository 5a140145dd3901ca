// A classroom computer: MIB-II and HOST-RESOURCES-MIB (RFC 2790) as Net-SNMP on Linux answers.
import { systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib } from "../snmp/mib.ts";
import { timeTicks } from "../snmp/value.ts";
import { between } from "./chance.ts";
import type { EquipmentOptions } from "./equipment.ts";
import { createInterfaces } from "./interfaces.ts";
import { peopleOnlineRatio } from "./lesson-rhythm.ts";
import { processorRows, systemRows, ucdMemoryRows } from "./mib2.ts";
import { scalars } from "./rows.ts";

const HOUR_MS = 3_600_000;

export function createComputer(options: EquipmentOptions = {}): { readonly mib: Mib } {
  const { name = "pc", location = "", mac = "02:e5:00:00:00:01", clock = systemClock, seed = 1 } = options;
  const nowMs = () => clock.nowMs();
  const system = {
    name,
    description: `Linux ${name} 6.1.0-37-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 x86_64`,
    objectId: "1.3.6.1.4.1.8072.3.2.10",
    location,
    contact: "",
    bootedAtMs: nowMs() - Math.floor(between(0.2, 2, seed, name, "uptime") * HOUR_MS),
  };
  const port = { name: "eth0", description: "eth0", mac, speedMbps: 1_000, adminUp: true, up: true };
  const cpuPercent = () => 4 + 40 * peopleOnlineRatio(nowMs(), seed, name);
  return {
    mib: createStaticMib([
      ...systemRows(system, nowMs),
      ...createInterfaces([{ ...port, inBytesPerSecond: 30_000, outBytesPerSecond: 6_000 }], system.bootedAtMs, nowMs)
        .rows,
      ...scalars("1.3.6.1.2.1.25.1", { 1: () => timeTicks(nowMs() - system.bootedAtMs) }),
      ...processorRows(Array.from({ length: 4 }, () => cpuPercent)),
      ...ucdMemoryRows(8_000_000, () => 41),
    ]),
  };
}
