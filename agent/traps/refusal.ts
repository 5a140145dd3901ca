// Why a datagram is not taken.
import { CampusError } from "../../contract/errors.ts";

/** What the receiver counts, each with what it means. */
export const REFUSALS = {
  malformed: "not an SNMP notification",
  community: "community not known (v1, v2c)",
  user: "user not known, or its security level is another (v3)",
  digest: "wrong password or protocol of authentication (v3)",
  decryption: "wrong password or protocol of privacy (v3)",
  replay: "sent before, or by an engine whose clock went back (v3)",
  flood: "too many messages, or too many SNMPv3 engines, from one sender",
  stranger: "the sender is no target",
  ambiguous: "the sender's address belongs to several targets",
} as const satisfies Record<string, string>;

export type Refusal = keyof typeof REFUSALS;

export const REFUSAL_NAMES = Object.keys(REFUSALS) as Refusal[]; // Object.keys forgets the keys of our own table

/** Understood, and not believed. */
export class TrapRefused extends CampusError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, problem: string) {
    super("TRAP_REFUSED", problem);
    this.refusal = refusal;
  }
}
