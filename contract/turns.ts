// Work that is done one after the other, in the order in which it was asked for.

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined); // for the next in turn; this one's caller gets the error
    return result;
  }

  /** Resolves when everything that was asked for has been done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
