// Parts of the agent that take each other's place while it runs: the next begins when the one before has ended.

/** Something that runs until it is retired or the signal aborts. */
export interface Part {
  run(stop: AbortSignal): Promise<void>;
  retire(): void;
}

export class Succession<T extends Part> {
  #current: T | undefined;
  #next: { part: T | undefined; begins: () => void } | undefined;
  #wake: () => void = () => {};
  #isOver = false;

  constructor(first: T | undefined) {
    this.#current = first;
  }

  /** Absent while there is none. */
  get current(): T | undefined {
    return this.#current;
  }

  /** Runs one part after the other until the signal aborts; rejects when a part does. */
  async run(stop: AbortSignal): Promise<void> {
    try {
      while (!stop.aborted) {
        await this.#current?.run(stop);
        await this.#successor(stop);
        if (this.#next === undefined) return;
        const { part, begins } = this.#next;
        this.#next = undefined;
        this.#current = part;
        begins();
      }
    } finally {
      this.#isOver = true;
      this.#next?.begins();
    }
  }

  /** Resolves when the present part has ended and `part` is in its place, or when all is over. One at a time. */
  replace(part: T | undefined): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((begins) => {
      this.#next = { part, begins };
      this.#current?.retire();
      this.#wake();
    });
  }

  #successor(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        stop.removeEventListener("abort", finish);
        resolve();
      };
      this.#wake = finish;
      stop.addEventListener("abort", finish, { once: true });
      if (stop.aborted || this.#next) finish();
    });
  }
}
