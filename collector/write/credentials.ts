// The token in a request, in all the ways that writers of line protocol send one.
import type { IncomingHttpHeaders } from "node:http";

/**
 * The token's text: `Authorization: Token …` (InfluxDB 2), `Bearer …`, or as a password of InfluxDB 1: in `Basic …`, whoever
 * the user is said to be, or in the query's `p`. `undefined` when the request carries none.
 */
export function tokenIn(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return query.get("p") || undefined;
  const [, scheme = "", rest = ""] = /^(\S+) +(\S.*)$/.exec(authorization.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case "token":
    case "bearer":
      return withoutUser(rest);
    case "basic": {
      const pair = Buffer.from(rest, "base64").toString("utf8");
      const colon = pair.indexOf(":");
      return colon < 0 ? undefined : pair.slice(colon + 1) || undefined;
    }
    default:
      return undefined;
  }
}

/** Clients of InfluxDB 1.8 write `Token user:password`. No token of ours has a colon. */
function withoutUser(text: string): string {
  return text.slice(text.lastIndexOf(":") + 1);
}
