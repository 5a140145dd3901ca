// IPV6_WEB: how ready a website is for IPv6, and whether it supports it (scoring model 7.2).
import { Exact } from "../exact.ts";
import { scoreOf } from "../indicators/checks.ts";
import { IPV6_KNOWN_WEIGHT, WEB_GATE_POINTS } from "../indicators/limits.ts";
import { because, type IndicatorValue, indicator } from "../indicators/value.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { passes } from "./net.ts";
import { type WebsiteObservations, websiteChecks } from "./web-checks.ts";

export interface WebsiteReadiness {
  /** 0 to 100 points after the gate; its parts are the checks, its numerator and denominator the points before the gate. */
  score: IndicatorValue;
  /** The home page does not load over IPv6 alone, so the score is capped; absent: not known. */
  gated?: boolean;
  /** 支持; absent: not known. */
  supported?: boolean;
}

/**
 * The score is printed as that of networks is (known weight of 80), which needs the gate to be known: without it 75 points are
 * left. While the gate is not known the lower bound is that of a closed one.
 */
export function websiteReadiness(
  seen: WebsiteObservations,
  parameters: ModelParameters = PARAMETERS,
): WebsiteReadiness {
  const checks = websiteChecks(seen, parameters);
  const open = scoreOf("IPV6_WEB", checks, IPV6_KNOWN_WEIGHT);
  const gated = seen.homeLoads === undefined ? undefined : !seen.homeLoads;
  const score = indicator("IPV6_WEB", {
    ...open,
    value: capped(open.value, gated === true),
    lo: capped(open.lo, gated !== false),
    hi: capped(open.hi, gated === true),
    reasons: [...because(gated ? 1 : 0, "gate"), ...open.reasons],
  });
  const supported = passes(score, parameters.websitePass);
  return { score, ...(gated !== undefined && { gated }), ...(supported !== undefined && { supported }) };
}

const CAP = Exact.of(WEB_GATE_POINTS);

function capped(points: Exact | undefined, isCapped: boolean): Exact | undefined {
  return isCapped && points?.isAbove(CAP) ? CAP : points;
}
