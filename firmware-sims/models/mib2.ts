// What every managed device answers: the system group of SNMPv2-MIB, and as many do, processors and memory.
import type { MibRow } from "../snmp/mib.ts";
import { integer, oidValue, text, timeTicks } from "../snmp/value.ts";
import { scalars, tableRow } from "./rows.ts";

export interface SystemState {
  name: string;
  description: string;
  objectId: string;
  location: string;
  contact: string;
  /** When it was switched on. */
  bootedAtMs: number;
}

/** SNMPv2-MIB::system, read from `state` at each request. */
export function systemRows(state: Readonly<SystemState>, nowMs: () => number): MibRow[] {
  return scalars("1.3.6.1.2.1.1", {
    1: () => text(state.description),
    2: () => oidValue(state.objectId),
    3: () => timeTicks(nowMs() - state.bootedAtMs),
    4: () => text(state.contact),
    5: () => text(state.name),
    6: () => text(state.location),
    7: integer(78),
  });
}

/** HOST-RESOURCES-MIB::hrProcessorLoad in percent, one row a processor, numbered as net-snmp numbers them. */
export function processorRows(percents: readonly (() => number)[]): MibRow[] {
  return percents.flatMap((percent, i) =>
    tableRow("1.3.6.1.2.1.25.3.3.1", [196_608 + i], { 2: () => integer(Math.round(percent())) }),
  );
}

/** UCD-SNMP-MIB::memory in kilobytes: total, free, buffers, cached. */
export function ucdMemoryRows(totalKb: number, usedPercent: () => number): MibRow[] {
  const freeKb = () => Math.round(totalKb * (1 - usedPercent() / 100) * 0.6);
  const cachedKb = () => Math.round(totalKb * (1 - usedPercent() / 100) * 0.4);
  return scalars("1.3.6.1.4.1.2021.4", {
    5: integer(totalKb),
    6: () => integer(freeKb()),
    11: () => integer(freeKb()),
    14: integer(0),
    15: () => integer(cachedKb()),
  });
}
