// "Why?": one figure of a card with everything that it is made of, down to venues and devices, or to the schools of a group.

import { CampusError } from "../../contract/errors.ts";
import type { FigureDetail, FigurePart, GapView, IndicatorFigure } from "../../contract/scorecard.ts";
import { Exact } from "../score/exact.ts";
import { figureOfGroup } from "../score/group/group.ts";
import type { GroupScope } from "../score/group/population.ts";
import type { GroupSchool } from "../score/group/school.ts";
import { isShareId, SHARES } from "../score/group/shares.ts";
import { INDICATORS, type IndicatorId, isIndicatorId } from "../score/indicators/catalogue.ts";
import { type Cards, type Found, keptView } from "./cards.ts";
import { numbersView } from "./figure-view.ts";
import type { GroupCard } from "./group-body.ts";
import type { ResultSources } from "./sources.ts";
import type { ResultStore } from "./store.ts";

export interface DetailOptions {
  cards: Cards;
  results: ResultStore;
  sources: Pick<ResultSources, "pool">;
}

/** @throws CampusError `NOT_FOUND` where the card has no such figure; as `Cards.find` */
export async function detailOf(
  scope: string,
  indicator: string,
  query: Parameters<Cards["find"]>[1],
  options: DetailOptions,
): Promise<FigureDetail> {
  const found = await options.cards.find(scope, query);
  const { card } = found.body;
  const gaps = card.kind === "school" ? [] : card.gaps.filter(({ id }) => id === indicator);
  const figures = [
    ...card.indicators.filter(({ id }) => id === indicator),
    ...gaps.map((gap) => gapFigure(gap, card.modelVersion)),
  ];
  if (figures.length === 0 || !isIndicatorId(indicator)) {
    throw new CampusError("NOT_FOUND", `the card of ${scope} has no figure "${indicator}", see /v1/indicators`);
  }
  const { nameZh, nameEn, formula, unit, window, minimum } = INDICATORS[indicator];
  const { kind, name, asOf, modelVersion, note, inputs } = card;
  const parts = gaps.length > 0 ? unitsOf(gaps) : await partsOf(found, indicator, options);
  return {
    scope,
    kind,
    name,
    ...(card.nameEn !== undefined && { nameEn: card.nameEn }),
    asOf,
    modelVersion,
    note,
    ...(found.kept ? { computed: "stored", kept: keptView(found.kept) } : { computed: "now" }),
    ...(inputs && { inputs }),
    figures,
    nameZh,
    nameIndicatorEn: nameEn,
    formula,
    unit,
    window,
    minimum,
    parts: parts.map((part) => withHref(part, indicator, query.asOf)),
  };
}

async function partsOf(found: Found, id: IndicatorId, options: DetailOptions): Promise<FigurePart[]> {
  if (found.kind === "school") return found.body.parts[id] ?? [];
  const { scope, kept, schools } = found;
  const isWide = scope.kind === "city" || scope.kind === "province";
  if (isWide && kept) return countyParts(scope, id, kept.asOf, options.results);
  const members = schools ?? (kept ? await options.cards.keptSchools(scope, kept.asOf) : []);
  const its = members.filter(({ member }) => member !== false);
  return isWide ? countyPartsNow(its, id, scope, options.sources) : its.map((school) => schoolPart(school, id));
}

/** From the counties' own kept cards. */
async function countyParts(
  { counties = [] }: GroupScope,
  id: IndicatorId,
  asOf: string,
  results: ResultStore,
): Promise<FigurePart[]> {
  const parts: FigurePart[] = [];
  for (const code of counties) {
    const card = (await results.get(code, asOf))?.body.card;
    if (!card || card.kind === "school") continue;
    parts.push(countyPart(card, id));
  }
  return parts;
}

function countyPart({ scope, name, indicators }: GroupCard, id: IndicatorId): FigurePart {
  const figure = indicators.find((one) => one.id === id && one.variant === undefined);
  if (!figure) return { id: scope, kind: "county", name, exact: {}, reason: "not_observable", isCounted: false };
  const { value, lo, hi, numerator, denominator, whole, exact, reasons } = figure;
  const [reason] = reasons;
  return {
    id: scope,
    kind: "county",
    name,
    ...defined({ value, lo, hi, numerator, denominator, whole }),
    exact,
    ...(value === undefined && reason && { reason: reason.reason }),
    isCounted: value !== undefined,
  };
}

