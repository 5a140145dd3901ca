// What every model of a managed device must do, and ways of reading a Mib in tests.
import { afterEach, describe, expect, it } from "vitest";
import { type SnmpDevice, startSnmpDevice } from "../snmp/device.ts";
import type { Mib, Variable } from "../snmp/mib.ts";
import { ask, inWords, toolsMissing } from "../snmp/net-snmp-tools.ts";
import { compareOids, parseOid, startsWith } from "../snmp/oid.ts";
import type { Value } from "../snmp/value.ts";

/** A clock that stands still until it is moved. */
export interface HandClock {
  nowMs(): number;
  atMs: number;
}

/** A Monday lesson: 2026-09-07, 09:20 in Asia/Shanghai. */
export const LESSON_MS = Date.parse("2026-09-07T09:20:00+08:00");

export function handClock(atMs = LESSON_MS): HandClock {
  return {
    atMs,
    nowMs() {
      return this.atMs;
    },
  };
}

/** All variables below an OID, in the order of a walk. */
export function walk(mib: Mib, under = "1.3"): Variable[] {
  const prefix = parseOid(under);
  const found: Variable[] = [];
  let variable = mib.next(prefix);
  while (variable && startsWith(variable.oid, prefix)) {
    found.push(variable);
    variable = mib.next(variable.oid);
  }
  return found;
}

/** The value of one variable as a number, or as text for octets; `undefined` when it is not there. */
export function valueAt(mib: Mib, oid: string): number | bigint | string | undefined {
  const variable = mib.get(parseOid(oid));
  return variable && plain(variable.value);
}

/** Values of a column by their index in dotted form. */
export function column(mib: Mib, oid: string): Map<string, number | bigint | string | undefined> {
  const { length } = parseOid(oid);
  return new Map(walk(mib, oid).map((v) => [v.oid.slice(length).join("."), plain(v.value)]));
}

export function plain(value: Value): number | bigint | string | undefined {
  switch (value.type) {
    case "octets":
      return Buffer.from(value.value).toString("utf8");
    case "address":
    case "oid":
      return value.value.join(".");
    case "integer":
    case "gauge32":
    case "counter32":
    case "timeticks":
    case "counter64":
      return value.value;
    default:
      return undefined;
  }
}

/** The index of a MAC in dotted form. */
export function macArcs(mac: string): string {
  return mac
    .split(":")
    .map((byte) => Number.parseInt(byte, 16))
    .join(".");
}

export interface SuiteSubject {
  mib: Mib;
  clock: HandClock;
}

/** Behaviour that all models share. `create` makes one that stands at LESSON_MS. */
export function managedDeviceSuite(name: string, create: () => SuiteSubject): void {
  describe(`${name}, like every managed device`, () => {
    let device: SnmpDevice | undefined;
    afterEach(() => device?.close());

    it("answers the system group", () => {
      const { mib } = create();
      expect(walk(mib, "1.3.6.1.2.1.1").map(({ oid }) => oid.slice(7).join("."))).toEqual([
        "1.0",
        "2.0",
        "3.0",
        "4.0",
        "5.0",
        "6.0",
        "7.0",
      ]);
    });

    it("has an uptime that goes with the clock, in hundredths of a second", () => {
      const { mib, clock } = create();
      const before = Number(valueAt(mib, "1.3.6.1.2.1.1.3.0"));
      clock.atMs += 60_000;
      expect(Number(valueAt(mib, "1.3.6.1.2.1.1.3.0")) - before).toBe(6_000);
    });

    it("names its interfaces, says which are up, and has byte counters that never fall", () => {
      const { mib, clock } = create();
      expect(new Set(column(mib, "1.3.6.1.2.1.31.1.1.1.1").values()).size).toBe(valueAt(mib, "1.3.6.1.2.1.2.1.0"));
      expect(column(mib, "1.3.6.1.2.1.2.2.1.8").get("1")).toBe(1);
      let last = [0n, 0n];
      for (let minute = 0; minute < 180; minute++) {
        clock.atMs += 60_000;
        const now = ["6", "10"].map((c) => BigInt(valueAt(mib, `1.3.6.1.2.1.31.1.1.1.${c}.1`) ?? -1));
        expect(now.every((bytes, i) => bytes > (last[i] ?? 0n))).toBe(true);
        last = now;
      }
    });

    it("says the same at the same moment in every run", () => {
      const said = () => walk(create().mib).map(({ oid, value }) => [oid.join("."), plain(value)]);
      expect(said()).toEqual(said());
    });

    it("gives every variable once and in order", () => {
      const oids = walk(create().mib).map(({ oid }) => oid);
      expect(oids.every((oid, i) => i === 0 || compareOids(oids[i - 1] ?? [], oid) < 0)).toBe(true);
    });

    it.skipIf(toolsMissing)(`tells net-snmp's tools what its model holds${toolsMissing ?? ""}`, async () => {
      const { mib } = create();
      device = await startSnmpDevice({ mib, community: "public" });
      // LLDP-MIB stands below 1.0, everything else below 1.3.
      expect(await ask("snmpbulkwalk", device, ["-Cr25", "1"])).toEqual(
        [...walk(mib, "1.0"), ...walk(mib)].map(({ oid, value }) => ({
          oid: `.${oid.join(".")}`,
          said: inWords(value),
        })),
      );
    });
  });
}
