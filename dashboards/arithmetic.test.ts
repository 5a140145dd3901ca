import { describe, expect, it } from "vitest";
import { decidingRule } from "./arithmetic.ts";

const slots = (served: number, unserved: number, unknown: number) => ({
  expected: served + unserved + unknown,
  served,
  unserved,
  unknown,
});

describe("decidingRule explains the worked examples of the scoring model", () => {
  it.each([
    { case: "E2 two access points, one down", verdict: "covered", slots: slots(1900, 0, 20), want: "passed" },
    { case: "E3 agent offline, device fine", verdict: "insufficient", slots: slots(1440, 0, 480), want: "evidence" },
    { case: "E4 both", verdict: "not_covered", slots: slots(1632, 96, 192), want: "share" },
    {
      case: "E5 little evidence, clear verdict",
      verdict: "not_covered",
      slots: slots(1020, 200, 700),
      want: "best-case",
    },
    { case: "E6 exact edge", verdict: "covered_quality_unproven", slots: slots(1824, 96, 0), want: "passed" },
    { case: "E6 one slot below it", verdict: "not_covered", slots: slots(1823, 97, 0), want: "best-case" },
    { case: "E8 no access point", verdict: "not_equipped", slots: slots(0, 0, 0), want: "no-ap" },
    { case: "no slot expected", verdict: "insufficient", slots: slots(0, 0, 0), want: "no-evidence" },
    { case: "exactly κ is enough evidence", verdict: "insufficient", slots: slots(1536, 0, 384), want: "other" },
  ] as const)("$case", ({ verdict, slots: counts, want }) => {
    expect(decidingRule({ verdict, slots: counts })).toBe(want);
  });
});
