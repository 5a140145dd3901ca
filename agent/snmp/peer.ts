// Whom the engine asks, and how patiently.
import type { SnmpUser } from "../../contract/snmp-user.ts";
import type { Tally } from "../probes/probe.ts";
import type { SnmpVersion } from "./request.ts";

interface Patience {
  host: string;
  port: number;
  /** How long to wait for an answer before asking again or giving up; each further wait is half as long again. */
  timeoutMs: number;
  /** How often to ask again after silence. */
  retries: number;
  /** Counts what is sent, for whoever asks. */
  tally?: Tally;
}

/** A device that is asked with SNMP v1 or v2c. */
export interface CommunityPeer extends Patience {
  community: string;
  /** v2c unless said otherwise. */
  version?: SnmpVersion;
}

/** A device that is asked with SNMPv3. */
export interface UserPeer extends Patience {
  version: "v3";
  user: SnmpUser;
  /** Absent: the default context, which has no name. */
  context?: string;
  /** Hears that another engine answers at this address than before: the device was replaced or lost its settings. */
  onEngineChanged?: (change: EngineChange) => void;
}

/** Engine ids in hexadecimal. */
export interface EngineChange {
  from: string;
  to: string;
}

export type SnmpPeer = CommunityPeer | UserPeer;

/** How messages name a peer: never with its community or user. */
export function subjectOf({ host, port }: Pick<SnmpPeer, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
