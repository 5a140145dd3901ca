// Timeouts of all open requests on one timer: a ring of slots, one slot a tick, each with the set of what ends in it.

/** What can wait in a wheel. */
export interface WheelEntry {
  /** The tick in which it ends; the wheel sets it. */
  dueTick: number;
}

export interface WheelOptions<T extends WheelEntry> {
  /** Length of a tick: nothing expires early, and no more than about a tick late. */
  tickMs: number;
  onExpire: (entry: T) => void;
  /** Monotonic milliseconds. */
  nowMs: () => number;
}

const SLOTS = 256;

/** The timer runs only while something waits. Adding and removing cost the same however much waits. */
export class TimeoutWheel<T extends WheelEntry> {
  readonly #tickMs: number;
  readonly #onExpire: (entry: T) => void;
  readonly #nowMs: () => number;
  readonly #slots: Set<T>[] = Array.from({ length: SLOTS }, () => new Set<T>());
  #size = 0;
  /** The last tick whose entries have been expired. */
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ tickMs, onExpire, nowMs }: WheelOptions<T>) {
    this.#tickMs = tickMs;
    this.#onExpire = onExpire;
    this.#nowMs = nowMs;
  }

  add(entry: T, delayMs: number): void {
    if (this.#timer === undefined) this.#start();
    entry.dueTick = Math.max(this.#tick + 1, Math.ceil((this.#nowMs() + delayMs) / this.#tickMs));
    this.#slots[entry.dueTick % SLOTS]?.add(entry);
    this.#size += 1;
  }

  /** Does nothing for an entry that does not wait. */
  remove(entry: T): void {
    if (this.#slots[entry.dueTick % SLOTS]?.delete(entry)) this.#size -= 1;
  }

  /** Forgets everything that waits, without expiring it. */
  close(): void {
    this.#stop();
    for (const slot of this.#slots) slot.clear();
    this.#size = 0;
  }

  #start(): void {
    this.#tick = Math.floor(this.#nowMs() / this.#tickMs);
    // After a stall of the event loop timers run before sockets are read: expiring a step later lets answers that have
    // long arrived be read first.
    this.#timer = setInterval(() => setImmediate(() => this.#advance()), this.#tickMs);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #advance(): void {
    if (this.#timer === undefined) return;
    const nowTick = Math.floor(this.#nowMs() / this.#tickMs);
    // One turn looks at every slot; more turns would find nothing new.
    const from = Math.max(this.#tick + 1, nowTick - SLOTS + 1);
    this.#tick = nowTick;
    for (let tick = from; tick <= nowTick; tick++) this.#expire(this.#slots[tick % SLOTS], nowTick);
    if (this.#size === 0) this.#stop();
  }

  #expire(slot: Set<T> | undefined, nowTick: number): void {
    for (const entry of slot ?? []) {
      if (entry.dueTick > nowTick) continue;
      this.remove(entry);
      this.#onExpire(entry);
    }
  }
}
