// The answers to informs: who is answered does not send again, so an answer leaves only when the event is durable.
import type { Source, TrapPort } from "./port.ts";

/** Informs that wait for a slow disk; more are not answered, and come again. */
const WAITING_MAX = 500;

export class Answers {
  readonly #port: Pick<TrapPort, "send">;
  readonly #stored: () => Promise<boolean>;
  #waiting = 0;

  /** @param stored resolves to whether every event handed on so far is durable; never rejects. */
  constructor(port: Pick<TrapPort, "send">, stored: () => Promise<boolean>) {
    this.#port = port;
    this.#stored = stored;
  }

  /** Sends the answer once the events so far are durable. Who gets none, because they are not, sends again. */
  async give(answer: Buffer, source: Source): Promise<void> {
    if (this.#waiting === WAITING_MAX) return;
    this.#waiting += 1;
    const isStored = await this.#stored();
    this.#waiting -= 1;
    if (isStored) this.#port.send(answer, source);
  }
}
