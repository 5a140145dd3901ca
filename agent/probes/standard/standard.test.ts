import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { createSwitch } from "../../../firmware-sims/models/switch.ts";
import { startSnmpDevice } from "../../../firmware-sims/snmp/device.ts";
import { loadProfiles } from "../../profiles/load.ts";
import { createSnmpEngine } from "../../snmp/engine.ts";
import { SnmpFindings } from "../snmp-findings.ts";
import { createProbes } from "../table.ts";
import { readBridge } from "./bridge.ts";
import { readCdp } from "./cdp.ts";
import { readInterfaces } from "./interfaces.ts";
import { readIpNeighbours } from "./ip-neighbours.ts";
import { readLldp } from "./lldp.ts";
import { readOwnAddresses } from "./own-addresses.ts";
import { readTplinkLldp } from "./tplink-lldp.ts";

const MINUTE = 60_000;
const READERS = [readLldp, readCdp, readTplinkLldp, readBridge, readIpNeighbours, readOwnAddresses];

describe("standard tables that say who is where", () => {
  it("are read by the profile of a switch at first and then rarely, each in its own time", async () => {
    const device = await startSnmpDevice({
      mib: createSwitch({ learned: { 1: ["50:6f:77:00:00:01"] } }).mib,
      community: "public",
    });
    const engine = createSnmpEngine({ tickMs: 5 });
    const probe = createProbes({ engine, profiles: await loadProfiles() }).snmp;
    const { host, port } = device;
    const address = { kind: "snmp", host, port, community: "public" } as const;
    const target = { id: "sw", address, segment: "main", timeoutMs: 2_000, retries: 1 };
    const memory = {};
    const run = async (minute: number) => {
      const signal = AbortSignal.timeout(15_000);
      const nowMs = () => 1_790_000_000_000 + minute * MINUTE;
      const { readings, sightings } = await probe(target, { signal, log: pino({ level: "silent" }), nowMs, memory });
      const isCounted = readings.some(({ values }) => values.if_learned_macs !== undefined);
      return { sees: Object.keys(sightings ?? {}).sort(), isCounted };
    };
    try {
      const all = ["behind", "chassis", "isAccessPoint", "isBridge", "neighbours", "own"];
      expect(await run(0)).toEqual({ sees: all, isCounted: true });
      expect(await run(1)).toEqual({ sees: [], isCounted: false });
      const lldp = ["chassis", "isAccessPoint", "isBridge", "neighbours", "own"];
      expect(await run(5)).toEqual({ sees: lldp, isCounted: false });
      expect(await run(10)).toEqual({ sees: all, isCounted: true });
    } finally {
      await engine.close();
      await device.close();
    }
  });

  it("may hold anything: what cannot be read is left out, and nothing impossible is said", async () => {
    const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
    const octets = fc.array(byte, { maxLength: 24 }).map((bytes) => bytes.join(""));
    // Mostly arcs below 128, as they stand in an index; now and then bytes that are no arcs.
    const arcs = fc
      .array(fc.integer({ min: 0, max: 127 }), { maxLength: 26 })
      .map((all) => String.fromCharCode(...all));
    const cell = fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 7), fc.integer(), octets, fc.constant(undefined));
    const table = fc.uniqueArray(fc.oneof(arcs, octets), { maxLength: 6 }).chain((rowKeys) =>
      fc.record({
        rowKeys: fc.constant(rowKeys),
        columns: fc.array(fc.array(cell, { maxLength: rowKeys.length }), { minLength: 7, maxLength: 7 }),
        refused: fc.constant(0),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(table, { minLength: 1, maxLength: 6 }), async (tables) => {
        const findings = new SnmpFindings("sw", () => {});
        let asked = 0;
        const walk = async () => tables[asked++ % tables.length] ?? { rowKeys: [], columns: [], refused: 0 };
        const interfaces = async () => readInterfaces(await walk());
        for (const read of READERS) await read({ walk, interfaces }, findings);
        for (const mac of findings.sightings?.own?.keys() ?? []) expect(mac).toBeLessThan(2 ** 48);
        for (const { port } of findings.sightings?.neighbours ?? []) expect(port).not.toBe("");
        for (const { values } of findings.finish(1, undefined).readings) {
          expect(Object.values(values).every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
