// The figures of a school that groups are made of, from a result just computed and from one that was kept: the same numbers.

import { BAND_WORDS, type Band } from "../score/card/bands.ts";
import type { SchoolFigures } from "../score/group/school.ts";
import { isIndicatorId } from "../score/indicators/catalogue.ts";
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

export function figuresIn({ card, parts }: SchoolBody): SchoolFigures {
  const { coverage, frozen, exact, band, smartReady, attested, infraIndex } = card;
  const values = card.indicators.flatMap((figure) => {
    const { id } = figure;
    return isIndicatorId(id) ? [[id, valueIn(figure, id, parts[id] ?? [])] as const] : [];
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
