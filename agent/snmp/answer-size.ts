// How much each agent can answer at once. Some stay silent when their answer would not fit a datagram.

/** Bounds of one GETBULK. */
export interface AnswerSize {
  /** Rows a column. */
  repetitions: number;
  /** Columns side by side. */
  columns: number;
}

/** About what fits one Ethernet frame: 60 variables of some 22 bytes. */
const VARIABLES = 60;
const LARGEST: AnswerSize = { repetitions: 16, columns: 30 };
/** A lost datagram looks the same as an answer that was too large, so that after a while more is tried again. */
const REMEMBERED_MS = 3_600_000;

/** Rows to ask for at once when this many columns are walked. */
export function repetitionsFor(columns: number, { repetitions }: AnswerSize): number {
  return Math.max(1, Math.min(repetitions, Math.floor(VARIABLES / columns)));
}

/** The next smaller bounds after a request of this size failed; `undefined` when it was the smallest there is. */
export function smallerThan(columns: number, repetitions: number): AnswerSize | undefined {
  if (repetitions > 1) return { repetitions: Math.floor(repetitions / 2), columns: LARGEST.columns };
  if (columns > 1) return { repetitions: 1, columns: Math.floor(columns / 2) };
  return undefined;
}

/** What was learned of each peer. */
export class AnswerSizes {
  readonly #nowMs: () => number;
  readonly #sizes = new Map<string, { size: AnswerSize; untilMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  of(peer: string): AnswerSize {
    const known = this.#sizes.get(peer);
    return known && known.untilMs > this.#nowMs() ? known.size : LARGEST;
  }

  remember(peer: string, size: AnswerSize): void {
    this.#sizes.set(peer, { size, untilMs: this.#nowMs() + REMEMBERED_MS });
  }

  /** Even the smallest was not answered, so size was not the reason. */
  forget(peer: string): void {
    this.#sizes.delete(peer);
  }
}
