// Heads and names of lines that were read before, by their bytes, within a bound.
//
// The bytes of all heads stand in one array and are found by an open hash table of numbers: three small arrays are nothing to
// a garbage collector, where an array and a map entry for each head are much.
import { FieldNames } from "./line-fields.ts";
import { startsWith } from "./line-text.ts";

const MAX_NAMES = 1_000;
/** What a head takes beside its bytes, and what a field of its own does: about. */
const HEAD_BYTES = 250;
const FIELD_BYTES = 100;
/** Places a head is looked for at; where all are taken it pushes one out, so crafted heads cannot make a lookup slow. */
const MAX_PROBES = 16;
/** Stands in the table where no head does. */
const EMPTY = 0;

export class LineMemory<H, F> {
  #heads: H[] = [];
  #fields: FieldNames<F>[] = [];
  #bytes = new Uint8Array(1_024);
  /** Where each head's bytes begin; the last entry is where the next one will. */
  #starts = new Int32Array(33);
  #hashes = new Int32Array(32);
  /** Numbers of heads + 1. */
  #table = new Int32Array(64);
  readonly #names = new Map<string, Uint8Array>();
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Memory that it takes, about. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  head(number: number): H | undefined {
    return this.#heads[number];
  }

  fieldsOf(number: number): FieldNames<F> | undefined {
    return this.#fields[number];
  }

  /** How long a head is whose bytes stand at `at`; -1 when they do not, or there is no such head. */
  lengthAt(number: number, bytes: Uint8Array, at: number): number {
    if (number >= this.#heads.length) return -1;
    const from = this.#starts[number] ?? 0;
    const length = (this.#starts[number + 1] ?? 0) - from;
    const own = this.#bytes;
    for (let i = length - 1; i >= 0; i--) if (bytes[at + i] !== own[from + i]) return -1; // they differ at the end
    return length;
  }

  /** The number of the head that stands in `start … end`; -1 when it is not known. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let probe = 0, place = spread(hash); probe < MAX_PROBES; probe++, place++) {
      const entry = table[place & mask] ?? EMPTY;
      if (entry === EMPTY) return -1;
      const number = entry - 1;
      if (this.#hashes[number] === (hash | 0) && this.lengthAt(number, bytes, start) === end - start) return number;
    }
    return -1;
  }

  /** @param fields of its lines; absent: it has its own */
  add(hash: number, head: Uint8Array, meaning: H, fields: FieldNames<F> | undefined, maxFields: number): number {
    this.#use(head.length + HEAD_BYTES);
    const number = this.#heads.length;
    const start = this.#starts[number] ?? 0;
    const end = start + head.length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(end, start * 2)));
    if (number + 1 >= this.#starts.length) {
      this.#starts = grown(this.#starts, new Int32Array(number * 2 + 2));
      this.#hashes = grown(this.#hashes, new Int32Array(number * 2 + 2));
    }
    this.#bytes.set(head, start);
    this.#starts[number + 1] = end;
    this.#hashes[number] = hash;
    this.#heads.push(meaning);
    this.#fields.push(fields ?? new FieldNames(maxFields));
    if (this.#heads.length * 2 > this.#table.length) this.#enlarge();
    else this.#enter(number, hash);
    return number;
  }

  /** A field of a head's own was learned. */
  learned(): void {
    this.#use(FIELD_BYTES);
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

  #enter(number: number, hash: number): void {
    const mask = this.#table.length - 1;
    const home = spread(hash);
    let place = home;
    for (let probe = 0; probe < MAX_PROBES && this.#table[place & mask] !== EMPTY; probe++) place++;
    this.#table[(place - home === MAX_PROBES ? home : place) & mask] = number + 1;
  }

  #enlarge(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (let number = 0; number < this.#heads.length; number++) this.#enter(number, this.#hashes[number] ?? 0);
  }

  #use(bytes: number): void {
    this.#usedBytes += bytes;
    if (this.#usedBytes > this.#maxBytes) this.#forget();
  }

  /** It costs each head one slow line. */
  #forget(): void {
    this.#heads = [];
    this.#fields = [];
    this.#bytes = new Uint8Array(1_024);
    this.#starts = new Int32Array(33);
    this.#hashes = new Int32Array(32);
    this.#table = new Int32Array(64);
    this.#usedBytes = 0;
  }
}

/** The low bits, on which places depend, of all bits. Never negative. */
function spread(hash: number): number {
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
