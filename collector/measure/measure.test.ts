// What is read of a school, from a store in memory.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MetricName } from "../../contract/metrics.ts";
import { dayOf, dayStartMs } from "../inventory/day.ts";
import { rollUp } from "../rollup/fold.ts";
import { AGENT, AS_OF, type Campus, device, inventoryOf, SCHOOL } from "../score/campus-suite.ts";
import { openDuckDbStore } from "../store/duckdb.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { ReadingStore, Sample, SeriesKey } from "../store/store.ts";
import { measureSchool, terminalDays } from "./measure.ts";

const day = (text: string) => dayOf(text) ?? Number.NaN;
const TODAY = day("2026-10-02");
const noon = (of: number) => dayStartMs(of) + 12 * 3_600_000;
const CAMPUS: Campus = {
  devices: [
    device("gw", { kind: "gateway", role: "egress", uplink: { instance: "wan", contractMbps: 100 } }),
    device("panel", { key: "0A:1B:2C:3D:4E:5F".toLowerCase() }),
  ],
};

/** A store that is rolled up to the end of the day before, and holds these samples as days and as five minutes. */
async function storeOf(
  series: readonly { metric: MetricName; device: string; instance?: string; samples: readonly Sample[] }[],
  rolledUpTo = AS_OF,
  store: ReadingStore = createMemoryStore(),
): Promise<ReadingStore> {
  for (const { samples, ...key } of series) {
    for (const resolution of ["5m", "1d"] as const) {
      const rollups = rollUp(key, resolution, samples).map((rollup) => ({ key: key satisfies SeriesKey, rollup }));
      await store.writeRollups(SCHOOL, resolution, rollups);
    }
  }
  if (Number.isFinite(rolledUpTo)) await store.setRolledUpTo(rolledUpTo);
  return store;
}
const at = (of: number, value: number): Sample => ({ atMs: noon(of), value });
const measure = (store: ReadingStore, asOfMs = AS_OF, campus = CAMPUS) =>
  measureSchool({ store, inventory: inventoryOf(campus), schoolId: SCHOOL, asOfMs });

