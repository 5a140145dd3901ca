// How long and how many questions are waited for, and the errors of one that ends without an answer: for all versions alike.
import { ProbeError } from "../probes/probe.ts";
import { type SnmpPeer, subjectOf } from "./peer.ts";

/** Precision of timeouts, and how soon an abort is noticed. */
export const TICK_MS = 50;
/** What answers can be expected to find room in the receive buffer. */
export const OPEN_MAX = 1024;
/** Each further wait for an answer is this many times the one before. */
export const BACK_OFF = 1.5;

/** The system's send buffer is full for the moment: like a datagram lost on the way. */
const LOST = new Set(["ENOBUFS", "EAGAIN", "ENOMEM"]);

/** Why a datagram could not be sent; `undefined` when it was only lost. */
export function unsendable(peer: SnmpPeer, cause: NodeJS.ErrnoException): ProbeError | undefined {
  if (LOST.has(cause.code ?? "")) return undefined;
  const message = `${subjectOf(peer)}: cannot be sent to (${cause.code ?? cause.message})`;
  return new ProbeError("unreachable", message, { cause });
}

export function aborted({ peer, signal }: { peer: SnmpPeer; signal: AbortSignal }): ProbeError {
  return new ProbeError("timeout", `${subjectOf(peer)}: not answered before the deadline`, { cause: signal.reason });
}

export function closed(peer: SnmpPeer): ProbeError {
  return new ProbeError("internal", `${subjectOf(peer)}: the SNMP engine is closed`);
}
