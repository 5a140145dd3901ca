// Scores of weighted checks, IPV6_NET, IPV6_WEB and SEC_POSTURE: a check not run leaves the denominator and widens the interval.
import { Exact, ONE, ZERO } from "../exact.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { type Share, shareOf, sizeOf, type Tally } from "../share.ts";
import type { Truth } from "../truth.ts";
import { scaled, weigh } from "../weighted.ts";
import type { IndicatorId } from "./catalogue.ts";
import { because, type IndicatorPart, type IndicatorReason, type IndicatorValue, indicator } from "./value.ts";

/** Value and bounds from 0 to 1; without a value the check is not known, and its bounds tell what is. */
export interface Check extends IndicatorPart {
  weight: number;
  lo: Exact;
  hi: Exact;
}

const SCALE = 100;

/** A check that is passed or not. */
export function flagCheck(id: string, weight: number, holds: Truth): Check {
  return valueCheck(id, weight, holds === undefined ? undefined : holds ? ONE : ZERO);
}

/** A check with a value of its own. */
export function valueCheck(
  id: string,
  weight: number,
  value: Exact | undefined,
  counts: Pick<IndicatorPart, "numerator" | "denominator"> = {},
  reason: IndicatorReason = "not_measured",
): Check {
  const known = value === undefined ? { lo: ZERO, hi: ONE, reason } : { value, lo: value, hi: value };
  return { id, weight, ...known, ...counts };
}

/** A check whose value is a share of items, or what `shape` makes of the share (which must not fall while the share grows). */
export function shareCheck(
  id: string,
  weight: number,
  tally: Tally | undefined,
  parameters: ModelParameters = PARAMETERS,
  shape: (share: Exact) => Exact = (share) => share,
): Check {
  if (tally === undefined) return valueCheck(id, weight, undefined);
  const share: Share = shareOf(tally, parameters);
  const reason = sizeOf(tally) === 0 ? "nothing_registered" : "too_few_known";
  return {
    id,
    weight,
    ...(share.value === undefined ? { reason } : { value: shape(share.value) }),
    lo: shape(share.lo),
    hi: shape(share.hi),
    numerator: tally.yes,
    denominator: tally.yes + tally.no,
  };
}

/**
 * 100 · points / known weight, printed from `knownWeight` points on. The interval has each check at its bounds, so partly known
 * items of an unknown check narrow it.
 */
export function scoreOf(id: IndicatorId, checks: readonly Check[], knownWeight: number): IndicatorValue {
  const sum = weigh(checks);
  const bound = (of: (check: Check) => Exact) => scaled(weigh(checks.map((c) => ({ ...c, value: of(c) }))), SCALE).lo;
  return indicator(id, {
    enough: sum.knownWeight.isAtLeast(Exact.of(knownWeight)),
    value: scaled(sum, SCALE).point,
    lo: bound(({ lo }) => lo),
    hi: bound(({ hi }) => hi),
    numerator: sum.points,
    denominator: sum.knownWeight,
    reasons: checks.flatMap(({ reason }) => (reason === undefined ? [] : because(1, reason))),
    parts: checks,
  });
}
