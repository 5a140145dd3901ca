// Recorded devices: where they stand, and one run of the agent against each. They stand beside the project and are not part
// of it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { startSnmpDevice } from "../../../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../../../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../../../firmware-sims/snmp/snmprec.ts";
import { loadProfiles } from "../../profiles/load.ts";
import type { Profiles } from "../../profiles/profile.ts";
import { createSnmpEngine } from "../../snmp/engine.ts";
import type { ProbeResult } from "../probe.ts";
import { createProbes } from "../table.ts";
import { compare, type Pair } from "./compare.ts";
import { weSay } from "./ours.ts";
import { peerSays } from "./peer.ts";

export const FOLDER = fileURLToPath(new URL("../../../../shared/devices/librenms/", import.meta.url));

/** Why there is nothing to compare, or `undefined`. */
export const missing = existsSync(FOLDER) ? undefined : "recordings not present (../shared/devices/librenms)";

/** Names of all recordings, sorted. */
export function recordingNames(): string[] {
  const files = missing === undefined ? readdirSync(FOLDER) : [];
  return files
    .filter((file) => file.endsWith(".snmprec"))
    .map((file) => file.slice(0, -".snmprec".length))
    .sort();
}

/** One recorded object as text; `undefined` when the recording has none such. */
export function recorded(name: string, oid: string): string | undefined {
  const line = readFileSync(`${FOLDER}${name}.snmprec`, "utf8")
    .split(/\r?\n/)
    .find((candidate) => candidate.startsWith(`${oid}|`));
  const [, tag = "", ...value] = line?.split("|") ?? [];
  if (line === undefined) return undefined;
  return tag.endsWith("x") ? Buffer.from(value.join("|"), "hex").toString("utf8") : value.join("|");
}

/** OIDs of all recorded objects. */
export function recordedOids(name: string): Set<string> {
  const lines = readFileSync(`${FOLDER}${name}.snmprec`, "utf8").split(/\r?\n/);
  return new Set(lines.map((line) => line.slice(0, line.indexOf("|"))));
}

/** What the device says it is. */
export function identityOf(name: string): { sysObjectId: string; sysDescr: string } {
  const [sysDescr = "", sysObjectId = ""] = ["1", "2"].map((n) => recorded(name, `1.3.6.1.2.1.1.${n}.0`));
  return { sysObjectId, sysDescr };
}

/** Asks recorded devices, each once however often it is wanted. */
export interface Recordings {
  profiles: Profiles;
  probe(name: string): Promise<ProbeResult>;
  /** The peer's values beside ours; nothing to compare where LibreNMS has no expected file. */
  compare(name: string): Promise<Pair[]>;
  close(): void;
}

export async function openRecordings(): Promise<Recordings> {
  const engine = createSnmpEngine({ tickMs: 5 });
  const profiles = await loadProfiles();
  const ask = createProbes({ engine, profiles }).snmp;
  const results = new Map<string, Promise<ProbeResult>>();

  const probe = (name: string): Promise<ProbeResult> => {
    const result = results.get(name) ?? probeOnce(name);
    results.set(name, result);
    return result;
  };
  const probeOnce = async (name: string): Promise<ProbeResult> => {
    const { rows } = readSnmprec(readFileSync(`${FOLDER}${name}.snmprec`, "utf8"));
    // Some values are 12 kB long: the agents that gave them answer in fragments.
    const options = { mib: createStaticMib(rows), community: "public", maxMessageBytes: 65_507 };
    const device = await startSnmpDevice(options);
    try {
      const address = { kind: "snmp", host: device.host, port: device.port, community: "public" } as const;
      const target = { id: name, address, segment: "main", timeoutMs: 2_000, retries: 1 };
      const log = pino({ level: "silent" });
      return await ask(target, { signal: AbortSignal.timeout(30_000), log, nowMs: () => 1 });
    } finally {
      await device.close();
    }
  };
  return {
    profiles,
    probe,
    async compare(name) {
      const result = await probe(name);
      const file = `${FOLDER}${name}.json`;
      if (!existsSync(file)) return [];
      const peer = JSON.parse(readFileSync(file, "utf8")) as Parameters<typeof peerSays>[0]; // LibreNMS's own shape, described in SOURCE.md
      const oids = recordedOids(name);
      return compare(
        peerSays(peer, (oid) => oids.has(oid)),
        weSay(name, result),
      );
    },
    close: () => engine.close(),
  };
}
