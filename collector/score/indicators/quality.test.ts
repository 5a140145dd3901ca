import { describe, expect, it } from "vitest";
import { type AccessLine, accessBandwidth, netQuality, type PathQuality } from "./quality.ts";
import { plain } from "./value.ts";

const PATH: PathQuality = {
  lost: { count: 5, of: 1000 },
  roundTripP95Ms: 40,
  jitterP95Ms: 10,
  dnsAnswered: { count: 999, of: 1000 },
  dhcpAnswered: { count: 99, of: 100 },
  slots: { known: 1920, expected: 1920 },
};
const points = (change: Partial<PathQuality>) => plain(netQuality({ ...PATH, ...change })).value;
const without = (...names: (keyof PathQuality)[]): PathQuality => ({
  slots: PATH.slots,
  ...Object.fromEntries(Object.entries(PATH).filter(([name]) => !names.some((one) => one === name))),
});

describe("NET_QUALITY", () => {
  it.each<[string, Partial<PathQuality>, number]>([
    ["all at their best", {}, 100],
    ["loss better still", { lost: { count: 0, of: 1000 } }, 100],
    ["loss just worse", { lost: { count: 6, of: 1000 } }, 98.8],
    ["loss at its worst", { lost: { count: 30, of: 1000 } }, 70],
    ["loss beyond", { lost: { count: 31, of: 1000 } }, 70],
    ["round trip in the middle", { roundTripP95Ms: 95 }, 87.5],
    ["round trip at its worst", { roundTripP95Ms: 150 }, 75],
    ["jitter in the middle", { jitterP95Ms: 30 }, 92.5],
    ["jitter at its worst", { jitterP95Ms: 50 }, 85],
    ["DNS at its worst", { dnsAnswered: { count: 98, of: 100 } }, 85],
    ["DHCP in the middle", { dhcpAnswered: { count: 97, of: 100 } }, 92.5],
    ["DHCP at its worst", { dhcpAnswered: { count: 95, of: 100 } }, 85],
  ])("with %s", (_, change, value) => {
    expect(points(change)).toBe(value);
  });

  it.each([
    { known: 80, enough: true },
    { known: 79, enough: false },
    { known: 81, enough: true },
  ])("needs K: $known of 100 slots", ({ known, enough }) => {
    expect(netQuality({ ...PATH, slots: { known, expected: 100 } }).enough).toBe(enough);
  });

  it("needs 70 points of known weight", () => {
    expect(plain(netQuality(without("dnsAnswered", "dhcpAnswered")))).toEqual({
      value: 100,
      lo: 70,
      hi: 100,
      numerator: 70,
      denominator: 70,
    });
    expect(netQuality(without("dhcpAnswered")).enough).toBe(true);
    const under = netQuality(without("dnsAnswered", "dhcpAnswered", "jitterP95Ms"));
    expect(under).toMatchObject({ enough: false, reasons: [{ reason: "not_measured", count: 3 }] });
    expect(plain(under)).toMatchObject({ lo: 55, hi: 100 });
  });

  it("needs loss and round trip, whatever the weight", () => {
    expect(netQuality(without("roundTripP95Ms")).enough).toBe(false);
    expect(netQuality(without("lost")).enough).toBe(false);
    expect(netQuality({ ...PATH, lost: { count: 0, of: 0 } }).enough).toBe(false);
  });
});

describe("ACCESS_BW", () => {
  const line = (use: number, more: Partial<AccessLine> = {}): AccessLine => ({
    busyHours: 40,
    utilisations: Array<number>(100).fill(use),
    ...more,
  });

  it.each([
    { use: 0.69, value: 1 },
    { use: 0.7, value: 1 },
    { use: 0.75, value: 0.8 },
    { use: 0.95, value: 0 },
    { use: 0.96, value: 0 },
  ])("is $value at p95 $use", ({ use, value }) => {
    expect(plain(accessBandwidth(line(use)))).toEqual({ value, lo: value, hi: value });
  });

  it("looks at the 95th of a hundred slots", () => {
    const utilisations = [...Array<number>(95).fill(0.7), ...Array<number>(5).fill(1)];
    expect(plain(accessBandwidth(line(0, { utilisations }))).value).toBe(1);
    expect(plain(accessBandwidth(line(0, { utilisations: [...utilisations.slice(1), 1] }))).value).toBe(0);
  });

  it.each([
    { busyHours: 9, enough: false },
    { busyHours: 10, enough: true },
    { busyHours: 11, enough: true },
  ])("with $busyHours busy hours", ({ busyHours, enough }) => {
    const value = accessBandwidth(line(0.5, { busyHours }));
    expect(value.enough).toBe(enough);
    if (!enough) expect(plain(value)).toEqual({ lo: 0, hi: 1 });
  });

  it.each([
    { case: "two tests below 0.8", tests: [79, 79, 100], value: 0 },
    { case: "two tests at 0.8", tests: [80, 80], value: 1 },
    { case: "one test below", tests: [79, 81], value: 1 },
    { case: "no test", tests: [], value: 1 },
  ])("of a contract with $case is $value", ({ tests, value }) => {
    const more = { contractBitsPerSecond: 100e6, measuredBitsPerSecond: tests.map((mbps) => mbps * 1e6) };
    expect(plain(accessBandwidth(line(0.5, more))).value).toBe(value);
  });

  it("judges no contract that nobody knows", () => {
    expect(plain(accessBandwidth(line(0.5, { measuredBitsPerSecond: [1, 1] }))).value).toBe(1);
  });
});
