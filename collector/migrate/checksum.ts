// Checksums that do not depend on order: two stores that hold the same hand it over in different orders.

/** Counts what is added and sums its hashes, 64 bits modulo 2^64; equal contents give equal texts in any order. */
export class Checksum {
  count = 0;
  #a = 0;
  #b = 0;

  addText(text: string): void {
    const hash = hashOf(text);
    this.#add(hash.a, hash.b);
  }

  /** @param name hash of what names the series */
  addSample(name: Hash, atMs: number, value: number): void {
    numbers[0] = atMs;
    numbers[1] = value === 0 ? 0 : value; // −0 is 0
    let { a, b } = name;
    for (const word of words) {
      a = mixed(a, word, 0x85ebca6b);
      b = mixed(b, word, 0xc2b2ae35);
    }
    this.#add(a, b);
  }

  /** Count and sum, for example `1440:9f0c22d17a5b3e10`. */
  get text(): string {
    return `${this.count}:${hex(this.#a)}${hex(this.#b)}`;
  }

  #add(a: number, b: number): void {
    this.count += 1;
    this.#a = (this.#a + a) >>> 0;
    this.#b = (this.#b + b) >>> 0;
  }
}

export interface Hash {
  a: number;
  b: number;
}

/** The same for equal texts; for different ones with hardly any chance (64 bits). */
export function hashOf(text: string): Hash {
  let [a, b] = [0x9e3779b9, 0x243f6a88];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = mixed(a, code, 0x85ebca6b);
    b = mixed(b, code, 0xc2b2ae35);
  }
  return { a, b };
}

/** Two doubles seen as four words, so that every bit of them counts. */
const numbers = new Float64Array(2);
const words = new Uint32Array(numbers.buffer);

/** One round in the manner of MurmurHash3's finisher. */
function mixed(hash: number, word: number, factor: number): number {
  let h = Math.imul(hash ^ word, factor);
  h ^= h >>> 15;
  h = Math.imul(h, 0x27d4eb2f);
  return (h ^ (h >>> 13)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
