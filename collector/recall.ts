// Reads back from the store what verdicts stand on. A store that is away is tried again until it comes; until then nothing is
// judged, because a verdict without its evidence would be a wrong one.
import type { FastifyBaseLogger } from "fastify";
import type { Board } from "./board.ts";
import { EVIDENCE_METRICS } from "./score/evidence.ts";
import { type ReadingStore, StoreError } from "./store/store.ts";

export interface RecallOptions {
  store: ReadingStore;
  board: Board;
  /** The collector's clock. */
  nowMs(): number;
  /** How far back. */
  spanMs: number;
  log: FastifyBaseLogger;
  /** Resolves after so much real time, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const AGAIN_AFTER_MS = 5_000;
const DAY_MS = 86_400_000;

/**
 * Resolves when all is read, or the store is away and it is tried again in the background until `stop`.
 * @throws StoreError that trying again cannot mend
 */
export async function recall(options: RecallOptions, stop: AbortSignal): Promise<void> {
  const { log, board } = options;
  try {
    await readBack(options);
  } catch (error) {
    if (!(error instanceof StoreError) || !error.retryable) throw error;
    log.warn({ err: error }, "the store is away; batches wait at the agents, and nothing is judged until it is back");
    board.cannotJudge("the store is away, so what is stored has not been read back yet");
    void tryAgain(options, stop).catch((fault: unknown) => {
      log.error({ err: fault }, "what is stored cannot be read back; restart the collector when that is mended");
      board.cannotJudge("what is stored could not be read back; the collector's log says why");
    });
  }
}

async function tryAgain(options: RecallOptions, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await options.sleep(AGAIN_AFTER_MS, stop);
    if (stop.aborted) return;
    try {
      await readBack(options);
      options.log.info("the store is there, what it holds is read back");
      return;
    } catch (error) {
      if (!(error instanceof StoreError) || !error.retryable) throw error;
    }
  }
}

async function readBack({ store, board, nowMs, spanMs }: RecallOptions): Promise<void> {
  const atMs = nowMs();
  board.fleet.restore(await store.agents());
  // Agents' clocks may be a little ahead.
  await store.scan(EVIDENCE_METRICS, atMs - spanMs, atMs + DAY_MS, (schoolId, samples) =>
    board.recall(schoolId, samples),
  );
  board.recalled();
}
