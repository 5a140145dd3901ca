// The explicit table of ways of asking: one probe per kind of target address.
import type { ProbeTable } from "./probe.ts";
import { createSnmpProbe, type SnmpProbeOptions } from "./snmp.ts";

export type ProbesOptions = SnmpProbeOptions;

export function createProbes(options: ProbesOptions): ProbeTable {
  return { snmp: createSnmpProbe(options) };
}
