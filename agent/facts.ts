// Lets facts pass only when they changed or are a day old, so that slow text does not travel every minute.
import type { Fact } from "../contract/reading.ts";

/** Facts are sent again after this long, so that a collector that lost them learns them anew within a day. */
export const REPEAT_AFTER_MS = 24 * 3_600_000;
/** A device that was silent this long is forgotten, or replaced devices would pile up for ever. */
const FORGET_AFTER_MS = 2 * REPEAT_AFTER_MS;

/** More devices are not remembered: a controller whose access points are others each time would fill the memory. */
export const MOST_DEVICES = 20_000;

interface Known {
  /** What was said last of each, and when it was sent: not all texts are asked in every run. */
  texts: Map<string, { text: string; sentAtMs: number }>;
  seenAtMs: number;
}

export class FactsRegister {
  readonly #known = new Map<string, Known>();
  #lastPruneMs = Number.NEGATIVE_INFINITY;

  /**
   * Those of `facts` that are worth sending, judged device by device. A text that is missing this time is not a change:
   * it was not asked or not answered, which says nothing about the device.
   */
  worthSending(facts: readonly Fact[]): Fact[] {
    return facts.filter((fact) => this.#isNews(fact));
  }

  /** After lines were lost: every fact counts as never sent. */
  forgetAll(): void {
    this.#known.clear();
  }

  #isNews({ device, atMs, texts }: Fact): boolean {
    this.#prune(atMs);
    const known = this.#remember(device, atMs);
    known.seenAtMs = atMs;
    const said = Object.entries(texts);
    const isNews = said.some(([name, text]) => {
      const before = known.texts.get(name);
      if (before?.text !== text) return true;
      // A clock that was set back would otherwise hold facts back for as long as it was ahead.
      return atMs - before.sentAtMs >= REPEAT_AFTER_MS || atMs < before.sentAtMs;
    });
    if (isNews) for (const [name, text] of said) known.texts.set(name, { text, sentAtMs: atMs });
    return isNews;
  }

  #remember(device: string, atMs: number): Known {
    const known = this.#known.get(device) ?? { texts: new Map(), seenAtMs: atMs };
    // Put last again, so that the first one is who was not seen for the longest time.
    this.#known.delete(device);
    this.#known.set(device, known);
    const [oldest] = this.#known.size > MOST_DEVICES ? this.#known.keys() : [];
    if (oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  #prune(nowMs: number): void {
    if (nowMs - this.#lastPruneMs < REPEAT_AFTER_MS) return;
    this.#lastPruneMs = nowMs;
    for (const [device, { seenAtMs }] of this.#known) {
      if (nowMs - seenAtMs > FORGET_AFTER_MS) this.#known.delete(device);
    }
  }
}
