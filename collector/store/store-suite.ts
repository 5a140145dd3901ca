// What every ReadingStore does with samples that are written, as tests, and what the tests of stores have in common.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MetricName } from "../../contract/metrics.ts";
import { eachSample, SampleBuilder, seriesText } from "./sample-columns.ts";
import type { ReadingStore, Sample, SampleColumns, SeriesKey, StoreBatch, WriteResult } from "./store.ts";

export interface SuiteStore {
  store: ReadingStore;
  /** Closes the store and opens what it left; absent for a store that leaves nothing. */
  reopen?: () => Promise<ReadingStore>;
  cleanup: () => Promise<void>;
}

export const T0 = Date.parse("2026-03-02T08:00:00+08:00");
export const SCHOOL = "3633000001";
export const OTHER_SCHOOL = "3633000002";
export const END = T0 + 86_400_000;
export const MINUTE = 60_000;

export const clients = (device: string): SeriesKey => ({ metric: "wifi_clients", device });
export const busy = (device: string, instance: string): SeriesKey => ({
  metric: "wifi_channel_busy_ratio",
  device,
  instance,
});

export type Row = [key: SeriesKey, atMs: number, value: number];

let nextSequence = 1;

/** A batch of its own unless the test says otherwise; samples in the order of `rows`. */
export function batchOf(rows: readonly Row[], more: Partial<StoreBatch> = {}): StoreBatch {
  const series: SeriesKey[] = [];
  const samples = new SampleBuilder(1);
  for (const [key, atMs, value] of rows) {
    const known = series.findIndex((other) => seriesText(other) === seriesText(key));
    samples.add(known < 0 ? series.push(key) - 1 : known, atMs, value);
  }
  return {
    agentId: "agent-1",
    session: "s1",
    sequence: nextSequence++,
    schoolId: SCHOOL,
    lane: "backlog",
    receivedAtMs: T0,
    sentAtMs: T0 - 50,
    digest: digestOf(nextSequence),
    lines: rows.length,
    ...spanOf(rows),
    samples: samples.columns(series),
    facts: [],
    events: [],
    ...more,
  };
}

const digestOf = (n: number): string => n.toString(16).padStart(16, "0");

function spanOf(rows: readonly Row[]): Pick<StoreBatch, "firstMs" | "lastMs"> {
  if (rows.length === 0) return {};
  const times = rows.map(([, atMs]) => atMs);
  return { firstMs: Math.min(...times), lastMs: Math.max(...times) };
}

/** What a store answers to a batch that it has. */
export function repeatOf({ digest, lines, sentAtMs, schoolId }: StoreBatch): WriteResult {
  return { repeated: true, first: { digest, lines, schoolId, ...(sentAtMs !== undefined && { sentAtMs }) } };
}

/** Everything a scan hands over, as sorted text. */
export async function scanned(
  store: ReadingStore,
  metrics: MetricName[],
  fromMs = 0,
  toMs = END,
  school?: string,
): Promise<string[]> {
  const found: string[] = [];
  const take = (schoolId: string, samples: SampleColumns) => {
    for (const { key, atMs, value } of eachSample(samples)) {
      found.push([schoolId, key.metric, key.device, key.instance ?? "-", atMs - T0, value].join(" "));
    }
  };
  await store.scan(metrics, fromMs, toMs, take, school);
  return found.sort();
}

