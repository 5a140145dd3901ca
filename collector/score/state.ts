// State of a device in one slot: the table of scoring model section 4, first match wins.
import { type DeviceState, UNKNOWN_REASONS, type UnknownReason } from "../../contract/api.ts";

/** A state as one small number, so that a window of slots fits a byte array; unknown carries its reason. */
export const CODE = {
  notExpected: 0,
  up: 1,
  degraded: 2,
  down: 3,
  downDep: 4,
  maintenance: 5,
  /** This and above: unknown for the reason UNKNOWN_REASONS[code - unknown]. */
  unknown: 6,
} as const;

/** How many codes there are: all are below. */
export const CODES = 13;

export const UNKNOWN_CODE: Readonly<Record<UnknownReason, number>> = {
  agent_offline: 6,
  agent_blind: 7,
  not_probed: 8,
  auth_failed: 9,
  clock_untrusted: 10,
  rejected: 11,
  path_unknown: 12,
};

export interface StateWithReason {
  state: DeviceState;
  /** Only beside `unknown`. */
  reason?: UnknownReason;
}

/** How the devices upstream are in the same slot. */
export type Path = "none" | "up" | "down" | "unknown";

/** All that the table looks at. */
export interface Observation {
  /** Slot within school hours of a teaching day. */
  expected: boolean;
  /** In a maintenance window entered before the slot, within the cap. */
  maintenance: boolean;
  /** At least one trusted success; a controller's report of the slot before counts, because it is at most 10 minutes old. */
  success: boolean;
  /** Another way of looking at the device failed in the slot. */
  secondPathFailed: boolean;
  /** At different times; 2 stands for two and more. */
  failedAttempts: 0 | 1 | 2;
  /** Off is not broken, so failed attempts say nothing. */
  onDemand: boolean;
  agentHeard: boolean;
  /** At least one self-test of the device's segment passed in the slot, or failed in it. */
  selfTestPassed: boolean;
  selfTestFailed: boolean;
  /** It refused our credentials, so it was there. */
  authFailed: boolean;
  /** A run failed without the device being at fault: it was not asked. */
  unasked: boolean;
  /** Nothing of the slot is evidence: it may be of another time. */
  clockUntrusted: boolean;
  rejected: boolean;
  path: Path;
}

/** The state with its reason. */
export function deviceState(observation: Observation): StateWithReason {
  return stateOf(stateCode(observation));
}

/** The same as a number of CODE. */
export function stateCode(o: Observation): number {
  if (!o.expected) return CODE.notExpected;
  if (o.maintenance) return CODE.maintenance;
  if (o.success && !o.clockUntrusted) return o.secondPathFailed ? CODE.degraded : CODE.up;
  if (isProvenSilent(o)) {
    if (o.path === "none" || o.path === "up") return CODE.down;
    if (o.path === "down") return CODE.downDep;
  }
  return UNKNOWN_CODE[reasonOf(o)];
}

/** An agent that proved itself able to see asked at least twice, and nothing came back. A refusal of credentials is an answer. */
function isProvenSilent(o: Observation): boolean {
  if (o.clockUntrusted || o.onDemand || o.authFailed || o.unasked || o.failedAttempts < 2) return false;
  return o.selfTestPassed && !o.selfTestFailed;
}

/**
 * Why nothing can be said. `agent_blind` needs a failed self-test: one that was never reported has proved nothing either
 * way, and the device then counts as not probed. `path_unknown` is said only of a device that was asked and kept silent.
 */
function reasonOf(o: Observation): UnknownReason {
  if (!o.agentHeard) return "agent_offline";
  if (o.selfTestFailed) return "agent_blind";
  if (o.authFailed) return "auth_failed";
  if (o.clockUntrusted) return "clock_untrusted";
  if (o.rejected) return "rejected";
  const wasSilent = o.failedAttempts > 0 && o.selfTestPassed && !o.unasked && !o.onDemand;
  return wasSilent && o.path === "unknown" ? "path_unknown" : "not_probed";
}

/**
 * What the states of all known parents mean for their child. One parent that is down explains the child's silence, whatever
 * the others are; a parent in maintenance or not expected explains nothing.
 */
export function pathOf(parents: readonly number[]): Path {
  if (parents.length === 0) return "none";
  if (parents.some((code) => code === CODE.down || code === CODE.downDep)) return "down";
  return parents.every((code) => code === CODE.up || code === CODE.degraded) ? "up" : "unknown";
}

/** In the order of their numbers. */
const STATES: readonly StateWithReason[] = [
  { state: "not-expected" },
  { state: "up" },
  { state: "degraded" },
  { state: "down" },
  { state: "down-dep" },
  { state: "maintenance" },
  ...UNKNOWN_REASONS.map((reason): StateWithReason => ({ state: "unknown", reason })),
];
/** For a number that is no code; there is none in the arrays we fill. */
const NOTHING: StateWithReason = { state: "unknown", reason: "not_probed" };

export function stateOf(code: number): StateWithReason {
  return STATES[code] ?? NOTHING;
}
