// Schools of a group with made figures, for tests: what of them is known, and nothing else.
import { school } from "../campus-suite.ts";
import { schoolCoverage } from "../coverage.ts";
import { Exact } from "../exact.ts";
import type { IndicatorId } from "../indicators/catalogue.ts";
import { type IndicatorValue, indicator, rate } from "../indicators/value.ts";
import { pool as realPool } from "../school/pool.ts";
import type { GroupSchool, SchoolFigures } from "./school.ts";

export const AS_OF = Date.parse("2026-10-02T23:59:59+08:00");
export const pool = realPool;

export interface Made {
  id?: string;
  county?: string;
  stage?: "primary" | "junior";
  students?: number;
  side?: GroupSchool["side"];
  member?: boolean | undefined;
  /** Main venues: covered, not covered, not known. */
  rooms?: readonly [number, number, number];
  attested?: boolean;
  ready?: SchoolFigures["ready"];
  point?: number;
  infraIndex?: number;
  evidenceShare?: number;
  values?: readonly IndicatorValue[];
  /** It could not be computed. */
  missing?: true;
}

let serial = 0;

export function made(what: Made = {}): GroupSchool {
  serial += 1;
  const { id = `2133${String(serial).padStart(6, "0")}`, county = "330106", stage, students, side = "urban" } = what;
  const member = "member" in what ? what.member : true;
  return {
    school: school({ id, county, ...(stage && { stage }), ...(students !== undefined && { students }) }),
    side,
    member,
    ...(what.missing ? {} : { figures: figures(what) }),
  };
}

function figures({
  rooms = [1, 0, 0],
  values = [],
  evidenceShare,
  ready = "insufficient",
  ...rest
}: Made): SchoolFigures {
  const { attested, point, infraIndex } = rest;
  const [covered, not, unknown] = rooms;
  const verdicts = [
    ...Array.from({ length: covered }, () => ({ verdict: "covered" as const })),
    ...Array.from({ length: not }, () => ({ verdict: "not_covered" as const })),
    ...Array.from({ length: unknown }, () => ({ verdict: "insufficient" as const, reason: "agent_offline" as const })),
  ];
  const coverage = schoolCoverage({
    venues: verdicts,
    inventoryConfirmed: true,
    window: { teachingDays: 20, expectedSlots: 1920 },
    frozen: false,
    asOfMs: AS_OF,
  });
  const own = evidenceShare === undefined ? [] : [shareValue("EVIDENCE_SHARE", evidenceShare)];
  return {
    coverage,
    frozen: false,
    indicators: new Map([...own, ...values].map((value) => [value.id, value])),
    ready,
    ...(attested !== undefined && { attested }),
    ...(point !== undefined && { point: Exact.of(point) }),
    ...(infraIndex !== undefined && { infraIndex: Exact.of(infraIndex) }),
  };
}

function shareValue(id: IndicatorId, share: number): IndicatorValue {
  const value = Exact.of(share);
  return indicator(id, { enough: true, value, lo: value, hi: value });
}

/** A rate of items of one school. */
export function items(id: IndicatorId, yes: number, no: number, unknown = 0): IndicatorValue {
  return rate(id, { yes, no, unknown }, { enough: true });
}
