// A school's result as it is kept and shown: its card with every indicator, and what each indicator is made of.
import type { FigurePart, ResultInputs, ScorecardView, TotalView } from "../../contract/scorecard.ts";
import { instantText } from "../inventory/day.ts";
import type { Inventory, School } from "../inventory/inventory.ts";
import type { DimensionScore, PartScore } from "../score/card/dimension.ts";
import { standingOf } from "../score/card/ready.ts";
import type { Total } from "../score/card/total.ts";
import { Exact } from "../score/exact.ts";
import type { IndicatorId } from "../score/indicators/catalogue.ts";
import type { IndicatorValue } from "../score/indicators/value.ts";
import type { SchoolJudgement, VenueJudgement } from "../score/judge.ts";
import type { SchoolResult } from "../score/school/result.ts";
import { figureView, numbersView, partView } from "./figure-view.ts";
import { fractionText } from "./fraction.ts";

/** A school's card without what depends on how it was asked for. */
export type SchoolCard = Omit<ScorecardView, "computed" | "kept">;

/** What is kept of a school. */
export interface SchoolBody {
  card: SchoolCard;
  /** By the indicator's id; one without parts is not there. */
  parts: Record<string, FigurePart[]>;
}

export interface SchoolBodyInput {
  school: School;
  inventory: Inventory;
  result: SchoolResult;
  /** Whether the school is attested; absent: nobody has entered it. */
  attested?: boolean | undefined;
  /** Absent for what is only shown. */
  inputs?: ResultInputs;
}

export function schoolBody(input: SchoolBodyInput): SchoolBody {
  const { inventory, result } = input;
  const values = result.indicators;
  const parts: Record<string, FigurePart[]> = { WIFI_COVER: venueParts(result.judgement, inventory) };
  for (const [id, { parts: its }] of values) {
    if (id in parts || its.length === 0) continue;
    parts[id] = its.map((part) => partView(part, ...whatIs(part.id, inventory)));
  }
  return { card: schoolCard(input, values), parts };
}

function schoolCard(
  { school, result, attested, inputs }: SchoolBodyInput,
  values: ReadonlyMap<IndicatorId, IndicatorValue>,
): SchoolCard {
  const { card, judgement } = result;
  const { score, ungated, infraIndex, band, smartReady, gates, dimensions, note, modelVersion, asOfMs } = card;
  return {
    kind: "school",
    scope: school.id,
    name: school.name,
    ...(school.nameEn !== undefined && { nameEn: school.nameEn }),
    county: school.county,
    asOf: instantText(asOfMs),
    modelVersion,
    note,
    ...(inputs && { inputs }),
    ...totalView(score),
    ...(band && { band }),
    ungated: totalView(ungated),
    infraIndex: totalView(infraIndex),
    smartReady: { ready: smartReady.ready, reasons: [...smartReady.reasons] },
    ...(attested !== undefined && { attested, standing: standingOf(attested, smartReady.ready) }),
    gates: gates.map(({ gate, state }) => ({ gate, state })),
    dimensions: dimensions.map(dimensionView),
    indicators: [...values.values()].map((value) =>
      figureView(value, { evidenceShare: shareBehind(value.id, judgement, values) }),
    ),
    coverage: judgement.coverage,
    frozen: judgement.frozen,
    ...(judgement.lastTeachingDay !== undefined && { lastTeachingDay: judgement.lastTeachingDay }),
  };
}

/** Of coverage: of the access points that serve main venues; of everything else: of all devices. */
function shareBehind(
  id: IndicatorId,
  { coverage }: SchoolJudgement,
  values: ReadonlyMap<IndicatorId, IndicatorValue>,
): number | undefined {
  if (id.startsWith("WIFI_")) return coverage.evidenceShare;
  return values.get("EVIDENCE_SHARE")?.value?.toNumber();
}

export function totalView({ point, lo, hi, points, knownWeight, weight, withheld }: Total): TotalView {
  return {
    ...(point && { point: point.toNumber() }),
    lo: lo.toNumber(),
    hi: hi.toNumber(),
    points: points.toNumber(),
    knownWeight: knownWeight.toNumber(),
    weight: weight.toNumber(),
    withheld: [...withheld],
    exact: { ...(point && { point: fractionText(point) }), lo: fractionText(lo), hi: fractionText(hi) },
  };
}

function dimensionView({ id, zh, en, weight, point, lo, hi, knownWeight, parts }: DimensionScore) {
  return {
    id,
    nameZh: zh,
    nameEn: en,
    weight,
    ...(point && { point: point.toNumber() }),
    lo: lo.toNumber(),
    hi: hi.toNumber(),
    knownWeight: knownWeight.toNumber(),
    parts: parts.map(cardPartView),
  };
}

function cardPartView({ id, formula, weight, appliedWeight, state, value, points, evidence, reasons }: PartScore) {
  return {
    id,
    formula,
    weight,
    appliedWeight: appliedWeight.toNumber(),
    state,
    ...(value && { value: value.toNumber() }),
    ...(points && { points: points.toNumber() }),
    evidence: [...evidence],
    reasons: [...reasons],
  };
}

/** WIFI_COVER down to its venues: served slots by known slots, the verdict, and why there is none. */
function venueParts({ venues }: SchoolJudgement, inventory: Inventory): FigurePart[] {
  return [...venues.values()].flatMap((judged) => {
    const venue = inventory.venue(judged.id);
    return venue?.mainTeaching ? [venuePart(judged, venue.name)] : [];
  });
}

function venuePart({ id, verdict, slots, reasons }: VenueJudgement, name: string): FigurePart {
  const known = slots.served + slots.unserved;
  const [first] = reasons;
  return {
    id,
    kind: "venue",
    name,
    verdict,
    ...numbersView({ value: known > 0 ? Exact.ratio(slots.served, known) : undefined }),
    numerator: slots.served,
    denominator: known,
    ...(verdict === "insufficient" && first && { reason: first.reason }),
    isCounted: verdict !== "insufficient",
  };
}

function whatIs(id: string, inventory: Inventory): [FigurePart["kind"], string | undefined] {
  const venue = inventory.venue(id);
  if (venue) return ["venue", venue.name];
  const device = inventory.device(id);
  return device ? ["device", device.name] : ["item", undefined];
}
