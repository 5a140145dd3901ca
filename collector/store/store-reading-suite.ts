// What every ReadingStore gives back other than one series, as tests: instances, latest, scans, facts, events; and how it closes.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MetricName } from "../../contract/metrics.ts";
import { seriesText } from "./sample-columns.ts";
import type { ReadingStore, Sample, SeriesKey, StoreBatch } from "./store.ts";
import {
  batchOf,
  busy,
  clients,
  END,
  MINUTE,
  OTHER_SCHOOL,
  type Row,
  SCHOOL,
  type SuiteStore,
  scanned,
  T0,
} from "./store-suite.ts";

const byText = (a: { key: SeriesKey }, b: { key: SeriesKey }) => (seriesText(a.key) < seriesText(b.key) ? -1 : 1);

export function storeReadingSuite(name: string, open: () => Promise<SuiteStore>): void {
  describe(`what a reading store gives back: ${name}`, () => {
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
        await expect(scanned(store, metrics, T0 + 1, T0 + 2 * MINUTE, OTHER_SCHOOL)).resolves.toEqual([
          `${OTHER_SCHOOL} wifi_clients ap-1 - 60000 9`,
        ]);
        await expect(scanned(store, metrics, 0, END, "3633000009")).resolves.toEqual([]);
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
