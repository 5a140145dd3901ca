// Heads and names of lines that were read before, by their bytes, within a bound.
import { startsWith } from "./line-text.ts";

export interface KnownHead<H, F> {
  bytes: Uint8Array;
  head: H;
  /** Names with their equals sign, in the order of the head's last line. */
  names: Uint8Array[];
  meanings: F[];
}

/** Heads remembered at most; beyond it, or beyond the bytes, all are forgotten, which costs one slow line each. */
const MAX_HEADS = 50_000;
const MAX_NAMES = 1_000;
/** What a head takes beside its bytes, and what one of its fields does: about. */
const HEAD_BYTES = 500;
const FIELD_BYTES = 100;

export class LineMemory<H, F> {
  /** By hash; a collision replaces, so crafted heads cannot make a lookup slow. */
  readonly #heads = new Map<number, KnownHead<H, F>>();
  readonly #names = new Map<string, Uint8Array>();
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(hash: number): KnownHead<H, F> | undefined {
    return this.#heads.get(hash);
  }

  add(hash: number, bytes: Uint8Array, head: H): KnownHead<H, F> {
    const known = { bytes, head, names: [], meanings: [] };
    if (this.#heads.size >= MAX_HEADS) this.#forget();
    this.#use(bytes.length + HEAD_BYTES);
    this.#heads.set(hash, known);
    return known;
  }

  /** What stands at a position of a head's lines from now on. */
  setField(known: KnownHead<H, F>, position: number, name: Uint8Array, meaning: F): void {
    if (position >= known.names.length) this.#use(FIELD_BYTES);
    known.names[position] = name;
    known.meanings[position] = meaning;
  }

  /** One copy of a name's bytes for all heads: thousands of copies would push each other out of the processor's cache. */
  shared(text: string, bytes: Uint8Array, start: number, end: number): Uint8Array {
    const known = this.#names.get(text);
    if (known !== undefined && known.length === end - start && startsWith(bytes, start, known)) return known;
    const name = bytes.slice(start, end);
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(text, name);
    return name;
  }

  #use(bytes: number): void {
    this.#usedBytes += bytes;
    if (this.#usedBytes > this.#maxBytes) this.#forget();
  }

  #forget(): void {
    this.#heads.clear();
    this.#usedBytes = 0;
  }
}
