// What the collector does behind its answers, asked to every minute: rolls up, and every hour lets the store put itself in
// order.
import { messageOf } from "../../contract/errors.ts";
import type { ReadingStore, Retention } from "../store/store.ts";
import type { Roller } from "./roller.ts";

const MAINTAIN_EVERY_MS = 3_600_000;
/** What is under way is waited for so long at a stop: windows are made anew if need be, and the store ends its own work. */
const STOP_MS = 5_000;

/** Where problems are told: pino's logger has these. */
export interface HousekeepingLog {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

export interface HousekeeperOptions {
  roller: Roller;
  store: Pick<ReadingStore, "maintain">;
  retention: Retention;
  nowMs(): number;
  log: HousekeepingLog;
}

/** What has been done since the start; each number only grows. */
export interface HousekeepingCounts {
  /** Windows of schools that were rolled up, of all lengths. */
  windows: number;
  /** Things that failed and were left for the next time. */
  rollFailures: number;
  maintained: number;
  maintainFailures: number;
}

export class Housekeeper {
  readonly counts: HousekeepingCounts = { windows: 0, rollFailures: 0, maintained: 0, maintainFailures: 0 };
  readonly #options: HousekeeperOptions;
  readonly #stopping = new AbortController();
  #working: Promise<void> | undefined;
  #maintainedAtMs: number | undefined;
  /** What fails at present: told when it begins and when it ends, not each minute. */
  readonly #failing = { roll: false, maintain: false };

  constructor(options: HousekeeperOptions) {
    this.#options = options;
  }

  /** Rolls up, and maintains when an hour has passed or nothing was maintained yet. Never throws; never two at once. */
  once(): Promise<void> {
    this.#working ??= this.#once().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  /** Nothing new is begun; what is under way is waited for a little. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_MS);
    });
    await Promise.race([this.#working, enough]);
    clearTimeout(timer);
  }

  async #once(): Promise<void> {
    const { roller, store, retention, nowMs } = this.#options;
    await this.#tell("roll", async () => {
      const { windows, failures, error } = await roller.roll(nowMs(), this.#stopping.signal);
      this.counts.windows += windows;
      this.counts.rollFailures += failures;
      if (failures > 0) throw error;
    });
    const atMs = nowMs();
    const isDue = this.#maintainedAtMs === undefined || Math.abs(atMs - this.#maintainedAtMs) >= MAINTAIN_EVERY_MS;
    if (!isDue || this.#stopping.signal.aborted) return;
    // Also after a failure: what failed is tried again in an hour, not every minute.
    this.#maintainedAtMs = atMs;
    await this.#tell("maintain", async () => {
      try {
        await store.maintain(atMs, retention);
        this.counts.maintained += 1;
      } catch (error) {
        this.counts.maintainFailures += 1;
        throw error;
      }
    });
  }

  async #tell(what: "roll" | "maintain", work: () => Promise<void>): Promise<void> {
    const { log } = this.#options;
    try {
      await work();
      if (this.#failing[what]) log.info({ what }, "housekeeping works again");
      this.#failing[what] = false;
    } catch (error) {
      if (!this.#failing[what]) log.warn({ what, err: messageOf(error) }, "housekeeping fails, trying again later");
      this.#failing[what] = true;
    }
  }
}
