// WIFI_COVER, WIFI_FULL and WIFI_QUALITY_SHARE of a school, from the verdicts on its rooms.
import { because, type IndicatorValue, rate } from "../indicators/value.ts";
import { type QualityShare, qualityShare } from "../quality/share.ts";
import type { SchoolView } from "./view.ts";

export function coverageValues(view: SchoolView): IndicatorValue[] {
  return [cover(view), full(view), quality(view)];
}

function cover({ judgement: { coverage } }: SchoolView): IndicatorValue {
  const { covered, notCovered, insufficient, rate: figure } = coverage;
  return rate(
    "WIFI_COVER",
    { yes: covered, no: notCovered, unknown: insufficient },
    { enough: figure.status !== "insufficient", reasons: figure.reasons },
  );
}

function full({ judgement: { coverage } }: SchoolView): IndicatorValue {
  const is = (state: typeof coverage.full) => (coverage.full === state ? 1 : 0);
  const enough = coverage.full !== "unknown";
  return rate(
    "WIFI_FULL",
    { yes: is("true"), no: is("false"), unknown: is("unknown") },
    { enough, reasons: enough ? [] : coverage.rate.reasons },
  );
}

function quality(view: SchoolView): IndicatorValue {
  const { passing, failing, unproven, figure, withheld } = view.quality ?? fromVerdicts(view);
  return rate(
    "WIFI_QUALITY_SHARE",
    { yes: passing, no: failing, unknown: unproven },
    {
      enough: withheld === undefined,
      reasons: withheld === "no_covered_venue" ? because(1, "nothing_registered") : figure.reasons,
    },
  );
}

function fromVerdicts({ judgement, venues, asOfMs }: SchoolView): QualityShare {
  const { inventoryConfirmed, frozen } = judgement;
  const main = venues.flatMap(({ id, mainTeaching }) => {
    const judged = mainTeaching ? judgement.venues.get(id) : undefined;
    return judged ? [{ verdict: judged.verdict }] : [];
  });
  return qualityShare({ venues: main, inventoryConfirmed, frozen, asOfMs });
}
