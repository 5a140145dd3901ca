// Which texts about devices are new: others say them with every line, we keep them when they change and once a day.
import type { Fact } from "../../contract/reading.ts";

const DAY_MS = 86_400_000;
/** Texts remembered at most; beyond it all are forgotten, and each is kept once more. */
const MAX_TEXTS = 100_000;

export class FactMemory {
  readonly #kept = new Map<string, { text: string; atMs: number }>();

  /** The facts with only what is new or a day old in them; the last word on a device counts. */
  fresh(schoolId: string, facts: readonly Fact[]): Fact[] {
    const latest = new Map<string, Fact>();
    for (const { device, atMs, texts } of facts) {
      const before = latest.get(device);
      latest.set(device, { device, atMs, texts: { ...before?.texts, ...texts } });
    }
    return [...latest.values()].flatMap(({ device, atMs, texts }) => {
      const fresh = Object.entries(texts).filter(([name, text]) => {
        const kept = this.#kept.get(keyOf(schoolId, device, name));
        return kept?.text !== text || Math.abs(atMs - kept.atMs) >= DAY_MS;
      });
      return fresh.length === 0 ? [] : [{ device, atMs, texts: Object.fromEntries(fresh) }];
    });
  }

  /** They are durable. */
  keep(schoolId: string, facts: readonly Fact[]): void {
    for (const { device, atMs, texts } of facts) {
      for (const [name, text] of Object.entries(texts)) {
        if (this.#kept.size >= MAX_TEXTS) this.#kept.clear();
        this.#kept.set(keyOf(schoolId, device, name), { text, atMs });
      }
    }
  }
}

function keyOf(schoolId: string, device: string, name: string): string {
  return `${schoolId}\0${device}\0${name}`;
}
