// Posts batches to one collector, and says of its answers what the uplink looks at.
import { HEADER } from "../../contract/batch.ts";
import { Connection } from "../http.ts";
import type { TlsOptions } from "../tls.ts";
import type { Answer } from "./answer.ts";

export class Poster {
  readonly #url: URL;
  readonly #connection: Connection;

  constructor(url: URL, maxAnswerBytes: number, tls: TlsOptions = {}) {
    this.#url = url;
    this.#connection = new Connection({ isTls: url.protocol === "https:", tls, maxAnswerBytes });
  }

  /** See Connection.ask. */
  async post(
    payload: Uint8Array,
    headers: () => Record<string, string>,
    deadlineMs: number,
    stop: AbortSignal,
  ): Promise<Answer> {
    const question = { method: "POST", url: this.#url, headers, body: payload } as const;
    const { status, headers: said, body } = await this.#connection.ask(question, deadlineMs, stop);
    const parts = said[HEADER.parts];
    return {
      status,
      parts: typeof parts === "string" ? parts : undefined,
      retryAfter: said["retry-after"],
      location: said.location,
      body,
    };
  }

  close(): void {
    this.#connection.close();
  }
}
