// What every ReadingStore does, as tests. Each implementation's own test file runs them all.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MetricName } from "../../contract/metrics.ts";
import { eachSample, SampleBuilder, seriesText } from "./sample-columns.ts";
import type { ReadingStore, Sample, SeriesKey, StoreBatch } from "./store.ts";

export interface SuiteStore {
  store: ReadingStore;
  /** Closes the store and opens what it left; absent for a store that leaves nothing. */
  reopen?: () => Promise<ReadingStore>;
  cleanup: () => Promise<void>;
}

export const T0 = Date.parse("2026-03-02T08:00:00+08:00");
export const SCHOOL = "3633000001";
export const OTHER_SCHOOL = "3633000002";
const END = T0 + 86_400_000;
const MINUTE = 60_000;

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
    receivedAtMs: T0,
    lines: rows.length,
    samples: samples.columns(series),
    facts: [],
    events: [],
    ...more,
  };
}

/** Everything a scan hands over, as sorted text. */
export async function scanned(store: ReadingStore, metrics: MetricName[], fromMs = 0, toMs = END): Promise<string[]> {
  const found: string[] = [];
  await store.scan(metrics, fromMs, toMs, (schoolId, samples) => {
    for (const { key, atMs, value } of eachSample(samples)) {
      found.push([schoolId, key.metric, key.device, key.instance ?? "-", atMs - T0, value].join(" "));
    }
  });
  return found.sort();
}

