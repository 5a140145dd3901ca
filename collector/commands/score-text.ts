// What the command `score` says to people: a scorecard, and how the policy targets stand.
import { type PolicyTargetList, TARGET_STATES } from "../../contract/policy.ts";
import type { AnyScorecard, GroupCardView, IndicatorFigure, ScorecardView } from "../../contract/scorecard.ts";

export function describeCard(card: AnyScorecard): string {
  return card.kind === "school" ? describeSchool(card) : describeGroup(card);
}

function head({ name, scope, asOf, computed, kept, modelVersion, note }: AnyScorecard): string[] {
  const how = kept ? `kept, revision ${kept.revision}` : computed === "now" ? "computed now" : "kept";
  return [`${name} (${scope})`, `as of ${asOf}, ${how}, model ${modelVersion}`, `${note.zh} / ${note.en}`, ""];
}

function describeSchool(card: ScorecardView): string {
  const { point, lo, hi, band, smartReady, withheld, dimensions, gates, standing } = card;
  const score = point === undefined ? `no score (${withheld.join(", ")})` : `${rounded(point)} ${band ?? ""}`.trim();
  const active = gates.filter(({ state }) => state === "active").map(({ gate }) => gate);
  return [
    ...head(card),
    `score      ${score}, between ${rounded(lo)} and ${rounded(hi)}`,
    `ready      ${smartReady.ready}${smartReady.reasons.length > 0 ? ` (${smartReady.reasons.join(", ")})` : ""}`,
    ...(standing === undefined ? [] : [`attested   ${standing}`]),
    ...(active.length > 0 ? [`gates      ${active.join(", ")}`] : []),
    "",
    ...dimensions.map(({ id, nameEn, point: points, lo: least, hi: most, weight }) => {
      const shown = points === undefined ? "not known" : rounded(points);
      return `${id}  ${shown.padStart(9)} of ${String(weight).padStart(2)}  [${rounded(least)}, ${rounded(most)}]  ${nameEn}`;
    }),
    "",
    ...figureLines(card.indicators),
  ].join("\n");
}

function describeGroup(card: GroupCardView): string {
  const { schools, unclassified, distribution, gaps } = card;
  const { bands, insufficient, ready } = distribution;
  const open = unclassified ? `, ${unclassified.schools} more may belong` : "";
  return [
    ...head(card),
    `schools    ${schools}${open}`,
    `bands      ${Object.entries(bands)
      .map(([band, count]) => `${band} ${count}`)
      .join(", ")}, no score ${insufficient}`,
    `ready      yes ${ready.yes}, no ${ready.no}, not known ${ready.insufficient}`,
    "",
    ...figureLines(card.indicators),
    ...gaps.map(
      ({ id, variant, state, value, reason, n }) =>
        `${label(id, variant)} ${state === "known" ? rounded(value, 4) : `insufficient (${reason ?? "not known"})`}, n = ${n}`,
    ),
  ].join("\n");
}

function figureLines(figures: readonly IndicatorFigure[]): string[] {
  return figures
    .filter(({ state }) => state !== "not_observable")
    .map(({ id, variant, state, value, lo, hi, reasons }) => {
      const [first] = reasons;
      const shown =
        state === "known" ? rounded(value, 4) : `${state.replace("_", " ")}${first ? ` (${first.reason})` : ""}`;
      return `${label(id, variant)} ${shown}  [${rounded(lo, 4)}, ${rounded(hi, 4)}]`;
    });
}

function label(id: string, variant: string | undefined): string {
  return (variant === undefined ? id : `${id}{${variant}}`).padEnd(30);
}

/** A dash for what is not there. */
function rounded(value: number | undefined, digits = 1): string {
  return value === undefined ? "-" : value.toFixed(digits);
}

/** How many targets are in each state, then those that are not reached or in danger. */
export function describeTargets({ targets }: PolicyTargetList): string {
  const counts = TARGET_STATES.map((state) => `${state} ${targets.filter((target) => target.state === state).length}`);
  const bad = targets.filter(({ state }) => state === "missed" || state === "at_risk");
  return [
    `policy targets: ${counts.join(", ")}`,
    ...bad.map(({ id, state, phraseZh }) => `${id}  ${state}  ${phraseZh}`),
  ].join("\n");
}