function countyPartsNow(
  schools: readonly GroupSchool[],
  id: IndicatorId,
  { counties = [] }: GroupScope,
  { pool }: Pick<ResultSources, "pool">,
): FigurePart[] {
  return counties.flatMap((code): FigurePart[] => {
    const its = schools.filter(({ school }) => school.county === code);
    const figure = its.length > 0 ? figureOfGroup(id, its, pool) : undefined;
    if (!figure) return [];
    const { enough, value, reasons, ...rest } = figure;
    const [reason] = reasons;
    const isCounted = enough && value !== undefined;
    return [
      {
        id: code,
        kind: "county",
        ...numbersView({ ...rest, value: enough ? value : undefined }),
        ...(!isCounted && reason && { reason: reason.reason }),
        isCounted,
      },
    ];
  });
}

function schoolPart(school: GroupSchool, id: IndicatorId): FigurePart {
  const { school: itself, member, figures } = school;
  const head = { id: itself.id, kind: "school" as const, name: itself.name };
  if (isShareId(id)) {
    const { holds, reason } = SHARES[id](school);
    const value = holds === undefined ? undefined : Exact.of(holds ? 1 : 0);
    const why = member === undefined ? "unclassified" : reason;
    return {
      ...head,
      ...numbersView({ value }),
      ...(why !== undefined && { reason: why }),
      isCounted: member === true && holds !== undefined,
    };
  }
  const value = figures?.indicators.get(id);
  if (!value) return { ...head, exact: {}, reason: "not_measured", isCounted: false };
  const { enough, notApplicable, reasons } = value;
  const [first] = reasons;
  const reason = member === undefined ? "unclassified" : (notApplicable ?? (enough ? undefined : first?.reason));
  return {
    ...head,
    ...numbersView({ ...value, value: enough ? value.value : undefined }),
    ...(reason !== undefined && { reason }),
    isCounted: member === true && enough,
  };
}

/** A gap as a figure: what it is, without its units. */
function gapFigure({ id, variant, state, reason, value, n, units }: GapView, modelVersion: string): IndicatorFigure {
  return {
    id,
    ...(variant !== undefined && { variant }),
    state,
    ...(value !== undefined && { value }),
    // A coefficient of variation is a root: what is exact of it is its square, which no figure can carry.
    exact: {},
    evidence: isIndicatorId(id) ? INDICATORS[id].source : "M+I",
    units: { known: n, all: units.length },
    reasons: reason === undefined ? [] : [{ reason, count: 1 }],
    modelVersion,
  };
}

/** Variants of a gap are measured between the same units. */
function unitsOf(gaps: readonly GapView[]): FigurePart[] {
  return [...new Map(gaps.flatMap(gapParts).map((part) => [part.id, part])).values()];
}

function gapParts({ id, units }: GapView): FigurePart[] {
  const kind = id === "CV_COUNTY" ? "county" : id === "CV_SCHOOL" ? "school" : "item";
  return units.map(({ id: unit, value, exact, leftOut }) => ({
    id: unit,
    kind,
    ...(value !== undefined && { value }),
    exact: exact === undefined ? {} : { value: exact },
    ...(leftOut !== undefined && { reason: leftOut }),
    isCounted: value !== undefined && leftOut === undefined,
  }));
}

function withHref(part: FigurePart, indicator: IndicatorId, asOf: string | undefined): FigurePart {
  const figure = (id: IndicatorId) =>
    `/v1/scorecards/${encodeURIComponent(part.id)}/indicators/${id}${asOf === undefined ? "" : `?asOf=${asOf}`}`;
  switch (part.kind) {
    case "venue":
      return { ...part, href: `/v1/venues/${encodeURIComponent(part.id)}` };
    case "device":
      return { ...part, href: `/v1/devices/${encodeURIComponent(part.id)}` };
    case "county":
      return { ...part, href: figure(indicator === "CV_COUNTY" ? "INFRA_INDEX" : indicator) };
    case "school":
      return { ...part, href: figure(indicatorOfPart(indicator)) };
    case "item":
      return part;
  }
}

/** Where a group's share goes on in its schools. */
function indicatorOfPart(id: IndicatorId): IndicatorId {
  const behind: Partial<Record<IndicatorId, IndicatorId>> = {
    WIFI_FULL_SHARE: "WIFI_COVER",
    SPACE_SCHOOL_SHARE: "SPACE_COUNT",
    SCHOOL_MONITORED_RATE: "EVIDENCE_SHARE",
    CV_SCHOOL: "INFRA_INDEX",
  };
  return behind[id] ?? id;
}

function defined<T extends object>(numbers: { [K in keyof T]?: T[K] | undefined }): Partial<T> {
  // Entries that are undefined are left out, so what is left is what the type says.
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)) as Partial<T>;
}
