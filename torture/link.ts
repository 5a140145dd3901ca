// The line between one agent and the collector: an HTTP proxy that does to requests what the plan says, one fault a request.
//
// It hands whole requests on, so that a fault can stand at a chosen place of one. Faults wait in a queue for the next batch that
// comes; other requests (configuration, enrolment) go through as they are while the line is up. What is cut is cut as TCP
// does it: the agent sees a connection reset, before, within or after its request.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { corruptBytes, corruptHeaders } from "./corrupt.ts";
import type { Aim, RequestFault } from "./plan.ts";
import { type Answered, type Passing, Upstream } from "./upstream.ts";

const BATCHES = "/v1/batches";

export interface LinkCounts {
  /** Requests with batches that came from the agent. */
  batches: number;
  /** Faults that hit a request, by kind. */
  done: Partial<Record<RequestFault["kind"], number>>;
  /** Times the line went down. */
  downs: number;
  /** Answers to batches by status, the agent heard of them or not. */
  answers: Record<number, number>;
}

export interface Link {
  /** What the agent's configuration names. */
  readonly url: string;
  readonly counts: LinkCounts;
  /** The next batch meets this fault. */
  add(fault: RequestFault): void;
  /** Faults for which no batch has come yet. */
  readonly waiting: number;
  /** Nothing goes through until `heal`. */
  cut(): void;
  heal(): void;
  /** Resolves when the next batch has been sent to the collector, or has been answered. */
  next(what: Aim["at"]): Promise<void>;
  /** The line is up, no fault waits, and what was held back has gone through or never will. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openLink(collectorPort: number): Promise<Link> {
  const link = new HttpLink(collectorPort);
  await link.listen();
  return link;
}

class HttpLink implements Link {
  readonly counts: LinkCounts = { batches: 0, done: {}, downs: 0, answers: {} };
  readonly #server: Server;
  readonly #queue: RequestFault[] = [];
  readonly #collector: Upstream;
  /** Requests that are held back. */
  readonly #held = new Set<Promise<void>>();
  readonly #watchers: Record<Aim["at"], (() => void)[]> = { asked: [], answered: [] };
  readonly #closing = new AbortController();
  #isDown = false;

  constructor(collectorPort: number) {
    this.#collector = new Upstream(collectorPort, {
      onAsked: (one) => {
        if (one.path === BATCHES) this.#tell("asked");
      },
      onAnswered: (one, { status }) => {
        if (one.path !== BATCHES) return;
        this.counts.answers[status] = (this.counts.answers[status] ?? 0) + 1;
        this.#tell("answered");
      },
    });
    this.#server = createServer((fromAgent, toAgent) => this.#take(fromAgent, toAgent));
    this.#server.on("connection", (socket) => {
      if (this.#isDown) socket.destroy();
    });
    // An agent that is killed in the middle of a request is no fault of ours.
    this.#server.on("clientError", (_, socket) => socket.destroy());
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // a TCP server's address is never a path
    return `http://127.0.0.1:${port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => resolve());
    });
  }

  get waiting(): number {
    return this.#queue.length;
  }

  add(fault: RequestFault): void {
    this.#queue.push(fault);
  }

  cut(): void {
    this.counts.downs += 1;
    this.#isDown = true;
    this.#server.closeAllConnections();
    this.#collector.cut();
  }

  heal(): void {
    this.#isDown = false;
  }

  next(what: Aim["at"]): Promise<void> {
    return new Promise((resolve) => this.#watchers[what].push(resolve));
  }

  async clear(): Promise<void> {
    this.#queue.length = 0;
    this.heal();
    await Promise.all(this.#held);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#server.closeAllConnections();
    this.#collector.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(fromAgent: IncomingMessage, toAgent: ServerResponse): void {
    const chunks: Buffer[] = [];
    fromAgent.on("data", (chunk: Buffer) => chunks.push(chunk));
    fromAgent.on("error", () => toAgent.destroy());
    fromAgent.on("end", () => {
      const { method = "GET", url: path = "/", headers } = fromAgent;
      const one: Passing = { method, path, headers, body: Buffer.concat(chunks) };
      const isBatch = method === "POST" && path === BATCHES;
      if (isBatch) this.counts.batches += 1;
      const fault = isBatch ? this.#queue.shift() : undefined;
      if (fault) this.counts.done[fault.kind] = (this.counts.done[fault.kind] ?? 0) + 1;
      void this.#pass(one, toAgent, fault).catch(() => toAgent.destroy());
    });
  }

  async #pass(one: Passing, toAgent: ServerResponse, fault: RequestFault | undefined): Promise<void> {
    switch (fault?.kind) {
      case "cut-before":
        toAgent.destroy();
        return;
      case "cut-within":
        await this.#collector.sendHalf(one);
        toAgent.destroy();
        return;
      case "cut-after":
        await this.#collector.send(one);
        toAgent.destroy();
        return;
      case "delay":
        await this.#wait(fault.byMs);
        reply(toAgent, await this.#collector.send(one));
        return;
      case "duplicate": {
        const [first] = await Promise.all([
          this.#collector.send(one),
          this.#collector.send(one).catch(() => undefined),
        ]);
        reply(toAgent, first);
        return;
      }
      case "reorder":
        toAgent.destroy();
        this.#holdBack(one, fault.byMs);
        return;
      case "corrupt":
        await this.#corrupt(one, toAgent, fault);
        return;
      case undefined:
        reply(toAgent, await this.#collector.send(one));
    }
  }

  #holdBack(one: Passing, byMs: number): void {
    const held = this.#wait(byMs)
      .then(() => this.#collector.send(one))
      // Nobody waits for its answer, and a collector that is down never gets it.
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#held.delete(held));
    this.#held.add(held);
  }

  async #corrupt(
    one: Passing,
    toAgent: ServerResponse,
    { what, where }: Extract<RequestFault, { kind: "corrupt" }>,
  ): Promise<void> {
    switch (what) {
      case "body":
        return reply(toAgent, await this.#collector.send({ ...one, body: corruptBytes(one.body, where) }));
      case "header":
        return reply(toAgent, await this.#collector.send({ ...one, headers: corruptHeaders(one.headers, where) }));
      case "answer": {
        const answer = await this.#collector.send(one);
        return reply(toAgent, { ...answer, body: corruptBytes(answer.body, where) });
      }
    }
  }

  #tell(what: Aim["at"]): void {
    for (const tell of this.#watchers[what].splice(0)) tell();
  }

  /** Ends early when the link is closed. */
  async #wait(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined); // it rejects for one reason: the signal
  }
}

function reply(toAgent: ServerResponse, { status, headers, body }: Answered): void {
  const { connection: _, "transfer-encoding": __, "keep-alive": ___, ...rest } = headers;
  toAgent.writeHead(status, { ...rest, "content-length": body.length });
  toAgent.end(body);
}
