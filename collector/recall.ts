// Reads back from the store what verdicts stand on: all of it, or what was received since evidence was archived the last time. A
// store that is away is tried again until it comes; until then nothing is judged, because a verdict without its evidence would be
// a wrong one.
import type { FastifyBaseLogger } from "fastify";
import type { Board } from "./board.ts";
import type { EvidenceKeeper } from "./score/evidence/keeper.ts";
import { EVIDENCE_METRICS } from "./score/evidence.ts";
import { type ReadingStore, StoreError } from "./store/store.ts";

export interface RecallOptions {
  store: ReadingStore;
  board: Board;
  keeper: Pick<EvidenceKeeper, "keptUpToMs" | "recalled">;
  /** The collector's clock. */
  nowMs(): number;
  /** How far back. */
  spanMs: number;
  /** How old what was received could be at the most. */
  lateAcceptMs: number;
  log: FastifyBaseLogger;
  /** Resolves after so much real time, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const AGAIN_AFTER_MS = 5_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The ledger says of older batches only that they are there, not which times they brought. */
const LEDGER_MS = 20 * HOUR_MS;
/** What is younger than this when it is received comes for all schools alike, and is scanned for all at once. */
const FRESH_MS = HOUR_MS;

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

async function readBack(options: RecallOptions): Promise<void> {
  const { store, board, keeper, nowMs, spanMs, lateAcceptMs } = options;
  const atMs = nowMs();
  board.fleet.restore(await store.agents());
  const { keptUpToMs } = keeper;
  // A clock that was set back says nothing of what was received since.
  if (keptUpToMs === undefined || keptUpToMs > atMs) await readFrom(options, atMs - spanMs);
  else if (keptUpToMs < atMs - LEDGER_MS) await readFrom(options, keptUpToMs - lateAcceptMs - DAY_MS);
  else await readSince(options, keptUpToMs);
  keeper.recalled();
  board.recalled();
}

async function readFrom({ store, board, nowMs }: RecallOptions, fromMs: number): Promise<void> {
  // Agents' clocks may be a little ahead.
  await store.scan(EVIDENCE_METRICS, fromMs, nowMs() + DAY_MS, (schoolId, samples) => board.recall(schoolId, samples));
}

/** What was received since then, by the ledger: fresh readings of all schools at once, late ones school by school. */
async function readSince(options: RecallOptions, keptUpToMs: number): Promise<void> {
  const { store, board, nowMs } = options;
  const freshMs = keptUpToMs - FRESH_MS;
  const late = new Map<string, { fromMs: number; toMs: number }>();
  let isAnyFresh = false;
  await store.scanLedger(keptUpToMs, Number.MAX_SAFE_INTEGER, (entries) => {
    for (const { schoolId, firstMs, lastMs } of entries) {
      if (firstMs === undefined || lastMs === undefined) continue;
      if (lastMs >= freshMs) isAnyFresh = true;
      if (firstMs >= freshMs) continue;
      const { fromMs, toMs } = late.get(schoolId) ?? { fromMs: firstMs, toMs: lastMs };
      late.set(schoolId, { fromMs: Math.min(fromMs, firstMs), toMs: Math.max(toMs, lastMs) });
    }
  });
  const take: Parameters<ReadingStore["scan"]>[3] = (schoolId, samples) => board.recall(schoolId, samples);
  // What agents last said of themselves is not archived.
  const ofAgents = ["agent_selftest_passed", "agent_spool_bytes"] as const;
  await store.scan(ofAgents, nowMs() - DAY_MS, nowMs() + DAY_MS, take);
  if (isAnyFresh) await readFrom(options, freshMs);
  for (const [schoolId, { fromMs, toMs }] of late) await store.scan(EVIDENCE_METRICS, fromMs, toMs + 1, take, schoolId);
}
