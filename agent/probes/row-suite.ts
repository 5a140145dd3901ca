// Devices made of rows for tests: what vendors' MIB modules describe and no recording shows.
import { pino } from "pino";
import { afterAll, beforeAll } from "vitest";
import type { Values } from "../../contract/metrics.ts";
import { startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../../firmware-sims/snmp/snmprec.ts";
import { loadProfiles } from "../profiles/load.ts";
import { createSnmpEngine } from "../snmp/engine.ts";
import type { ProbeResult } from "./probe.ts";
import { createProbes } from "./table.ts";

export interface RowProbe {
  /** Asks a device with these variables, each "OID|type|value" as in recordings. */
  probe(rows: readonly string[], id?: string): Promise<ProbeResult>;
  close(): Promise<void>;
}

/** The same for the tests of a file, opened before them and closed after them: one device, and its metrics by name. */
export function rowDevice(id: string) {
  let devices: RowProbe;
  beforeAll(async () => {
    devices = await openRowProbe();
  });
  afterAll(() => devices.close());
  return {
    probe: (rows: readonly string[]) => devices.probe(rows, id),
    value: (result: ProbeResult, metric: keyof Values, instance?: string) => metricOf(result, id, metric, instance),
  };
}

export async function openRowProbe(): Promise<RowProbe> {
  const engine = createSnmpEngine({ tickMs: 5 });
  const { snmp: ask } = createProbes({ engine, profiles: await loadProfiles() });
  return {
    async probe(rows, id = "ac") {
      const mib = createStaticMib(readSnmprec(rows.join("\n")).rows);
      const device = await startSnmpDevice({ mib, community: "public" });
      try {
        const address = { kind: "snmp", host: device.host, port: device.port, community: "public" } as const;
        const target = { id, address, segment: "main", timeoutMs: 2_000, retries: 1 };
        const log = pino({ level: "silent" });
        return await ask(target, { signal: AbortSignal.timeout(15_000), log, nowMs: () => 1 });
      } finally {
        await device.close();
      }
    },
    close: () => engine.close(),
  };
}

/** sysDescr and sysObjectID. */
export function identity(sysObjectId: string, sysDescr: string): string[] {
  return [`1.3.6.1.2.1.1.1.0|4|${sysDescr}`, `1.3.6.1.2.1.1.2.0|6|${sysObjectId}`];
}

/** A text in an index: its length, then its bytes. */
export function text(value: string): string {
  return [value.length, ...Buffer.from(value)].join(".");
}

export function mac(value: string): string {
  return value
    .split(":")
    .map((byte) => Number.parseInt(byte, 16))
    .join(".");
}

export function valuesOf({ readings }: ProbeResult, device: string, instance?: string): Values | undefined {
  return readings.find((reading) => reading.device === device && reading.instance === instance)?.values;
}

/** One metric of the device as a whole, or of the named part of it. */
export function metricOf(
  { readings }: ProbeResult,
  device: string,
  metric: keyof Values,
  instance?: string,
): number | undefined {
  return readings
    .filter((reading) => reading.device === device && reading.instance === instance)
    .map(({ values }) => values[metric])
    .find((found) => found !== undefined);
}

export function textsOf({ facts }: ProbeResult, device: string) {
  return facts.find((fact) => fact.device === device)?.texts;
}
