// Sends batches over a few connections that stay open, each school's in order.
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { SchoolMinute } from "./county.ts";

/** How one batch is sent to one kind of server. */
export interface Route {
  /** Path with its query, and headers. Asked anew for every attempt. */
  requestFor(batch: SchoolMinute): { path: string; headers: Record<string, string> };
  /** What is wrong with an answer of status 2xx; `undefined` when it says that everything was stored. */
  problemOf?(body: string, batch: SchoolMinute): string | undefined;
}

export interface SendOptions {
  url: string;
  route: Route;
  /** Begins nothing new after this. */
  signal: AbortSignal;
  /** Lines a second; absent: as fast as it goes. */
  linesPerSecond?: number;
}

/** Each agent has one of its own; as many as a tenth of a county's send at the same moment. */
const CONNECTIONS = 32;
const TRIES = 60;

/** Resolves when all batches are acknowledged. @throws Error naming what a server answered instead */
export async function send(batches: readonly SchoolMinute[], options: SendOptions): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const beganMs = performance.now();
  const { linesPerSecond, signal } = options;
  let next = 0;
  let lines = 0;
  const sender = async () => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      signal.throwIfAborted();
      if (linesPerSecond !== undefined) {
        const dueMs = beganMs + (lines / linesPerSecond) * 1_000;
        lines += batch.lines;
        await delay(Math.max(0, dueMs - performance.now()));
      }
      await untilStored(agent, batch, options);
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  } finally {
    agent.destroy();
  }
}

/** A server that has no room says so and is asked again, as agents do. */
async function untilStored(agent: Agent, batch: SchoolMinute, { url, route }: SendOptions): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { status, retryAfter, body } = await post(agent, url, route.requestFor(batch), batch.body);
    if (status >= 200 && status < 300) {
      const problem = route.problemOf?.(body, batch);
      if (problem !== undefined) throw new Error(`${url} stored not all: ${problem}`);
      return;
    }
    if ((status !== 429 && status !== 503) || tries === TRIES) {
      throw new Error(`${url} answered ${status}: ${body.slice(0, 300)}`);
    }
    await delay((retryAfter ?? 1) * 1_000);
  }
}

interface Answer {
  status: number;
  retryAfter?: number;
  body: string;
}

function post(agent: Agent, base: string, to: ReturnType<Route["requestFor"]>, body: Buffer): Promise<Answer> {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "content-encoding": "gzip",
    "content-length": String(body.length),
    ...to.headers,
  };
  return new Promise((resolve, reject) => {
    const asked = request(new URL(to.path, base), { method: "POST", agent, headers }, (answer: IncomingMessage) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () => {
        const after = Number(answer.headers["retry-after"] ?? Number.NaN);
        const text = Buffer.concat(parts).toString();
        resolve({ status: answer.statusCode ?? 0, body: text, ...(Number.isFinite(after) && { retryAfter: after }) });
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
