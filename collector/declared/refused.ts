// The refusal of something that people entered, with every problem found in it.
import { CampusError, type Problem } from "../../contract/errors.ts";

/** Not retryable: what was entered has to be changed. */
export class RefusedError extends CampusError {
  readonly problems: readonly Problem[];

  /** @param what "the declaration", for the message */
  constructor(code: "DECLARED_INVALID" | "OBJECTION_INVALID", what: string, problems: readonly Problem[]) {
    const list = problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
    super(code, `${what} cannot be taken: ${list}`);
    this.problems = problems;
  }
}

/** The problem, or nothing where it does not hold. */
export function problemIf(holds: boolean, path: string, message: string): Problem[] {
  return holds ? [{ path, message }] : [];
}
