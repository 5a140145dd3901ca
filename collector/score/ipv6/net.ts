// IPV6_NET: how ready a network is for IPv6, its level, and whether it supports IPv6 fully (scoring model 7.1).
import { Exact } from "../exact.ts";
import { scoreOf } from "../indicators/checks.ts";
import { IPV6_KNOWN_WEIGHT } from "../indicators/limits.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { allOf, type Truth } from "../truth.ts";
import { type LevelFacts, type NetworkLevel, networkLevel } from "./level.ts";
import { type NetworkObservations, networkChecks, networkRates } from "./net-checks.ts";

export interface NetworkReadiness {
  /** 0 to 100 points; its parts are the checks. */
  score: IndicatorValue;
  level: NetworkLevel;
  /** 全面支持: at least L2 and the pass mark; absent: not known. */
  fullSupport?: boolean;
}

/** @param facts beside the observations: what people attested, flow counters, segments without IPv4 */
export function networkReadiness(
  seen: NetworkObservations,
  facts: LevelFacts,
  parameters: ModelParameters = PARAMETERS,
): NetworkReadiness {
  const checks = networkChecks(seen, parameters);
  const score = scoreOf("IPV6_NET", checks, IPV6_KNOWN_WEIGHT);
  const level = networkLevel(checks, networkRates(seen, parameters), facts);
  const isEnabled = level.proved >= 2 ? true : level.possible < 2 ? false : undefined;
  const fullSupport = allOf([isEnabled, passes(score, parameters.networkPass)]);
  return { score, level, ...(fullSupport !== undefined && { fullSupport }) };
}

/** Whether a score reaches its pass mark: by the printed value; without one it can only be said to stay below it. */
export function passes({ value, hi }: IndicatorValue, pass: number): Truth {
  const mark = Exact.of(pass);
  if (value !== undefined) return value.isAtLeast(mark);
  return hi?.isBelow(mark) ? false : undefined;
}
