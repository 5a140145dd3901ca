import { describe, expect, it } from "vitest";
import { mainReasons } from "./main-reasons.ts";

describe("mainReasons", () => {
  it("says what is the matter before the rule that it broke", () => {
    const reasons = [
      { reason: "too_few_known_venues", count: 18 },
      { reason: "agent_blind", count: 17 },
      { reason: "auth_failed", count: 1 },
    ] as const;
    expect(mainReasons({ reasons: [...reasons] })).toEqual(["agent_blind", "too_few_known_venues"]);
  });

  it("gives what there is", () => {
    expect(mainReasons({ reasons: [] })).toEqual([]);
    expect(mainReasons({ reasons: [{ reason: "no_agent", count: 1 }] })).toEqual(["no_agent"]);
    expect(mainReasons({ reasons: [{ reason: "too_few_known_schools", count: 2 }] })).toEqual([
      "too_few_known_schools",
    ]);
  });
});
