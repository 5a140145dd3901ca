import { describe, expect, it } from "vitest";
import { exampleAps } from "./example-aps.ts";
import { column, handClock, macArcs, managedDeviceSuite, valueAt } from "./model-suite.ts";
import { createRuijieAc } from "./ruijie-ac.ts";

const R = "1.3.6.1.4.1.4881.1.1.10.2";
const specs = exampleAps(6);
const FIRST = macArcs(specs[0]?.mac ?? "");

function create() {
  const clock = handClock();
  return { clock, ...createRuijieAc({ aps: specs, clock }) };
}

managedDeviceSuite("a Ruijie controller", create);

describe("a Ruijie controller", () => {
  it("lists each access point under its MAC with what it is", () => {
    const { mib } = create();
    expect([...column(mib, `${R}.56.2.1.1.1.2`).keys()]).toEqual(specs.map(({ mac }) => macArcs(mac)));
    const cells = [2, 32, 33, 39, 48, 60, 61, 62].map((c) => valueAt(mib, `${R}.56.2.1.1.1.${c}.${FIRST}`));
    expect(cells).toEqual([
      "AP-001",
      "SIM0001",
      "10.33.1.11",
      "AP820-L(V3)",
      1,
      "02:00:00:00:01:00",
      "02-00-00-00-01-00",
      "0200.0000.0100",
    ]);
  });

  it("counts the same clients by access point, by radio, by network and altogether", () => {
    const { mib } = create();
    const total = (oid: string) => [...column(mib, oid).values()].reduce<number>((sum, n) => sum + Number(n), 0);
    const all = valueAt(mib, `${R}.56.1.1.15.0`);
    expect(all).toBeGreaterThan(0);
    for (const oid of [`${R}.56.2.1.1.1.34`, `${R}.56.2.1.8.1.15`, `${R}.63.1.4.4.1.4`, `${R}.56.4.1.1.1.13`]) {
      expect(total(oid)).toBe(all);
    }
  });

  it("gives radio power in milliwatts and noise in dBm under the radio's channel", () => {
    const { mib } = create();
    expect(valueAt(mib, `${R}.56.2.1.2.1.17.${FIRST}.1`)).toBe(50);
    expect(valueAt(mib, `${R}.56.2.1.2.1.17.${FIRST}.2`)).toBe(100);
    expect(valueAt(mib, `${R}.63.1.4.6.1.2.${FIRST}.1.1`)).toBeLessThan(-80);
    expect(valueAt(mib, `${R}.63.1.4.6.1.2.${FIRST}.2.36`)).toBeLessThan(-80);
  });

  it("keeps the row of an access point that goes offline, marks it, and lists it among the offline ones", () => {
    const { mib, setAp, clock } = create();
    setAp(specs[0]?.mac ?? "", { online: false });
    clock.atMs += 90_061_000;
    expect(valueAt(mib, `${R}.56.2.1.1.1.48.${FIRST}`)).toBe(2);
    expect(valueAt(mib, `${R}.56.2.1.1.1.2.${FIRST}`)).toBe("AP-001");
    expect(valueAt(mib, `${R}.56.2.1.1.1.34.${FIRST}`)).toBe(0);
    expect([11, 80, 81].map((n) => valueAt(mib, `${R}.56.1.1.${n}.0`))).toEqual([5, 1, 6]);
    expect(column(mib, `${R}.56.2.1.5.1.2`)).toEqual(new Map([[FIRST, "AP-001"]]));
    expect(valueAt(mib, `${R}.56.2.1.5.1.8.${FIRST}`)).toBe("1:01:01:01");
    expect(valueAt(mib, `${R}.56.2.1.2.1.2.${FIRST}.1`)).toBe(0);
    expect(valueAt(mib, `${R}.63.1.4.4.1.3.${FIRST}.1`)).toBeUndefined();
  });

  it("takes it back when it comes online, with an uptime from then on", () => {
    const { mib, setAp, clock } = create();
    setAp(specs[0]?.mac ?? "", { online: false });
    clock.atMs += 60_000;
    setAp("02-00-00-00-01-00", { online: true });
    clock.atMs += 5_000;
    expect(valueAt(mib, `${R}.56.2.1.1.1.48.${FIRST}`)).toBe(1);
    expect(valueAt(mib, `${R}.56.2.1.1.1.52.${FIRST}`)).toBe(500);
    expect(column(mib, `${R}.56.2.1.5.1.2`).size).toBe(0);
  });

  it("holds the values it is told to hold", () => {
    const { mib, setAp, setHealth } = create();
    setAp(specs[0]?.mac ?? "", {
      cpuPercent: 77,
      radios: [{ clients: 3, busyPercent: 41, noiseDbm: -90 }, { clients: 9 }],
    });
    setHealth({ cpuPercent: 12, memoryPercent: 50, temperatureCelsius: 60 });
    expect(valueAt(mib, `${R}.56.2.1.1.1.34.${FIRST}`)).toBe(12);
    expect(valueAt(mib, `${R}.36.1.3.1.5.${FIRST}`)).toBe(77);
    expect(valueAt(mib, `${R}.63.1.4.4.1.3.${FIRST}.1`)).toBe(41);
    expect(valueAt(mib, `${R}.63.1.4.6.1.2.${FIRST}.1.1`)).toBe(-90);
    expect([`${R}.36.1.1.1.0`, `${R}.35.1.1.1.3.1`, `${R}.56.1.1.21.0`].map((oid) => valueAt(mib, oid))).toEqual([
      12, 50, 60,
    ]);
  });

  it("does not know an access point that is not its own", () => {
    expect(() => create().setAp("02:00:00:ff:ff:00", { online: false })).toThrowError(
      expect.objectContaining({ code: "SIM_AP_UNKNOWN" }),
    );
    expect(() => createRuijieAc({ aps: [{ mac: "no mac", serial: "1", name: "a" }] })).toThrowError(
      expect.objectContaining({ code: "SIM_AP_INVALID" }),
    );
  });
});
