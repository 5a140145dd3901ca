// What the catalogue says of one indicator.
import type { MetricName } from "../../../contract/metrics.ts";
import type { ColumnOf, InventoryFile } from "../../inventory/files.ts";

type Kind = "M" | "I" | "D";
/** Kinds of evidence: M measured, I inventory, D declared; of two the leading one first, with / one or the other. */
export type Source = Kind | `${Kind}+${Kind}` | `${Kind}/${Kind}`;

/** A column of an inventory file, `devices.csv:kind`. */
export type InventoryColumn = { [F in InventoryFile]: `${F}:${ColumnOf<F>}` }[InventoryFile];

/** Whether this program can observe it: from what, with what is missing even so as a note; or what is not there yet. */
export type Observability =
  | { now: true; metrics: readonly MetricName[]; inventory: readonly InventoryColumn[]; note?: string }
  | { now: false; why: string };

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
  observable: Observability;
}
