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
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw invalid(`not a URL, expected for example snmp://public@192.0.2.1:161`, cause);
  }
  if (url.protocol !== "snmp:") {
    throw invalid(`"${url.protocol}//" is not a way of asking that this agent knows, expected snmp://`);
  }
  if (!url.hostname) throw invalid("the host is missing, expected snmp://COMMUNITY@HOST[:PORT]");
  if (!url.username) throw invalid("the community is missing, expected snmp://COMMUNITY@HOST[:PORT]");
  if (url.password) throw invalid("a community has no password; write a colon in it as %3A");
  if (url.pathname !== "" && url.pathname !== "/") throw invalid(`"${url.pathname}" after the port has no meaning`);
  if (url.search || url.hash) throw invalid("nothing may follow the port");
  return {
    kind: "snmp",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 161 : Number(url.port),
    community: decodeURIComponent(url.username),
  };
}

/** The URL without its secret, for logs, tables and pages. */
export function redactTarget({ kind, host, port }: TargetAddress): string {
  return `${kind}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function invalid(problem: string, cause?: unknown): CampusError {
  return new CampusError("TARGET_INVALID", `target URL: ${problem}`, cause === undefined ? {} : { cause });
}
