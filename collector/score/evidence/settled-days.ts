// The packed days of one school in one piece of memory: hundreds of thousands of small pieces of their own would cost more than
// what is in them, and make work for the garbage collector.

/** Room that is left for days to come, as a share of what is there. */
const SPARE = 16;
/** Numbers that stand for a day: its number, where its bytes begin, and how many they are. */
const ENTRY = 3;

export class SettledDays {
  #bytes = new Uint8Array(0);
  /** Where the last of them ends. */
  #end = 0;
  /** Of days that are there. */
  #used = 0;
  /** ENTRY numbers a day, in no order. */
  #entries = new Int32Array(0);
  #count = 0;

  get days(): number[] {
    return Array.from({ length: this.#count }, (_, i) => this.#entries[i * ENTRY] ?? 0);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  has(day: number): boolean {
    return this.#find(day) !== undefined;
  }

  /** A view, good until the next change; `undefined` when the day is not there. */
  get(day: number): Uint8Array | undefined {
    const at = this.#find(day);
    if (at === undefined) return undefined;
    const from = this.#entries[at + 1] ?? 0;
    return this.#bytes.subarray(from, from + (this.#entries[at + 2] ?? 0));
  }

  /** Copies the bytes in, in the place of those that the day had. */
  put(day: number, bytes: Uint8Array): void {
    this.drop(day);
    if (this.#end + bytes.length > this.#bytes.length) this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#end);
    if ((this.#count + 1) * ENTRY > this.#entries.length) this.#entries = longer(this.#entries);
    this.#entries.set([day, this.#end, bytes.length], this.#count * ENTRY);
    this.#count += 1;
    this.#end += bytes.length;
    this.#used += bytes.length;
  }

  /** @returns whether it was there */
  drop(day: number): boolean {
    const at = this.#find(day);
    if (at === undefined) return false;
    const [from = 0, length = 0] = this.#entries.subarray(at + 1, at + ENTRY);
    this.#count -= 1;
    const last = this.#count * ENTRY;
    this.#entries.copyWithin(at, last, last + ENTRY);
    this.#used -= length;
    // The one that was put last is often put again.
    if (from + length === this.#end) this.#end = from;
    return true;
  }

  /** Where the day's numbers stand. */
  #find(day: number): number | undefined {
    for (let at = 0; at < this.#count * ENTRY; at += ENTRY) if (this.#entries[at] === day) return at;
    return undefined;
  }

  /** Puts what is there together, with room for so many bytes more. */
  #makeRoom(more: number): void {
    const needed = this.#used + more;
    const larger = new Uint8Array(needed + Math.ceil(needed / SPARE));
    let end = 0;
    for (let at = 0; at < this.#count * ENTRY; at += ENTRY) {
      const [from = 0, length = 0] = this.#entries.subarray(at + 1, at + ENTRY);
      larger.set(this.#bytes.subarray(from, from + length), end);
      this.#entries[at + 1] = end;
      end += length;
    }
    this.#bytes = larger;
    this.#end = end;
  }
}

function longer(entries: Int32Array): Int32Array<ArrayBuffer> {
  const made = new Int32Array(Math.ceil((entries.length + ENTRY) / ENTRY / 8 + 1) * 8 * ENTRY);
  made.set(entries);
  return made;
}
