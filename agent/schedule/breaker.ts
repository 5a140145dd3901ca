// Remembers of one target whether it is silent, and says how patiently it is asked next.
import type { Outcome } from "./run.ts";

/**
 * Every so many silent runs one is as patient as the first. A target that answers only after its timeout, or over a line that
 * loses much, would otherwise never be heard again after one silence.
 */
export const PATIENT_EVERY = 10;

/**
 * The first silent run asks with all its retries, or a lossy line would be called dead. After that a run is one datagram
 * and one timeout until the target answers; the run that it answers goes on in full at once. Every run is an attempt
 * (decision 0004).
 */
export class Breaker {
  #silentRuns = 0;

  /** Whether the first question of the next run is to be sent only once. */
  get isOpen(): boolean {
    return this.#silentRuns % PATIENT_EVERY !== 0;
  }

  note({ answered, failure }: Pick<Outcome, "answered" | "failure">): void {
    const isSilence = !answered && (failure?.reason === "timeout" || failure?.reason === "unreachable");
    this.#silentRuns = isSilence ? this.#silentRuns + 1 : 0;
  }
}
