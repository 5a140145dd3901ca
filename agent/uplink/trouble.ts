// What goes wrong again and again: how often in a row, why, until when to wait; the log hears of it once per reason.
import type { Logger } from "pino";
import { type BackoffOptions, backoffMs } from "./backoff.ts";

export interface TroubleOptions {
  log: Logger;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  random: BackoffOptions["random"];
}

/** Why, and how long to wait. */
export interface Failure {
  reason: string;
  slowly: boolean;
  retryAfterMs?: number;
}

const FIRST_WAIT_MS = 1_000;
const FIRST_SLOW_WAIT_MS = 20_000;
const LONGEST_WAIT_MS = 60_000;

export class Trouble {
  readonly #options: TroubleOptions;
  readonly #about: object;
  failures = 0;
  /** Absent while nothing is wrong. */
  reason: string | undefined;
  #untilMs = 0;

  /** @param about goes into every line of the log */
  constructor(options: TroubleOptions, about: object) {
    this.#options = options;
    this.#about = about;
  }

  /** Milliseconds to wait from now on; 0 when it may be tried. */
  get waitMs(): number {
    return Math.max(0, this.#untilMs - this.#options.realMs());
  }

  fail({ reason, slowly, retryAfterMs }: Failure): void {
    const { log, realMs, random } = this.#options;
    this.failures += 1;
    if (this.reason !== reason)
      log.warn({ ...this.#about, problem: reason, slowly }, "collector does not take batches");
    this.reason = reason;
    const firstMs = slowly ? FIRST_SLOW_WAIT_MS : FIRST_WAIT_MS;
    const waitMs = backoffMs(this.failures, { firstMs, longestMs: LONGEST_WAIT_MS, random }, retryAfterMs);
    this.#untilMs = realMs() + waitMs;
  }

  recover(): void {
    const { failures, reason } = this;
    if (failures > 0)
      this.#options.log.info({ ...this.#about, failures, problem: reason }, "collector takes batches again");
    this.failures = 0;
    this.reason = undefined;
    this.#untilMs = 0;
  }
}
