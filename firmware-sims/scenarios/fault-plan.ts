// Breaks and mends devices at the instants a plan says.
import type { Clock } from "../../contract/clock.ts";
import type { Fault } from "../snmp/fault.ts";
import type { Campus } from "./campus.ts";
import type { PlannedFault } from "./plan.ts";

export interface FaultEvent {
  atMs: number;
  devices: readonly string[];
  /** The agent whose machine goes off, or on again: whoever runs the agents has to do that. */
  agent?: string;
  /** Absent: they work again. */
  fault?: Fault;
}

/** Begins and ends of faults in the order of time; of two at the same instant, mending comes first. */
export function faultEvents(faults: readonly PlannedFault[]): FaultEvent[] {
  const whatOf = ({ devices, agent }: PlannedFault) => ({ devices, ...(agent !== undefined && { agent }) });
  const ends = faults.flatMap((fault): FaultEvent[] =>
    fault.untilMs === undefined ? [] : [{ atMs: fault.untilMs, ...whatOf(fault) }],
  );
  const begins = faults.map((fault): FaultEvent => ({ atMs: fault.atMs, ...whatOf(fault), fault: fault.fault }));
  return [...ends, ...begins].sort((a, b) => a.atMs - b.atMs);
}

/** Lets each event happen when the clock reaches it; what is past already happens at once. Ends when the signal aborts. */
export async function playFaults(
  campus: Campus,
  faults: readonly PlannedFault[],
  clock: Clock,
  signal: AbortSignal,
  happened: (event: FaultEvent) => void,
): Promise<void> {
  for (const event of faultEvents(faults)) {
    await clock.sleepUntil(event.atMs, signal);
    if (signal.aborted) return;
    for (const id of event.devices) campus.device(id).setFault(event.fault);
    happened(event);
  }
}
