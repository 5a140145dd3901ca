// What GET and walks need of whoever carries their requests: SNMP v1/v2c (exchange.ts) and SNMPv3 (v3-exchange.ts) both do.
import type { SnmpPeer } from "./peer.ts";
import type { RequestTemplate } from "./request.ts";
import type { Response } from "./response.ts";
import type { SnmpStats } from "./stats.ts";

/** One request to be answered. Whoever asks is told by its methods and not by a promise, which a walk would need for each step. */
export interface Question {
  readonly peer: SnmpPeer;
  readonly template: RequestTemplate;
  /** How often it is sent before silence is a failure. */
  readonly tries: number;
  /** Ends the request early, within a tick of the engine's clock. */
  readonly signal: AbortSignal;
  /** Takes the answer, which is valid only during the call; what it throws is handed to `failed`. */
  answered(response: Response): void;
  /** A ProbeError: `timeout` after silence or abort, `unreachable`, `auth`; or what `answered` threw. */
  failed(error: unknown): void;
}

export interface Asker {
  /** Calls `answered` or `failed` once, and never before it returns. */
  ask(question: Question): void;
  readonly stats: SnmpStats;
}
