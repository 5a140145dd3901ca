// Two years of the same units: the matched panel, its two CVs, and whether the gap narrowed between them (scoring model 6.2).
import { Exact } from "../exact.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "../parameters.ts";
import {
  type Cv,
  type CvReason,
  type CvValue,
  coefficientOfVariation,
  type Unit,
  type Weighting,
  whyLeftOut,
} from "./cv.ts";
import { rootIsLessBy } from "./root.ts";

/** All units of a year, those without a value too: they count for how much of the whole the panel holds. */
export interface YearOfUnits {
  year: number;
  /** Of the model that the values were computed with. */
  modelVersion: string;
  units: readonly Unit[];
}

/** How a CV is taken; the same in all years that are compared. */
export interface Measure {
  weighting: Weighting;
  /** One of LEAST_UNITS. */
  least: number;
}

/** `narrowed`: CV ≤ the earlier one − ε. `widened`: CV ≥ the earlier one + ε. `flat`: between. */
export type YearState = "narrowed" | "flat" | "widened";

export type PanelReason = CvReason | "panel_too_small" | "model_version_differs";

interface PanelInputs {
  earlierYear: number;
  laterYear: number;
  /** Units with a value in both years, of all units of either year. */
  matched: string[];
  units: number;
  /** The other units, and in which of the two years they have no value. */
  outside: { id: string; without: "earlier" | "later" | "both" }[];
}

export interface PanelValue extends PanelInputs {
  status: "value";
  state: YearState;
  earlier: CvValue;
  later: CvValue;
  /** Later minus earlier, for showing: the state was decided on exact numbers. */
  change: number;
}

/** Without CVs: what a panel that is too small would say is not published. */
export interface PanelInsufficient extends PanelInputs {
  status: "insufficient";
  reason: PanelReason;
}

export type Panel = PanelValue | PanelInsufficient;

/** Compares two years on the units that have a value in both; each year by its own values and weights. */
export function compareYears(
  earlier: YearOfUnits,
  later: YearOfUnits,
  measure: Measure,
  parameters: ModelParameters = PARAMETERS,
): Panel {
  const inputs = match(earlier, later, measure.weighting);
  const insufficient = (reason: PanelReason): Panel => ({ status: "insufficient", reason, ...inputs });
  if (earlier.modelVersion !== later.modelVersion) return insufficient("model_version_differs");
  if (!atLeast(inputs.matched.length, inputs.units, parameters.cvPanel)) return insufficient("panel_too_small");
  const matched = new Set(inputs.matched);
  const cvOf = ({ units }: YearOfUnits): Cv =>
    coefficientOfVariation({ ...measure, units: units.filter(({ id }) => matched.has(id)) });
  const [before, after] = [cvOf(earlier), cvOf(later)];
  if (before.status === "insufficient") return insufficient(before.reason);
  if (after.status === "insufficient") return insufficient(after.reason);
  return {
    status: "value",
    state: stateOf(before, after, Exact.of(parameters.cvEpsilon)),
    earlier: before,
    later: after,
    change: after.value - before.value,
    ...inputs,
  };
}

function match(earlier: YearOfUnits, later: YearOfUnits, weighting: Weighting): PanelInputs {
  const before = countedIn(earlier, weighting);
  const after = countedIn(later, weighting);
  const ids = [...new Set([...earlier.units, ...later.units].map(({ id }) => id))];
  return {
    earlierYear: earlier.year,
    laterYear: later.year,
    matched: ids.filter((id) => before.has(id) && after.has(id)),
    units: ids.length,
    outside: ids.flatMap((id): PanelInputs["outside"] => {
      if (before.has(id)) return after.has(id) ? [] : [{ id, without: "later" }];
      return [{ id, without: after.has(id) ? "earlier" : "both" }];
    }),
  };
}

function countedIn({ units }: YearOfUnits, weighting: Weighting): Set<string> {
  return new Set(units.filter((unit) => whyLeftOut(unit, weighting) === undefined).map(({ id }) => id));
}

function stateOf(before: CvValue, after: CvValue, epsilon: Exact): YearState {
  if (rootIsLessBy(after.squared, before.squared, epsilon)) return "narrowed";
  return rootIsLessBy(before.squared, after.squared, epsilon) ? "widened" : "flat";
}
