// Runs one standard reader against a simulated device, and says what came of it.

import type { Reading } from "../../../contract/reading.ts";
import { startSnmpDevice } from "../../../firmware-sims/snmp/device.ts";
import { createStaticMib, type Mib, type MibRow } from "../../../firmware-sims/snmp/mib.ts";
import { createSnmpEngine } from "../../snmp/engine.ts";
import type { Oid } from "../../snmp/oid.ts";
import type { Sightings } from "../../topology/sightings.ts";
import { SnmpFindings } from "../snmp-findings.ts";
import { INTERFACE_COLUMNS, readInterfaces } from "./interfaces.ts";
import type { StandardReader } from "./standard.ts";

export interface Read {
  readings: Reading[];
  /** Of the device as a whole, or of the named interface. */
  value(metric: string, instance?: string): number | undefined;
  sightings: Sightings | undefined;
  problems: string[];
}

/** What a device with these tables says to a reader; several readers are one run. */
export async function readFrom(tables: Mib | readonly MibRow[], ...readers: StandardReader[]): Promise<Read> {
  const mib = "get" in tables ? tables : createStaticMib(tables);
  const device = await startSnmpDevice({ mib, community: "public" });
  const engine = createSnmpEngine({ tickMs: 5 });
  try {
    const { host, port } = device;
    const peer = { host, port, community: "public", timeoutMs: 2_000, retries: 1 };
    const problems: string[] = [];
    const findings = new SnmpFindings("sw", (problem) => problems.push(problem));
    const walk = (columns: readonly Oid[]) => engine.walkColumns(peer, columns, AbortSignal.timeout(15_000));
    const interfaces = async () => readInterfaces(await walk(INTERFACE_COLUMNS));
    for (const read of readers) await read({ walk, interfaces }, findings);
    const { readings } = findings.finish(1, undefined);
    const value = (metric: string, instance?: string) =>
      readings
        .filter((reading) => reading.instance === instance)
        .flatMap(({ values }) => Object.entries(values))
        .find(([name]) => name === metric)?.[1];
    return { readings, value, sightings: findings.sightings, problems };
  } finally {
    await engine.close();
    await device.close();
  }
}
