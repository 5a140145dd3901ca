// A target: something an agent asks, and the URL it is written as.
import type { SnmpUser } from "./snmp-user.ts";
import { decodePart, invalid } from "./target-url.ts";
import { readUser } from "./target-user.ts";

interface At {
  /** A name, an IPv4 address, or an IPv6 address with its zone where it needs one (`fe80::1%eth0`). */
  host: string;
  port: number;
}

/** `snmp://COMMUNITY@HOST[:PORT]` (v2c) or `snmpv1://COMMUNITY@HOST[:PORT]`. The community is percent-decoded. */
export interface CommunityTarget extends At {
  kind: "snmp";
  /** Absent: v2c. */
  version?: "v1";
  community: string;
}

/**
 * `snmpv3://USER[:AUTH-PASSWORD]@HOST[:PORT][?auth=…&privacy=…&privacyPassword=…&context=…]`, all percent-decoded. Protocols
 * and passwords may come from elsewhere, so that no secret stands in the URL.
 */
export interface UserTarget extends At {
  kind: "snmp";
  version: "v3";
  user: SnmpUser;
  /** Absent: the default context. */
  context?: string;
}

export type SnmpTarget = CommunityTarget | UserTarget;
export type TargetAddress = SnmpTarget;

/** What a URL may leave out because it is given beside it. */
export interface TargetSecrets {
  community?: string;
  auth?: { protocol: string; password: string };
  privacy?: { protocol: string; password: string };
}

const SNMP_FORM = "snmp://COMMUNITY@HOST[:PORT]";
const V3_FORM = "snmpv3://USER@HOST[:PORT]";
const SCHEMES = ["snmp:", "snmpv1:", "snmpv3:"] as const;

/**
 * Reads a target URL. IPv6 addresses stand in brackets, a zone behind `%25` (RFC 6874).
 * @throws CampusError `TARGET_INVALID` naming the part that is wrong; no secret is ever in the message.
 */
export function parseTargetUrl(text: string, secrets: TargetSecrets = {}): TargetAddress {
  const { rest, zone } = withoutZone(text);
  // Read as they stand, the rest of the secret would be taken for something else, and might be shown.
  if (/^[^/]*\/\/[^@]*[/?#].*@/s.test(rest)) {
    throw invalid('a "/", "?" or "#" before the "@", expected as %2F, %3F or %23');
  }
  // The parser's own error carries the whole text, and with it the community: it is not kept as a cause.
  if (!URL.canParse(rest)) throw invalid(`not a URL, expected ${SNMP_FORM} or ${V3_FORM}`);
  const url = new URL(rest);
  const scheme = SCHEMES.find((name) => name === url.protocol);
  if (scheme === undefined) {
    throw invalid(
      `"${url.protocol}//" is not a way of asking that this agent knows, expected snmp:// (v2c), snmpv1:// or snmpv3://`,
    );
  }
  const form = scheme === "snmpv3:" ? V3_FORM : SNMP_FORM.replace("snmp:", scheme);
  if (!url.hostname) throw invalid(`the host is missing, expected ${form}`);
  if (url.pathname !== "" && url.pathname !== "/") throw invalid("a path after the port has no meaning");
  if (url.hash) throw invalid("nothing may follow the port but what ? begins");
  if (url.port === "0") throw invalid("port 0 is no port to ask, expected 1 to 65535");
  if (zone === undefined && /^\[fe[89ab]/.test(url.hostname)) {
    // Its answers come from an address with a zone, which would then be another one.
    throw invalid("an address of fe80::/10 needs the interface it is valid on, expected for example [fe80::1%25eth0]");
  }
  const at: At = {
    host: `${url.hostname.replace(/^\[|\]$/g, "")}${zone === undefined ? "" : `%${zone}`}`,
    port: url.port === "" ? 161 : Number(url.port),
  };
  if (scheme === "snmpv3:") return { kind: "snmp", version: "v3", ...at, ...readUser(url, secrets) };
  const community = readCommunity(url, form, secrets);
  return { kind: "snmp", ...at, ...(scheme === "snmpv1:" && { version: "v1" }), community };
}

/** The URL without its secret and without its user, for logs, tables and pages. */
export function redactTarget({ kind, version, host, port }: TargetAddress): string {
  return `${kind}${version ?? ""}://${host.includes(":") ? `[${host.replace("%", "%25")}]` : host}:${port}`;
}

function readCommunity(url: URL, form: string, secrets: TargetSecrets): string {
  if (secrets.auth || secrets.privacy) throw invalid("only snmpv3:// has authentication and privacy");
  if (url.search) throw invalid("nothing may follow the port");
  if (url.password) throw invalid("a community has no password; write a colon in it as %3A");
  if (secrets.community !== undefined) {
    if (url.username) throw invalid("a community stands in the URL and under community, expected only one of them");
    return secrets.community;
  }
  if (!url.username) throw invalid(`the community is missing, expected ${form}`);
  return decodePart(url.username, "the community");
}

/** A zone is no part of a URL to the platform's parser, so it is taken out before. */
function withoutZone(text: string): { rest: string; zone?: string } {
  const match = /^([^[]*\[[0-9a-f:.]+)%25([\w.~-]+)(\].*)$/is.exec(text);
  const [, before, zone, after] = match ?? [];
  return zone === undefined ? { rest: text } : { rest: `${before}${after}`, zone };
}
