// The packed days of one school in one piece of memory: hundreds of thousands of small pieces of their own would cost more than
// what is in them, and make work for the garbage collector.

/** Room that is left for days to come, as a share of what is there. */
const SPARE = 8;

interface Place {
  from: number;
  length: number;
}

export class SettledDays {
  #bytes = new Uint8Array(0);
  /** Where the last of them ends. */
  #end = 0;
  /** Of days that are there. */
  #used = 0;
  readonly #places = new Map<number, Place>();

  get days(): Iterable<number> {
    return this.#places.keys();
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  has(day: number): boolean {
    return this.#places.has(day);
  }

  /** A view, good until the next change; `undefined` when the day is not there. */
  get(day: number): Uint8Array | undefined {
    const place = this.#places.get(day);
    return place && this.#bytes.subarray(place.from, place.from + place.length);
  }

  /** Copies the bytes in, in the place of those that the day had. */
  put(day: number, bytes: Uint8Array): void {
    this.drop(day);
    if (this.#end + bytes.length > this.#bytes.length) this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#places.set(day, { from: this.#end, length: bytes.length });
    this.#end += bytes.length;
    this.#used += bytes.length;
  }

  /** @returns whether it was there */
  drop(day: number): boolean {
    const place = this.#places.get(day);
    if (place === undefined) return false;
    this.#places.delete(day);
    this.#used -= place.length;
    // The one that was put last is often put again.
    if (place.from + place.length === this.#end) this.#end = place.from;
    return true;
  }

  /** Puts what is there together, with room for so many bytes more. */
  #makeRoom(more: number): void {
    const needed = this.#used + more;
    const larger = new Uint8Array(needed + Math.ceil(needed / SPARE));
    let end = 0;
    for (const [day, { from, length }] of this.#places) {
      larger.set(this.#bytes.subarray(from, from + length), end);
      this.#places.set(day, { from: end, length });
      end += length;
    }
    this.#bytes = larger;
    this.#end = end;
  }
}
