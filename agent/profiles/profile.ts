// A vendor profile ready for use, and the choice of the one that fits a device.
import type { DeviceKind } from "../../contract/device-kinds.ts";
import type { MetricName } from "../../contract/metrics.ts";
import type { FactName } from "../../contract/reading.ts";
import type { Oid } from "../snmp/oid.ts";
import type { IndexType } from "../snmp/row-index.ts";

/**
 * Standard tables whose columns depend on each other, so that a row of rules cannot say what they mean: each is read by a
 * file of agent/probes/standard, for the profiles that name it.
 */
export const READS = [
  "entity-sensors",
  "cisco-entity-sensors",
  "storage",
  "printer-supplies",
  "own-addresses",
  "lldp",
  "cdp",
  "tplink-lldp",
  "bridge",
  "ip-neighbours",
] as const;

export type Read = (typeof READS)[number];

/** How a raw value becomes a metric or a fact, or is known to mean "not known". */
export interface ValueRule {
  oid: Oid;
  metric?: MetricName;
  fact?: FactName;
  /** What each raw value means. One that is not listed is not known. `elsewhere`: the row is another controller's. */
  values?: ReadonlyMap<string, number | "elsewhere">;
  /** Raw values that mean "not known". */
  unknown: ReadonlySet<string>;
  /** Numbers above this mean "not known". */
  unknownAbove?: number;
  /** Numbers below this mean "not known". */
  unknownBelow?: number;
  /** The value is 1 or 0 by this bit of an octet string; 0 is the high bit of the first octet. */
  bit?: number;
  multiplyBy: number;
  divideBy: number;
  /** Added after multiplying and dividing. */
  plus: number;
  convert?: "milliwattToDbm" | "megahertzToChannel" | "negate";
  /** Its first group is the text of the fact, or of the number. */
  pattern?: RegExp;
}

export interface ScalarRule extends ValueRule {
  /** The sensor, line or socket it speaks of; absent when it speaks of the device as a whole. */
  instance?: string;
}

export interface ColumnRule extends ValueRule {
  name: string;
  /** How the values of several rows that speak of the same thing become one. */
  combine: "first" | "sum" | "mean" | "max";
  /** The metric that the sum over all rows of one device is, besides what each row says. */
  total?: MetricName;
}

/** The share in use of something of which the device tells the total and the parts that are free, or those in use. */
export interface RatioRule {
  metric: MetricName;
  total: Oid;
  parts: readonly Oid[];
  partsAre: "free" | "used";
}

/** The same of two columns of a row: the total and what is free or used of it, or what is free and what is used. */
export interface RowRatioRule {
  metric: MetricName;
  total?: string;
  free?: string;
  used?: string;
}

export interface IndexPart {
  part: string;
  type: IndexType;
  fact?: FactName;
  /** The row counts only when this part is the metric's value for the same radio. */
  equals?: MetricName;
}

export interface TableRule {
  name: string;
  index: readonly IndexPart[];
  /** Types of the index parts. */
  indexTypes: readonly IndexType[];
  /** The index part or column that names the device a row speaks of; absent when all rows speak of the target. */
  child?: string;
  /** Its children are the controller's access points, to be counted. */
  listsAccessPoints: boolean;
  /** The index part or column that names the radio or interface; absent when rows speak of the device as a whole. */
  instance?: string;
  /** Stands before what `instance` says: "fan " of a fan that has only a number. */
  instancePrefix: string;
  /** The index part or column that is added where several rows have the same name, and stands alone where one has none. Rows of a device without any names have no instance. */
  uniqueBy?: string;
  /** Only rows with a known value in this column count. */
  rowsWith?: string;
  /** The table is not read when this metric of the target, or of anything of it, is known already. */
  unlessKnown?: MetricName;
  /** It is asked only this often; absent: in every run. */
  everyMs?: number;
  /** Values that a row in this table says by being there. */
  constants: Readonly<Partial<Record<MetricName, number>>>;
  ratios: readonly RowRatioRule[];
  columns: readonly ColumnRule[];
  /** The columns' OIDs, in their order. */
  oids: readonly Oid[];
}

export interface Match {
  sysObjectId?: Oid;
  sysDescr?: RegExp;
}

/** Of several rules for the same metric or fact, the first that yields a value counts. */
export interface Profile {
  name: string;
  title: string;
  vendor?: string;
  /** What all its devices are; absent where they may be one thing or another. Profiles that include it say their own. */
  kind?: DeviceKind;
  /** Makers by the enterprise number of sysObjectID, for profiles that serve many. */
  vendors: ReadonlyMap<number, string>;
  match: readonly Match[];
  constants: Readonly<Partial<Record<MetricName, number>>>;
  scalars: readonly ScalarRule[];
  ratios: readonly RatioRule[];
  tables: readonly TableRule[];
  reads: readonly Read[];
}

/** What a device says it is; a device may say neither. */
export interface Identity {
  sysObjectId?: string;
  sysDescr?: string;
}

export class Profiles {
  readonly #byName: ReadonlyMap<string, Profile>;
  readonly #generic: Profile;

  constructor(profiles: readonly Profile[], generic: Profile) {
    this.#byName = new Map(profiles.map((profile) => [profile.name, profile]));
    this.#generic = generic;
  }

  get names(): string[] {
    return [...this.#byName.keys()].sort();
  }

  get(name: string): Profile | undefined {
    return this.#byName.get(name);
  }

  /** The profile with the longest matching sysObjectID; at equal length one that also looks at sysDescr. `generic` when none fits. */
  choose(identity: Identity): Profile {
    let best: Profile = this.#generic;
    let bestRank = 0;
    for (const profile of this.#byName.values()) {
      const rank = Math.max(0, ...profile.match.map((match) => rankOf(match, identity)));
      if (rank > bestRank) {
        best = profile;
        bestRank = rank;
      }
    }
    return best;
  }
}

/** 0 when it does not match. */
function rankOf({ sysObjectId, sysDescr }: Match, identity: Identity): number {
  if (sysDescr && !sysDescr.test(identity.sysDescr ?? "")) return 0;
  const describes = sysDescr ? 1 : 0;
  if (!sysObjectId) return describes;
  const said = identity.sysObjectId;
  if (said === undefined || !`${said}.`.startsWith(`${sysObjectId.text}.`)) return 0;
  return sysObjectId.text.split(".").length * 2 + describes;
}