export function storeSuite(name: string, open: () => Promise<SuiteStore>): void {
  describe(`a reading store: ${name}`, () => {
    let suite: SuiteStore;
    let store: ReadingStore;

    beforeEach(async () => {
      suite = await open();
      store = suite.store;
    });
    afterEach(async () => {
      await store.close();
      await suite.cleanup();
    });

    const samplesOf = (key: SeriesKey, schoolId = SCHOOL): Promise<Sample[]> => store.series(schoolId, key, 0, END);

    describe("samples", () => {
      it("come back in time order with the values that were written", async () => {
        const rows: Row[] = [
          [clients("ap-1"), T0 + MINUTE, 7],
          [clients("ap-1"), T0, 0],
          [clients("ap-2"), T0, 3],
        ];
        await expect(store.write(batchOf(rows))).resolves.toEqual({ repeated: false });
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([
          { atMs: T0, value: 0 },
          { atMs: T0 + MINUTE, value: 7 },
        ]);
        await expect(samplesOf(clients("ap-2"))).resolves.toEqual([{ atMs: T0, value: 3 }]);
      });

      it("of a series that was never measured are none, which is not zero", async () => {
        await store.write(batchOf([[clients("ap-1"), T0, 1]]));
        await expect(samplesOf(clients("ap-9"))).resolves.toEqual([]);
        await expect(samplesOf(busy("ap-1", "1"))).resolves.toEqual([]);
        await expect(samplesOf(clients("ap-1"), OTHER_SCHOOL)).resolves.toEqual([]);
      });

      it("are taken from the first millisecond of a range up to, not with, its last", async () => {
        await store.write(batchOf([0, 1, 2, 3].map((ms): Row => [clients("ap-1"), T0 + ms, ms])));
        const inRange = await store.series(SCHOOL, clients("ap-1"), T0 + 1, T0 + 3);
        expect(inRange.map(({ value }) => value)).toEqual([1, 2]);
        await expect(store.series(SCHOOL, clients("ap-1"), T0 + 2, T0 + 2)).resolves.toEqual([]);
        await expect(store.series(SCHOOL, clients("ap-1"), -Infinity, Infinity)).resolves.toHaveLength(4);
      });

      it.each([
        0,
        1,
        0.1,
        0.30000000000000004,
        1 / 3,
        5e-324,
        2.2250738585072014e-308,
        2 ** 53,
        2 ** 64,
        1e21,
        1.7976931348623157e308,
        -95.5,
        123456789.12345678,
      ])("keep the exact double %d", async (value) => {
        await store.write(batchOf([[clients("ap-1"), T0, value]]));
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value }]);
      });

      it("of two instances of one metric stay apart", async () => {
        const rows: Row[] = [
          [busy("ap-1", "1"), T0, 0.1],
          [busy("ap-1", "2"), T0, 0.2],
        ];
        await store.write(batchOf(rows));
        await expect(samplesOf(busy("ap-1", "1"))).resolves.toEqual([{ atMs: T0, value: 0.1 }]);
        await expect(samplesOf(busy("ap-1", "2"))).resolves.toEqual([{ atMs: T0, value: 0.2 }]);
      });

      it("with an instance and without one stay apart", async () => {
        const passed = { metric: "agent_selftest_passed", device: "gw" } as const;
        await store.write(
          batchOf([
            [passed, T0, 1],
            [{ ...passed, instance: "vlan20" }, T0, 0],
          ]),
        );
        await expect(samplesOf(passed)).resolves.toEqual([{ atMs: T0, value: 1 }]);
        await expect(samplesOf({ ...passed, instance: "vlan20" })).resolves.toEqual([{ atMs: T0, value: 0 }]);
      });

      it("of two schools stay apart, also for the same device key", async () => {
        await store.write(batchOf([[clients("ap-1"), T0, 1]]));
        await store.write(batchOf([[clients("ap-1"), T0, 2]], { schoolId: OTHER_SCHOOL, agentId: "agent-2" }));
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value: 1 }]);
        await expect(samplesOf(clients("ap-1"), OTHER_SCHOOL)).resolves.toEqual([{ atMs: T0, value: 2 }]);
      });

      it.each([
        "三楼东侧 AP=1,主",
        "aa:bb:cc:dd:ee:ff",
        "a\\b",
        "ends in a backslash\\",
        'it\'s "quoted"',
        "100%5c",
        "𝕒🔔",
        "'; DROP DATABASE campanile; --",
      ])("of a device named %s come back under that name", async (device) => {
        await store.write(batchOf([[busy(device, `射频 ${device}`), T0, 0.5]]));
        await expect(samplesOf(busy(device, `射频 ${device}`))).resolves.toEqual([{ atMs: T0, value: 0.5 }]);
        const [latest] = await store.latest(SCHOOL, 0);
        expect(latest?.key).toEqual(busy(device, `射频 ${device}`));
        await expect(store.instances(SCHOOL, device, "wifi_channel_busy_ratio", 0)).resolves.toEqual([
          `射频 ${device}`,
        ]);
      });
    });

    describe("two samples of one series at one time", () => {
      it("leave the later delivered, whichever batch it came in", async () => {
        await store.write(batchOf([[clients("ap-1"), T0, 1]]));
        await store.write(batchOf([[clients("ap-1"), T0, 2]]));
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value: 2 }]);
        await expect(scanned(store, ["wifi_clients"])).resolves.toEqual([`${SCHOOL} wifi_clients ap-1 - 0 2`]);
        await expect(store.latest(SCHOOL, 0)).resolves.toEqual([
          { key: clients("ap-1"), sample: { atMs: T0, value: 2 } },
        ]);
      });

      it("leave the later line within one batch, also when the series is listed twice", async () => {
        const twice = batchOf([
          [clients("ap-1"), T0, 1],
          [clients("ap-2"), T0, 5],
          [clients("ap-1"), T0, 2],
        ]);
        const columns = { ...twice.samples, series: [clients("ap-1"), clients("ap-2"), clients("ap-1")] };
        columns.seriesIndex = Int32Array.of(0, 1, 2);
        await store.write({ ...twice, samples: columns });
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value: 2 }]);
        await expect(scanned(store, ["wifi_clients"])).resolves.toHaveLength(2);
      });
    });

    it("takes late samples into their place", async () => {
      await store.write(batchOf([[clients("ap-1"), T0 + 5 * MINUTE, 5]]));
      await store.write(batchOf([[clients("ap-1"), T0 - 3 * 86_400_000, 1]]));
      await store.write(batchOf([[clients("ap-1"), T0, 2]]));
      expect((await samplesOf(clients("ap-1"))).map(({ value }) => value)).toEqual([1, 2, 5]);
      await expect(store.latest(SCHOOL, T0)).resolves.toEqual([
        { key: clients("ap-1"), sample: { atMs: T0 + 5 * MINUTE, value: 5 } },
      ]);
    });

    it("writes batches of many agents side by side", async () => {
      const batches = Array.from({ length: 40 }, (_, i) =>
        batchOf([[clients(`ap-${i}`), T0, i]], { agentId: `agent-${i}`, schoolId: `school-${i % 4}` }),
      );
      const results = await Promise.all(batches.map((batch) => store.write(batch)));
      expect(results.every(({ repeated }) => !repeated)).toBe(true);
      await expect(scanned(store, ["wifi_clients"])).resolves.toHaveLength(40);
    });
  });
}
