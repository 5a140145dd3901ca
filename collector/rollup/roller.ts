// Keeps rollups up to what is stored: which windows have to be made anew, and how far all of it has come.
//
// A window is rolled up when it has ended a minute ago, and again when readings come into it later; what comes long after its
// end, as after a cut, waits for up to ten minutes, so that hours and days are not made anew with each minute of a backlog.
// What has to be done is known by memory alone; how far everything is done is kept in the store (`rolledUpTo`: all that was received before),
// so that after a crash the ledger says which windows to look at again. Rolling up twice gives the same figures.
import {
  type LedgerEntry,
  RESOLUTIONS,
  type ReadingStore,
  type Resolution,
  type SampleColumns,
} from "../store/store.ts";
import { Attempt } from "./attempt.ts";
import { DirtyWindows } from "./dirty.ts";
import { rollLevel } from "./level.ts";
import { LONGER, windowStart, windowStarts } from "./windows.ts";

/** How long after its end a window is rolled up first: most of what belongs to it has arrived by then. */
const SETTLE_MS = 60_000;
/** What ended longer ago is late, and is rolled up so often at the most. */
const LATE_MS = 10 * 60_000;
/**
 * A batch that was received is told of (`take`) only once it is stored; within this time it is. One that takes longer, and
 * after which the program is killed before the next round, is found in its windows when something else comes into them.
 */
const UNDER_WAY_MS = 10 * 60_000;
/** Values of a line, about; the ledger knows lines only. */
const VALUES_PER_LINE = 5;

export interface RollerOptions {
  store: ReadingStore;
  /** How long readings are kept: windows before are not made anew from what is left of them. */
  rawMs: number;
}

/** What one round has done. */
export interface RollResult {
  /** Windows of schools that were written, of all lengths. */
  windows: number;
  failures: number;
  /** What failed first; absent when nothing did. */
  error?: unknown;
}

export class Roller {
  readonly #store: ReadingStore;
  readonly #rawMs: number;
  readonly #dirty = { "5m": new DirtyWindows(), "1h": new DirtyWindows(), "1d": new DirtyWindows() };
  #rolledUpTo: number | undefined;
  /** When everything was rolled up last, late windows too; absent: the next round has to. */
  #rolledLateAtMs: number | undefined;
  #isStarted = false;
  #rolling: Promise<RollResult> | undefined;

  constructor({ store, rawMs }: RollerOptions) {
    this.#store = store;
    this.#rawMs = rawMs;
  }

  /** Five-minute windows in which something is still to be done, open ones among them. */
  get pendingWindows(): number {
    return this.#dirty["5m"].size;
  }

