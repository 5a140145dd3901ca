// Lets facts pass only when they changed or are a day old, so that slow text does not travel every minute.
import type { Fact } from "../contract/reading.ts";

/** Facts are sent again after this long, so that a collector that lost them learns them anew within a day. */
export const REPEAT_AFTER_MS = 24 * 3_600_000;
/** A device that was silent this long is forgotten, or replaced devices would pile up for ever. */
const FORGET_AFTER_MS = 2 * REPEAT_AFTER_MS;

interface Known {
  texts: Fact["texts"];
  sentAtMs: number;
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
    const known = this.#known.get(device);
    const changed = Object.entries(texts).some(([name, text]) => !known || !hasText(known.texts, name, text));
    // A clock that was set back would otherwise hold facts back for as long as it was ahead.
    const isDue = !known || atMs - known.sentAtMs >= REPEAT_AFTER_MS || atMs < known.sentAtMs;
    const news = changed || isDue;
    this.#known.set(device, {
      texts: { ...known?.texts, ...texts },
      sentAtMs: news ? atMs : (known?.sentAtMs ?? atMs),
      seenAtMs: atMs,
    });
    return news;
  }

  #prune(nowMs: number): void {
    if (nowMs - this.#lastPruneMs < REPEAT_AFTER_MS) return;
    this.#lastPruneMs = nowMs;
    for (const [device, { seenAtMs }] of this.#known) {
      if (nowMs - seenAtMs > FORGET_AFTER_MS) this.#known.delete(device);
    }
  }
}

function hasText(texts: Fact["texts"], name: string, text: string): boolean {
  return Object.entries(texts).some(([known, value]) => known === name && value === text);
}
