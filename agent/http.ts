// One connection to the collector over HTTP or HTTPS, kept open. Node's own client: others cost the agent's memory.
import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { messageOf } from "../contract/errors.ts";
import { type TlsOptions, tlsProblem } from "./tls.ts";

export interface HttpQuestion {
  method: "GET" | "POST";
  url: URL;
  /** Asked anew for each attempt, because each is signed by itself. */
  headers(): Record<string, string>;
  body: Uint8Array;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface ConnectionOptions {
  isTls: boolean;
  /** Whom to trust and how to prove oneself beyond the system's usual. */
  tls?: TlsOptions;
  maxAnswerBytes: number;
}

export class Connection {
  readonly #isTls: boolean;
  readonly #agent: HttpAgent;
  readonly #maxAnswerBytes: number;

  constructor({ isTls, tls, maxAnswerBytes }: ConnectionOptions) {
    const options = { keepAlive: true, maxSockets: 1 };
    this.#isTls = isTls;
    this.#agent = isTls ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
    this.#maxAnswerBytes = maxAnswerBytes;
  }

  /**
   * The whole answer; a redirection is an answer like others. Rejects when there is none within `deadlineMs`, and when `stop`
   * aborts, with its reason.
   */
  async ask(question: HttpQuestion, deadlineMs: number, stop: AbortSignal): Promise<HttpAnswer> {
    const limit = new AbortController();
    const onStop = () => limit.abort(stop.reason);
    const timer = setTimeout(() => limit.abort(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    stop.addEventListener("abort", onStop, { once: true });
    if (stop.aborted) onStop();
    try {
      return await this.#askTwice(question, limit.signal);
    } finally {
      clearTimeout(timer);
      stop.removeEventListener("abort", onStop);
    }
  }

  async #askTwice(question: HttpQuestion, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      return await this.#try(question, signal);
    } catch (error) {
      // The other side closed the kept connection just as we used it. What arrives twice is recognised there.
      if (error instanceof StaleConnection && !signal.aborted) return this.#try(question, signal);
      throw error instanceof StaleConnection ? error.cause : error;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #try({ method, url, headers, body }: HttpQuestion, signal: AbortSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const send = this.#isTls ? requestHttps : requestHttp;
      const request = send(url, {
        method,
        agent: this.#agent,
        headers: { ...headers(), "content-length": String(body.length) },
        signal,
      });
      // Whatever a connection says of its end when we have ended it, the reason is ours.
      const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
      request.on("error", (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && CLOSED.has(error.code ?? "");
        fail(isStale ? new StaleConnection("the kept connection was closed", { cause: error }) : error);
      });
      request.once("response", (response) => this.#read(response).then(resolve, fail));
      request.end(body);
    });
  }

  async #read(response: IncomingMessage): Promise<HttpAnswer> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const part of response) {
      const bytes = Buffer.from(part);
      length += bytes.length;
      // Leaving the loop destroys the response, and with it the connection.
      if (length > this.#maxAnswerBytes) throw new Error(`an answer of more than ${this.#maxAnswerBytes} bytes`);
      parts.push(bytes);
    }
    const { statusCode: status = 0, headers } = response;
    return { status, headers, body: Buffer.concat(parts).toString("utf8") };
  }
}

/** What the network said; several addresses of one host fail together, with nothing in the message itself. */
export function networkProblem(error: unknown): string {
  const aboutTls = tlsProblem(error);
  if (aboutTls !== undefined) return aboutTls;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(messageOf).join("; ");
  return messageOf(error) || "no connection";
}

/** How a connection is found closed: while we wait for the answer, or while we still write. */
const CLOSED = new Set(["ECONNRESET", "EPIPE"]);

/** Asking again at once is right. */
class StaleConnection extends Error {}
