// The words that the contract's unions need, one for each member: a new state without words fails the typecheck.
import type {
  AgentView,
  DeviceState,
  Figure,
  FigureReason,
  SchoolSummary,
  VenueState,
  VenueVerdict,
} from "../../contract/api.ts";
import type { DeviceKind } from "../../contract/device-kinds.ts";
import type { EventKind } from "../../contract/events.ts";
import type { FleetEventKind } from "../../contract/fleet.ts";
import type { MetricName, ProbeFailure } from "../../contract/metrics.ts";
import type { TargetGap, TargetState } from "../../contract/policy.ts";
import type { FactName } from "../../contract/reading.ts";
import type { Rule } from "../arithmetic.ts";
import type { SlotLetter } from "../slots.ts";

type SlotWord = { [L in Exclude<SlotLetter, "-">]: string } & { ended: string };

export interface Words {
  /** With words that some inventories use beside them. */
  deviceKind: Record<DeviceKind | "access_point" | "controller", string>;
  deviceState: Record<DeviceState, string>;
  venueState: Record<VenueState, string>;
  verdict: Record<VenueVerdict, string>;
  reason: Record<FigureReason, string>;
  agentState: Record<AgentView["state"], string>;
  evidence: Record<Figure["evidence"], string>;
  area: Record<SchoolSummary["area"], string>;
  full: Record<"true" | "false" | "unknown", string>;
  metric: Record<MetricName, string>;
  probeFailure: Record<ProbeFailure, string>;
  rule: Record<Rule, string>;
  fact: Record<FactName, string>;
  event: Record<EventKind, string>;
  targetState: Record<TargetState, string>;
  targetGap: Record<TargetGap, string>;
  /** What happened to an agent, or was refused in its name. */
  fleetEvent: Record<FleetEventKind, string>;
  /** `ended` is the letter "-": a slot that is not yet over. */
  slot: SlotWord;
}
