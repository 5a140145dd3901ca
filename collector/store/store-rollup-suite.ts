// What every ReadingStore does with rollups and in maintenance, as tests.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seriesText } from "./sample-columns.ts";
import type { ReadingStore, Resolution, Retention, Rollup, SeriesKey, SeriesRollup } from "./store.ts";
import {
  batchOf,
  busy,
  clients,
  END,
  MINUTE,
  OTHER_SCHOOL,
  SCHOOL,
  type SuiteStore,
  scanned,
  T0,
} from "./store-suite.ts";

const DAY_MS = 86_400_000;
const byText = (a: { key: SeriesKey }, b: { key: SeriesKey }) => (seriesText(a.key) < seriesText(b.key) ? -1 : 1);

export function storeRollupSuite(name: string, open: () => Promise<SuiteStore>): void {
  describe(`what a reading store rolls up and forgets: ${name}`, () => {
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

    const rollup = (startMs: number, more: Partial<Rollup> = {}): Rollup => ({
      startMs,
      count: 2,
      sum: 3.5,
      min: 1,
      max: 2.5,
      first: 1,
      last: 2.5,
      firstMs: startMs,
      lastMs: startMs + MINUTE,
      ...more,
    });
    const rolled = (key: SeriesKey, resolution: Resolution = "5m", schoolId = SCHOOL) =>
      store.rollups(schoolId, key, resolution, 0, END);

    describe("rollups", () => {
      it("come back in time order, of their series, resolution and school only", async () => {
        const [early, late] = [rollup(T0, { increase: 0 }), rollup(T0 + 5 * MINUTE, { sum: 0.1, min: -95.5 })];
        await store.writeRollups(SCHOOL, "5m", [
          { key: clients("ap-1"), rollup: late },
          { key: clients("ap-1"), rollup: early },
          { key: busy("ap-1", "射频 1"), rollup: rollup(T0, { count: 9 }) },
        ]);
        await store.writeRollups(SCHOOL, "1h", [{ key: clients("ap-1"), rollup: rollup(T0, { count: 60 }) }]);
        await store.writeRollups(OTHER_SCHOOL, "5m", [{ key: clients("ap-1"), rollup: rollup(T0, { count: 5 }) }]);
        if (suite.reopen !== undefined) store = await suite.reopen();
        await expect(rolled(clients("ap-1"))).resolves.toStrictEqual([early, late]);
        await expect(rolled(busy("ap-1", "射频 1"))).resolves.toMatchObject([{ count: 9 }]);
        await expect(rolled(clients("ap-1"), "1h")).resolves.toMatchObject([{ count: 60 }]);
        await expect(rolled(clients("ap-1"), "1d")).resolves.toEqual([]);
        await expect(rolled(clients("ap-1"), "5m", OTHER_SCHOOL)).resolves.toMatchObject([{ count: 5 }]);
        await expect(rolled(clients("ap-9"))).resolves.toEqual([]);
        await expect(store.rollups(SCHOOL, clients("ap-1"), "5m", T0, T0 + 5 * MINUTE)).resolves.toEqual([early]);
        await expect(store.rollups(SCHOOL, clients("ap-1"), "5m", T0 + 1, END)).resolves.toEqual([late]);
      });

      it("take the place of those of the same series and window, also what the later one does not say", async () => {
        await store.writeRollups(SCHOOL, "5m", [
          { key: clients("ap-1"), rollup: rollup(T0, { increase: 7 }) },
          { key: clients("ap-2"), rollup: rollup(T0) },
        ]);
        const again = rollup(T0, { count: 3, sum: 9 });
        await store.writeRollups(SCHOOL, "5m", [{ key: clients("ap-1"), rollup: again }]);
        await expect(rolled(clients("ap-1"))).resolves.toStrictEqual([again]);
        await expect(rolled(clients("ap-2"))).resolves.toEqual([rollup(T0)]);
      });

      it("of a school are handed over whole within a range, thousands too, each once", async () => {
        const many = Array.from({ length: 3000 }, (_, i) => ({
          key: busy(`ap-${i % 100}`, `${i}`),
          rollup: rollup(T0),
        }));
        await store.writeRollups(SCHOOL, "5m", many);
        await store.writeRollups(
          SCHOOL,
          "5m",
          many.slice(0, 1000).map(({ key }) => ({ key, rollup: rollup(T0 - 1) })),
        );
        await store.writeRollups(OTHER_SCHOOL, "5m", [{ key: clients("ap-1"), rollup: rollup(T0) }]);
        await store.writeRollups(SCHOOL, "5m", []);
        const found: string[] = [];
        const take = (rollups: readonly SeriesRollup[]) => {
          for (const { key, rollup } of rollups) found.push(`${seriesText(key)} ${rollup.startMs - T0} ${rollup.sum}`);
        };
        await store.scanRollups(SCHOOL, "5m", T0, T0 + 1, take);
        expect(found.sort()).toEqual(many.map(({ key }) => `${seriesText(key)} 0 3.5`).sort());
        found.length = 0;
        await store.scanRollups(SCHOOL, "5m", T0 + 1, END, take);
        await store.scanRollups(SCHOOL, "1h", 0, END, take);
        await store.scanRollups("3633000009", "5m", 0, END, take);
        expect(found).toEqual([]);
      });
    });

    it("remembers how far readings were rolled up", async () => {
      await expect(store.rolledUpTo()).resolves.toBeUndefined();
      await store.setRolledUpTo(T0);
      await store.setRolledUpTo(T0 + 5);
      if (suite.reopen !== undefined) store = await suite.reopen();
      await expect(store.rolledUpTo()).resolves.toBe(T0 + 5);
    });

    describe("maintenance", () => {
      const now = T0 + 3 * 3_600_000;
      const retention: Retention = {
        rawMs: 30 * DAY_MS,
        rollupMs: { "5m": 40 * DAY_MS, "1h": 60 * DAY_MS, "1d": 90 * DAY_MS },
        eventsMs: 50 * DAY_MS,
      };
      const daysAgo = (days: number) => T0 - days * DAY_MS;
      const event = (days: number) => ({ device: "ap-1", atMs: daysAgo(days), kind: "link_down", text: `${days}` });

      it("changes nothing that is younger than the retention says, and neither a second time", async () => {
        for (let day = 25; day >= 0; day -= 5) {
          await store.write(
            batchOf(
              [
                [clients("ap-1"), daysAgo(day), day],
                [busy("ap-1", "1"), daysAgo(day), day],
              ],
              {
                receivedAtMs: daysAgo(day),
                facts: [{ device: "ap-1", atMs: daysAgo(day), texts: { model: `m${day}` } }],
                events: [event(day)],
              },
            ),
          );
        }
        await store.write(batchOf([[clients("ap-1"), daysAgo(20), 99]], { receivedAtMs: daysAgo(10) })); // late, and another value
        await store.writeRollups(SCHOOL, "5m", [{ key: clients("ap-1"), rollup: rollup(daysAgo(39)) }]);
        await store.writeRollups(SCHOOL, "1d", [{ key: clients("ap-1"), rollup: rollup(daysAgo(89)) }]);
        const everything = async () => ({
          series: await store.series(SCHOOL, clients("ap-1"), 0, END),
          part: await store.series(SCHOOL, clients("ap-1"), daysAgo(20), daysAgo(10)),
          latest: (await store.latest(SCHOOL, daysAgo(3))).sort(byText),
          instances: await store.instances(SCHOOL, "ap-1", "wifi_channel_busy_ratio", daysAgo(12)),
          scan: await scanned(store, ["wifi_clients", "wifi_channel_busy_ratio"]),
          school: await scanned(store, ["wifi_clients"], daysAgo(20), T0, SCHOOL),
          facts: await store.facts(SCHOOL),
          events: await store.events(SCHOOL, 0, END),
          fine: await rolled(clients("ap-1")),
          coarse: await rolled(clients("ap-1"), "1d"),
          schools: await store.schools(),
        });
        const before = await everything();
        expect(before.series.map(({ value }) => value)).toEqual([25, 99, 15, 10, 5, 0]);
        for (const minute of [0, 1, 60]) {
          await store.maintain(now + minute * MINUTE, retention);
          await expect(everything()).resolves.toEqual(before);
        }
        if (suite.reopen !== undefined) store = await suite.reopen();
        await expect(everything()).resolves.toEqual(before);
        await store.write(batchOf([[clients("ap-1"), daysAgo(15), 98]], { receivedAtMs: now }));
        const values = (await store.series(SCHOOL, clients("ap-1"), 0, END)).map(({ value }) => value);
        expect(values).toEqual([25, 99, 98, 10, 5, 0]);
      });

      it("forgets what is older, except the newest texts and the names of batches", async () => {
        const old = batchOf(
          [
            [clients("ap-1"), daysAgo(99), 1],
            [clients("gone"), daysAgo(99), 1],
          ],
          {
            receivedAtMs: daysAgo(99),
            facts: [{ device: "ap-1", atMs: daysAgo(99), texts: { model: "AP-A" } }],
            events: [event(99)],
          },
        );
        await store.write(old);
        await store.write(
          batchOf([[clients("ap-1"), daysAgo(1), 2]], { receivedAtMs: daysAgo(1), events: [event(1)] }),
        );
        for (const resolution of ["5m", "1h", "1d"] as const) {
          const windows = [99, 70, 45, 1].map((days) => ({ key: clients("ap-1"), rollup: rollup(daysAgo(days)) }));
          await store.writeRollups(SCHOOL, resolution, windows);
        }
        await store.setRolledUpTo(now);
        await store.maintain(now, retention);
        if (suite.reopen !== undefined) store = await suite.reopen();
        await expect(store.series(SCHOOL, clients("gone"), 0, END)).resolves.toEqual([]);
        await expect(store.series(SCHOOL, clients("ap-1"), 0, END)).resolves.toEqual([{ atMs: daysAgo(1), value: 2 }]);
        await expect(store.events(SCHOOL, 0, END)).resolves.toEqual([event(1)]);
        await expect(rolled(clients("ap-1"), "5m")).resolves.toEqual([rollup(daysAgo(1))]);
        await expect(rolled(clients("ap-1"), "1h")).resolves.toHaveLength(2);
        await expect(rolled(clients("ap-1"), "1d")).resolves.toHaveLength(3);
        await expect(store.facts(SCHOOL)).resolves.toEqual(new Map([["ap-1", { model: "AP-A" }]]));
        await expect(store.write(old)).resolves.toMatchObject({ repeated: true });
        await store.write(batchOf([[clients("gone"), T0, 3]]));
        await expect(store.series(SCHOOL, clients("gone"), 0, END)).resolves.toEqual([{ atMs: T0, value: 3 }]);
      });
    });
  });
}
