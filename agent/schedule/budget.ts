// The time one run of one target may take: asking counts, waiting for a place does not.
import { CampusError } from "../../contract/errors.ts";
import type { ProbeError } from "../probes/probe.ts";

/** After the deadline a probe that heeds its signal hands out what it has read whole; one that does not is left alone. */
const GRACE_MS = 200;

/** Real time, whatever clock the agent runs on. */
export class Budget {
  /** Aborted when the time is over or the agent stops. */
  readonly signal: AbortSignal;
  /** Rejects a little after the time is over, or at once when the agent stops. */
  readonly over: Promise<never>;
  readonly #controller: AbortController;
  readonly #stop: AbortSignal;
  readonly #realMs: () => number;
  readonly #error: () => ProbeError;
  #reject: (error: CampusError) => void = () => {};
  #leftMs: number;
  #startedMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Runs from now on. `error` is what the run failed of, should nothing else be known; `controller` has not aborted. */
  constructor(
    deadlineMs: number,
    stop: AbortSignal,
    realMs: () => number,
    error: () => ProbeError,
    controller = new AbortController(),
  ) {
    this.#controller = controller;
    this.signal = controller.signal;
    this.#stop = stop;
    this.#realMs = realMs;
    this.#error = error;
    this.#leftMs = deadlineMs;
    this.over = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    if (stop.aborted) this.#onStop();
    else stop.addEventListener("abort", this.#onStop, { once: true });
    this.resume();
  }

  /** Stops counting. */
  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs -= this.#realMs() - this.#startedMs;
  }

  /** Goes on counting. */
  resume(): void {
    if (this.signal.aborted) return;
    this.#startedMs = this.#realMs();
    this.#timer = setTimeout(this.#onPassed, Math.max(0, this.#leftMs));
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop.removeEventListener("abort", this.#onStop);
  }

  readonly #onPassed = () => {
    const error = this.#error();
    this.#controller.abort(error);
    this.#timer = setTimeout(() => this.#reject(error), GRACE_MS);
  };

  readonly #onStop = () => {
    const error = new CampusError("AGENT_STOPPED", "the agent stopped");
    clearTimeout(this.#timer);
    this.#controller.abort(error);
    this.#reject(error);
  };
}
