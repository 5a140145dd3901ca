// Whether who asks may enter something, so that a page can say so before somebody has written it.
import type { FastifyRequest } from "fastify";
import { CampusError } from "../../contract/errors.ts";
import { localOnly } from "./local-only.ts";

/** What `localOnly` would say. */
export function mayChange(request: FastifyRequest): boolean {
  try {
    localOnly(request, "this can be changed");
    return true;
  } catch (error) {
    if (error instanceof CampusError && error.code === "FORBIDDEN") return false;
    throw error;
  }
}
