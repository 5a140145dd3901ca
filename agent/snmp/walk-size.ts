// How much one walk asks for at a time: as much as is known to be answered, and more while a quick agent answers all of it.
import { type AnswerSize, type AnswerSizes, LARGEST, repetitionsFor, smallerThan } from "./answer-size.ts";
import { type SnmpPeer, subjectOf } from "./peer.ts";

/** What is asked for at once in a long table, at most. */
const VARIABLES_MAX = 180;
/** An answer of three Ethernet frames. */
const ANSWER_BYTES_MAX = 4_400;
/** An agent is quick when its answer took no more than this share of the time it is given. */
const QUICK_SHARE = 1 / 8;

export class WalkSize {
  /** Columns side by side, rows of each, and how often the question is sent before that is silence. */
  columns = 1;
  repetitions = 1;
  tries = 1;
  readonly #sizes: AnswerSizes;
  readonly #peer: SnmpPeer;
  readonly #subject: string;
  /** Bounds this table has been found to allow, beyond what every walk begins with. */
  #grown: AnswerSize | undefined;
  /** Bounds that have been answered. */
  #proven: AnswerSize | undefined;
  /** The agent cuts its answers: more would not be answered. */
  #isCut = false;
  #askedAtMs = 0;

  constructor(sizes: AnswerSizes, peer: SnmpPeer) {
    this.#sizes = sizes;
    this.#peer = peer;
    this.#subject = subjectOf(peer);
  }

  /** Sets how much to ask for of so many columns. */
  choose(columns: number): void {
    const size = this.#grown ?? this.#sizes.of(this.#subject);
    this.columns = Math.min(columns, size.columns);
    this.repetitions = this.#peer.version === "v1" ? 1 : repetitionsFor(this.columns, size);
    const canBeLess = smallerThan(this.columns, this.repetitions) !== undefined;
    this.tries = canBeLess ? this.#sizes.tries(this.#subject) : this.#peer.retries + 1;
    if (this.#grown !== this.#proven) this.tries = 1;
    this.#askedAtMs = this.#sizes.nowMs();
  }

  /** The agent answered with so many variables, in a datagram of so many bytes. */
  answered(variables: number, bytes: number): void {
    this.#sizes.answered(this.#subject);
    this.#proven = this.#grown;
    const asked = this.columns * this.repetitions;
    if (variables < asked) this.#isCut = true;
    else if (!this.#isCut && this.#sizes.mayGrow(this.#subject)) this.#grow(asked, bytes);
  }

  /** The agent says that it was asked for too much. Returns false when it cannot be asked for less. */
  tooLarge(): boolean {
    return this.#shrink((smaller) => this.#sizes.tooLarge(this.#subject, smaller));
  }

  /** The agent did not answer. Returns false when it cannot be asked for less. */
  silent(): boolean {
    if (this.#shrink((smaller) => this.#sizes.silent(this.#subject, smaller))) return true;
    // So size was not the reason.
    this.#sizes.forget(this.#subject);
    return false;
  }

  /** Up to twice as much. */
  #grow(asked: number, bytes: number): void {
    const tookMs = this.#sizes.nowMs() - this.#askedAtMs;
    if (this.#peer.version === "v1" || tookMs > this.#peer.timeoutMs * QUICK_SHARE) return;
    const fitting = Math.floor((ANSWER_BYTES_MAX / bytes) * asked);
    const wanted = Math.min(2 * asked, fitting, VARIABLES_MAX);
    if (wanted <= asked) return;
    const { columns, repetitions, variables } = this.#grown ?? LARGEST;
    this.#grown = {
      columns,
      repetitions: Math.max(repetitions, Math.floor(wanted / this.columns)),
      variables: Math.max(variables, wanted),
    };
  }

  #shrink(learn: (smaller: AnswerSize) => void): boolean {
    if (this.#grown !== this.#proven) {
      this.#sizes.noMore(this.#subject);
      this.#grown = this.#proven;
      return true;
    }
    const smaller = smallerThan(this.columns, this.repetitions);
    if (smaller) learn(smaller);
    this.#grown = undefined;
    this.#proven = undefined;
    return smaller !== undefined;
  }
}
