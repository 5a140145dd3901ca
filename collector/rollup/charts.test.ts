import { beforeEach, describe, expect, it } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import type { ReadingStore, Retention, SeriesKey } from "../store/store.ts";
import type { Row } from "../store/store-suite.ts";
import { type ChartResolution, Charts } from "./charts.ts";
import { HOUR, inBytes, MINUTE, T0, temperature } from "./rolled-suite.ts";
import { Roller } from "./roller.ts";
import { give } from "./roller-suite.ts";

const DAY = 24 * HOUR;
const SCHOOL = "3633000001";
const retention: Retention = {
  rawMs: 90 * DAY,
  rollupMs: { "5m": 400 * DAY, "1h": 1_100 * DAY, "1d": 3_660 * DAY },
  eventsMs: 400 * DAY,
};

describe("Charts", () => {
  let store: ReadingStore;
  let roller: Roller;
  let charts: Charts;

  beforeEach(async () => {
    store = createMemoryStore();
    roller = new Roller({ store, rawMs: retention.rawMs });
    await roller.start(T0);
    charts = new Charts({ store, roller, retention });
  });

  const ask = (key: SeriesKey, resolution: ChartResolution, nowMs: number, fromMs = T0, toMs = nowMs) =>
    charts.points({ schoolId: SCHOOL, key, fromMs, toMs, resolution, nowMs });
  const everyMinute = (key: SeriesKey, minutes: number, valueAt: (minute: number) => number) =>
    Array.from({ length: minutes }, (_, minute): Row => [key, T0 + minute * MINUTE, valueAt(minute)]);

  it.each([
    { span: 2 * DAY, ago: 2 * DAY, resolution: "raw" },
    { span: 2 * DAY + 1, ago: 3 * DAY, resolution: "5m" },
    { span: 14 * DAY, ago: 14 * DAY, resolution: "5m" },
    { span: 14 * DAY + 1, ago: 15 * DAY, resolution: "1h" },
    { span: 180 * DAY, ago: 180 * DAY, resolution: "1h" },
    { span: 180 * DAY + 1, ago: 181 * DAY, resolution: "1d" },
    { span: HOUR, ago: 90 * DAY, resolution: "raw" },
    { span: HOUR, ago: 90 * DAY + 1, resolution: "5m" },
    { span: HOUR, ago: 401 * DAY, resolution: "1h" },
    { span: HOUR, ago: 1_101 * DAY, resolution: "1d" },
    { span: HOUR, ago: 9_999 * DAY, resolution: "1d" },
  ])("chooses $resolution for $span ms that began $ago ms ago", ({ span, ago, resolution }) => {
    expect(charts.choose(T0 - ago, T0 - ago + span, T0)).toBe(resolution);
  });

  it("gives the readings themselves", async () => {
    await give(
      store,
      roller,
      SCHOOL,
      everyMinute(temperature, 3, (minute) => minute),
    );
    await expect(ask(temperature, "raw", T0 + HOUR, T0 + MINUTE)).resolves.toEqual([
      { atMs: T0 + MINUTE, value: 1 },
      { atMs: T0 + 2 * MINUTE, value: 2 },
    ]);
  });

  it.each([
    { state: "before anything was rolled up", rollAt: [] },
    { state: "when some was", rollAt: [40 * MINUTE] },
    { state: "when all was", rollAt: [30 * HOUR] },
  ])("gives mean, least and greatest of each window, the same $state", async ({ rollAt }) => {
    await give(
      store,
      roller,
      SCHOOL,
      everyMinute(temperature, 130, (minute) => minute),
    );
    for (const at of rollAt) await roller.roll(T0 + at);
    const fine = await ask(temperature, "5m", T0 + 130 * MINUTE);
    expect(fine).toHaveLength(26);
    expect(fine.slice(0, 2)).toEqual([
      { atMs: T0, value: 2, min: 0, max: 4 },
      { atMs: T0 + 5 * MINUTE, value: 7, min: 5, max: 9 },
    ]);
    // A quarter of an hour before midnight is where it begins.
    await expect(ask(temperature, "1h", T0 + 130 * MINUTE)).resolves.toEqual([
      { atMs: T0 - 45 * MINUTE, value: 7, min: 0, max: 14 },
      { atMs: T0 + 15 * MINUTE, value: 44.5, min: 15, max: 74 },
      { atMs: T0 + 75 * MINUTE, value: 102, min: 75, max: 129 },
    ]);
    await expect(ask(temperature, "1d", T0 + 130 * MINUTE)).resolves.toMatchObject([
      { atMs: T0 + 15 * MINUTE - DAY, max: 14 },
      { atMs: T0 + 15 * MINUTE, min: 15 },
    ]);
  });

  it("shows the last value of counters and codes, of which a mean says nothing, and the share of flags", async () => {
    const code: SeriesKey = { metric: "probe_failure", device: "d1" };
    const flag: SeriesKey = { metric: "probe_ok", device: "d1" };
    await give(store, roller, SCHOOL, [
      ...everyMinute(inBytes, 5, (minute) => minute * 100),
      ...everyMinute(code, 5, (minute) => 1 + (minute % 3)),
      ...everyMinute(flag, 5, (minute) => (minute === 0 ? 0 : 1)),
    ]);
    const value = async (key: SeriesKey) => (await ask(key, "5m", T0 + HOUR)).map((point) => point.value);
    expect(await value(inBytes)).toEqual([400]);
    expect(await value(code)).toEqual([2]);
    expect(await value(flag)).toEqual([0.8]);
  });

  it("shows what came late at once", async () => {
    await give(store, roller, SCHOOL, [[temperature, T0, 1]]);
    await roller.roll(T0 + 5 * HOUR);
    await give(store, roller, SCHOOL, [[temperature, T0 + MINUTE, 3]]);
    await expect(ask(temperature, "5m", T0 + 6 * HOUR)).resolves.toEqual([{ atMs: T0, value: 2, min: 1, max: 3 }]);
  });

  it("leaves windows without a reading out", async () => {
    await give(store, roller, SCHOOL, [
      [temperature, T0, 1],
      [temperature, T0 + 3 * HOUR, 1],
    ]);
    await roller.roll(T0 + 10 * HOUR);
    expect((await ask(temperature, "5m", T0 + 10 * HOUR)).map(({ atMs }) => atMs - T0)).toEqual([0, 3 * HOUR]);
    await expect(ask({ ...temperature, instance: "none" }, "5m", T0 + 10 * HOUR)).resolves.toEqual([]);
  });

  it("ends with the last window that begins before the end", async () => {
    await give(
      store,
      roller,
      SCHOOL,
      everyMinute(temperature, 20, () => 1),
    );
    const starts = async (toMs: number) =>
      (await ask(temperature, "5m", T0 + HOUR, T0, toMs)).map(({ atMs }) => (atMs - T0) / MINUTE);
    expect(await starts(T0 + 10 * MINUTE)).toEqual([0, 5]);
    expect(await starts(T0 + 10 * MINUTE + 1)).toEqual([0, 5, 10]);
    await roller.roll(T0 + HOUR);
    expect(await starts(T0 + 10 * MINUTE)).toEqual([0, 5]);
    expect(await starts(T0 + 10 * MINUTE + 1)).toEqual([0, 5, 10]);
  });

  it("keeps the mean between least and greatest", async () => {
    await give(
      store,
      roller,
      SCHOOL,
      everyMinute(temperature, 3, () => 0.1),
    );
    await expect(ask(temperature, "5m", T0 + HOUR)).resolves.toEqual([{ atMs: T0, value: 0.1, min: 0.1, max: 0.1 }]);
  });
});
