// Routes that change who may do what: only from the collector's own machine.
import type { FastifyRequest } from "fastify";
import { CampusError } from "../../contract/errors.ts";

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
/** A proxy on this machine looks local; what it passes on is not. */
const PASSED_ON = ["x-forwarded-for", "forwarded", "x-real-ip"] as const;

/**
 * To be called first thing by a route, or as its `onRequest`.
 * @param what "the inventory can be changed", for the message
 * @throws CampusError FORBIDDEN for a request that comes from elsewhere, or was passed on by a proxy that says so
 */
export function localOnly(request: FastifyRequest, what: string): void {
  const passedOn = PASSED_ON.some((name) => request.headers[name] !== undefined);
  if (LOOPBACK.has(request.ip) && !passedOn) return;
  const from = passedOn ? "through a proxy" : `from ${request.ip}`;
  throw new CampusError("FORBIDDEN", `${what} only from the collector's own machine, not ${from}`);
}
