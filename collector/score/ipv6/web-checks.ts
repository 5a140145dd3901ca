// The checks W1 to W9 of a website's IPv6, from what was measured of it (scoring model 7.2).
import { Exact, exactly } from "../exact.ts";
import { type Check, flagCheck, shareCheck, valueCheck } from "../indicators/checks.ts";
import { SAME_CONTENT, WEB_PROBES } from "../indicators/limits.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import type { Tally } from "../share.ts";
import { allOf, type Truth } from "../truth.ts";
import { type FamilyTimes, parity } from "./parity.ts";
import { type Attempts, successRate, successValue } from "./success.ts";

/** What is known of a website. What is absent was not checked. */
export interface WebsiteObservations {
  /** W1: there is an AAAA record of a global address (2000::/3). */
  hasGlobalAaaa?: boolean;
  /** W2: per zone cut in the owner's control, whether one of its name servers answers over IPv6; an absent entry was not tried. */
  zoneCuts?: readonly (boolean | undefined)[];
  /** W3: the home page loads over IPv6 alone. */
  homeLoads?: boolean;
  /** W4. */
  probes?: Attempts;
  /** W5: how alike title and text are over both families, from 0 to 1. */
  similarity?: { title?: number; text?: number };
  /** W6, W7: internal links of the second and third level that work over IPv6, do not, and were not tried; at most 50 a level. */
  secondLevelLinks?: Tally;
  thirdLevelLinks?: Tally;
  /** W8: total load times. */
  loadTime?: FamilyTimes;
  /** W9. */
  certificateValid?: boolean;
}

export const WEBSITE_WEIGHTS = { W1: 10, W2: 10, W3: 25, W4: 10, W5: 10, W6: 15, W7: 10, W8: 5, W9: 5 } as const;
export type WebsiteCheckId = keyof typeof WEBSITE_WEIGHTS;

/** Of the links so many are as good as all: a page has some that lead nowhere over IPv4 as well. */
const LINKS_ENOUGH = Exact.of(0.9);

/** Every check with its weight, value and bounds, known or not, in the order of the model. */
export function websiteChecks(seen: WebsiteObservations, parameters: ModelParameters = PARAMETERS): Check[] {
  const flag = (id: WebsiteCheckId, holds: Truth) => flagCheck(id, WEBSITE_WEIGHTS[id], holds);
  const links = (id: WebsiteCheckId, tally: Tally | undefined) =>
    shareCheck(id, WEBSITE_WEIGHTS[id], tally, parameters, (share) => share.over(LINKS_ENOUGH).clamped());
  return [
    flag("W1", seen.hasGlobalAaaa),
    zonesCheck(seen.zoneCuts),
    flag("W3", seen.homeLoads),
    probesCheck(seen.probes),
    flag("W5", isSameContent(seen.similarity ?? {})),
    links("W6", seen.secondLevelLinks),
    links("W7", seen.thirdLevelLinks),
    valueCheck("W8", WEBSITE_WEIGHTS.W8, parity(seen.loadTime ?? {})),
    flag("W9", seen.certificateValid),
  ];
}

/** Every cut has to do; of no cut at all nothing is known. */
function zonesCheck(cuts: readonly (boolean | undefined)[] | undefined): Check {
  const check = flagCheck("W2", WEBSITE_WEIGHTS.W2, cuts?.length ? allOf(cuts) : undefined);
  return cuts ? { ...check, numerator: cuts.filter((cut) => cut === true).length, denominator: cuts.length } : check;
}

function probesCheck(probes: Attempts | undefined): Check {
  if (probes === undefined) return valueCheck("W4", WEBSITE_WEIGHTS.W4, undefined);
  const rate = probes.attempts >= WEB_PROBES ? successRate([probes]) : undefined;
  const counts = { numerator: probes.successes, denominator: probes.attempts };
  return valueCheck("W4", WEBSITE_WEIGHTS.W4, successValue(rate), counts, "too_few_tests");
}

function isSameContent({ title, text }: { title?: number; text?: number }): Truth {
  const isAlike = (similarity: number | undefined) =>
    similarity === undefined ? undefined : Exact.of(similarity).isAtLeast(exactly(SAME_CONTENT));
  return allOf([isAlike(title), isAlike(text)]);
}
