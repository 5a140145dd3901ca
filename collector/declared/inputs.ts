// From declared entries to what the indicators of section 8 take. Pure; entries are those of one scope, as they stand on one day.
import {
  type DECLARED_CAPABILITIES,
  type DeclarableId,
  type EntryState,
  ZERO_CLASSES,
} from "../../contract/declared.ts";
import { dayOf } from "../inventory/day.ts";
import { ONE, ZERO } from "../score/exact.ts";
import { type DeclaredRate, declaredRate, type ListedCount, listedCount } from "../score/indicators/declared.ts";
import type { Drill, GradedSystem } from "../score/indicators/security.ts";
import { because, type IndicatorReasonCount, type IndicatorValue, indicator } from "../score/indicators/value.ts";
import type { Tally } from "../score/share.ts";
import type { Truth } from "../score/truth.ts";
import type { DeclaredEntry } from "./entry.ts";
import type { Standing } from "./standing.ts";

export type ZeroClass = (typeof ZERO_CLASSES)[number];
export type DeclaredCapability = (typeof DECLARED_CAPABILITIES)[number];
/** Indicators of which somebody attests that they hold, or that they do not. */
export type Attested = "SMART_RATE" | "ALL_OPTICAL_COUNT" | "WIFI_FULL" | "DOCKING_STATUS";

/** A declared rate on a day, or why there is none. */
export function declaredRateOf(id: DeclaredRate, standings: readonly Standing[], asOf: number): IndicatorValue {
  const entry = holdingOf(standings, id)[0];
  const { numerator, denominator } = entry ?? {};
  if (entry === undefined || numerator === undefined || denominator === undefined) {
    return indicator(id, { enough: false, lo: ZERO, hi: ONE, reasons: whyNot(id, standings) });
  }
  const signedDay = dayOf(entry.signedOn);
  const declaration = { numerator, denominator, attached: true, ...(signedDay !== undefined && { signedDay }) };
  return declaredRate(id, [declaration], asOf);
}

/** Entries of a published list. @param part of PILOT_COUNT: the kind of pilot; absent: all kinds together */
export function listedCountOf(id: ListedCount, standings: readonly Standing[], part?: string): IndicatorValue {
  const entries = holdingOf(standings, id).filter((entry) => part === undefined || entry.part === part);
  if (entries.length === 0) return indicator(id, { enough: false, lo: ZERO, reasons: whyNot(id, standings) });
  return listedCount(
    id,
    entries.reduce((sum, { count }) => sum + (count ?? 0), 0),
    true,
  );
}

/** Absent: nobody has said anything that holds, which is not the same as no. */
export function attestationOf(indicator: Attested, standings: readonly Standing[]): Truth {
  return holdingOf(standings, indicator)[0]?.holds;
}

/** Classes of terminals that the school attests not to have. */
export function attestedZeros(standings: readonly Standing[]): ReadonlySet<ZeroClass> {
  const parts = holdingOf(standings, "IOT_INTEGRATION").map(({ part }) => part);
  return new Set(ZERO_CLASSES.filter((name) => parts.includes(name)));
}

/** IPV6_WEB does not apply. */
export function hasNoWebsite(standings: readonly Standing[]): boolean {
  return holdingOf(standings, "IPV6_WEB").length > 0;
}

/** Whether the list of new teaching spaces is signed; the spaces stand in the inventory. */
export function spaceListSigned(standings: readonly Standing[]): boolean {
  return holdingOf(standings, "SPACE_COUNT").length > 0;
}

/** Systems of the list for MLPS_FILED; without a signed list there are none. */
export function systemList(standings: readonly Standing[]): { systems: GradedSystem[]; listSigned: boolean } {
  const [entry] = holdingOf(standings, "MLPS_FILED");
  const systems = (entry?.systems ?? []).map(({ assessedUntil, ...system }): GradedSystem => {
    const day = assessedUntil === undefined ? undefined : dayOf(assessedUntil);
    return { ...system, ...(day !== undefined && { assessedUntil: day }) };
  });
  return { systems, listSigned: entry !== undefined };
}

/** Drills with and without their record; `undefined`: nobody has said whether there were any. */
export function drillsOf(standings: readonly Standing[]): Drill[] | undefined {
  const ofDrills = standings.filter(({ entry }) => entry.indicator === "DRILL_COUNT");
  const drills = ofDrills.flatMap(({ entry: { kind, part, count = 0 }, state }) => {
    const day = kind === "count" && part !== undefined ? dayOf(part) : undefined;
    const isKept = state === "in_force" || state === "no_attachment";
    if (day === undefined || !isKept) return [];
    return Array.from({ length: count }, (): Drill => ({ day, attached: state === "in_force" }));
  });
  if (drills.length > 0) return drills;
  const saysNone = ofDrills.some(({ entry, state }) => entry.kind === "zero" && state === "in_force");
  return saysNone ? [] : undefined;
}

/** Systems with each capability; of a capability that nobody declared every system of the list is unknown. */
export function capabilityTallies(standings: readonly Standing[]): {
  systems: Record<DeclaredCapability, Tally>;
  listSigned: boolean;
} {
  const entries = holdingOf(standings, "DATA_SEC_CAP");
  const size = Math.max(0, ...entries.map(({ denominator }) => denominator ?? 0));
  const of = (capability: DeclaredCapability): Tally => {
    const { numerator, denominator } = entries.find(({ part }) => part === capability) ?? {};
    if (numerator === undefined || denominator === undefined) return { yes: 0, no: 0, unknown: size };
    return { yes: numerator, no: denominator - numerator, unknown: 0 };
  };
  return {
    systems: {
      access_control: of("access_control"),
      situation_awareness: of("situation_awareness"),
      interface_audit: of("interface_audit"),
      masking: of("masking"),
      encryption: of("encryption"),
      watermark: of("watermark"),
    },
    listSigned: entries.length > 0,
  };
}

function holdingOf(standings: readonly Standing[], id: DeclarableId): DeclaredEntry[] {
  return standings
    .filter(({ entry, state }) => state === "in_force" && entry.indicator === id)
    .map(({ entry }) => entry);
}

function whyNot(id: DeclarableId, standings: readonly Standing[]): IndicatorReasonCount[] {
  const ofIndicator = standings.filter(({ entry }) => entry.indicator === id);
  const counted = (wanted: EntryState) => ofIndicator.filter(({ state }) => state === wanted).length;
  const reasons = [
    ...because(counted("no_attachment"), "no_attachment"),
    ...because(counted("expired"), "entry_expired"),
  ];
  return reasons.length > 0 ? reasons : because(1, "no_entry");
}
