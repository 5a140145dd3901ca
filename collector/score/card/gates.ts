// Gates: what caps a score or keeps it from a verdict, whatever its points (scoring model 9.3).
import { DAY_MS, dayAt } from "../../inventory/day.ts";
import { isConfirmedOn } from "../confirmation.ts";
import { Exact, exactly } from "../exact.ts";
import { type Indicators, indicatorOf } from "./indicator.ts";
import { CARD_PARAMETERS, type CardParameters } from "./limits.ts";
import type { Total } from "./total.ts";

export const CRITICAL_KINDS = [
  "writable_default_community",
  "default_password",
  "rogue_ra_unresolved",
  "rogue_dhcp_unresolved",
] as const;

export interface CriticalFinding {
  id: string;
  kind: (typeof CRITICAL_KINDS)[number];
  openedMs: number;
  /** Absent: still open. */
  resolvedMs?: number;
}

export interface GateFacts {
  asOfMs: number;
  /** Absent: nobody looked for any, which is not the same as none. */
  criticalFindings?: readonly CriticalFinding[];
  /** The day, counted as in inventory/day.ts, on which the school last confirmed its inventory; absent: never. */
  inventoryConfirmedDay?: number;
}

/** `unknown`: it may be active; then it takes only from what is certain. */
export type GateState = "active" | "inactive" | "unknown";

export type Gate = { state: GateState } & (
  | { gate: "cover_low"; cap: number; cover?: Exact }
  | { gate: "critical_finding"; cap: number; findings: readonly (CriticalFinding & { openMs: number })[] }
  | { gate: "inventory_not_confirmed"; cap: number; confirmedDay?: number; ageDays?: number }
  | { gate: "cover_insufficient"; reasons: readonly string[] }
);

/** All gates in the order of the model, each with what it was decided by. */
export function gatesOf(
  indicators: Indicators,
  facts: GateFacts,
  parameters: CardParameters = CARD_PARAMETERS,
): readonly Gate[] {
  return [
    coverLow(indicators, parameters),
    criticalFinding(facts, parameters),
    inventoryNotConfirmed(facts, parameters),
    coverInsufficient(indicators),
  ];
}

/** While coverage is not known it may be too low, unless its own interval says that it cannot. */
function coverLow(indicators: Indicators, { coverGate, coverCap }: CardParameters): Gate {
  const gate = { gate: "cover_low", cap: coverCap } as const;
  const limit = exactly(coverGate);
  const cover = indicatorOf(indicators, "WIFI_COVER");
  switch (cover.state) {
    case "known":
      return { ...gate, state: cover.value.isBelow(limit) ? "active" : "inactive", cover: cover.value };
    case "insufficient":
      return { ...gate, state: cover.lo?.isAtLeast(limit) ? "inactive" : "unknown" };
    case "not_applicable":
      return { ...gate, state: "inactive" };
  }
}

/** Open for longer than the limit on the day that is asked for; to the millisecond not yet over it. */
function criticalFinding({ criticalFindings, asOfMs }: GateFacts, { findingDays, findingCap }: CardParameters): Gate {
  const gate = { gate: "critical_finding", cap: findingCap } as const;
  if (criticalFindings === undefined) return { ...gate, state: "unknown", findings: [] };
  const findings = criticalFindings
    .filter(({ resolvedMs }) => resolvedMs === undefined || resolvedMs > asOfMs)
    .map((finding) => ({ ...finding, openMs: asOfMs - finding.openedMs }))
    .filter(({ openMs }) => openMs > findingDays * DAY_MS);
  return { ...gate, state: findings.length > 0 ? "active" : "inactive", findings };
}

/** A confirmation of a later day than the one asked for was not there yet. */
function inventoryNotConfirmed({ inventoryConfirmedDay: day, asOfMs }: GateFacts, parameters: CardParameters): Gate {
  const gate = { gate: "inventory_not_confirmed", cap: parameters.inventoryCap } as const;
  const asOfDay = dayAt(asOfMs);
  const state = isConfirmedOn(asOfDay, day, parameters) ? "inactive" : "active";
  if (day === undefined || day > asOfDay) return { ...gate, state };
  return { ...gate, state, confirmedDay: day, ageDays: asOfDay - day };
}

function coverInsufficient(indicators: Indicators): Gate {
  const cover = indicatorOf(indicators, "WIFI_COVER");
  switch (cover.state) {
    case "known":
      return { gate: "cover_insufficient", state: "inactive", reasons: [] };
    case "insufficient":
      return { gate: "cover_insufficient", state: "active", reasons: cover.reasons };
    case "not_applicable":
      // A school without anything to cover has no verdict on its coverage either.
      return { gate: "cover_insufficient", state: "active", reasons: [cover.because] };
  }
}

/**
 * A total below its gates: an active cap bounds the point value and both ends of the interval; one that may be active bounds
 * only the lower end, so that learning that it is never takes the score out of its interval.
 */
export function gated(total: Total, gates: readonly Gate[]): Total {
  const caps = (states: readonly GateState[]) =>
    gates.flatMap((gate) => ("cap" in gate && states.includes(gate.state) ? [Exact.of(gate.cap)] : []));
  const certain = caps(["active"]);
  const bounded = { ...total, lo: least(total.lo, caps(["active", "unknown"])), hi: least(total.hi, certain) };
  return total.point === undefined ? bounded : { ...bounded, point: least(total.point, certain) };
}

function least(value: Exact, caps: readonly Exact[]): Exact {
  return caps.reduce((low, cap) => (cap.isBelow(low) ? cap : low), value);
}
