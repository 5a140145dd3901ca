// What can be done about rooms that stand in the way of full coverage, and what each kind of measure costs.
import type { UnknownReason } from "../../../contract/api.ts";

/** Why something was not seen: a reason of unknown slots, or that nobody speaks for the school at all. */
export type UnseenReason = Exclude<UnknownReason, "path_unknown"> | "no_agent";

export type Measure =
  /** The school confirms its list of venues. */
  | { kind: "confirm_inventory" }
  /** What is not known can be seen again: of all that the agent looks at, of one network segment, or of one device. */
  | { kind: "evidence"; reason: UnseenReason; segment?: string; device?: string }
  /** The device works again: an access point, or what is upstream of it. */
  | { kind: "mend"; device: string }
  /** A walk test of at least −67 dBm makes a secondary access point count for the room. */
  | { kind: "walk_test"; device: string; venue: string }
  /** One more access point, in the room. */
  | { kind: "new_ap"; venue: string };

export type MeasureKind = Measure["kind"];

/**
 * What one measure of each kind costs, in units of mending one device: with up to three decimals, above 0. The model names
 * no costs; these defaults are ours [P], and only say which way is the shorter one.
 */
export type MeasureCosts = Readonly<Record<MeasureKind, number>>;

export const MEASURE_COSTS: MeasureCosts = {
  confirm_inventory: 0.5,
  evidence: 0.5,
  mend: 1,
  walk_test: 1,
  new_ap: 3,
};

/** Costs are added up in whole thousandths, so that equal sums are equal. */
export const COST_UNIT = 1_000;

export function costOf({ kind }: Measure, costs: MeasureCosts): number {
  return Math.round(costs[kind] * COST_UNIT);
}

/** The same for equal measures, and for no others; sorts measures in a fixed order. */
export function keyOf(measure: Measure): string {
  switch (measure.kind) {
    case "confirm_inventory":
      return "confirm_inventory";
    case "evidence":
      return ["evidence", measure.reason, measure.segment ?? "", measure.device ?? ""].join("\n");
    case "mend":
      return ["mend", measure.device].join("\n");
    case "walk_test":
      return ["walk_test", measure.device, measure.venue].join("\n");
    case "new_ap":
      return ["new_ap", measure.venue].join("\n");
  }
}