const byText = (a: { key: SeriesKey }, b: { key: SeriesKey }) => (seriesText(a.key) < seriesText(b.key) ? -1 : 1);

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

    describe("a batch that arrives again", () => {
      it("is recognised, answered with the lines of its first delivery, and not written", async () => {
        const batch = batchOf([[clients("ap-1"), T0, 1]], { lines: 41 });
        await store.write(batch);
        await store.write(batchOf([[clients("ap-1"), T0, 2]]));
        await expect(store.write(batch)).resolves.toEqual({ repeated: true, lines: 41 });
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value: 2 }]);
      });

      it("is recognised while its first delivery is being written", async () => {
        const batch = batchOf([[clients("ap-1"), T0, 1]]);
        const results = await Promise.all([store.write(batch), store.write(batch), store.write(batch)]);
        expect(results.map(({ repeated }) => repeated).sort()).toEqual([false, true, true]);
        await expect(store.agents()).resolves.toMatchObject([{ batches: 1 }]);
      });

      it("is recognised after the store was closed and opened again (skipped for a store that leaves nothing behind)", async ({
        skip,
      }) => {
        if (suite.reopen === undefined) return skip("it leaves nothing behind");
        const batch = batchOf([[clients("ap-1"), T0, 1]]);
        await store.write(batch);
        store = await suite.reopen();
        await expect(store.write(batch)).resolves.toEqual({ repeated: true, lines: 1 });
        await store.write(batchOf([[clients("ap-2"), T0, 2]]));
        await store.write(batchOf([[clients("ap-1"), T0, 3]]));
        await expect(samplesOf(clients("ap-1"))).resolves.toEqual([{ atMs: T0, value: 3 }]);
        await expect(samplesOf(clients("ap-2"))).resolves.toEqual([{ atMs: T0, value: 2 }]);
      });

      it("differs from one of another agent, another session or another number", async () => {
        const batch = batchOf([[clients("ap-1"), T0, 1]]);
        await store.write(batch);
        for (const other of [{ agentId: "agent-2" }, { session: "s2" }, { sequence: batch.sequence + 1000 }]) {
          await expect(store.write({ ...batch, ...other })).resolves.toEqual({ repeated: false });
        }
        await expect(store.write({ ...batch, sequence: batch.sequence + 1000 })).resolves.toMatchObject({
          repeated: true,
        });
        await expect(store.write({ ...batch, sequence: batch.sequence + 500 })).resolves.toMatchObject({
          repeated: false,
        });
      });

      it("is recognised also when nothing in it was right", async () => {
        const batch = batchOf([]);
        await expect(store.write(batch)).resolves.toEqual({ repeated: false });
        await expect(store.write(batch)).resolves.toEqual({ repeated: true, lines: 0 });
      });
    });

    it("writes batches of many agents side by side", async () => {
      const batches = Array.from({ length: 40 }, (_, i) =>
        batchOf([[clients(`ap-${i}`), T0, i]], { agentId: `agent-${i}`, schoolId: `school-${i % 4}` }),
      );
      const results = await Promise.all(batches.map((batch) => store.write(batch)));
      expect(results.every(({ repeated }) => !repeated)).toBe(true);
      await expect(scanned(store, ["wifi_clients"])).resolves.toHaveLength(40);
    });

    describe("instances", () => {
      it("are those of the metric and device that had a sample since then, sorted", async () => {
        await store.write(
          batchOf([
            [busy("ap-1", "5GHz"), T0, 0.1],
            [busy("ap-1", "2.4GHz"), T0 + MINUTE, 0.1],
            [busy("ap-2", "6GHz"), T0 + MINUTE, 0.1],
            [{ metric: "wifi_radio_clients", device: "ap-1", instance: "other" }, T0 + MINUTE, 3],
            [clients("ap-1"), T0 + MINUTE, 3],
          ]),
        );
        const since = (ms: number) => store.instances(SCHOOL, "ap-1", "wifi_channel_busy_ratio", ms);
        await expect(since(T0)).resolves.toEqual(["2.4GHz", "5GHz"]);
        await expect(since(T0 + 1)).resolves.toEqual(["2.4GHz"]);
        await expect(since(END)).resolves.toEqual([]);
        await expect(store.instances(SCHOOL, "ap-1", "wifi_clients", 0)).resolves.toEqual([]);
        await expect(store.instances(OTHER_SCHOOL, "ap-1", "wifi_channel_busy_ratio", 0)).resolves.toEqual([]);
      });
    });

    describe("latest", () => {
      it("is the newest sample of each series of the school, unless it is older than asked", async () => {
        await store.write(
          batchOf([
            [clients("ap-1"), T0, 1],
            [clients("ap-1"), T0 + MINUTE, 2],
            [busy("ap-1", "1"), T0, 0.4],
            [clients("old"), T0 - 1, 9],
          ]),
        );
        await store.write(batchOf([[clients("ap-1"), T0 + MINUTE, 8]], { schoolId: OTHER_SCHOOL }));
        const found = await store.latest(SCHOOL, T0);
        expect(found.sort(byText)).toEqual([
          { key: busy("ap-1", "1"), sample: { atMs: T0, value: 0.4 } },
          { key: clients("ap-1"), sample: { atMs: T0 + MINUTE, value: 2 } },
        ]);
        await expect(store.latest("3633000009", 0)).resolves.toEqual([]);
      });
    });

    describe("a scan", () => {
      it("hands over the metrics asked for, of every school, within the range", async () => {
        await store.write(
          batchOf([
            [clients("ap-1"), T0, 1],
            [clients("ap-1"), T0 + MINUTE, 2],
            [clients("ap-1"), T0 + 2 * MINUTE, 3],
            [busy("ap-1", "1"), T0 + MINUTE, 0.5],
            [{ metric: "uptime_seconds", device: "ap-1" }, T0 + MINUTE, 77],
          ]),
        );
        await store.write(batchOf([[clients("ap-1"), T0 + MINUTE, 9]], { schoolId: OTHER_SCHOOL }));
        const metrics: MetricName[] = ["wifi_clients", "wifi_channel_busy_ratio"];
        await expect(scanned(store, metrics, T0 + 1, T0 + 2 * MINUTE)).resolves.toEqual([
          `${SCHOOL} wifi_channel_busy_ratio ap-1 1 60000 0.5`,
          `${SCHOOL} wifi_clients ap-1 - 60000 2`,
          `${OTHER_SCHOOL} wifi_clients ap-1 - 60000 9`,
        ]);
        await expect(scanned(store, [])).resolves.toEqual([]);
        await expect(scanned(store, metrics, END, END + 1)).resolves.toEqual([]);
      });

      it("hands over thousands of series and every sample once", async () => {
        const devices = Array.from({ length: 1500 }, (_, i) => `ap-${i}`);
        for (let minute = 0; minute < 3; minute++) {
          await store.write(batchOf(devices.map((device, i): Row => [clients(device), T0 + minute * MINUTE, i])));
        }
        const found = await scanned(store, ["wifi_clients"]);
        expect(found).toHaveLength(4500);
        expect(new Set(found).size).toBe(4500);
        await expect(store.latest(SCHOOL, T0)).resolves.toHaveLength(1500);
      });

      it("ends with the error of who takes the samples", async () => {
        await store.write(batchOf([[clients("ap-1"), T0, 1]]));
        const stop = new Error("enough");
        const scanning = store.scan(["wifi_clients"], 0, END, () => {
          throw stop;
        });
        await expect(scanning).rejects.toBe(stop);
        await expect(samplesOf(clients("ap-1"))).resolves.toHaveLength(1);
      });
    });

    describe("facts", () => {
      it("that came since they were asked for last are there", async () => {
        const write = (atMs: number, model: string) =>
          store.write(batchOf([], { facts: [{ device: "ap-1", atMs, texts: { model } }] }));
        await write(T0, "old");
        await expect(store.facts(SCHOOL)).resolves.toEqual(new Map([["ap-1", { model: "old" }]]));
        (await store.facts(SCHOOL)).clear(); // what one caller does with them is its own affair
        await expect(store.facts(SCHOOL)).resolves.toEqual(new Map([["ap-1", { model: "old" }]]));
        const [asked] = await Promise.all([store.facts(SCHOOL), write(T0 + 1, "new")]);
        expect(["old", "new"]).toContain(asked.get("ap-1")?.model);
        await expect(store.facts(SCHOOL)).resolves.toEqual(new Map([["ap-1", { model: "new" }]]));
      });

      it("are the newest text of each name, device by device, whatever the order of arrival", async () => {
        const fact = (device: string, atMs: number, texts: StoreBatch["facts"][number]["texts"]) =>
          batchOf([], { facts: [{ device, atMs, texts }] });
        await store.write(fact("ap-1", T0, { model: "AP-A", firmware: "1" }));
        await store.write(fact("ap-1", T0 + 2 * MINUTE, { firmware: "3" }));
        await store.write(fact("ap-1", T0 + MINUTE, { firmware: "2", vendor: '锐捷 "RG"\\n' }));
        await store.write(fact("ap-2", T0, { name: "东楼" }));
        await store.write(fact("ap-2", T0, { name: "西楼" }));
        await expect(store.facts(SCHOOL)).resolves.toEqual(
          new Map([
            ["ap-1", { model: "AP-A", firmware: "3", vendor: '锐捷 "RG"\\n' }],
            ["ap-2", { name: "西楼" }],
          ]),
        );
        await expect(store.facts(OTHER_SCHOOL)).resolves.toEqual(new Map());
      });
    });

    describe("events", () => {
      it("come back in time order; the same one told again is one", async () => {
        const forced = { device: "door-1", atMs: T0 + MINUTE, kind: "door_forced", text: "门被强行打开" };
        const trap = { device: "ap-1", atMs: T0, kind: "trap_received", text: "coldStart" };
        await store.write(batchOf([], { events: [forced, trap] }));
        await store.write(batchOf([], { events: [forced] }));
        await expect(store.events(SCHOOL, T0, END)).resolves.toEqual([trap, forced]);
        await expect(store.events(SCHOOL, T0 + 1, T0 + MINUTE)).resolves.toEqual([]);
        await expect(store.events(OTHER_SCHOOL, 0, END)).resolves.toEqual([]);
      });

      it("of one device come the newest first, and not more than are wanted", async () => {
        const event = (device: string, kind: string, minute: number, text = kind) => {
          return { device, atMs: T0 + minute * MINUTE, kind, text };
        };
        const [down, up] = [event("ap'1 ", "link_down", 1), event("ap'1 ", "link_up", 2)];
        const [again, left] = [event("ap'1 ", "link_down", 3, "再次"), event("ap'1 ", "ap_left", 4)];
        await store.write(batchOf([], { events: [again, down, event("ap-2", "link_down", 9), left, up] }));
        await store.write(batchOf([], { events: [event("ap'1 ", "cold_start", 9)], schoolId: OTHER_SCHOOL }));
        const asked = (sinceMs: number, limit: number) => store.deviceEvents(SCHOOL, "ap'1 ", sinceMs, limit);
        await expect(asked(0, 10)).resolves.toEqual([left, again, up, down]);
        await expect(asked(T0 + 2 * MINUTE, 10)).resolves.toEqual([left, again, up]);
        await expect(asked(0, 2)).resolves.toEqual([left, again]);
        await expect(store.deviceEvents(SCHOOL, "ap-3", 0, 10)).resolves.toEqual([]);
        const corrected = { ...left, text: "新" };
        await store.write(batchOf([], { events: [corrected] }));
        await expect(asked(0, 1)).resolves.toEqual([corrected]);
      });
    });

    it("counts the batches of each agent and knows when the newest arrived", async () => {
      await expect(store.agents()).resolves.toEqual([]);
      await store.write(batchOf([[clients("ap-1"), T0, 1]], { receivedAtMs: T0 + 5 }));
      const newest = batchOf([], { receivedAtMs: T0 + 9 });
      await store.write(newest);
      await store.write(batchOf([], { receivedAtMs: T0 + 7, session: "s2" }));
      await store.write({ ...newest, receivedAtMs: T0 + 99 });
      await store.write(batchOf([], { agentId: "agent-2", receivedAtMs: T0 }));
      const agents = await store.agents();
      expect(agents.sort((a, b) => (a.agentId < b.agentId ? -1 : 1))).toEqual([
        { agentId: "agent-1", batches: 3, lastReceivedMs: T0 + 9 },
        { agentId: "agent-2", batches: 1, lastReceivedMs: T0 },
      ]);
    });

    it("is ready while it is open, and refuses everything as retryable once it is closed", async () => {
      await expect(store.ready()).resolves.toBeUndefined();
      await store.close();
      const closed = { code: "STORE_UNAVAILABLE", retryable: true };
      await expect(store.write(batchOf([]))).rejects.toMatchObject(closed);
      await expect(samplesOf(clients("ap-1"))).rejects.toMatchObject(closed);
      await expect(store.latest(SCHOOL, 0)).rejects.toMatchObject(closed);
      await expect(scanned(store, ["wifi_clients"])).rejects.toMatchObject(closed);
      await expect(store.ready()).rejects.toMatchObject(closed);
    });

    it("finishes the writes that were under way when it is closed", async () => {
      const batches = Array.from({ length: 10 }, (_, i) => batchOf([[clients("ap-1"), T0 + i, i]]));
      const writes = Promise.allSettled(batches.map((batch) => store.write(batch)));
      await store.close();
      const settled = await writes;
      for (const result of settled) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "STORE_UNAVAILABLE" });
      }
      if (suite.reopen === undefined) return;
      store = await suite.reopen();
      const stored = await samplesOf(clients("ap-1"));
      expect(stored).toHaveLength(settled.filter(({ status }) => status === "fulfilled").length);
    });
  });
}
