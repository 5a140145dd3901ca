import { describe, expect, it } from "vitest";
import { exampleAps } from "./example-aps.ts";
import { column, handClock, managedDeviceSuite, valueAt } from "./model-suite.ts";
import { createUnifiAp } from "./unifi-ap.ts";

const N = "1.3.6.1.4.1.41112.1.6";
const [spec = { mac: "02:00:00:00:01:00", serial: "S", name: "A" }] = exampleAps(1);

function create() {
  const clock = handClock();
  return { clock, ...createUnifiAp({ ap: spec, clock }) };
}

managedDeviceSuite("a UniFi access point", create);

describe("a UniFi access point", () => {
  it("says what it is", () => {
    const { mib } = create();
    expect(valueAt(mib, "1.3.6.1.2.1.1.1.0")).toBe("U6-Pro 6.6.77.15402");
    expect(valueAt(mib, "1.3.6.1.2.1.1.2.0")).toBe("1.3.6.1.4.1.41112");
    expect([1, 3, 6].map((n) => valueAt(mib, `${N}.3.${n}.0`))).toEqual(["10.33.1.11", "U6-Pro", "6.6.77.15402"]);
  });

  it("repeats channel and power for every network of a radio, and shares the radio's clients among them", () => {
    const { mib, setAp } = create();
    setAp({ radios: [{ clients: 20 }, { clients: 33 }] });
    expect([...column(mib, `${N}.1.2.1.9`).values()]).toEqual(["ng", "ng", "na", "na"]);
    expect([...column(mib, `${N}.1.2.1.4`).values()]).toEqual([1, 1, 36, 36]);
    expect([...column(mib, `${N}.1.2.1.21`).values()]).toEqual([17, 17, 20, 20]);
    expect([...column(mib, `${N}.1.2.1.6`).values()]).toEqual(["campus", "guest", "campus", "guest"]);
    expect([...column(mib, `${N}.1.2.1.8`).values()]).toEqual([18, 2, 30, 3]);
  });

  it("has other channels and another address than its neighbour", () => {
    const { mib } = createUnifiAp({ ap: spec, position: 1, clock: handClock() });
    expect([...column(mib, `${N}.1.2.1.4`).values()]).toEqual([6, 6, 44, 44]);
    expect(valueAt(mib, `${N}.3.1.0`)).toBe("10.33.1.12");
  });

  it("shows a radio that is switched off by virtual access points that are not up", () => {
    const { mib, setAp } = create();
    setAp({ radios: [{ enabled: false }] });
    expect([...column(mib, `${N}.1.2.1.22`).values()]).toEqual([2, 2, 1, 1]);
    expect([...column(mib, `${N}.1.2.1.8`).values()].slice(0, 2)).toEqual([0, 0]);
  });

  it("gives load of processors and memory", () => {
    const { mib, setAp } = create();
    setAp({ cpuPercent: 21, memoryPercent: 60 });
    expect([...column(mib, "1.3.6.1.2.1.25.3.3.1.2").values()]).toEqual([21, 21]);
    expect([1, 2].map((n) => valueAt(mib, `1.3.6.1.4.1.10002.1.1.1.1.${n}.0`))).toEqual([249_856, 99_942]);
  });
});
