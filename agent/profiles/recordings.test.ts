// Every folder of recordings/ is one device: device.snmprec is what it answers, expected.ndjson what the agent says of it, as
// `campanile-agent probe --json` printed it. docs/adding-a-vendor.md tells how such a folder is made.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../../firmware-sims/snmp/snmprec.ts";
import type { Probe } from "../probes/probe.ts";
import { createProbes } from "../probes/table.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import { loadProfiles } from "./load.ts";

const RECORDINGS = fileURLToPath(new URL("./recordings/", import.meta.url));

/** A line of expected.ndjson, without the time at which it was printed. */
interface Line {
  kind: "reading" | "fact";
  measurement?: string;
  device: string;
  instance?: string;
  values?: Record<string, number>;
  texts?: Record<string, string>;
}

let engine: SnmpEngine;
let ask: Probe;

beforeAll(async () => {
  engine = createSnmpEngine({ tickMs: 5 });
  ask = createProbes({ engine, profiles: await loadProfiles() }).snmp;
});
afterAll(() => engine.close());

describe("recorded devices", () => {
  it.each(readdirSync(RECORDINGS))("the agent says of %s what is expected", async (name) => {
    const expected = linesOf(readFileSync(`${RECORDINGS}${name}/expected.ndjson`, "utf8"));
    // The reading of how the probe ended is always there, and carries the name by which the device was asked.
    const run = expected.find(({ measurement }) => measurement === "probe");
    expect(run?.values?.probe_ok).toBe(1);
    const said = await says(name, String(run?.device));
    expect(said).toEqual(expected.filter((line) => line !== run).sort(byKey));
  });

  it.each(readdirSync(RECORDINGS))("%s says where it comes from and every line of it can be read", (name) => {
    const text = recordingOf(name);
    expect(text).toMatch(/^# \S+/);
    expect(readSnmprec(text).skipped).toEqual([]);
  });
});

async function says(name: string, id: string): Promise<Line[]> {
  const device = await startSnmpDevice({
    mib: createStaticMib(readSnmprec(recordingOf(name)).rows),
    community: "public",
  });
  try {
    const address = { kind: "snmp", host: device.host, port: device.port, community: "public" } as const;
    const target = { id, address, segment: "main", timeoutMs: 2_000, retries: 1 };
    const signal = AbortSignal.timeout(15_000);
    const { readings, facts } = await ask(target, { signal, log: pino({ level: "silent" }), nowMs: () => 0 });
    const lines = [
      ...readings.map(({ atMs: _, ...reading }): Line => ({ kind: "reading", ...reading })),
      ...facts.map(({ atMs: _, ...fact }): Line => ({ kind: "fact", ...fact })),
    ];
    // As it would be printed: what is not known is not there.
    return linesOf(lines.map((line) => JSON.stringify(line)).join("\n")).sort(byKey);
  } finally {
    await device.close();
  }
}

function recordingOf(name: string): string {
  return readFileSync(`${RECORDINGS}${name}/device.snmprec`, "utf8");
}

function linesOf(text: string): Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const { at: _, ...rest }: Line & { at?: string } = JSON.parse(line);
      return rest;
    });
}

function byKey(a: Line, b: Line): number {
  const key = ({ kind, measurement, device, instance }: Line) => [kind, device, measurement, instance].join("\n");
  return key(a) < key(b) ? -1 : 1;
}
