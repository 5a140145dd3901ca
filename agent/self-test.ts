// The agent's self-test of a segment: did it prove that it can see? (scoring model section 4; pure, time comes in.)
//
// Without this proof a silent device is not down but unknown. Each of the three parts is passed, failed or not known; not
// known is absent and never 0. Reaching the collector is not part of it: what was seen is stored and forwarded.
import type { NetworkInterfaceInfo } from "node:os";
import type { Values } from "../contract/metrics.ts";
import type { Reading } from "../contract/reading.ts";
import type { SegmentTest } from "./config/config.ts";
import type { Outcome } from "./schedule/run.ts";

/** As `os.networkInterfaces()` gives it: only interfaces that are up, have link and have an address are in it. */
export type Interfaces = Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>;

export interface SelfTestInput {
  agent: string;
  test: SegmentTest;
  /** Absent when the system did not say. */
  interfaces: Interfaces | undefined;
  outcomes: ReadonlyMap<string, Pick<Outcome, "endedAtMs" | "answered">>;
  /** Interval of each target, by id. */
  intervals: ReadonlyMap<string, number>;
  nowMs: number;
}

/** An outcome counts for the self-test while it is no older than this many intervals of its target. */
const FRESH_INTERVALS = 2;

/**
 * One `agent` reading for the segment: each part where it is known, and the verdict once every target it needs has run since
 * the start and nothing that it hangs on is unknown. `undefined` when nothing at all is known.
 */
export function selfTestReading(input: SelfTestInput): Reading | undefined {
  const { agent, test, nowMs } = input;
  const interfaceUp = isInterfaceUp(test.interface, input.interfaces);
  const gateway = test.gateway === "self" ? interfaceUp : answered(test.gateway, input);
  const reference = anyAnswered(test.references.map((id) => answered(id, input)));
  const values: Values = {};
  if (interfaceUp !== undefined) values.agent_interface_up = Number(interfaceUp);
  // An agent on the gateway asks no gateway: there is nothing that could have answered.
  if (gateway !== undefined && test.gateway !== "self") values.agent_gateway_answered = Number(gateway);
  if (reference !== undefined) values.agent_reference_answered = Number(reference);
  const passed = allRan(input) ? all([interfaceUp, gateway, reference]) : undefined;
  if (passed !== undefined) values.agent_selftest_passed = Number(passed);
  if (Object.keys(values).length === 0) return undefined;
  return { measurement: "agent", device: agent, instance: test.segment, atMs: nowMs, values };
}

/** Whether the named interface, or any that leaves the machine, has an address that others can reach. */
function isInterfaceUp(name: string | undefined, interfaces: Interfaces | undefined): boolean | undefined {
  if (!interfaces) return undefined;
  if (name !== undefined) return (interfaces[name] ?? []).some(isUsable);
  return Object.values(interfaces).some((addresses) => addresses?.some((a) => !a.internal && isUsable(a)));
}

/** A link-local address is there as soon as there is a link; it proves no place in the network (RFC 3927, RFC 4291). */
function isUsable({ address, family }: NetworkInterfaceInfo): boolean {
  return family === "IPv4" ? !address.startsWith("169.254.") : !/^fe[89ab]/i.test(address);
}

/** Whether a target's newest outcome is an answer; `undefined` when it never ran or that is too long ago. */
function answered(id: string, { outcomes, intervals, nowMs }: SelfTestInput): boolean | undefined {
  const outcome = outcomes.get(id);
  const intervalMs = intervals.get(id);
  if (!outcome || intervalMs === undefined) return undefined;
  if (nowMs - outcome.endedAtMs > FRESH_INTERVALS * intervalMs) return undefined;
  // Whoever refused us, or could not tell everything, has answered all the same: the agent can see.
  return outcome.answered;
}

function allRan({ test: { gateway, references }, outcomes }: SelfTestInput): boolean {
  return [...references, ...(gateway === "self" ? [] : [gateway])].every((id) => outcomes.has(id));
}

function all(parts: (boolean | undefined)[]): boolean | undefined {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function anyAnswered(parts: (boolean | undefined)[]): boolean | undefined {
  if (parts.includes(true)) return true;
  return parts.includes(undefined) ? undefined : false;
}
