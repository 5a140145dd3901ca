// The tone and the icon of each state and verdict. The word comes from i18n: colour and icon never stand alone.
import {
  CircleCheckFilled,
  CircleCloseFilled,
  Clock,
  Connection,
  QuestionFilled,
  RemoveFilled,
  Tools,
  View,
  WarningFilled,
} from "@element-plus/icons-vue";
import type { Component } from "vue";
import type { AgentView, DeviceState, VenueState, VenueVerdict } from "../contract/api.ts";
import type { TargetState } from "../contract/policy.ts";
import type { ScorecardView, StandingName } from "../contract/scorecard.ts";

/** `unknown` is its own tone, grey and hatched: never good, never bad. */
export type Tone = "good" | "warn" | "bad" | "unknown" | "off";

export interface Mark {
  tone: Tone;
  icon: Component;
}

const good: Mark = { tone: "good", icon: CircleCheckFilled };
const warn: Mark = { tone: "warn", icon: WarningFilled };
const bad: Mark = { tone: "bad", icon: CircleCloseFilled };
const unknown: Mark = { tone: "unknown", icon: QuestionFilled };

export const DEVICE_MARKS: Record<DeviceState, Mark> = {
  up: good,
  degraded: warn,
  down: bad,
  "down-dep": { tone: "bad", icon: Connection },
  unknown,
  maintenance: { tone: "off", icon: Tools },
  "not-expected": { tone: "off", icon: Clock },
};

export const VENUE_MARKS: Record<VenueState, Mark> = {
  served: good,
  unserved: bad,
  unknown,
  "not-equipped": { tone: "bad", icon: RemoveFilled },
  "not-expected": { tone: "off", icon: Clock },
};

export const VERDICT_MARKS: Record<VenueVerdict, Mark> = {
  covered: good,
  covered_quality_unproven: good,
  covered_below_quality: warn,
  not_covered: bad,
  not_equipped: { tone: "bad", icon: RemoveFilled },
  insufficient: unknown,
};

export const TARGET_MARKS: Record<TargetState, Mark> = {
  achieved: good,
  on_track: good,
  at_risk: warn,
  missed: bad,
  insufficient: unknown,
  tracked: { tone: "off", icon: View },
  out_of_reach: { tone: "off", icon: RemoveFilled },
};

export const READY_MARKS: Record<ScorecardView["smartReady"]["ready"], Mark> = {
  yes: good,
  no: bad,
  insufficient: unknown,
};

export const GATE_MARKS: Record<ScorecardView["gates"][number]["state"], Mark> = {
  active: bad,
  inactive: { tone: "off", icon: CircleCheckFilled },
  unknown,
};

export const QUALITY_MARKS: Record<"pass" | "fail" | "unproven", Mark> = { pass: good, fail: warn, unproven: unknown };

export const FULL_MARKS: Record<"true" | "false" | "unknown", Mark> = { true: good, false: bad, unknown };

export const STANDING_MARKS: Record<StandingName, Mark> = {
  confirmed: good,
  unverified: unknown,
  contradicted: bad,
  ready_not_attested: good,
  not_attested: { tone: "off", icon: View },
};

export const AGENT_MARKS: Record<AgentView["state"], Mark> = {
  seeing: good,
  blind: unknown,
  offline: { tone: "unknown", icon: Connection },
  never: { tone: "unknown", icon: RemoveFilled },
};

/** Agents in this order: what needs a person first. */
export const AGENT_ORDER: Record<AgentView["state"], number> = { offline: 0, blind: 1, never: 2, seeing: 3 };

/** Devices in this order: what needs a person first. */
export const DEVICE_ORDER: Record<DeviceState, number> = {
  down: 0,
  "down-dep": 1,
  degraded: 2,
  unknown: 3,
  maintenance: 4,
  up: 5,
  "not-expected": 6,
};
