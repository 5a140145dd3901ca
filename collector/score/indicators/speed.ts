// Indicators of bandwidth: RURAL_SPEED, and BACKBONE_BW.
import { Exact, ZERO } from "../exact.ts";
import { atLeast } from "../parameters.ts";
import { SPEED_SCHOOLS, SPEED_TESTS } from "./limits.ts";
import { median, percentile } from "./statistics.ts";
import { because, type IndicatorPart, type IndicatorValue, indicator } from "./value.ts";

/** A school of the group and the download capacity of its tests in busy hours. */
export interface SpeedOfSchool {
  id: string;
  /** One a test, in Mbit/s. */
  testsMbps: readonly number[];
  students?: number;
}

export interface RuralSpeed {
  /** Median over schools of the median of each; in Mbit/s. Schools that are not known could be anything. */
  speed: IndicatorValue;
  /** By the year before; absent when either is not known, or that of the year before was 0. */
  yearlyRatio?: Exact;
  /** Median over schools whose number of students is known, Mbit/s per 100 students; absent when the speed is not printed. */
  per100Students?: Exact;
}

/** RURAL_SPEED of a year. @param before that of the year before */
export function ruralSpeed(schools: readonly SpeedOfSchool[], before?: IndicatorValue): RuralSpeed {
  const parts = schools.map(speedPart);
  const known = parts.filter(({ value }) => value !== undefined).length;
  const values = parts.map(({ value }) => value);
  const speed = indicator("RURAL_SPEED", {
    enough: known > 0 && atLeast(known, schools.length, SPEED_SCHOOLS),
    value: median(values.filter((value) => value !== undefined)),
    lo: median(values.map((value) => value ?? ZERO)) ?? ZERO,
    hi: median(values),
    reasons: [
      ...because(schools.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(schools.length - known, "too_few_tests"),
    ],
    parts,
  });
  const yearlyRatio = speed.value && before?.value?.isAbove(ZERO) ? speed.value.over(before.value) : undefined;
  const per100Students = speed.enough ? median(per100(schools, values)) : undefined;
  return { speed, ...(yearlyRatio && { yearlyRatio }), ...(per100Students && { per100Students }) };
}

function speedPart({ id, testsMbps }: SpeedOfSchool): IndicatorPart {
  const value = testsMbps.length >= SPEED_TESTS ? median(testsMbps.map(Exact.of)) : undefined;
  return value === undefined ? { id, reason: "too_few_tests" } : { id, value };
}

function per100(schools: readonly SpeedOfSchool[], values: readonly (Exact | undefined)[]): Exact[] {
  return schools.flatMap(({ students = 0 }, place) => {
    const value = values[place];
    return value === undefined || students === 0 ? [] : [value.times(Exact.of(100)).over(Exact.of(students))];
  });
}

/** An uplink of the backbone, read or known by contract. */
export interface BackboneUplink {
  id: string;
  bitsPerSecond: number;
  /** Use from 0 to 1 over the month; empty where only the contract is known. */
  utilisations: readonly number[];
}

const GIGABIT = Exact.of(1e9);

/** BACKBONE_BW: the fastest uplink in Gbit/s; its parts are the uplinks with the p95 of their use where they may be read. */
export function backboneBandwidth(uplinks: readonly BackboneUplink[]): IndicatorValue {
  const speeds = uplinks.map(({ bitsPerSecond }) => Exact.of(bitsPerSecond).over(GIGABIT));
  const value = percentile(speeds, 100);
  return indicator("BACKBONE_BW", {
    enough: uplinks.length > 0,
    value,
    lo: value,
    hi: value,
    reasons: because(uplinks.length === 0 ? 1 : 0, "nothing_registered"),
    parts: uplinks.map(({ id, utilisations }): IndicatorPart => {
      const used = percentile(utilisations.map(Exact.of), 95);
      return used === undefined ? { id, reason: "not_measured" } : { id, value: used };
    }),
  });
}
