// Bounds how many batches are in work at once, and with them the memory they take.

/** One batch's place; held by the connection and by the work, given back when both have let go. */
export interface Place {
  hold(): void;
  letGo(): void;
}

export class Gate {
  #free: number;

  constructor(places: number) {
    this.#free = places;
  }

  /** A place that is held once already; `undefined` when all are taken. */
  enter(): Place | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    let holders = 1;
    return {
      hold: () => {
        holders++;
      },
      letGo: () => {
        holders--;
        if (holders === 0) this.#free++;
      },
    };
  }
}
