// The one timer behind the deadlines of all open requests.

export class Ticker {
  readonly #tickMs: number;
  readonly #onTick: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs: number, onTick: () => void) {
    this.#tickMs = tickMs;
    this.#onTick = onTick;
  }

  /** Does nothing while it runs. */
  start(): void {
    // After a stall of the event loop timers run before sockets are read: ticking a step later lets answers that have
    // long arrived be read first.
    this.#timer ??= setInterval(() => setImmediate(() => this.#tick()), this.#tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (this.#timer !== undefined) this.#onTick();
  }
}
