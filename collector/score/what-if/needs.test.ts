import { describe, expect, it } from "vitest";
import { device } from "../campus-suite.ts";
import { PARAMETERS } from "../parameters.ts";
import { CODE, UNKNOWN_CODE } from "../state.ts";
import type { SchoolHistory } from "./history.ts";
import { needsOf } from "./needs.ts";

const LETTERS: Readonly<Record<string, number>> = {
  u: CODE.up,
  g: CODE.degraded,
  d: CODE.down,
  p: CODE.downDep,
  m: CODE.maintenance,
  o: UNKNOWN_CODE.agent_offline,
  b: UNKNOWN_CODE.agent_blind,
  x: UNKNOWN_CODE.not_probed,
  a: UNKNOWN_CODE.auth_failed,
  c: UNKNOWN_CODE.clock_untrusted,
  r: UNKNOWN_CODE.rejected,
  y: UNKNOWN_CODE.path_unknown,
};

/** An access point below a switch below a core switch, each as a string of slots; a day has twenty of them. */
function needs(films: { ap: string; sw?: string; core?: string }, hasAgent = true) {
  const codes = (letters = "") => Uint8Array.from(letters, (letter) => LETTERS[letter] ?? 0);
  const devices = new Map([
    ["ap", device("ap", { ...(films.sw !== undefined && { parent: "sw" }), segment: "wifi" })],
    ["sw", device("sw", films.core === undefined ? {} : { parent: "core" })],
    ["core", device("core")],
  ]);
  const history: SchoolHistory = {
    days: [],
    later: [],
    nextDays: [],
    slotsPerDay: 20,
    restOfDay: 0,
    frozen: false,
    length: films.ap.length,
    codesOf: (id) => codes(id === "ap" ? films.ap : id === "sw" ? films.sw : films.core),
    device: (id) => devices.get(id),
    asOfDay: 0,
    parameters: PARAMETERS,
  };
  return needsOf("ap", history, hasAgent);
}

const of = (letter: string) => letter.repeat(20);

describe("what an access point needs", () => {
  it.each([
    { case: "is up", ap: of("u"), want: [] },
    { case: "is up although a second path failed", ap: of("g"), want: [] },
    { case: "was down until a day ago", ap: of("d") + of("u"), want: [] },
    { case: "was down in one slot of twenty", ap: `d${"u".repeat(19)}`, want: [] },
    { case: "was down in two", ap: `dd${"u".repeat(18)}`, want: [{ kind: "mend", device: "ap" }] },
    { case: "was up until a day ago", ap: of("u") + of("d"), want: [{ kind: "mend", device: "ap" }] },
    { case: "is in maintenance", ap: of("m"), want: [{ kind: "mend", device: "ap" }] },
    { case: "was in maintenance and is up", ap: "m".repeat(10) + "u".repeat(10), want: [] },
    { case: "nobody ever looked at", ap: "", want: [] },
    { case: "is not asked", ap: of("x"), want: [{ kind: "evidence", reason: "not_probed", device: "ap" }] },
    { case: "refuses credentials", ap: of("a"), want: [{ kind: "evidence", reason: "auth_failed", device: "ap" }] },
    { case: "a blind agent asks", ap: of("b"), want: [{ kind: "evidence", reason: "agent_blind", segment: "wifi" }] },
    { case: "an agent that is offline asks", ap: of("o"), want: [{ kind: "evidence", reason: "agent_offline" }] },
    { case: "an agent with a wrong clock asks", ap: of("c"), want: [{ kind: "evidence", reason: "clock_untrusted" }] },
    { case: "an agent whose batches are refused asks", ap: of("r"), want: [{ kind: "evidence", reason: "rejected" }] },
  ])("that $case", ({ ap, want }) => {
    expect(needs({ ap })).toEqual(want);
  });

  it("is an agent where nobody speaks for the school", () => {
    expect(needs({ ap: of("o") }, false)).toEqual([{ kind: "evidence", reason: "no_agent" }]);
  });

  it("is what is down upstream, the first of a chain", () => {
    expect(needs({ ap: of("p"), sw: of("d") })).toEqual([{ kind: "mend", device: "sw" }]);
    expect(needs({ ap: of("p"), sw: of("p"), core: of("d") })).toEqual([{ kind: "mend", device: "core" }]);
  });

  it("is to look at what is upstream where nobody saw that, or at the end to mend the silent access point", () => {
    expect(needs({ ap: of("y"), sw: of("x") })).toEqual([{ kind: "evidence", reason: "not_probed", device: "sw" }]);
    expect(needs({ ap: of("y"), sw: of("y"), core: of("o") })).toEqual([{ kind: "evidence", reason: "agent_offline" }]);
    expect(needs({ ap: of("y"), sw: of("m") })).toEqual([{ kind: "mend", device: "ap" }]);
  });

  it("is all that went wrong more often than a verdict bears, whatever came first", () => {
    const both = `${"d".repeat(10)}${"o".repeat(9)}x`;
    expect(needs({ ap: both })).toEqual([
      { kind: "evidence", reason: "agent_offline" },
      { kind: "evidence", reason: "not_probed", device: "ap" },
      { kind: "mend", device: "ap" },
    ]);
    expect(needs({ ap: `u${both.slice(1)}` })).toEqual([
      { kind: "evidence", reason: "agent_offline" },
      { kind: "mend", device: "ap" },
    ]);
  });
});
