// Gaps between units as they are kept and shown, and the units again, to compare years with (scoring model 6).
import type { GapView, NarrowingView } from "../../contract/scorecard.ts";
import type { Exact } from "../score/exact.ts";
import type { Cv, Unit } from "../score/gaps/cv.ts";
import type { GroupMean, UrbanRural } from "../score/gaps/indicators.ts";
import type { Narrowing } from "../score/gaps/narrowing.ts";
import type { Gap } from "../score/group/gaps.ts";
import { fractionIn, fractionText } from "./fraction.ts";

export function gapView(gap: Gap): GapView {
  if ("sides" in gap) return sidesView(gap.id, gap.sides);
  const { id, variant, cv } = gap;
  return { id, ...(variant !== undefined && { variant }), ...cvView(cv) };
}

function cvView(cv: Cv): Omit<GapView, "id" | "variant"> {
  const { n, weighting, parts, leftOut } = cv;
  const units = [
    ...parts.map(({ id, value, weight }) => ({
      ...unitOf(id, value),
      ...(weighting === "students" && { students: weight }),
    })),
    ...leftOut.map(({ id, reason }) => ({ id, leftOut: reason })),
  ];
  if (cv.status === "insufficient") {
    const without = cv.withoutWeight.map((id) => ({ id, leftOut: "weight_missing" }));
    return { state: "insufficient", reason: cv.reason, n, weighting, units: [...units, ...without] };
  }
  const { value, mean, min, max, squared } = cv;
  return {
    state: "known",
    value,
    mean: mean.toNumber(),
    min: min.toNumber(),
    max: max.toNumber(),
    n,
    weighting,
    units,
    exactSquared: fractionText(squared),
  };
}

function unitOf(id: string, value: Exact) {
  return { id, value: value.toNumber(), exact: fractionText(value) };
}

/** The two groups; the gap in points where both have a mean. */
function sidesView(id: GapView["id"], sides: UrbanRural): GapView {
  const groups = [
    { id: "urban", group: sides.urban },
    { id: "rural", group: sides.rural },
  ];
  const units = groups.map(({ id: side, group }) =>
    group.mean ? unitOf(side, group.mean) : { id: side, leftOut: whyNoMean(group) },
  );
  const n = groups.filter(({ group }) => group.mean).length;
  const bare = { id, n, weighting: "equal" as const, units };
  if (sides.status === "insufficient") return { ...bare, state: "insufficient", reason: sides.reason };
  return { ...bare, state: "known", value: sides.gap.toNumber() };
}

function whyNoMean({ schools }: GroupMean): string {
  return schools > 0 ? "too_few_known_schools" : "no_school";
}

/** The units of a kept gap, as a year to compare with. */
export function unitsIn({ units }: GapView): Unit[] {
  return units.map(({ id, exact, students, leftOut }) => ({
    id,
    ...(exact !== undefined && { value: fractionIn(exact) }),
    ...(students !== undefined && { students }),
    ...(leftOut !== undefined && { reason: leftOut }),
  }));
}

export function narrowingView(
  { id, variant }: Pick<GapView, "id" | "variant">,
  { state, basis, baseline, years }: Narrowing,
): NarrowingView {
  return {
    id,
    ...(variant !== undefined && { variant }),
    state,
    basis,
    ...(baseline && { baseline }),
    years: years.map(({ year, panel }) => ({ year, ...panelView(panel) })),
  };
}

function panelView(panel: Narrowing["years"][number]["panel"]): Omit<NarrowingView["years"][number], "year"> {
  if (!panel) return { reason: "year_without_value" };
  const counts = { matched: panel.matched.length, units: panel.units };
  if (panel.status === "insufficient") return { reason: panel.reason, ...counts };
  const { state, earlier, later, change } = panel;
  return { state, earlier: earlier.value, later: later.value, change, ...counts };
}
