import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import { type ReadingStore, StoreError } from "../store/store.ts";
import type { Row } from "../store/store-suite.ts";
import { HOUR, inBytes, MINUTE, T0, temperature } from "./rolled-suite.ts";
import { Roller } from "./roller.ts";
import { give, RAW_MS, rolled, rollerSuite } from "./roller-suite.ts";

rollerSuite("a store in memory", async () => ({ store: createMemoryStore(), cleanup: async () => {} }), 150);

const SCHOOL = "3633000001";
const OTHER = "3633000002";
const at = (minute: number, value = 1): Row => [temperature, T0 + minute * MINUTE, value];

describe("Roller", () => {
  let store: ReadingStore;
  let roller: Roller;

  beforeEach(async () => {
    store = createMemoryStore();
    roller = new Roller({ store, rawMs: RAW_MS });
    await roller.start(T0);
  });
  afterEach(() => store.close());

  const minutes = () => store.rollups(SCHOOL, temperature, "5m", 0, T0 + 48 * HOUR);
  const atMinute = (minute: number) => roller.roll(T0 + minute * MINUTE);
  /** The same store, in which some calls fail. */
  const failing = (fails: Partial<Record<keyof ReadingStore, () => boolean>>): ReadingStore =>
    new Proxy(store, {
      get: (target, name: keyof ReadingStore) => {
        const call = target[name];
        return (
          call &&
          ((...args: unknown[]) => {
            if (fails[name]?.()) return Promise.reject(new StoreError(true, "the disk is full"));
            return Reflect.apply(call, target, args);
          })
        );
      },
    });

  it("writes a window a minute after it has ended, and not before", async () => {
    await give(store, roller, SCHOOL, [at(0), at(4)], T0);
    await expect(atMinute(5)).resolves.toEqual({ windows: 0, failures: 0 });
    await roller.roll(T0 + 6 * MINUTE - 1);
    await expect(minutes()).resolves.toEqual([]);
    await expect(atMinute(6)).resolves.toEqual({ windows: 1, failures: 0 });
    await expect(minutes()).resolves.toMatchObject([{ startMs: T0, count: 2 }]);
    await expect(atMinute(7)).resolves.toEqual({ windows: 0, failures: 0 });
  });

  it("opens windows of every length again for what comes late", async () => {
    await give(store, roller, SCHOOL, [at(0, 1)], T0);
    await atMinute(40 * 60);
    await give(store, roller, SCHOOL, [at(1, 5)], T0 + 41 * HOUR);
    await atMinute(42 * 60);
    for (const resolution of ["5m", "1h", "1d"] as const) {
      const [first, ...others] = await store.rollups(SCHOOL, temperature, resolution, 0, T0 + 48 * HOUR);
      expect(first).toMatchObject({ count: 2, sum: 6, max: 5 });
      expect(others).toEqual([]);
    }
  });

  it("makes windows anew for a backlog every ten minutes, not with each minute of it, and has it all in the end", async () => {
    await give(store, roller, SCHOOL, [at(0)], T0);
    await atMinute(300);
    const day = () => store.rollups(SCHOOL, temperature, "1h", 0, T0 + 48 * HOUR);
    for (let minute = 301; minute < 320; minute++) {
      await give(store, roller, SCHOOL, [at(minute - 300), at(minute)], T0 + minute * MINUTE);
      await atMinute(minute);
      const counted = (await day()).reduce((sum, { count }) => sum + count, 0);
      // The hour from minute 255 on, in which what is live comes, ends at minute 315.
      expect(counted).toBe(minute < 310 ? 1 : minute < 316 ? 11 : 25);
      await expect(store.rolledUpTo()).resolves.toBeLessThanOrEqual(T0 + minute * MINUTE);
    }
    await atMinute(400);
    for (const length of ["1h", "1d"] as const) {
      const found = await store.rollups(SCHOOL, temperature, length, 0, T0 + 1 * HOUR);
      expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(length === "1h" ? 20 : 15);
    }
  });

  it("does not forget in a crash what waits for ten minutes", async () => {
    await give(store, roller, SCHOOL, [at(200)], T0 + 200 * MINUTE);
    await atMinute(300);
    await give(store, roller, SCHOOL, [at(1)], T0 + 301 * MINUTE);
    for (const minute of [302, 305, 309]) await atMinute(minute);
    await expect(store.rollups(SCHOOL, temperature, "5m", 0, T0 + HOUR)).resolves.toEqual([]);
    roller = new Roller({ store, rawMs: RAW_MS });
    await atMinute(309);
    await expect(store.rollups(SCHOOL, temperature, "5m", 0, T0 + HOUR)).resolves.toHaveLength(1);
  });

  it("reads the time of many schools once, and that of a late one alone", async () => {
    const scans: (string | undefined)[] = [];
    const watched = new Proxy(store, {
      get: (target, name: keyof ReadingStore) => {
        const call = target[name];
        return (
          call &&
          ((...args: unknown[]) => {
            if (name === "scan") scans.push(typeof args[4] === "string" ? args[4] : undefined);
            return Reflect.apply(call, target, args);
          })
        );
      },
    });
    roller = new Roller({ store: watched, rawMs: RAW_MS });
    const schools = Array.from({ length: 40 }, (_, i) => `36330001${i + 10}`);
    for (const school of schools) await give(store, roller, school, [at(10), at(11)], T0 + 11 * MINUTE);
    await give(store, roller, SCHOOL, [at(0)], T0 + 11 * MINUTE);
    await atMinute(20); // five minutes past midnight: the hour and the day have ended too
    expect(scans).toEqual([undefined, SCHOOL]);
    for (const school of [...schools, SCHOOL]) expect(await rolled(store, school)).toHaveLength(3);
  });

  it("rolls up a day that one school was cut off for with a scan an hour", async () => {
    let scans = 0;
    const counted = failing({ scan: () => ++scans < 0 });
    roller = new Roller({ store: counted, rawMs: RAW_MS });
    await give(store, roller, OTHER, [at(25 * 60)], T0 + 25 * HOUR);
    const day = Array.from({ length: 24 * 60 }, (_, minute) => at(minute, minute));
    await give(store, roller, SCHOOL, day, T0 + 25 * HOUR);
    await atMinute(26 * 60);
    expect(scans).toBeLessThan(30);
    await expect(minutes()).resolves.toHaveLength(288);
  });

  describe("when the store fails", () => {
    it.each(["scan", "writeRollups", "scanRollups", "setRolledUpTo"] as const)(
      "in %s, leaves everything for the next round and then has it all",
      async (call) => {
        let fails = true;
        roller = new Roller({ store: failing({ [call]: () => fails }), rawMs: RAW_MS });
        await give(store, roller, SCHOOL, [at(0, 1), at(70, 2)], T0);
        await give(store, roller, OTHER, [at(0, 3)], T0);
        const first = await atMinute(40 * 60);
        expect(first.failures).toBeGreaterThan(0);
        expect(first.error).toMatchObject({ code: "STORE_UNAVAILABLE" });
        await expect(store.rolledUpTo()).resolves.toBeUndefined();
        fails = false;
        await expect(atMinute(40 * 60)).resolves.toMatchObject({ failures: 0 });
        expect(await rolled(store, SCHOOL)).toHaveLength(6);
        expect(await rolled(store, OTHER)).toHaveLength(3);
        await expect(store.rolledUpTo()).resolves.toBeGreaterThan(T0);
      },
    );

    it("asks no more after some failures", async () => {
      let asked = 0;
      roller = new Roller({ store: failing({ scan: () => ++asked > 0 }), rawMs: RAW_MS });
      for (let hour = 0; hour < 40; hour += 2) await give(store, roller, SCHOOL, [at(hour * 60)], T0);
      await atMinute(45 * 60);
      expect(asked).toBe(10);
    });
  });

  it("begins nothing more once it is told to stop, and keeps what is left for later", async () => {
    await give(store, roller, SCHOOL, [at(0)], T0);
    await roller.roll(T0 + HOUR, AbortSignal.abort());
    await expect(minutes()).resolves.toEqual([]);
    await expect(store.rolledUpTo()).resolves.toBeUndefined();
    await roller.roll(T0 + HOUR);
    await expect(minutes()).resolves.toHaveLength(1);
  });

  it("takes readings that come while it works into the next round", async () => {
    await give(store, roller, SCHOOL, [at(0)], T0);
    const rolling = atMinute(10);
    await give(store, roller, SCHOOL, [at(1)], T0 + 10 * MINUTE);
    await rolling;
    await atMinute(11);
    await expect(minutes()).resolves.toMatchObject([{ count: 2 }]);
  });

  it("says that it has come no further than the oldest reading of a window that is open", async () => {
    await give(store, roller, SCHOOL, [at(0)], T0);
    await give(store, roller, SCHOOL, [at(59)], T0 + 30 * MINUTE);
    await atMinute(60);
    await expect(store.rolledUpTo()).resolves.toBe(T0 + 30 * MINUTE);
    await atMinute(120);
    await expect(store.rolledUpTo()).resolves.toBe(T0 + 110 * MINUTE);
  });

  it("starts by itself when nobody did, as soon as the store is there", async () => {
    let fails = true;
    await give(store, roller, SCHOOL, [at(0)], T0);
    roller = new Roller({ store: failing({ scanLedger: () => fails }), rawMs: RAW_MS });
    expect(roller.unsettledFrom(SCHOOL, "5m", T0)).toBe(T0 - RAW_MS);
    await expect(atMinute(10)).resolves.toMatchObject({ windows: 0, failures: 1 });
    fails = false;
    await expect(atMinute(11)).resolves.toMatchObject({ windows: 1, failures: 0 });
  });

  describe("after a restart", () => {
    const restart = async (minute: number) => {
      roller = new Roller({ store, rawMs: RAW_MS });
      await roller.start(T0 + minute * MINUTE);
    };

    it("finds what was stored since in the ledger", async () => {
      await give(store, roller, SCHOOL, [at(0)], T0);
      await restart(30);
      await atMinute(30);
      await expect(minutes()).resolves.toHaveLength(1);
    });

    it("ends the hour and the day that were open, though no reading came since", async () => {
      await give(store, roller, SCHOOL, [[inBytes, T0 + 16 * MINUTE, 5]], T0 + 16 * MINUTE);
      await atMinute(50);
      await restart(50);
      await atMinute(30 * 60);
      expect((await rolled(store, SCHOOL)).map((text) => text.split(" ")[0])).toEqual(["1d", "1h", "5m"]);
    });

    it("does not make windows anew whose readings are forgotten", async () => {
      await give(store, roller, SCHOOL, [at(0)], T0);
      roller = new Roller({ store, rawMs: HOUR });
      await roller.start(T0 + 10 * HOUR);
      expect(roller.pendingWindows).toBe(0);
    });
  });

  it("says from when on windows are not settled, by school and length", async () => {
    const now = T0 + 5 * HOUR + 13 * MINUTE;
    const open = T0 + 5 * HOUR + 10 * MINUTE;
    expect(roller.unsettledFrom(SCHOOL, "5m", now)).toBe(open);
    expect(roller.unsettledFrom(SCHOOL, "5m", open + 30_000)).toBe(open - 5 * MINUTE);
    await give(store, roller, SCHOOL, [at(31)], now);
    expect(roller.unsettledFrom(SCHOOL, "5m", now)).toBe(T0 + 30 * MINUTE);
    expect(roller.unsettledFrom(SCHOOL, "1h", now)).toBe(T0 + 15 * MINUTE);
    expect(roller.unsettledFrom(OTHER, "5m", now)).toBe(open);
    await roller.roll(now);
    expect(roller.unsettledFrom(SCHOOL, "5m", now)).toBe(open);
    expect(roller.unsettledFrom(SCHOOL, "1d", now)).toBe(T0 + 15 * MINUTE);
  });
});
