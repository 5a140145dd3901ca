// How a device that answered is asked further: with the community it answered to, or as a configured SNMPv3 user.
import type { TargetAddress, UserTarget } from "../../contract/target.ts";
import type { SnmpPeer } from "../snmp/peer.ts";
import type { Answer, FoundDevice } from "./found.ts";

export interface AccessOptions {
  port: number;
  /** SNMPv3 users of a configuration, by address. */
  users: ReadonlyMap<string, UserTarget>;
}

/** A way in, and what may be said of it. */
export interface Access {
  target: TargetAddress;
  shown: FoundDevice["access"];
}

/** `undefined` where nothing opens it: a device that speaks only SNMPv3, with a user that nobody told us. */
export function accessTo(answer: Answer, { port, users }: AccessOptions): Access | undefined {
  const { address: host, community, version = "v2c" } = answer;
  const user = users.get(host);
  if (user) return { target: user, shown: { kind: "v3" } };
  if (!community) return undefined;
  const { value, reference } = community;
  return {
    target: { kind: "snmp", ...(version === "v1" && { version }), host, port, community: value },
    shown: { kind: "community", version, reference },
  };
}

/** Asked twice before silence counts. */
export const RETRIES = 1;

export function peerAt({ kind: _, ...who }: TargetAddress, timeoutMs: number): SnmpPeer {
  return { ...who, timeoutMs, retries: RETRIES };
}
