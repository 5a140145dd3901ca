// Delivers what waits in the spool to the collector, oldest first, one batch at a time, for ever.
//
// A batch leaves the spool only on an acknowledgement that names it, or when the collector refuses it for good; then it is
// kept in a file for people. Everything else, whatever the answer looks like, means: the same batch again, later.
import type { Logger } from "pino";
import { HEADER } from "../../contract/batch.ts";
import { messageOf } from "../../contract/errors.ts";
import type { SpoolRecord } from "../spool/record.ts";
import type { Spool } from "../spool/spool.ts";
import { type Answer, judge, type Verdict } from "./answer.ts";
import { backoffMs } from "./backoff.ts";
import { Poster } from "./post.ts";
import { type RefusedCounts, RefusedFile } from "./refused.ts";

export interface UplinkOptions {
  agent: string;
  /** Address of the collector, without a slash at its end. */
  collector: string;
  spool: Spool;
  /** Folder for what the collector refused. */
  dir: string;
  /** Time that batches carry as sent. */
  nowMs(): number;
  /** Resolves after so much real time, or when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  random(): number;
  /** For one request and its answer. */
  deadlineMs?: number;
  log: Logger;
}

export interface UplinkStats {
  /** `idle`: nothing waits. `waiting`: the last delivery failed, and the next is due later. */
  state: "idle" | "sending" | "waiting";
  /** Why the last delivery failed; absent when it did not. */
  problem?: string;
  failures: number;
  batchesStored: number;
  /** By the agent's clock; absent before the first. */
  lastStoredAtMs?: number;
  refused: RefusedCounts;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
const DEADLINE_MS = 30_000;
/** Room for the refusal of every line of a large batch. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #poster: Poster;
  readonly #refused: RefusedFile;
  readonly #stats: Omit<UplinkStats, "refused"> = { state: "idle", failures: 0, batchesStored: 0 };
  #wake: () => void = () => {};

  constructor(options: UplinkOptions) {
    const { origin, pathname } = new URL(options.collector);
    this.#options = options;
    this.#poster = new Poster(new URL(`${origin}${pathname.replace(/\/+$/, "")}/v1/batches`), MAX_ANSWER_BYTES);
    this.#refused = new RefusedFile(options);
  }

  stats(): UplinkStats {
    return { ...this.#stats, refused: this.#refused.counts() };
  }

  /** Something has been put into the spool. */
  wake(): void {
    this.#wake();
  }

  /** Delivers until the signal aborts; resolves when the request under way has been given up. */
  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const woken = this.#nextWake(stop);
      const waitMs = await this.#deliverNext(stop);
      if (waitMs === undefined) await woken;
      else if (waitMs > 0) await this.#options.sleep(waitMs, stop);
    }
    this.#poster.close();
  }

  /** Resolves at the next `wake`; taken before looking into the spool, so that none is missed. */
  #nextWake(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        stop.removeEventListener("abort", finish);
        resolve();
      };
      this.#wake();
      this.#wake = finish;
      stop.addEventListener("abort", finish, { once: true });
    });
  }

  /** Milliseconds until the next try; `undefined` when nothing waits. */
  async #deliverNext(stop: AbortSignal): Promise<number | undefined> {
    try {
      const record = await this.#options.spool.peek();
      if (!record) {
        this.#stats.state = "idle";
        return undefined;
      }
      this.#stats.state = "sending";
      const verdict = await this.#send(record, stop);
      // An acknowledgement that came while we stop still counts.
      if (stop.aborted && verdict.kind === "retry") return 0;
      return await this.#settle(record, verdict);
    } catch (error) {
      // The spool failed; its batches are still there.
      return this.#fail({ kind: "retry", reason: messageOf(error), slowly: true });
    }
  }

  async #send(record: SpoolRecord, stop: AbortSignal): Promise<Verdict> {
    const { agent, nowMs, deadlineMs = DEADLINE_MS } = this.#options;
    const { session, sequence } = record;
    const limit = new AbortController();
    const onStop = () => limit.abort();
    const timer = setTimeout(() => limit.abort(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    stop.addEventListener("abort", onStop, { once: true });
    try {
      const answer = await this.#request(record, String(nowMs()), limit.signal);
      return judge(answer, { agent, session, sequence }, Date.now());
    } catch (error) {
      return { kind: "retry", reason: networkProblem(error), slowly: false };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener("abort", onStop);
    }
  }

  #request({ session, sequence, payload }: SpoolRecord, sentAt: string, signal: AbortSignal): Promise<Answer> {
    const headers = {
      "content-type": "text/plain; charset=utf-8",
      "content-encoding": "gzip",
      [HEADER.agent]: this.#options.agent,
      [HEADER.session]: session,
      [HEADER.sequence]: String(sequence),
      [HEADER.sentAt]: sentAt,
    };
    return this.#poster.post(payload, headers, signal);
  }

  async #settle(record: SpoolRecord, verdict: Verdict): Promise<number> {
    const { spool, nowMs, log } = this.#options;
    switch (verdict.kind) {
      case "retry":
        return this.#fail(verdict);
      case "refused":
        await this.#refused.keepBatch(record, { status: verdict.status, code: verdict.code, message: verdict.message });
        break;
      case "stored": {
        const { stored, repeated, refused } = verdict.ack;
        if (stored + repeated + refused.length !== record.lineCount) {
          const { sequence, lineCount } = record;
          log.warn(
            { sequence, lineCount, stored, repeated, refused: refused.length },
            "acknowledgement does not add up",
          );
        }
        if (refused.length > 0) await this.#refused.keepLines(record, refused);
        this.#stats.batchesStored += 1;
        this.#stats.lastStoredAtMs = nowMs();
      }
    }
    await spool.ack(record.sequence);
    this.#recover();
    return 0;
  }

  #recover(): void {
    const { failures, problem } = this.#stats;
    if (failures > 0) this.#options.log.info({ failures, problem }, "collector takes batches again");
    this.#stats.failures = 0;
    delete this.#stats.problem;
  }

  /** @returns milliseconds to wait; the log hears of it once per problem. */
  #fail({ reason, slowly, retryAfterMs }: Extract<Verdict, { kind: "retry" }>): number {
    const { log, random } = this.#options;
    const stats = this.#stats;
    stats.failures += 1;
    stats.state = "waiting";
    if (stats.problem !== reason) log.warn({ problem: reason, slowly }, "collector does not take batches");
    stats.problem = reason;
    const firstMs = slowly ? LONGEST_WAIT_MS : FIRST_WAIT_MS;
    return backoffMs(stats.failures, { firstMs, longestMs: LONGEST_WAIT_MS, random }, retryAfterMs);
  }
}

/** What the network said; several addresses of one host fail together, with nothing in the message itself. */
function networkProblem(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(messageOf).join("; ");
  return messageOf(error) || "no connection";
}
