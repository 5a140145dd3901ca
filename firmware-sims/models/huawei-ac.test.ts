import { describe, expect, it } from "vitest";
import { exampleAps } from "./example-aps.ts";
import { createHuaweiAc } from "./huawei-ac.ts";
import { column, handClock, LESSON_MS, macArcs, managedDeviceSuite, valueAt } from "./model-suite.ts";

const W = "1.3.6.1.4.1.2011.6.139";
const AP = `${W}.13.3.3.1`;
const RADIO = `${W}.16.1.2.1`;
const specs = exampleAps(5);
const FIRST = macArcs(specs[0]?.mac ?? "");

function create() {
  const clock = handClock();
  return { clock, ...createHuaweiAc({ aps: specs, clock }) };
}

managedDeviceSuite("a Huawei controller", create);

describe("a Huawei controller", () => {
  it("lists each access point under its MAC with what it is", () => {
    const { mib } = create();
    expect([...column(mib, `${AP}.4`).keys()]).toEqual(specs.map(({ mac }) => macArcs(mac)));
    expect([2, 3, 4, 6, 7, 13].map((c) => valueAt(mib, `${AP}.${c}.${FIRST}`))).toEqual([
      "SIM0001",
      "AP7050DN-E",
      "AP-001",
      8,
      "V200R010C00SPC500",
      "10.33.1.11",
    ]);
  });

  it("has radios 0 and 1 with band, channel, noise and load", () => {
    const { mib } = create();
    expect([5, 6, 7].map((c) => valueAt(mib, `${RADIO}.${c}.${FIRST}.0`))).toEqual([1, 1, 1]);
    expect([5, 6, 7].map((c) => valueAt(mib, `${RADIO}.${c}.${FIRST}.1`))).toEqual([2, 1, 36]);
    const busy = Number(valueAt(mib, `${RADIO}.25.${FIRST}.1`));
    expect(busy).toBeLessThanOrEqual(100);
    expect(Number(valueAt(mib, `${RADIO}.26.${FIRST}.1`))).toBe(100 - busy);
    expect([27, 28, 29].reduce((sum, c) => sum + Number(valueAt(mib, `${RADIO}.${c}.${FIRST}.1`)), 0)).toBe(busy);
    expect(valueAt(mib, `${RADIO}.24.${FIRST}.0`)).toBeLessThan(-80);
    expect(valueAt(mib, `${RADIO}.45.${FIRST}.1`)).toBe(23);
  });

  it("counts the same clients by access point, radio, virtual access point, network and altogether", () => {
    const { mib } = create();
    const total = (oid: string) => [...column(mib, oid).values()].reduce<number>((sum, n) => sum + Number(n), 0);
    const all = valueAt(mib, `${W}.12.1.2.2.0`);
    expect(all).toBeGreaterThan(0);
    expect(total(`${AP}.44`)).toBe(all);
    expect(total(`${RADIO}.40`)).toBe(all);
    expect(total(`${W}.17.1.1.1.9`)).toBe(all);
    expect(total(`${W}.17.1.2.1.2`) + total(`${W}.17.1.2.1.3`)).toBe(all);
    expect(column(mib, `${W}.17.1.2.1.4`).has("6.99.97.109.112.117.115")).toBe(true);
  });

  it("shows an access point that is down in state fault, without an address and with its radios down", () => {
    const { mib, setAp } = create();
    setAp(specs[0]?.mac ?? "", { online: false });
    expect([4, 6, 13, 18, 43, 44, 80].map((c) => valueAt(mib, `${AP}.${c}.${FIRST}`))).toEqual([
      "AP-001",
      4,
      "255.255.255.255",
      0,
      255,
      0,
      255,
    ]);
    expect([6, 24, 25, 40, 45].map((c) => valueAt(mib, `${RADIO}.${c}.${FIRST}.0`))).toEqual([2, 0, 255, 0, 255]);
    expect(valueAt(mib, `${W}.17.1.1.1.10.${FIRST}.0.1`)).toBe(2);
    expect(valueAt(mib, `${W}.12.1.2.1.0`)).toBe(4);
    expect(column(mib, `${W}.13.3.9.1.2`)).toEqual(new Map([[FIRST, "2026-09-07 09:20:00"]]));
  });

  it("gives run time in hundredths of a second and online time in seconds", () => {
    const clock = handClock();
    const aps = [{ mac: "02:00:00:00:01:00", serial: "S", name: "A", changedAtMs: LESSON_MS - 3_600_000 }];
    const { mib } = createHuaweiAc({ aps, clock });
    expect([18, 21].map((c) => valueAt(mib, `${AP}.${c}.${FIRST}`))).toEqual([360_000, 3_600]);
  });

  it("measures its own health on the main board only", () => {
    const { mib, setHealth } = create();
    setHealth({ cpuPercent: 33, memoryPercent: 44, temperatureCelsius: 55 });
    const extent = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1";
    expect([5, 7, 11].map((c) => [...column(mib, `${extent}.${c}`).values()])).toEqual([
      [0, 33],
      [0, 44],
      [0, 55],
    ]);
  });
});
