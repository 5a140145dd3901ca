// Stores what others write: checked, under the token's school, as a batch of its own.
import { randomUUID } from "node:crypto";
import type { RefusedLine } from "../../contract/batch.ts";
import { sha256 } from "../../contract/identity.ts";
import type { StoredInfo } from "../ingest/ingest.ts";
import type { Precision } from "../ingest/line-time.ts";
import { spanOf } from "../ingest/span.ts";
import type { ReadingStore, SampleColumns } from "../store/store.ts";
import { type CheckedWrite, WriteChecker } from "./check.ts";
import { WriteCounts } from "./counts.ts";
import { FactMemory } from "./fact-memory.ts";
import type { Token } from "./tokens.ts";

export interface WriterOptions {
  store: ReadingStore;
  nowMs(): number;
  /** How old a line may be. */
  lateAcceptMs: number;
  /** Whether the inventory has a device in schools other than this one only. */
  isForeign(schoolId: string, device: string): boolean;
  /** Told once per stored write, after it is durable. Must not throw. */
  onStored?(schoolId: string, samples: SampleColumns, info: StoredInfo): void;
  counts?: WriteCounts;
}

/** What became of the lines of one write. */
export interface Written {
  stored: number;
  /** Lines with nothing that the dictionary has a metric for. */
  unmapped: number;
  refusedCount: number;
  /** The first few. */
  refused: readonly RefusedLine[];
}

/** Checkers kept at most, each with what it learned of one token's lines; the one that was idle longest is dropped. */
const MAX_CHECKERS = 64;

export class Writer {
  readonly #options: WriterOptions;
  readonly counts: WriteCounts;
  readonly #facts = new FactMemory();
  readonly #checkers = new Map<string, WriteChecker>();
  /** Made anew with every start, so that sequences can begin at 1. */
  readonly #session = `w-${randomUUID()}`;
  readonly #sequences = new Map<string, number>();

  constructor(options: WriterOptions) {
    this.#options = options;
    this.counts = options.counts ?? new WriteCounts();
  }

  /**
   * Resolves when every right line is durable. The same lines written twice leave one copy: readings overwrite themselves.
   * @throws StoreError when nothing was stored
   */
  async write(token: Token, lines: Uint8Array, precision: Precision): Promise<Written> {
    const { store, nowMs, isForeign, onStored } = this.#options;
    const { schoolId } = token;
    const receivedAtMs = Math.round(nowMs()); // a school clock shows fractions
    const context = { precision, nowMs: receivedAtMs, isForeign: (device: string) => isForeign(schoolId, device) };
    const checked = this.#checkerOf(token).check(lines, context);
    const { samples, accepted } = checked;
    const facts = this.#facts.fresh(schoolId, checked.facts);
    if (samples.length > 0 || facts.length > 0) {
      const agentId = agentIdOf(token);
      const named = { agentId, session: this.#session, sequence: this.#next(token.id), schoolId };
      const entry = { ...named, lane: "backlog", receivedAtMs, digest: sha256(lines).slice(0, 16) } as const;
      await store
        .write({ ...entry, lines: accepted, ...spanOf(samples), samples, facts, events: [] })
        .catch((error: unknown) => {
          this.counts.requests.failed += 1;
          throw error;
        });
      this.#facts.keep(schoolId, facts);
      onStored?.(schoolId, samples, { agentId, receivedAtMs });
    }
    return this.#counted(checked);
  }

  #counted({ accepted, unmappedLines, unmapped, refused, refusedCount }: CheckedWrite): Written {
    const { requests, lines } = this.counts;
    requests[refusedCount > 0 ? "partial" : "stored"] += 1;
    lines.stored += accepted;
    lines.unmapped += unmappedLines;
    lines.refused += refusedCount;
    this.counts.addUnmapped(unmapped);
    return { stored: accepted, unmapped: unmappedLines, refusedCount, refused };
  }

  #checkerOf({ id, schoolId, prefix, topics }: Token): WriteChecker {
    const checker =
      this.#checkers.get(id) ?? new WriteChecker({ schoolId, prefix, topics }, this.#options.lateAcceptMs);
    this.#checkers.delete(id);
    this.#checkers.set(id, checker);
    const [idlest] = this.#checkers.keys();
    if (this.#checkers.size > MAX_CHECKERS && idlest !== undefined) this.#checkers.delete(idlest);
    return checker;
  }

  #next(tokenId: string): number {
    const sequence = (this.#sequences.get(tokenId) ?? 0) + 1;
    this.#sequences.set(tokenId, sequence);
    return sequence;
  }
}

/** Under this name a token's writes stand in the store's ledger. */
export function agentIdOf({ id }: Pick<Token, "id">): string {
  return `telegraf-${id}`;
}
