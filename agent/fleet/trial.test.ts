import { describe, expect, it } from "vitest";
import {
  begun,
  confirmed,
  inForce,
  judge,
  type Kept,
  knownRevision,
  nothingKept,
  refused,
  reported,
  restarted,
  rolledBack,
} from "./trial.ts";

const NOTHING_KEPT = nothingKept({ agent: "a1", collector: "http://c" });
const held = (revision: number) => ({ revision, config: { interval: `${revision}0s` } });
const good7 = confirmed(begun(NOTHING_KEPT, held(7), false));

describe("a configuration on its way", () => {
  it("is good once it has proved itself, and the collector is to be told", () => {
    expect(inForce(good7)).toEqual(held(7));
    expect(good7.verdict).toEqual({ revision: 7, outcome: "applied", problems: [] });
    expect(good7.unreported).toEqual([good7.verdict]);
    expect(reported(good7, { revision: 7, outcome: "applied", problems: [] }).unreported).toEqual([]);
  });

  it("leaves what is in force where it is when it is refused, and is not fetched again", () => {
    const after = refused(good7, 8, ["interval: nonsense"]);
    expect(inForce(after)).toEqual(held(7));
    expect(knownRevision(after)).toBe(8);
    expect(after.verdict).toEqual({ revision: 8, outcome: "refused", problems: ["interval: nonsense"] });
  });

  it("goes back to the good one, or to the file alone where there is none", () => {
    expect(inForce(rolledBack(begun(good7, held(8), true), ["deaf"]))).toEqual(held(7));
    const first = rolledBack(begun(NOTHING_KEPT, held(1), false), ["deaf"]);
    expect(inForce(first)).toBeUndefined();
    expect(knownRevision(first)).toBe(1);
  });

  it("takes the place of one that is still on trial, and remembers who answered before that", () => {
    const after = begun(begun(good7, held(8), true), held(9), false);
    expect(after.trial).toEqual({ held: held(9), starts: 1, answeredBefore: true });
    expect(inForce(rolledBack(after, ["deaf"]))).toEqual(held(7));
  });

  it("is begun again after a restart, three times in all, and then given up", () => {
    let kept = begun(good7, held(8), true);
    const inForceAt: (number | undefined)[] = [];
    for (let start = 0; start < 4; start++) {
      kept = restarted(kept);
      inForceAt.push(inForce(kept)?.revision);
    }
    expect(inForceAt).toEqual([8, 8, 7, 7]);
    expect(kept.verdict).toMatchObject({ revision: 8, outcome: "rolled-back" });
    expect(kept.unreported.at(-1)).toEqual(kept.verdict);
  });

  // A crash is a restart with what was durable: the state before or after each step.
  it.each<{ state: string; kept: Kept; comesUpWith: number | undefined }>([
    { state: "before anything", kept: NOTHING_KEPT, comesUpWith: undefined },
    { state: "with a good one", kept: good7, comesUpWith: 7 },
    { state: "on trial", kept: begun(good7, held(8), true), comesUpWith: 8 },
    { state: "on trial for the first time", kept: begun(NOTHING_KEPT, held(8), false), comesUpWith: 8 },
    { state: "just confirmed", kept: confirmed(begun(good7, held(8), true)), comesUpWith: 8 },
    { state: "just refused", kept: refused(good7, 8, ["x"]), comesUpWith: 7 },
    { state: "just refused while on trial", kept: refused(begun(good7, held(8), true), 9, ["x"]), comesUpWith: 8 },
    { state: "just rolled back", kept: rolledBack(begun(good7, held(8), true), ["x"]), comesUpWith: 7 },
    { state: "superseded on trial", kept: begun(begun(good7, held(8), true), held(9), true), comesUpWith: 9 },
  ])("comes up with the right one when it is killed $state", ({ kept, comesUpWith }) => {
    expect(inForce(restarted(kept))?.revision).toBe(comesUpWith);
  });

  it("keeps a bounded history for a collector that is never there", () => {
    let kept: Kept = NOTHING_KEPT;
    for (let i = 1; i <= 100; i++) kept = refused(kept, i, ["x".repeat(5_000)]);
    expect(kept.unreported).toHaveLength(20);
    expect(kept.unreported.at(-1)?.problems[0]).toHaveLength(1_000);
  });
});

describe("the judgement of a trial", () => {
  const at = { elapsedMs: 0, confirmWithinMs: 180_000, isStored: false, hasAnswer: false, answeredBefore: false };
  it.each([
    { signs: at, verdict: "waiting" },
    { signs: { ...at, isStored: true }, verdict: "confirmed" },
    { signs: { ...at, isStored: true, answeredBefore: true }, verdict: "waiting" },
    { signs: { ...at, isStored: true, answeredBefore: true, hasAnswer: true }, verdict: "confirmed" },
    { signs: { ...at, hasAnswer: true, answeredBefore: true }, verdict: "waiting" },
    { signs: { ...at, elapsedMs: 179_999 }, verdict: "waiting" },
    { signs: { ...at, elapsedMs: 180_000 }, verdict: ["no collector acknowledged a batch within 180 s"] },
    {
      signs: { ...at, elapsedMs: 180_000, isStored: true, answeredBefore: true },
      verdict: ["no target answered within 180 s, and some did before"],
    },
    { signs: { ...at, elapsedMs: 180_000, isStored: true }, verdict: "confirmed" },
  ])("is $verdict for $signs", ({ signs, verdict }) => {
    expect(judge(signs)).toEqual(verdict);
  });
});