  /** Finds out what was not rolled up when the program ended; the first `roll` does, if nobody has before. @throws StoreError */
  async start(nowMs: number): Promise<void> {
    if (this.#isStarted) return;
    await this.#recall(nowMs);
    this.#isStarted = true;
  }

  /** A batch was stored just now. */
  take(schoolId: string, { length, atMs }: SampleColumns, receivedMs: number): void {
    // Samples of a batch mostly fall into one or two windows, one after the other.
    let startMs = Number.NaN;
    let count = 0;
    const mark = () => {
      if (count > 0) this.#dirty["5m"].mark(schoolId, startMs, receivedMs, count);
    };
    for (let i = 0; i < length; i++) {
      const at = atMs[i] ?? 0;
      if (at >= startMs && at < startMs + RESOLUTIONS["5m"]) {
        count += 1;
        continue;
      }
      mark();
      startMs = windowStart("5m", at);
      count = 1;
    }
    mark();
  }

  /**
   * Rolls up what has ended. One round at a time: who asks during one gets that one's result. Never throws for the store's
   * sake: what it refused is tried again next time.
   */
  roll(nowMs: number, signal: AbortSignal = new AbortController().signal): Promise<RollResult> {
    this.#rolling ??= this.#roll(nowMs, signal).finally(() => {
      this.#rolling = undefined;
    });
    return this.#rolling;
  }

  /**
   * From when on windows of a school may not be what they should be yet: these are to be made from readings when they are
   * asked for. Never later than the begin of the window that is open at `nowMs`; before `start`, all that readings are kept of.
   */
  unsettledFrom(schoolId: string, resolution: Resolution, nowMs: number): number {
    const from = [this.#isStarted ? nowMs - SETTLE_MS : nowMs - this.#rawMs];
    for (const length of ["5m", "1h", "1d"] as const) {
      if (RESOLUTIONS[length] > RESOLUTIONS[resolution]) break;
      from.push(this.#dirty[length].startsOf(schoolId)[0] ?? nowMs);
    }
    return windowStart(resolution, Math.min(...from));
  }

  async #recall(nowMs: number): Promise<void> {
    const rolledUpTo = await this.#store.rolledUpTo();
    this.#rolledUpTo = rolledUpTo;
    const oldestMs = nowMs - this.#rawMs;
    // All batches that a file of version 1 brought of one school and day have the same times.
    const marked = new Map<string, LedgerEntry>();
    await this.#store.scanLedger(rolledUpTo ?? 0, Number.MAX_SAFE_INTEGER, (entries) => {
      for (const entry of entries) {
        const { schoolId, firstMs, lastMs } = entry;
        const before = marked.get(schoolId);
        if (before?.firstMs !== firstMs || before?.lastMs !== lastMs) this.#markEntry(entry, oldestMs);
        marked.set(schoolId, entry);
      }
    });
    if (rolledUpTo === undefined) return;
    // Of these, windows may have been open then although all readings in them so far had been rolled up.
    for (const schoolId of await this.#store.schools()) {
      for (const resolution of ["1h", "1d"] as const) {
        const toMs = Math.min(nowMs, rolledUpTo + RESOLUTIONS["1d"]);
        for (const startMs of windowStarts(resolution, rolledUpTo - UNDER_WAY_MS, toMs)) {
          this.#dirty[resolution].mark(schoolId, startMs);
        }
      }
    }
  }

  async #roll(nowMs: number, signal: AbortSignal): Promise<RollResult> {
    const attempt = new Attempt(signal);
    await attempt.each(() => this.start(nowMs));
    const isWithLate = this.#rolledLateAtMs === undefined || Math.abs(nowMs - this.#rolledLateAtMs) >= LATE_MS;
    const oldestEndMs = isWithLate ? Number.NEGATIVE_INFINITY : nowMs - LATE_MS;
    let windows = 0;
    for (const resolution of ["5m", "1h", "1d"] as const) {
      const isDue = (startMs: number) =>
        isOver(resolution, startMs, nowMs) && startMs + RESOLUTIONS[resolution] >= oldestEndMs;
      const longer = LONGER[resolution];
      const onRolled = (schoolId: string, starts: readonly number[]) => {
        windows += starts.length;
        if (longer === undefined) return;
        for (const startMs of starts) this.#dirty[longer].mark(schoolId, windowStart(longer, startMs));
      };
      await rollLevel({ store: this.#store, attempt, dirty: this.#dirty[resolution], onRolled, isDue }, resolution);
    }
    const isDone = !attempt.isOver && attempt.failures === 0;
    if (isDone) await attempt.each(() => this.#advance(nowMs));
    if (!isDone) this.#rolledLateAtMs = undefined;
    else if (isWithLate) this.#rolledLateAtMs = nowMs;
    return { windows, failures: attempt.failures, ...(attempt.failures > 0 && { error: attempt.firstError }) };
  }

  /** Everything received before the oldest of what is left has been rolled up, in windows of every length that have ended. */
  async #advance(nowMs: number): Promise<void> {
    // Of hours and days nobody knows when they were received: none that has ended may be left.
    const isLeft = (resolution: "1h" | "1d") =>
      this.#dirty[resolution].starts().some((startMs) => isOver(resolution, startMs, nowMs));
    if (isLeft("1h") || isLeft("1d")) return;
    const doneMs = Math.floor(Math.min(nowMs - UNDER_WAY_MS, this.#dirty["5m"].oldestReceivedMs() ?? nowMs));
    if (doneMs === this.#rolledUpTo) return;
    await this.#store.setRolledUpTo(doneMs);
    this.#rolledUpTo = doneMs;
  }

  #markEntry({ schoolId, receivedAtMs, firstMs, lastMs, lines }: LedgerEntry, oldestMs: number): void {
    if (firstMs === undefined || lastMs === undefined) return;
    const starts = windowStarts("5m", Math.max(firstMs, oldestMs), lastMs).filter((startMs) => startMs >= oldestMs);
    for (const startMs of starts) {
      this.#dirty["5m"].mark(schoolId, startMs, receivedAtMs, (lines * VALUES_PER_LINE) / starts.length);
    }
  }
}

/** Long enough for most of what belongs to the window to have arrived. */
function isOver(resolution: Resolution, startMs: number, nowMs: number): boolean {
  return startMs + RESOLUTIONS[resolution] <= nowMs - SETTLE_MS;
}
