// What has been opened, to be closed in the opposite order.

export class Closers {
  readonly #closers: (() => Promise<void>)[] = [];

  /** Gives back what it is told to close later. */
  add<T>(opened: T, close: (opened: T) => Promise<void>): T {
    this.#closers.push(() => close(opened));
    return opened;
  }

  /** Closes everything, also when closing something fails. @throws the first error */
  async closeAll(): Promise<void> {
    const errors: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      await close().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }
}
