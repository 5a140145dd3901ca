// What the spool says when it cannot do what was asked.
import { CampusError, codeOf, messageOf } from "../../contract/errors.ts";

/** Trying again can help, except with a batch too large: it was not taken, and the spool is as it was before. */
export class SpoolError extends CampusError {
  constructor(code: "SPOOL_FULL" | "SPOOL_IO" | "SPOOL_BATCH_TOO_LARGE", message: string, options: ErrorOptions = {}) {
    super(code, message, { ...options, retryable: code !== "SPOOL_BATCH_TOO_LARGE" });
  }
}

/** An error of the file system as one of ours; others as they are. */
export function asSpoolError(error: unknown, dir: string): unknown {
  if (error instanceof CampusError || !(error instanceof Error)) return error;
  // Behind the comma stand the system call and its paths, among them the text of the lock.
  const [what] = messageOf(error).split(", ");
  const message = `spool folder ${dir} cannot be used: ${what}`;
  return new SpoolError(isDiskFull(error) ? "SPOOL_FULL" : "SPOOL_IO", message, { cause: error });
}

export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
}
