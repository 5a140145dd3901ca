// How much each agent can answer at once. Some stay silent when their answer would not fit a datagram.

/** Bounds of one GETBULK. */
export interface AnswerSize {
  /** Rows a column. */
  repetitions: number;
  /** Columns side by side. */
  columns: number;
  /** Variables in all. */
  variables: number;
}

/** What a walk begins with. About what fits one Ethernet frame: 60 variables of some 22 bytes. */
export const LARGEST: AnswerSize = { repetitions: 16, columns: 30, variables: 60 };
/** After a while more is tried again: the agent may have been replaced, or the reason was another. */
const REMEMBERED_MS = 3_600_000;

/** Rows to ask for at once when this many columns are walked. */
export function repetitionsFor(columns: number, { repetitions, variables }: AnswerSize): number {
  return Math.max(1, Math.min(repetitions, Math.floor(variables / columns)));
}

/** The next smaller bounds after a request of this size failed; `undefined` when it was the smallest there is. */
export function smallerThan(columns: number, repetitions: number): AnswerSize | undefined {
  if (repetitions > 1) return { ...LARGEST, repetitions: Math.min(LARGEST.repetitions, Math.floor(repetitions / 2)) };
  if (columns > 1) return { ...LARGEST, repetitions: 1, columns: Math.floor(columns / 2) };
  return undefined;
}

interface Learned {
  /** Bounds that are known to be needed, for as long as that is believed. */
  known?: { size: AnswerSize; untilMs: number };
  /** Bounds being tried after silence. */
  trial?: AnswerSize;
  /** The trial that was answered after silence: should more be met by silence again, then size is the reason. */
  suspected?: AnswerSize;
  /** Until when it is not asked for more than LARGEST, because that was not answered. */
  noMoreUntilMs?: number;
}

/**
 * What was learned of each peer. A lost datagram is silence as well, and asking for less on a bad line makes more datagrams to
 * be lost: so silence counts only when less was answered and the larger request met silence a second time.
 */
export class AnswerSizes {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly #peers = new Map<string, Learned>();

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  of(peer: string): AnswerSize {
    const { trial, known } = this.#peers.get(peer) ?? {};
    return trial ?? (known && known.untilMs > this.nowMs() ? known.size : LARGEST);
  }

  /** Whether an agent that answers in full may be asked for more. */
  mayGrow(peer: string): boolean {
    const { known, trial, suspected, noMoreUntilMs = 0 } = this.#peers.get(peer) ?? {};
    return !trial && !suspected && Math.max(known?.untilMs ?? 0, noMoreUntilMs) <= this.nowMs();
  }

  /** The agent did not answer when it was asked for more. */
  noMore(peer: string): void {
    this.#peers.set(peer, { ...this.#peers.get(peer), noMoreUntilMs: this.nowMs() + REMEMBERED_MS });
  }

  /** How often a request is sent before its silence means something. */
  tries(peer: string): number {
    return this.#peers.get(peer)?.suspected ? 1 : 2;
  }

  /** The agent answered a request of the size it was given. */
  answered(peer: string): void {
    const learned = this.#peers.get(peer);
    if (!learned) return;
    const { trial } = learned;
    delete learned.trial;
    delete learned.suspected;
    if (trial) learned.suspected = trial;
  }

  /** The agent did not answer; `smaller` is the next smaller size. */
  silent(peer: string, smaller: AnswerSize): void {
    const learned = this.#peers.get(peer) ?? {};
    this.#peers.set(peer, learned);
    if (learned.suspected) this.tooLarge(peer, learned.suspected);
    else learned.trial = smaller;
  }

  /** The agent said itself that it was asked for too much. */
  tooLarge(peer: string, smaller: AnswerSize): void {
    this.#peers.set(peer, { known: { size: smaller, untilMs: this.nowMs() + REMEMBERED_MS } });
  }

  /** Even the smallest was not answered, so size was not the reason. */
  forget(peer: string): void {
    this.#peers.delete(peer);
  }
}
