// PILOT_SHARE: how much of one call's applications comes from the mountain counties and rural schools (scoring model section 8, S:A22).
import { type Exact, ONE, ZERO } from "../exact.ts";
import { MODEL_VERSION } from "../parameters.ts";
import { boundsOf } from "../share.ts";
import { anyOf, type Truth } from "../truth.ts";
import type { Groups, ListId } from "./groups.ts";
import { type CountyRule, type SchoolPlace, sideOf } from "./urban-rural.ts";

/** An application: of a county, or of a school in it. */
export interface PilotEntry {
  id: string;
  /** GB/T 2260 code. */
  county: string;
  /** Absent when the county applies, not a school. */
  school?: SchoolPlace;
  /** Date of the application; absent: not known. */
  appliedOn?: string;
}

export interface PilotCall {
  entries: readonly PilotEntry[];
  /** All entries of the call are there, as its owner says. */
  registryComplete: boolean;
  group: ListId;
}

export type PilotShareReason = "registry_incomplete" | "no_entry" | "flags_unknown";

interface PilotShareInputs {
  /** Ids of entries from the group: their number is the numerator. */
  fromGroup: string[];
  /** Ids of entries of which it is not known, with why. */
  unknown: { id: string; reason: "no_application_date" | "not_classified" }[];
  /** All entries: the denominator. */
  entries: number;
  /** With every unknown entry from elsewhere, then from the group. Of an incomplete registry anything from 0 to 1. */
  lo: Exact;
  hi: Exact;
  modelVersion: string;
}

export type PilotShare = PilotShareInputs &
  ({ status: "value"; value: Exact } | { status: "insufficient"; reason: PilotShareReason });

/** Each entry counts by the lists and classes valid on the date of its application. Exact: no rounding before it meets its 20 %. */
export function pilotShare(call: PilotCall, groups: Groups, rules: readonly CountyRule[]): PilotShare {
  const flags = call.entries.map((entry) => ({ entry, is: isFromGroup(entry, call.group, groups, rules) }));
  const fromGroup = flags.flatMap(({ entry, is }) => (is === true ? [entry.id] : []));
  const unknown = flags.flatMap(({ entry: { id, appliedOn }, is }) =>
    is === undefined
      ? [{ id, reason: appliedOn === undefined ? ("no_application_date" as const) : ("not_classified" as const) }]
      : [],
  );
  const entries = call.entries.length;
  const yes = fromGroup.length;
  const bounds = boundsOf({ yes, no: entries - yes - unknown.length, unknown: unknown.length });
  const inputs: PilotShareInputs = {
    fromGroup,
    unknown,
    entries,
    ...(call.registryComplete ? bounds : { lo: ZERO, hi: ONE }),
    modelVersion: MODEL_VERSION,
  };
  const insufficient = (reason: PilotShareReason): PilotShare => ({ status: "insufficient", reason, ...inputs });
  if (!call.registryComplete) return insufficient("registry_incomplete");
  if (entries === 0) return insufficient("no_entry");
  if (unknown.length > 0) return insufficient("flags_unknown");
  return { status: "value", value: inputs.lo, ...inputs };
}

function isFromGroup(entry: PilotEntry, group: ListId, groups: Groups, rules: readonly CountyRule[]): Truth {
  const { county, school, appliedOn } = entry;
  if (appliedOn === undefined) return undefined;
  const { member } = groups.membership(group, county, appliedOn);
  return school ? anyOf([member, isRural(school, rules, appliedOn)]) : member;
}

function isRural(school: SchoolPlace, rules: readonly CountyRule[], date: string): Truth {
  const { side } = sideOf(school, rules, date);
  return side === "unclassified" ? undefined : side === "rural";
}
