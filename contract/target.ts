// A target: something an agent asks, and the URL it is written as.
import { CampusError } from "./errors.ts";

/** An SNMP v2c target: `snmp://COMMUNITY@HOST[:PORT]`. The community is percent-decoded; IPv6 hosts stand in brackets. */
export interface SnmpTarget {
  kind: "snmp";
  host: string;
  port: number;
  community: string;
}

export type TargetAddress = SnmpTarget;

/** Reads a target URL. @throws CampusError `TARGET_INVALID` naming the part that is wrong; the community is never in the message. */
export function parseTargetUrl(text: string): TargetAddress {
  // The parser's own error carries the whole text, and with it the community: it is not kept as a cause.
  if (!URL.canParse(text)) throw invalid("not a URL, expected snmp://COMMUNITY@HOST[:PORT]");
  const url = new URL(text);
  if (url.protocol !== "snmp:") {
    throw invalid(`"${url.protocol}//" is not a way of asking that this agent knows, expected snmp://`);
  }
  if (!url.hostname) throw invalid("the host is missing, expected snmp://COMMUNITY@HOST[:PORT]");
  if (!url.username) throw invalid("the community is missing, expected snmp://COMMUNITY@HOST[:PORT]");
  if (url.password) throw invalid("a community has no password; write a colon in it as %3A");
  if (url.pathname !== "" && url.pathname !== "/") throw invalid(`"${url.pathname}" after the port has no meaning`);
  if (url.search || url.hash) throw invalid("nothing may follow the port");
  if (url.port === "0") throw invalid("port 0 is no port to ask, expected 1 to 65535");
  const community = decode(url.username);
  if (community === undefined) throw invalid("the community is not percent-encoded as it should be");
  return {
    kind: "snmp",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 161 : Number(url.port),
    community,
  };
}

/** The URL without its secret, for logs, tables and pages. */
export function redactTarget({ kind, host, port }: TargetAddress): string {
  return `${kind}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // the only thing it throws is URIError, and what to say is the caller's
  }
}

function invalid(problem: string): CampusError {
  return new CampusError("TARGET_INVALID", `target URL: ${problem}`);
}
