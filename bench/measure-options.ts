// What every measurement is given.

export interface MeasureOptions {
  /** Fewer and shorter rounds: to see that everything runs, not to quote. */
  isQuick: boolean;
  isRoot: boolean;
  /** The program of Node that runs ours. */
  node: string;
  signal: AbortSignal;
  say: (line: string) => void;
}
