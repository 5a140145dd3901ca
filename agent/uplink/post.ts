// Sends one body over HTTP or HTTPS, on a connection that is kept open. Node's own client: others cost the agent's memory.
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { HEADER } from "../../contract/batch.ts";
import type { TlsOptions } from "../tls.ts";
import type { Answer } from "./answer.ts";

/** One connection to one collector. */
export class Poster {
  readonly #url: URL;
  readonly #isTls: boolean;
  readonly #agent: HttpAgent;
  readonly #maxAnswerBytes: number;

  constructor(url: URL, maxAnswerBytes: number, tls: TlsOptions = {}) {
    this.#url = url;
    this.#isTls = url.protocol === "https:";
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = this.#isTls ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
    this.#maxAnswerBytes = maxAnswerBytes;
  }

  /**
   * The whole answer; a redirection is an answer like others. Rejects when there is none, and when the signal aborts.
   * `headers` is asked anew for each attempt, because each is signed by itself.
   */
  async post(payload: Uint8Array, headers: () => Record<string, string>, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.#try(payload, headers(), signal);
    } catch (error) {
      // The other side closed the kept connection just as we used it. A batch may be sent twice, it is stored once.
      if (error instanceof StaleConnection && !signal.aborted) return this.#try(payload, headers(), signal);
      throw error instanceof StaleConnection ? error.cause : error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #try(payload: Uint8Array, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const send = this.#isTls ? requestHttps : requestHttp;
      const request = send(this.#url, {
        method: "POST",
        agent: this.#agent,
        headers: { ...headers, "content-length": String(payload.length) },
        signal,
      });
      // Whatever a connection says of its end when we have ended it, the reason is ours.
      const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
      request.on("error", (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && CLOSED.has(error.code ?? "");
        fail(isStale ? new StaleConnection("the kept connection was closed", { cause: error }) : error);
      });
      request.once("response", (response) => this.#read(response).then(resolve, fail));
      request.end(payload);
    });
  }

  async #read(response: IncomingMessage): Promise<Answer> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of response) {
      const bytes = Buffer.from(part);
      length += bytes.length;
      // Leaving the loop destroys the response, and with it the connection.
      if (length > this.#maxAnswerBytes) throw new Error(`an answer of more than ${this.#maxAnswerBytes} bytes`);
      parts.push(bytes);
    }
    const { statusCode = 0, headers } = response;
    const known = headers[HEADER.parts];
    return {
      status: statusCode,
      parts: typeof known === "string" ? known : undefined,
      retryAfter: headers["retry-after"],
      location: headers.location,
      body: Buffer.concat(parts).toString("utf8"),
    };
  }
}

/** How a connection is found closed: while we wait for the answer, or while we still write. */
const CLOSED = new Set(["ECONNRESET", "EPIPE"]);

/** Asking again at once is right. */
class StaleConnection extends Error {}