describe("measureSchool", () => {
  it("knows the days that are over, and of the one that goes on nothing", async () => {
    const store = await storeOf([
      { metric: "projector_fault", device: "panel", samples: [] },
      { metric: "probe_ok", device: "gw", samples: [at(TODAY - 3, 1), at(TODAY - 2, 0), at(TODAY, 1)] },
    ]);
    const measured = await measure(store);
    expect(measured).toMatchObject({ knownFrom: TODAY - 29, knownBefore: TODAY, lastReadingMs: noon(TODAY - 2) });
    expect(measured.lastSeenDay).toEqual(new Map([["gw", TODAY - 3]]));
  });

  it("finds a device by whatever spelling of its MAC the readings use", async () => {
    const samples = [at(TODAY - 1, 1)];
    const store = await storeOf([{ metric: "projector_fault", device: "0A1B2C3D4E5F", samples }]);
    expect((await measure(store)).faultDays).toEqual(new Map([["panel", new Set([TODAY - 1])]]));
  });

  it("passes over devices that are not in the inventory", async () => {
    const store = await storeOf([{ metric: "probe_ok", device: "stranger", samples: [at(TODAY - 1, 1)] }]);
    expect((await measure(store)).lastSeenDay.size).toBe(0);
  });

  it("takes each agent's newest clock", async () => {
    const samples = [at(TODAY - 2, 5), at(TODAY - 1, -0.3)];
    const store = await storeOf([{ metric: "agent_clock_offset_seconds", device: AGENT, samples }]);
    expect((await measure(store)).agentClocks).toEqual(new Map([[AGENT, -0.3]]));
  });

  it("knows of no day that was not rolled up", async () => {
    const samples = [at(TODAY - 1, 1)];
    const series = [{ metric: "probe_ok", device: "gw", samples }] as const;
    const behind = await measure(await storeOf(series, dayStartMs(TODAY) - 1));
    expect(behind).toMatchObject({ knownBefore: TODAY - 1 });
    expect(behind.lastSeenDay.size).toBe(0);
    const never = await measure(await storeOf(series, Number.NEGATIVE_INFINITY));
    expect(never.knownBefore).toBe(never.knownFrom);
  });

  it.each([
    { asOfMs: dayStartMs(TODAY + 1) - 1, knownBefore: TODAY + 1 },
    { asOfMs: dayStartMs(TODAY + 1) - 1_001, knownBefore: TODAY },
  ])("asked at the end of a day ($asOfMs) knows it", async ({ asOfMs, knownBefore }) => {
    expect(await measure(await storeOf([], asOfMs + 86_400_000), asOfMs)).toMatchObject({ knownBefore });
  });

  it("reads the uplink by the name its readings use, on all days of the window", async () => {
    const samples: Sample[] = [];
    for (let minute = 0; minute <= 60; minute += 1) {
      samples.push({ atMs: dayStartMs(TODAY - 1) + (480 + minute) * 60_000, value: minute * 60 * 5e6 });
    }
    const port = { device: "gw", instance: "wan" };
    const store = await storeOf([
      { metric: "if_in_bytes_total", ...port, samples },
      { metric: "if_out_bytes_total", ...port, samples },
      { metric: "if_speed_bits_per_second", ...port, samples: [at(TODAY - 1, 1e9)] },
    ]);
    const { access } = await measure(store);
    expect(access).toMatchObject({ busyHours: 1, capacityBitsPerSecond: 1e8 });
    expect(new Set(access?.utilisations.map((use) => use.toFixed(6)))).toEqual(new Set(["0.400000"]));
  });

  it("reads the same from DuckDB as from memory", async () => {
    const folder = await mkdtemp(join(tmpdir(), "campanile-measure-"));
    const duckDb = await openDuckDbStore({ path: join(folder, "readings.duckdb") });
    const port = { device: "gw", instance: "wan" };
    const busy = Array.from({ length: 61 }, (_, minute) => ({
      atMs: dayStartMs(TODAY - 1) + (480 + minute) * 60_000,
      value: minute * 1e6,
    }));
    const series = [
      { metric: "if_in_bytes_total", ...port, samples: busy },
      { metric: "if_out_bytes_total", ...port, samples: busy },
      { metric: "probe_ok", device: "panel", samples: [at(TODAY - 3, 1)] },
      { metric: "probe_ok", device: "gw", samples: [at(TODAY - 3, 1), at(TODAY - 2, 0)] },
      { metric: "projector_fault", device: "panel", samples: [at(TODAY - 4, 1), at(TODAY - 3, 0)] },
      { metric: "agent_clock_offset_seconds", device: AGENT, samples: [at(TODAY - 2, 0.5)] },
    ] as const;
    try {
      const measured = await measure(await storeOf(series, AS_OF, duckDb));
      expect(measured.access?.busyHours).toBe(1);
      const same = await measure(await storeOf([...series].reverse()));
      expect(measured).toEqual(same);
      expect([...measured.lastSeenDay, ...measured.faultDays]).toEqual([...same.lastSeenDay, ...same.faultDays]);
    } finally {
      await duckDb.close();
      await rm(folder, { recursive: true });
    }
  });

  it("has no way out of a school that names none", async () => {
    const campus = { devices: [device("gw", { kind: "gateway", role: "core" })] };
    expect(await measure(await storeOf([]), AS_OF, campus)).not.toHaveProperty("access");
  });

  it("refuses a school that the inventory does not have", async () => {
    const store = await storeOf([]);
    const asked = measureSchool({ store, inventory: inventoryOf({}), schoolId: "2133999999", asOfMs: AS_OF });
    await expect(asked).rejects.toMatchObject({ code: "SCHOOL_UNKNOWN" });
  });
});

describe("the days of TERMINAL_INVENTORY", () => {
  it("are 30 with the one of the evaluation, or end where a break froze the result", () => {
    expect(terminalDays({ frozen: false, lastTeachingDay: "2026-09-30" }, AS_OF)).toEqual({
      from: day("2026-09-03"),
      to: TODAY,
    });
    expect(terminalDays({ frozen: true, lastTeachingDay: "2026-06-30" }, AS_OF)).toEqual({
      from: day("2026-06-01"),
      to: day("2026-06-30"),
    });
  });
});
