// Use of the way out in busy hours.
import { describe, expect, it } from "vitest";
import { dayStartMs } from "../inventory/day.ts";
import { rollUp } from "../rollup/fold.ts";
import type { DaySlots } from "../score/calendar.ts";
import type { Rollup } from "../store/store.ts";
import { busyHourUse, type Uplink } from "./busy-hours.ts";

const DAY = 20_000;
const MINUTE = 60_000;
/** 08:00 to 10:00. */
const MORNING: DaySlots = { day: DAY, slots: Array.from({ length: 24 }, (_, i) => 96 + i) };
const EIGHT = dayStartMs(DAY) + 8 * 60 * MINUTE;

/** Rollups of a counter that is read every `everyMinutes` and grows by so many Mbit/s, hour by hour. */
function counter(mbps: readonly number[], everyMinutes = 1, fromMs = EIGHT): Rollup[] {
  const samples = [{ atMs: fromMs, value: 0 }];
  let value = 0;
  for (let minute = everyMinutes; minute <= mbps.length * 60; minute += everyMinutes) {
    value += ((mbps[Math.floor((minute - everyMinutes) / 60)] ?? 0) * 1e6 * everyMinutes * 60) / 8;
    samples.push({ atMs: fromMs + minute * MINUTE, value });
  }
  return rollUp({ metric: "if_in_bytes_total", device: "gw", instance: "wan" }, "5m", samples);
}
const line = (mbps: readonly number[], changes: Partial<Uplink> = {}): Uplink => ({
  received: counter(mbps),
  sent: counter(mbps.map((rate) => rate / 10)),
  linkBitsPerSecond: 1e8,
  ...changes,
});
const rounded = (uses: readonly number[]) => [...new Set(uses.map((use) => use.toFixed(3)))];

describe("busyHourUse", () => {
  it("looks at the busiest hour of each day, in the busier direction", () => {
    const { busyHours, utilisations, capacityBitsPerSecond } = busyHourUse([line([20, 60])], [MORNING]);
    expect({ busyHours, slots: utilisations.length, capacityBitsPerSecond }).toEqual({
      busyHours: 1,
      slots: 12,
      capacityBitsPerSecond: 1e8,
    });
    // The first slot of the hour begins in the minute before it.
    expect(utilisations.slice(1).map((use) => use.toFixed(3))).toEqual(Array(11).fill("0.600"));
  });

  it("works where the counter is read once in five minutes", () => {
    const slow = { received: counter([30, 30], 5), sent: counter([1, 1], 5) };
    expect(rounded(busyHourUse([line([], slow)], [MORNING]).utilisations)).toEqual(["0.300"]);
  });

  it.each([
    { link: 1e8, contract: 5e7, use: "0.600" },
    { link: 1e8, contract: 2e8, use: "0.300" },
    { link: undefined, contract: 6e7, use: "0.500" },
  ])("measures by the smaller of link $link and contract $contract: $use", ({ link, contract, use }) => {
    const { linkBitsPerSecond: _, ...bare } = line([30, 30]);
    const uplink = { ...bare, ...(link && { linkBitsPerSecond: link }), contractBitsPerSecond: contract };
    expect(rounded(busyHourUse([uplink], [MORNING]).utilisations)).toEqual([use]);
  });

  it("adds several lines, and knows nothing of slots that one of them lacks", () => {
    expect(rounded(busyHourUse([line([40, 40]), line([20, 20])], [MORNING]).utilisations)).toEqual(["0.300"]);
    const silent = line([], { received: [], sent: [] });
    expect(busyHourUse([line([40, 40]), silent], [MORNING])).toMatchObject({ busyHours: 0, utilisations: [] });
  });

  it("without any known capacity, or without an uplink, says nothing", () => {
    const { linkBitsPerSecond: _, ...bare } = line([40]);
    expect(busyHourUse([bare], [MORNING])).toEqual({ busyHours: 0, utilisations: [] });
    expect(busyHourUse([], [MORNING])).toEqual({ busyHours: 0, utilisations: [] });
  });

  it.each([
    { slots: 5, hours: 0 },
    { slots: 6, hours: 1 },
    { slots: 7, hours: 1 },
  ])("an hour of which $slots of 12 slots were measured makes $hours busy hours", ({ slots, hours }) => {
    const part = (of: readonly Rollup[]) => of.slice(0, slots);
    const { received, sent } = line([40]);
    const uplink = line([], { received: part(received), sent: part(sent) });
    expect(busyHourUse([uplink], [{ day: DAY, slots: MORNING.slots.slice(0, 12) }]).busyHours).toBe(hours);
  });

  it("passes over a counter that jumped further than its link could carry", () => {
    const received = counter([40, 40]).map((window, i) => (i === 3 ? { ...window, increase: 1e12 } : window));
    const { utilisations } = busyHourUse([line([40, 40], { received })], [MORNING]);
    expect(Math.max(...utilisations)).toBeLessThan(0.5);
  });

  it("looks at school hours only", () => {
    const evening = line([], { received: counter([90], 1, EIGHT + 12 * 60 * MINUTE), sent: [] });
    expect(busyHourUse([evening], [MORNING]).busyHours).toBe(0);
  });
});
