import { describe, expect, it } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import { type Retention, StoreError } from "../store/store.ts";
import { Housekeeper } from "./housekeeper.ts";
import { HOUR, MINUTE, T0, temperature } from "./rolled-suite.ts";
import { Roller } from "./roller.ts";
import { give, RAW_MS } from "./roller-suite.ts";

const DAY = 24 * HOUR;
const retention: Retention = {
  rawMs: 90 * DAY,
  rollupMs: { "5m": 400 * DAY, "1h": 1100 * DAY, "1d": 3660 * DAY },
  eventsMs: 400 * DAY,
};

function household(maintain: (nowMs: number) => Promise<void>) {
  const store = createMemoryStore();
  const roller = new Roller({ store, rawMs: RAW_MS });
  const said: string[] = [];
  const say = (details: object, message: string) => void said.push(`${Reflect.get(details, "what")}: ${message}`);
  const time = { nowMs: T0 };
  const housekeeper = new Housekeeper({
    roller,
    store: { maintain: (nowMs) => maintain(nowMs) },
    retention,
    nowMs: () => time.nowMs,
    log: { warn: say, info: say },
  });
  return { store, roller, housekeeper, said, time };
}

describe("Housekeeper", () => {
  it("maintains soon after the start and then once an hour, and rolls up every time", async () => {
    const maintained: number[] = [];
    const { store, roller, housekeeper, time, said } = household(async (nowMs) => void maintained.push(nowMs - T0));
    await give(store, roller, "3633000001", [[temperature, T0, 1]], T0);
    for (let minute = 0; minute <= 125; minute += 5) {
      time.nowMs = T0 + minute * MINUTE;
      await housekeeper.once();
    }
    expect(maintained).toEqual([0, HOUR, 2 * HOUR]);
    expect(housekeeper.counts).toEqual({ windows: 3, rollFailures: 0, maintained: 3, maintainFailures: 0 });
    expect(said).toEqual([]);
  });

  it("does one thing at a time: who asks meanwhile waits for the same", async () => {
    let maintaining = 0;
    const { housekeeper } = household(async () => {
      maintaining += 1;
    });
    await Promise.all([housekeeper.once(), housekeeper.once(), housekeeper.once()]);
    expect(maintaining).toBe(1);
  });

  it("tells once that maintenance fails, tries again an hour later, and tells that it works again", async () => {
    let fails = true;
    const { housekeeper, time, said } = household(async () => {
      if (fails) throw new StoreError(true, "no space");
    });
    for (const hour of [0, 0.5, 1]) {
      time.nowMs = T0 + hour * HOUR;
      await housekeeper.once();
    }
    expect(housekeeper.counts).toMatchObject({ maintained: 0, maintainFailures: 2 });
    fails = false;
    time.nowMs = T0 + 2 * HOUR;
    await housekeeper.once();
    expect(said).toEqual(["maintain: housekeeping fails, trying again later", "maintain: housekeeping works again"]);
  });

  it("tells once that rolling up fails, and maintains all the same", async () => {
    let maintained = 0;
    const { store, roller, housekeeper, time, said } = household(async () => {
      maintained += 1;
    });
    await roller.start(T0);
    await give(store, roller, "3633000001", [[temperature, T0, 1]], T0);
    await store.close();
    for (const minute of [10, 11]) {
      time.nowMs = T0 + minute * MINUTE;
      await housekeeper.once();
    }
    expect(maintained).toBe(1);
    expect(housekeeper.counts.rollFailures).toBe(2);
    expect(said).toEqual(["roll: housekeeping fails, trying again later"]);
  });

  it("begins no maintenance once it is stopped", async () => {
    let maintained = 0;
    const { housekeeper } = household(async () => {
      maintained += 1;
    });
    const working = housekeeper.once();
    await housekeeper.stop();
    await working;
    expect(maintained).toBe(0);
  });
});
