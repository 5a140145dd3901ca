import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, dayAt, dayOf } from "../../inventory/day.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { openState, type State } from "../../state/state.ts";
import { answers, columns, inventoryOf, isSilent, ONE_ROOM, SCHOOL, sees, type TestSample } from "../campus-suite.ts";
import { Evidence } from "../evidence.ts";
import { type EvidenceKeeper, openKeeper } from "./keeper.ts";

/** Wednesday, ten in the morning. */
const NOW_MS = Date.parse("2026-09-09T10:00:00+08:00");
const TODAY = dayAt(NOW_MS);
const HOUR_MS = 3_600_000;
const OTHER = "2133000002";

let folder: string;
let state: State;
let evidence: Evidence;
let keeper: EvidenceKeeper;
let nowMs: number;
let warnings: string[];
let inventory: Inventory | undefined;

const log = { info: () => undefined, warn: (_: object, message: string) => void warnings.push(message) };

/** A process begins: what was in memory is gone. @param isRecalled all that is stored has been taken */
async function begin(isRecalled = true): Promise<void> {
  evidence = new Evidence({ isArchived: true });
  keeper = await openKeeper({ state, evidence, inventory: () => inventory, nowMs: () => nowMs, log });
  if (isRecalled) keeper.recalled();
}

/** Two rounds: a day is packed when nothing came between two of them. */
async function rounds(): Promise<void> {
  await keeper.once();
  await keeper.once();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-evidence-"));
  state = await openState(join(folder, "state.duckdb"));
  nowMs = NOW_MS;
  warnings = [];
  inventory = undefined;
  await begin();
});
afterEach(async () => {
  await state.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (daysAgo: number) => NOW_MS - daysAgo * DAY_MS;
const take = (samples: readonly TestSample[], schoolId = SCHOOL) => evidence.take(schoolId, columns(samples));
const digest = (days = [TODAY - 2, TODAY - 1, TODAY], schoolId = SCHOOL) => evidence.digest(schoolId, days);

describe("the keeper of evidence", () => {
  it("has nothing to say at its first start, so that all has to be taken from the store", () => {
    expect(keeper.keptUpToMs).toBeUndefined();
    expect(evidence.keysOf(SCHOOL)).toEqual([]);
  });

  it("brings days that are over back after a restart", async () => {
    take([sees(at(2)), answers("ap", at(2)), ...isSilent("lamp", at(1))]);
    take([answers("door", at(1))], OTHER);
    const [before, other] = [digest(), digest([TODAY - 1], OTHER)];
    await rounds();
    await begin();
    expect(digest()).toBe(before);
    expect(digest([TODAY - 1], OTHER)).toBe(other);
    expect(evidence.keysOf(SCHOOL)).toEqual(["ap", "lamp"]);
    expect(evidence.unsaved()).toEqual([]);
  });

  it("archives the day that goes on only once all that is stored has been taken, then every hour", async () => {
    await begin(false);
    take([answers("ap", at(0))]);
    await rounds();
    expect(evidence.unsaved()).toMatchObject([{ day: TODAY, isOpen: true }]);
    expect(keeper.keptUpToMs).toBeUndefined();
    keeper.recalled();
    await keeper.once();
    expect(evidence.unsaved()).toEqual([]);
    expect(keeper.keptUpToMs).toBe(NOW_MS - 10 * 60_000);
    take([answers("ap2", at(0))]);
    nowMs += HOUR_MS - 1;
    await keeper.once();
    expect(evidence.unsaved()).toHaveLength(1);
    nowMs += 1;
    await keeper.once();
    expect(evidence.unsaved()).toEqual([]);
    expect(keeper.keptUpToMs).toBe(NOW_MS + HOUR_MS - 10 * 60_000);
    const before = digest();
    await begin();
    expect(digest()).toBe(before);
    expect(keeper.keptUpToMs).toBe(NOW_MS + HOUR_MS - 10 * 60_000);
  });

  it("archives everything when it stops", async () => {
    take([answers("ap", at(0)), answers("ap", at(5))]);
    const before = digest([TODAY - 5, TODAY]);
    await keeper.stop();
    await begin();
    expect(digest([TODAY - 5, TODAY])).toBe(before);
  });

  it("loses nothing of what the archive did not take, and says so once", async () => {
    take([answers("ap", at(1))]);
    const before = digest();
    await state.close();
    await rounds();
    await keeper.once();
    expect(warnings).toEqual(["evidence cannot be archived, trying again later"]);
    expect(evidence.unsaved()).toHaveLength(1);
    evidence.forgetBefore(NOW_MS + DAY_MS);
    expect(digest()).toBe(before);
    state = await openState(join(folder, "state.duckdb"));
  });

  it("opens an archived day for what comes late, and archives both", async () => {
    take([answers("ap", at(2)), ...isSilent("lamp", at(2)).slice(0, 1)]);
    await rounds();
    await begin();
    take([answers("late", at(2)), ...isSilent("lamp", at(2)).slice(2, 3)]);
    const lamp = evidence.deviceDay(SCHOOL, "lamp", TODAY - 2);
    expect(Math.max(...Array.from({ length: 288 }, (_, slot) => lamp?.failedAttempts(slot) ?? 0))).toBe(2);
    const before = digest();
    await rounds();
    await begin();
    expect(digest()).toBe(before);
  });

  it("keeps an attempt that is told again one attempt, also after a restart", async () => {
    const [attempt] = isSilent("lamp", at(1));
    if (attempt === undefined) throw new Error("no attempt");
    take([attempt]);
    const before = digest();
    await rounds();
    await begin();
    take([attempt]);
    expect(digest()).toBe(before);
  });
});

describe("days beyond memory", () => {
  const OLD = 200;

  /** A day that was taken, archived, and forgotten. */
  async function forgotten(samples: readonly TestSample[], daysAgo = OLD): Promise<string> {
    take(samples);
    const before = digest([TODAY - daysAgo]);
    await rounds();
    return before;
  }

  it("are not known until they are fetched, and as they were then", async () => {
    const before = await forgotten([answers("ap", at(OLD))]);
    expect(evidence.isKnown(SCHOOL, [TODAY - OLD])).toBe(false);
    expect(evidence.isKnown(SCHOOL, [TODAY])).toBe(true);
    expect(digest([TODAY - OLD])).not.toBe(before);
    await keeper.fetch(SCHOOL, TODAY - OLD - 1, TODAY - OLD);
    expect(evidence.isKnown(SCHOOL, [TODAY - OLD - 1, TODAY - OLD])).toBe(true);
    expect(digest([TODAY - OLD])).toBe(before);
    nowMs += HOUR_MS;
    await keeper.once();
    expect(evidence.isKnown(SCHOOL, [TODAY - OLD])).toBe(false);
  });

  it("can be fetched after a restart, and by two at once", async () => {
    const before = await forgotten([answers("ap", at(OLD))]);
    await begin();
    const fetch = () => keeper.fetch(SCHOOL, TODAY - OLD, TODAY - OLD);
    await Promise.all([fetch(), fetch()]);
    expect(digest([TODAY - OLD])).toBe(before);
  });

  it("take what comes late for them without losing what they had", async () => {
    await forgotten([answers("ap", at(OLD))]);
    take([answers("ap2", at(OLD))]);
    expect(evidence.isKnown(SCHOOL, [TODAY - OLD])).toBe(false);
    await rounds();
    await begin();
    await keeper.fetch(SCHOOL, TODAY - OLD, TODAY - OLD);
    const whole = new Evidence();
    whole.take(SCHOOL, columns([answers("ap", at(OLD)), answers("ap2", at(OLD))]));
    expect(digest([TODAY - OLD])).toBe(whole.digest(SCHOOL, [TODAY - OLD]));
  });

  it("are in memory for all schools as long as 40 days", async () => {
    const [last, before] = [await forgotten([answers("ap", at(40))], 40), digest([TODAY - 41])];
    await forgotten([answers("ap", at(41))], 41);
    nowMs += HOUR_MS;
    await keeper.once();
    expect(digest([TODAY - 40])).toBe(last);
    expect(digest([TODAY - 41])).toBe(before);
  });

  describe("that a school's window looks at, because it has been closed since", () => {
    const term = (to: string) =>
      inventoryOf({ ...ONE_ROOM, calendar: [{ scope: SCHOOL, from: "2026-01-05", to, kind: "term" }] });
    const DAY = dayOf("2026-06-30") ?? Number.NaN;

    it("stay in memory, and come back after a restart", async () => {
      inventory = term("2026-06-30");
      const before = await forgotten([answers("ap", at(TODAY - DAY))], TODAY - DAY);
      const other = TODAY - DAY + 60;
      await forgotten([answers("ap", at(other))], other);
      expect(evidence.isKnown(SCHOOL, [DAY - 1, DAY])).toBe(true);
      expect(digest([DAY])).toBe(before);
      await begin();
      expect(digest([DAY])).toBe(before);
      expect(evidence.isKnown(SCHOOL, [DAY - 1, DAY])).toBe(true);
      expect(evidence.of(SCHOOL).day(TODAY - other)).toBeUndefined();
    });

    it("are fetched when the calendar changes", async () => {
      const before = await forgotten([answers("ap", at(TODAY - DAY))], TODAY - DAY);
      expect(digest([DAY])).not.toBe(before);
      inventory = term("2026-06-30");
      await keeper.once();
      expect(digest([DAY])).toBe(before);
    });
  });

  it("are dropped from the archive after 800 days", async () => {
    await forgotten([answers("ap", at(OLD))]);
    nowMs += 601 * DAY_MS;
    await rounds();
    await keeper.fetch(SCHOOL, TODAY - OLD, TODAY - OLD);
    expect(evidence.of(SCHOOL).day(TODAY - OLD)).toBeUndefined();
  });
});
