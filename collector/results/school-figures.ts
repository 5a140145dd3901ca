// The figures of a school that groups are made of, from a result just computed and from one that was kept: the same numbers.

import { BAND_WORDS, type Band } from "../score/card/bands.ts";
import type { SchoolFigures } from "../score/group/school.ts";
import { INDICATORS, isIndicatorId } from "../score/indicators/catalogue.ts";
import type { IndicatorSpec, Pooling } from "../score/indicators/spec.ts";
import type { SchoolResult } from "../score/school/result.ts";
import { valueIn } from "./figure-view.ts";
import { fractionIn } from "./fraction.ts";
import type { SchoolBody } from "./school-body.ts";

export function figuresOf(result: SchoolResult, attested: boolean | undefined): SchoolFigures {
  const { judgement, card } = result;
  const { score, band, smartReady, infraIndex } = card;
  return {
    coverage: judgement.coverage,
    frozen: judgement.frozen,
    indicators: result.indicators,
    ...(score.point && { point: score.point }),
    ...(band && { band }),
    ready: smartReady.ready,
    ...(attested !== undefined && { attested }),
    ...(infraIndex.point && { infraIndex: infraIndex.point }),
  };
}

/** Only these are pooled from their parts; a province has a million parts of devices, which nobody looks at together. */
const POOLED_BY_PARTS: ReadonlySet<Pooling["by"]> = new Set(["classes", "median", "parts"] as const);

export function figuresIn({ card, parts }: SchoolBody): SchoolFigures {
  const { coverage, frozen, exact, band, smartReady, attested, infraIndex } = card;
  const values = card.indicators.flatMap((figure) => {
    const { id } = figure;
    if (!isIndicatorId(id)) return [];
    const { pooling }: IndicatorSpec = INDICATORS[id];
    const needed = POOLED_BY_PARTS.has(pooling.by) ? (parts[id] ?? []) : [];
    return [[id, valueIn(figure, id, needed)] as const];
  });
  return {
    coverage,
    frozen,
    indicators: new Map(values),
    ...(exact.point !== undefined && { point: fractionIn(exact.point) }),
    ...(isBand(band) && { band }),
    ready: smartReady.ready,
    ...(attested !== undefined && { attested }),
    ...(infraIndex.exact.point !== undefined && { infraIndex: fractionIn(infraIndex.exact.point) }),
  };
}

function isBand(band: string | undefined): band is Band {
  return band !== undefined && Object.hasOwn(BAND_WORDS, band);
}
