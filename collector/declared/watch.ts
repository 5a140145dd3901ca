// Looks from time to time whether the files that declared entries rest on are still what was uploaded.
import type { FastifyBaseLogger } from "fastify";
import type { Declared } from "./declared.ts";

const EVERY_MS = 600_000;

/** @returns ends it, once a look under way is over */
export function watchAttachments(declared: Declared, log: FastifyBaseLogger): () => Promise<void> {
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = declared.checkAttachments().catch((error: unknown) => {
      log.warn({ err: error }, "attachments could not be looked at");
    });
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
