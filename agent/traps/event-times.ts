// Times of events, such that no two are the same event to a store: device, kind and millisecond are what tells them apart.

const KEPT = 10_000;

export class EventTimes {
  readonly #last = new Map<string, number>();

  /** The given time, or the first later one that no event of this device and kind has had: ports fail in the same millisecond. */
  next(device: string, kind: string, nowMs: number): number {
    const key = JSON.stringify([device, kind]);
    const last = this.#last.get(key);
    // After a clock was set back by more than a second, the old times are far enough ahead to be left alone.
    const atMs = last !== undefined && last >= nowMs && last - nowMs < 1_000 ? last + 1 : nowMs;
    this.#last.delete(key);
    this.#last.set(key, atMs);
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= KEPT) break;
      this.#last.delete(oldest);
    }
    return atMs;
  }
}
