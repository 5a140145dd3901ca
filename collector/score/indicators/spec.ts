// What the catalogue says of one indicator.
import type { MetricName } from "../../../contract/metrics.ts";
import type { DeclaredKind } from "../../declared/entry.ts";
import type { ColumnOf, InventoryFile } from "../../inventory/files.ts";
import type { Fraction, ModelParameters } from "../parameters.ts";

type Kind = "M" | "I" | "D";
/** Kinds of evidence: M measured, I inventory, D declared; of two the leading one first, with / one or the other. */
export type Source = Kind | `${Kind}+${Kind}` | `${Kind}/${Kind}`;

/** A column of an inventory file, `devices.csv:kind`. */
export type InventoryColumn = { [F in InventoryFile]: `${F}:${ColumnOf<F>}` }[InventoryFile];

/** Whether this program can observe it: from what, with what is missing even so as a note; or what is not there yet. */
export type Observability =
  | {
      now: true;
      metrics: readonly MetricName[];
      inventory: readonly InventoryColumn[];
      /** Kinds of declared entries that speak of it. */
      declared?: readonly DeclaredKind[];
      note?: string;
      /** What feeds it cannot meet its minimum evidence: only its interval and its parts are shown; the note says why. */
      intervalOnly?: true;
    }
  | { now: false; why: string };

/** A share of the model's parameters by its name, or one that is the indicator's own. */
export type LeastShare =
  | { [K in keyof ModelParameters]: ModelParameters[K] extends Fraction ? K : never }[keyof ModelParameters]
  | Fraction;

/**
 * How the figure of a group is made from its schools' figures; a school to which it does not apply is left out.
 *
 * `items`: numerators and denominators of all schools are added, as if all items were one school's; printed when this share of
 * the items is known. `schools`: of the schools that meet their own minimum evidence, printed when these are enough of all
 * (0.80). `classes`: class by class as `items`, then their mean. `median`: of all items. `mean`: of what is no share of items,
 * schools equal, printed as with `schools`. `sum`: of `every` school, or of those of which `any` is known where the count is of
 * entries and none means that there is nothing. `parts`: each part as `items`, and no total. `own`: made in its own way, not by `pool`.
 */
export type Pooling =
  | { by: "items"; known: LeastShare }
  | { by: "schools" | "classes" | "median" | "mean" | "parts" }
  | { by: "sum"; over: "every" | "any" }
  | { by: "own"; how: string };

export interface IndicatorSpec {
  /** Section of the scoring model that defines it. */
  section: string;
  nameZh: string;
  nameEn: string;
  /** In words. */
  formula: string;
  unit: string;
  window: string;
  /** Below it: insufficient data; `–` none. */
  minimum: string;
  source: Source;
  /** A figure of a school, or of a group of schools only. */
  level: "school" | "group";
  pooling: Pooling;
  observable: Observability;
}
