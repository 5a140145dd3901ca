import { describe, expect, it } from "vitest";
import { loadPolicyTargets } from "./load.ts";
import { computedAs, OWN_GOALS, ownGoalOf, RELATIONS, relationProblems } from "./relations.ts";
import type { PolicyTarget } from "./target.ts";

const targets = loadPolicyTargets();

/** The targets with one of them changed, or taken out. */
function changed(id: string, change?: Partial<PolicyTarget>): Map<string, PolicyTarget> {
  const copy = new Map(targets);
  const target = targets.get(id);
  if (target && change) copy.set(id, { ...target, ...change });
  else copy.delete(id);
  return copy;
}

describe("targets that share a computation", () => {
  it("are the three of the scoring model, each with a reason", () => {
    expect(RELATIONS.map(({ target, computedAs }) => `${target} ${computedAs}`)).toEqual([
      "A16 A05",
      "B23 B10",
      "B64 D46",
    ]);
    expect(RELATIONS.every(({ reason }) => reason.length > 0)).toBe(true);
  });

  it("point to where they are computed, all others to themselves", () => {
    expect(["A16", "B23", "B64"].map(computedAs)).toEqual(["A05", "B10", "D46"]);
    expect(["A05", "B10", "D46", "B12"].map(computedAs)).toEqual(["A05", "B10", "D46", "B12"]);
  });

  it("say in the file what is said here", () => {
    expect(relationProblems(targets)).toEqual([]);
  });

  it.each<{ case: string; id: string; change?: Partial<PolicyTarget> }>([
    { case: "a restatement that has gone", id: "A16" },
    { case: "a restated one that has gone", id: "B10" },
    { case: "a restatement with another scope", id: "A16", change: { scope: "all schools" } },
    { case: "a restatement with another deadline", id: "B23", change: { deadline: "2027-12-31" } },
    { case: "a restatement with another number", id: "A16", change: { values: [] } },
    { case: "a restatement with another indicator", id: "B23", change: { indicators: [] } },
    { case: "a restatement that does not say so", id: "A16", change: { note: "core target" } },
    { case: "a successor with another figure", id: "D46", change: { unit: "rooms" } },
    { case: "a successor that asks no more", id: "D46", change: { values: targets.get("B64")?.values ?? [] } },
    { case: "a successor that does not come later", id: "D46", change: { deadline: "2025-12-31" } },
    { case: "a successor that does not say so", id: "D46", change: { note: "cumulative" } },
    { case: "an own goal of a target that has gone", id: "D71" },
    { case: "an own goal that the note does not name", id: "B60", change: { note: "no number in the plan" } },
    { case: "an own goal where there is a number", id: "D71", change: { values: targets.get("B66")?.values ?? [] } },
  ])("$case is a problem that names it", ({ id, change }) => {
    const problems = relationProblems(changed(id, change));
    expect(problems).toHaveLength(1);
    const relation = RELATIONS.find((r) => r.target === id || r.computedAs === id);
    expect(problems[0]).toContain(relation?.target ?? id);
  });
});

describe("own goals", () => {
  it("are two, and every other target has none", () => {
    expect(OWN_GOALS.map(({ target, value }) => [target, value.toNumber()])).toEqual([
      ["B60", 0.9],
      ["D71", 1],
    ]);
    expect(ownGoalOf("D71")?.population).toBe("county:*");
    expect(ownGoalOf("B66")).toBeUndefined();
  });
});
