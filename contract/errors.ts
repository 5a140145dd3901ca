// The one base class of our errors, with codes that never change.

/** What went wrong, under a stable `code`; `cause` keeps the original error; `retryable` says whether asking again can help. */
export class CampusError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: ErrorOptions & { retryable?: boolean } = {}) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** One thing wrong in a configuration or inventory file: where, what it is, what was expected. */
export interface Problem {
  /** Path inside the file: `targets[3].interval`, or `devices.csv:14 mac`. */
  path: string;
  message: string;
}

/** A file that cannot be used, with every problem found in it, not only the first. */
export class ConfigError extends CampusError {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[], options: ErrorOptions = {}) {
    const list = problems.map((p) => `  ${p.path ? `${p.path}: ` : ""}${p.message}`).join("\n");
    super("CONFIG_INVALID", `${file}: ${problems.length} problem${problems.length === 1 ? "" : "s"}\n${list}`, options);
    this.problems = problems;
  }
}

/** The text of anything thrown, for messages that name a cause. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of anything thrown: ours, or of the system, as ENOENT; `undefined` when it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
