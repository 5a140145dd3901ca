// Interleaved rounds: each contender is measured once a round, so that what else the machine does meets all of them.
import type { Missing, Sample } from "./result.ts";

/** One that is measured, already running. */
export interface Contender<What extends string> {
  readonly who: string;
  /** Works for about this long. Returns units of work per CPU second of its process. */
  measure(what: What, forMs: number): Promise<number>;
  stop(): Promise<void>;
}

export interface Rounds<What extends string> {
  whats: readonly What[];
  rounds: number;
  forMs: number;
  signal: AbortSignal;
  say: (line: string) => void;
}

/**
 * Measures all contenders after one round that is not counted. One that fails takes no further part, is left out of the
 * samples and named in `missing`.
 * @throws whatever `signal` was aborted with
 */
export async function runRounds<What extends string>(
  contenders: readonly Contender<What>[],
  { whats, rounds, forMs, signal, say }: Rounds<What>,
): Promise<{ samples: Sample[]; missing: Missing[] }> {
  const failed = new Map<string, string>();
  const samples: Sample[] = [];
  for (let round = 0; round <= rounds; round++) {
    say(round === 0 ? "warming up" : `round ${round} of ${rounds}`);
    for (const what of whats) {
      // Who goes first changes from round to round.
      for (const contender of rotated(contenders, round)) {
        if (failed.has(contender.who)) continue;
        signal.throwIfAborted();
        try {
          const value = await unlessAborted(contender.measure(what, forMs), signal);
          if (round > 0) samples.push({ what, who: contender.who, value });
        } catch (error) {
          signal.throwIfAborted();
          failed.set(contender.who, error instanceof Error ? error.message : String(error));
        }
      }
    }
  }
  const inOrder = whats.flatMap((what) =>
    contenders.flatMap(({ who }) => samples.filter((sample) => sample.what === what && sample.who === who)),
  );
  return {
    samples: inOrder.filter(({ who }) => !failed.has(who)),
    missing: [...failed].map(([who, reason]) => ({ who, reason })),
  };
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
