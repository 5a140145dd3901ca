// What a Report or silence says about why a request was not answered (RFC 3412 section 5, RFC 3414 section 5), in words for people.

import type { ProbeFailure } from "../../contract/metrics.ts";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { whyUnreadable } from "./malformed.ts";
import type { UserPeer } from "./peer.ts";

/** What the asker does about it: find the engine again, set its clock again, or give up with a reason. */
export type ReportMeaning = { kind: "engine" } | { kind: "clock" } | Failure;

export interface Failure {
  kind: "failure";
  reason: ProbeFailure;
  says: string;
}

/** SNMP-USER-BASED-SM-MIB usmStats, by the arc after 1.3.6.1.6.3.15.1.1. */
export const USM_STATS = "1.3.6.1.6.3.15.1.1.";
/** SNMP-MPD-MIB snmpMPDStats: unknown security models, invalid messages, PDUs nobody handles. */
const MPD_STATS = "1.3.6.1.6.3.11.2.1.";
/** SNMP-TARGET-MIB snmpUnavailableContexts and snmpUnknownContexts. */
const CONTEXTS = ["1.3.6.1.6.3.12.1.4.", "1.3.6.1.6.3.12.1.5."];

const SILENT_TO_ENCRYPTED = "the device is there and silent to what is encrypted";
export const BOOTS_USED_UP =
  "the device has counted its starts to the end (snmpEngineBoots 2147483647) and takes no request until its SNMPv3 engine is set up anew";

/** @param oid the name of the Report's first variable, dotted; `undefined` when it has none. */
export function meaningOf(oid: string | undefined, user: SnmpUser, context: string): ReportMeaning {
  if (oid?.startsWith(USM_STATS)) return usmMeaning(oid.slice(USM_STATS.length), user);
  if (CONTEXTS.some((start) => oid?.startsWith(start))) {
    return failure("unsupported", `the device has no SNMPv3 context "${context}"`);
  }
  if (oid?.startsWith(MPD_STATS)) return failure("protocol", "the device does not take this kind of SNMPv3 message");
  return failure("protocol", `the device answered with a Report that means nothing here (${oid ?? "empty"})`);
}

function usmMeaning(arcs: string, user: SnmpUser): ReportMeaning {
  const who = `user "${user.name}"`;
  switch (arcs.split(".")[0]) {
    case "1":
      return failure(
        "auth",
        `the device does not offer ${who} ${levelOf(user)} (usmStatsUnsupportedSecLevels): compare the protocols with those set on the device`,
      );
    case "2":
      return { kind: "clock" };
    case "3":
      return failure(
        "auth",
        `the device knows no ${who}, or not with these protocols (usmStatsUnknownUserNames): check the name`,
      );
    case "4":
      return { kind: "engine" };
    case "5":
      return failure(
        "auth",
        `the password or protocol of authentication is not the one the device has for ${who} (usmStatsWrongDigests)`,
      );
    case "6":
      return failure("auth", privacyWrong(user, "usmStatsDecryptionErrors"));
    default:
      return failure("protocol", `the device refuses for a reason that RFC 3414 does not know (${USM_STATS}${arcs})`);
  }
}

/** The sentence for a device whose SNMPv3 cannot be used because of how it is set up. */
export function noEngineId({ length }: Buffer): string {
  return `the device names an SNMPv3 engine id of ${length} bytes, expected 5 to 32 (RFC 3411): its SNMPv3 engine has to be set up`;
}

const WHY_SILENT = " (off, out of reach, or SNMP not allowed from here)";

/** @param isDeaf the device was found a moment ago and has long been silent to requests. */
export function meaningOfSilence(peer: UserPeer, isDeaf: boolean): Failure {
  const { user, context } = peer;
  // Net-snmp's agent is silent to a context that it does not have.
  const inContext = context === undefined ? "" : `, or it has no context "${context}"`;
  // What it cannot decrypt, an agent drops without a word.
  if (isDeaf && user.privacy) return failure("auth", `${privacyWrong(user, SILENT_TO_ENCRYPTED)}${inContext}`);
  return failure("timeout", `no answer${whyUnreadable(peer) ?? `${WHY_SILENT}${inContext}`}`);
}

/** The sentence for a wrong privacy password, which most devices answer with silence. */
function privacyWrong({ name }: SnmpUser, how: string): string {
  return `the password or protocol of privacy is not the one the device has for user "${name}" (${how})`;
}

function levelOf({ auth, privacy }: SnmpUser): string {
  if (privacy) return `authentication with ${auth?.protocol} and privacy with ${privacy.protocol}`;
  return auth ? `authentication with ${auth.protocol} without privacy` : "access without authentication";
}

function failure(reason: ProbeFailure, says: string): Failure {
  return { kind: "failure", reason, says };
}
