// Sends batches as one request, signed anew at each attempt, and says what the answer means for them.
import { HEADER, type Lane, MAX_PARTS, partsText, userAgent } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { networkProblem } from "../http.ts";
import type { Signer } from "../identity/signer.ts";
import type { SpoolRecord } from "../spool/record.ts";
import type { TlsOptions } from "../tls.ts";
import { type Answer, type Judgement, judge } from "./answer.ts";
import { Poster } from "./post.ts";
import type { SentSize } from "./size.ts";

export interface SenderOptions {
  agent: string;
  /** Address of the collector, without a slash at its end. */
  collector: string;
  /** Of this program; the collector shows it to people. */
  version?: string;
  /** For a collector with a certificate authority of its own, or that asks for a certificate. */
  tls?: TlsOptions;
  /** Absent: nothing is signed, and the collector must be configured to take that. */
  signer?: Pick<Signer, "headers">;
  /** Time that batches carry as sent. */
  nowMs(): number;
  /** Monotonic real time in milliseconds. */
  realMs?(): number;
  /** For one request and its answer; requests that take long to write get more. */
  deadlineMs?: number;
}

/** What became of a request. */
export interface Sent extends Judgement {
  size: SentSize;
  tookMs: number;
}

const DEADLINE_MS = 30_000;
/** Slower links are taken for broken. */
const SLOWEST_BYTES_PER_SECOND = 16_000;
/** Room for the refusal of every line of a large request. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** A clock that was set back further is right now, and was wrong before. */
const SMALL_STEP_MS = 60_000;

export class Sender {
  readonly #options: SenderOptions;
  readonly #poster: Poster;
  #lastSentAtMs = 0;
  /** Batches the collector takes in one request: one, until it says that it takes more. */
  #maxParts = 1;

  constructor(options: SenderOptions) {
    const { origin, pathname } = new URL(options.collector);
    const url = new URL(`${origin}${pathname.replace(/\/+$/, "")}/v1/batches`);
    this.#options = options;
    this.#poster = new Poster(url, MAX_ANSWER_BYTES, options.tls);
  }

  get maxParts(): number {
    return this.#maxParts;
  }

  /** Batches of one session, in order, one at least. Never rejects; when `stop` aborts, the request is given up. */
  async send(records: readonly SpoolRecord[], lane: Lane, stop: AbortSignal): Promise<Sent> {
    const body = Buffer.concat(records.map(({ payload }) => payload));
    const size = { records: records.length, bytes: body.length };
    const startedMs = this.#realMs();
    let judgement = await this.#try(records, body, lane, stop);
    // Taken before, and the answer was lost on its way: signed anew, it is recognised. At once, but once.
    if (isReplayed(judgement) && !stop.aborted) judgement = await this.#try(records, body, lane, stop);
    return { ...judgement, size, tookMs: this.#realMs() - startedMs };
  }

  close(): void {
    this.#poster.close();
  }

  async #try(records: readonly SpoolRecord[], body: Buffer, lane: Lane, stop: AbortSignal): Promise<Judgement> {
    const { agent, deadlineMs = DEADLINE_MS } = this.#options;
    const limitMs = deadlineMs + Math.floor(body.length / SLOWEST_BYTES_PER_SECOND) * 1_000;
    try {
      const answer = await this.#poster.post(body, () => this.#headers(records, body, lane), limitMs, stop);
      this.#learnMaxParts(answer);
      const names = records.map(({ session, sequence }) => ({ agent, session, sequence }));
      return judge(answer, names, Date.now());
    } catch (error) {
      // Another collector may answer next time, and an older one takes several batches for one.
      this.#maxParts = 1;
      return unanswered(error);
    }
  }

  #headers(records: readonly SpoolRecord[], body: Buffer, lane: Lane): Record<string, string> {
    const { agent, signer, version } = this.#options;
    const { session = "", sequence = 0 } = records[0] ?? {};
    const parts = partsText(records.map((record) => ({ sequence: record.sequence, bytes: record.payload.length })));
    const sentAtMs = this.#sentAtMs();
    return {
      "content-type": "text/plain; charset=utf-8",
      "content-encoding": "gzip",
      ...(version !== undefined && { "user-agent": userAgent(version) }),
      [HEADER.agent]: agent,
      [HEADER.session]: session,
      [HEADER.sequence]: String(sequence),
      [HEADER.sentAt]: String(sentAtMs),
      [HEADER.lane]: lane,
      ...(records.length > 1 && { [HEADER.parts]: parts }),
      ...signer?.headers({ session, parts, lane, sentAtMs, body }),
    };
  }

  /**
   * No two attempts carry the same time, or the second would be taken for somebody's recording of the first. After a large step
   * back the clock is believed: should a time come again for the same batch, the collector says so, and the next one is taken.
   */
  #sentAtMs(): number {
    const nowMs = Math.floor(this.#options.nowMs());
    const isSetBack = nowMs < this.#lastSentAtMs - SMALL_STEP_MS;
    this.#lastSentAtMs = isSetBack ? nowMs : Math.max(nowMs, this.#lastSentAtMs + 1);
    return this.#lastSentAtMs;
  }

  #learnMaxParts({ status, parts }: Answer): void {
    if (parts !== undefined && /^[1-9][0-9]{0,5}$/.test(parts)) this.#maxParts = Math.min(MAX_PARTS, Number(parts));
    else if (status === 200) this.#maxParts = 1;
  }

  #realMs(): number {
    return this.#options.realMs?.() ?? performance.now();
  }
}

function isReplayed({ problem }: Judgement): boolean {
  return problem?.kind === "retry" && problem.said?.code === "BATCH_REPLAYED";
}

function unanswered(error: unknown): Judgement {
  // Ours: the key cannot be read.
  const slowly = error instanceof CampusError;
  return {
    acks: [],
    problem: { kind: "retry", reason: networkProblem(error), fault: "network", slowly },
    isOfBatch: false,
  };
}
