// A set of sequences, kept as ranges: what grows one by one takes the room of two numbers.

interface Range {
  first: number;
  last: number;
}

export class Ranges {
  /** In growing order, no two of them side by side. */
  #ranges: Range[] = [];

  has(sequence: number): boolean {
    const range = this.#ranges[this.#indexOf(sequence)];
    return range !== undefined && range.first <= sequence;
  }

  add(sequence: number): void {
    const at = this.#indexOf(sequence);
    const next = this.#ranges[at];
    if (next && next.first <= sequence) return;
    const before = this.#ranges[at - 1];
    const joinsBefore = before?.last === sequence - 1;
    const joinsNext = next?.first === sequence + 1;
    if (joinsBefore && joinsNext) this.#ranges.splice(at - 1, 2, { first: before.first, last: next.last });
    else if (joinsBefore) before.last = sequence;
    else if (joinsNext) next.first = sequence;
    else this.#ranges.splice(at, 0, { first: sequence, last: sequence });
  }

  /** Takes out everything up to and with `sequence`. */
  forget(sequence: number): void {
    this.#ranges.splice(0, this.#indexOf(sequence + 1));
    const first = this.#ranges[0];
    if (first) first.first = Math.max(first.first, sequence + 1);
  }

  /** How many ranges there are. */
  get size(): number {
    return this.#ranges.length;
  }

  /** Index of the first range that does not end before `sequence`; their number when there is none. */
  #indexOf(sequence: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ranges[middle]?.last ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
