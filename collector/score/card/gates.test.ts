import { describe, expect, it } from "vitest";
import { dayAt } from "../../inventory/day.ts";
import { Exact } from "../exact.ts";
import { scorecard } from "./card.ts";
import {
  AS_OF,
  between,
  cardOf,
  DAY,
  FACTS,
  insufficient,
  known,
  notApplicable,
  PERFECT,
  without,
} from "./card-suite.ts";
import { CRITICAL_KINDS, type CriticalFinding } from "./gates.ts";
import type { Indicator } from "./indicator.ts";

const bounds = ({ score }: ReturnType<typeof cardOf>) =>
  [score.lo, score.point, score.hi].map((value) => value?.toNumber());
const states = ({ gates }: ReturnType<typeof cardOf>) =>
  Object.fromEntries(gates.map(({ gate, state }) => [gate, state]));

describe("the gate of low coverage", () => {
  it.each([
    { cover: known(0.599), state: "active", got: [59, 59, 59] },
    { cover: known(Exact.ratio(599_999, 1_000_000)), state: "active", got: [59, 59, 59] },
    { cover: known(0.6), state: "inactive", got: [95.2, 95.2, 95.2] },
    { cover: known(0.601), state: "inactive", got: [95.212, 95.212, 95.212] },
  ])("is $state", ({ cover, state, got }) => {
    const card = cardOf({ ...PERFECT, WIFI_COVER: cover });
    expect(states(card)).toMatchObject({ cover_low: state, cover_insufficient: "inactive" });
    expect(bounds(card)).toEqual(got);
  });

  it("leaves a score below its cap as it is", () => {
    const card = cardOf({ WIFI_COVER: known(0.5), EVIDENCE_SHARE: known(0.9) });
    expect(bounds(card)).toEqual([8, undefined, 59]);
  });

  it.each<{ what: string; cover: Indicator; state: string; lo: number }>([
    { what: "nothing", cover: insufficient, state: "unknown", lo: 59 },
    { what: "at least 0.59", cover: between({ lo: 0.59 }), state: "unknown", lo: 59 },
    { what: "at least 0.60", cover: between({ lo: 0.6 }), state: "inactive", lo: 88 },
    { what: "at most 0.40", cover: between({ hi: 0.4 }), state: "unknown", lo: 59 },
  ])("with coverage of which $what is known is $state", ({ cover, state, lo }) => {
    const card = cardOf({ ...PERFECT, WIFI_COVER: cover });
    expect(states(card)).toMatchObject({ cover_low: state, cover_insufficient: "active" });
    expect(bounds(card)).toEqual([lo, 100, 100]);
  });
});

describe("the gate of critical findings", () => {
  const finding = (openMs: number, changes: Partial<CriticalFinding> = {}): CriticalFinding => ({
    id: "f",
    kind: "default_password",
    openedMs: AS_OF - openMs,
    ...changes,
  });

  it.each([
    { what: "none", findings: [], state: "inactive" },
    { what: "one just under 7 days", findings: [finding(7 * DAY - 1)], state: "inactive" },
    { what: "one of exactly 7 days", findings: [finding(7 * DAY)], state: "inactive" },
    { what: "one just over 7 days", findings: [finding(7 * DAY + 1)], state: "active" },
    { what: "one resolved in time", findings: [finding(9 * DAY, { resolvedMs: AS_OF - DAY })], state: "inactive" },
    { what: "one resolved this moment", findings: [finding(9 * DAY, { resolvedMs: AS_OF })], state: "inactive" },
    { what: "one resolved later", findings: [finding(9 * DAY, { resolvedMs: AS_OF + 1 })], state: "active" },
    { what: "one of the future", findings: [finding(-9 * DAY)], state: "inactive" },
    { what: "a young one and an old one", findings: [finding(DAY), finding(8 * DAY)], state: "active" },
  ])("with $what is $state", ({ findings, state }) => {
    const card = cardOf(PERFECT, { criticalFindings: findings });
    expect(states(card)).toMatchObject({ critical_finding: state });
    expect(bounds(card)).toEqual(state === "active" ? [79, 79, 79] : [100, 100, 100]);
  });

  it.each(CRITICAL_KINDS)("is active by %s, and names it", (kind) => {
    const open = finding(8 * DAY, { kind });
    expect(cardOf(PERFECT, { criticalFindings: [open] }).gates[1]).toEqual({
      gate: "critical_finding",
      state: "active",
      cap: 79,
      findings: [{ ...open, openMs: 8 * DAY }],
    });
  });

  it("may be active where nobody looked", () => {
    const { asOfMs, inventoryConfirmedDay } = FACTS;
    const card = scorecard({ asOfMs, inventoryConfirmedDay, indicators: PERFECT });
    expect(states(card)).toMatchObject({ critical_finding: "unknown" });
    expect(bounds(card)).toEqual([79, 100, 100]);
    expect(card.smartReady).toEqual({ ready: "insufficient", reasons: ["critical_finding"] });
  });
});

describe("the gate of the inventory", () => {
  const today = dayAt(AS_OF);

  it.each([
    { day: today, state: "inactive", ageDays: 0 },
    { day: today - 399, state: "inactive", ageDays: 399 },
    { day: today - 400, state: "inactive", ageDays: 400 },
    { day: today - 401, state: "active", ageDays: 401 },
    { day: today + 1, state: "active", ageDays: undefined },
  ])("confirmed $ageDays days ago is $state", ({ day, state, ageDays }) => {
    const card = cardOf(PERFECT, { inventoryConfirmedDay: day });
    expect(card.gates[2]).toMatchObject({ gate: "inventory_not_confirmed", state });
    if (ageDays !== undefined) expect(card.gates[2]).toMatchObject({ confirmedDay: day, ageDays });
    expect(bounds(card)).toEqual(state === "active" ? [79, 79, 79] : [100, 100, 100]);
  });
});

describe("an inventory that was never confirmed", () => {
  it("is a gate like one confirmed too long ago", () => {
    const { asOfMs, criticalFindings } = FACTS;
    const card = scorecard({ asOfMs, criticalFindings, indicators: PERFECT });
    expect(card.gates[2]).toEqual({ gate: "inventory_not_confirmed", state: "active", cap: 79 });
    expect(card.smartReady).toEqual({ ready: "no", reasons: ["inventory_not_confirmed"] });
  });
});

describe("several gates at once", () => {
  it("leave the lowest cap", () => {
    const card = cardOf({ ...PERFECT, WIFI_COVER: known(0.1) }, { inventoryConfirmedDay: 0 });
    expect(bounds(card)).toEqual([59, 59, 59]);
    expect(card.smartReady).toEqual({ ready: "no", reasons: ["cover_low", "inventory_not_confirmed"] });
  });
});

describe("insufficient coverage", () => {
  it("keeps its reasons in the gate, also where it does not apply", () => {
    expect(cardOf(without("WIFI_COVER")).gates[3]).toEqual({
      gate: "cover_insufficient",
      state: "active",
      reasons: ["agent_offline"],
    });
    expect(cardOf({ ...PERFECT, WIFI_COVER: notApplicable }).gates[3]).toMatchObject({
      state: "active",
      reasons: ["no_own_website"],
    });
    expect(cardOf({}).gates[3]).toMatchObject({ state: "active", reasons: ["not_observed"] });
  });
});
