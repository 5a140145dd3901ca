// The collector's side of a link: whole requests to it, and halves of them; every one on a connection of its own, so that faults
// do not meet in one.
import { type ClientRequest, type IncomingHttpHeaders, request } from "node:http";

/** A request on its way. */
export interface Passing {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface UpstreamOptions {
  /** A request has been sent. */
  onAsked(one: Passing): void;
  onAnswered(one: Passing, answer: Answered): void;
}

export class Upstream {
  readonly #port: number;
  readonly #options: UpstreamOptions;
  readonly #underWay = new Set<ClientRequest>();

  constructor(port: number, options: UpstreamOptions) {
    this.#port = port;
    this.#options = options;
  }

  /** Resolves when the collector has answered. Rejects when it did not, or was cut off. */
  send(one: Passing): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const upstream = this.#open(one, reject);
      upstream.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode: status = 502, headers } = response;
          const answer = { status, headers, body: Buffer.concat(chunks) };
          this.#options.onAnswered(one, answer);
          resolve(answer);
        });
      });
      upstream.end(one.body, () => this.#options.onAsked(one));
    });
  }

  /** Resolves when the collector has got half of the body and lost its sender. */
  sendHalf(one: Passing): Promise<void> {
    return new Promise((resolve) => {
      const upstream = this.#open(one, () => resolve());
      upstream.write(one.body.subarray(0, one.body.length >>> 1), () => upstream.destroy());
      upstream.on("close", () => resolve());
    });
  }

  /** Ends everything under way. */
  cut(): void {
    for (const upstream of this.#underWay) upstream.destroy(new Error("the line was cut"));
  }

  #open({ method, path, headers, body }: Passing, onError: (error: Error) => void): ClientRequest {
    // The length is that of what we send.
    const { connection: _, "transfer-encoding": __, ...rest } = headers;
    const upstream = request({
      host: "127.0.0.1",
      port: this.#port,
      method,
      path,
      headers: { ...rest, "content-length": body.length, connection: "close" },
      agent: false,
    });
    this.#underWay.add(upstream);
    upstream.on("close", () => this.#underWay.delete(upstream));
    upstream.on("error", onError);
    return upstream;
  }
}
