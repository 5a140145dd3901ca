// A collector on loopback for tests of the uplink: strict about names, order, parts and signatures, and with faults on demand.
// Beside it what an uplink needs: a spool, a clock that passes while somebody sleeps, and a log that is kept.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, expect } from "vitest";
import { HEADER, MAX_PARTS, parseParts } from "../../contract/batch.ts";
import { batchText, isSignedBy, sha256, signText } from "../../contract/identity.ts";
import { openSpool, type Spool, type SpoolOptions } from "../spool/spool.ts";
import { Uplink, type UplinkOptions } from "./uplink.ts";

/** A batch as it came, with the lines it holds. */
export interface Came {
  lane: string;
  session: string;
  sequence: number;
  lines: string[];
  digest: string;
}

/** A request as it came. */
export interface Asked {
  headers: IncomingHttpHeaders;
  lane: string;
  batches: Came[];
  sentAtMs: number;
  bytes: number;
}

export interface Problem {
  status: number;
  code: string;
  headers?: Record<string, string>;
}

/** Answers in place of the collector. `undefined`: as the collector would. */
type Fault = (response: ServerResponse, asked: Asked) => Problem | undefined;

export class TestCollector {
  server: Server;
  port = 0;
  readonly asked: Asked[] = [];
  /** First deliveries, in the order in which they were stored. */
  readonly stored: (Came & { sentAtMs: number })[] = [];
  /** For the next requests, in order; then there is none. */
  faults: Fault[] = [];
  /** Why one batch is not taken. */
  refuse: (batch: Came) => Problem | undefined = () => undefined;
  knowsParts = true;
  maxBytes = Number.POSITIVE_INFINITY;
  /** Sees every request before it is answered. */
  onAsked: (asked: Asked) => Promise<void> | void = () => {};
  publicKey: KeyObject | undefined;
  readonly #named = new Map<string, Came & { sentAtMs: number }>();
  readonly #highest = new Map<string, number>();

  constructor() {
    this.server = this.#create();
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port; // a TCP server that listens has an address object
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** Forgets nothing: what is stored is on its disk. */
  async restart(): Promise<void> {
    await this.close();
    this.server = this.#create();
    await this.listen();
  }

  lane(lane: string): number[] {
    return this.stored.filter((batch) => batch.lane === lane).map(({ sequence }) => sequence);
  }

  #create(): Server {
    return createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      const asked = read(request.headers, Buffer.concat(chunks));
      this.asked.push(asked);
      await this.onAsked(asked);
      if (this.knowsParts) response.setHeader(HEADER.parts, String(MAX_PARTS));
      const fault = this.faults.shift();
      const problem = fault?.(response, asked) ?? this.#problemOf(request.headers, asked, Buffer.concat(chunks));
      if (response.headersSent || response.destroyed) return;
      if (problem) answer(response, problem.status, { code: problem.code, message: problem.code }, problem.headers);
      else this.#store(response, asked);
    });
  }

  #problemOf(
    headers: IncomingHttpHeaders,
    { bytes, batches, lane, sentAtMs }: Asked,
    body: Buffer,
  ): Problem | undefined {
    if (bytes > this.maxBytes) return { status: 413, code: "BATCH_TOO_LARGE" };
    if (!this.publicKey) return undefined;
    const agent = String(headers[HEADER.agent]);
    const session = String(headers[HEADER.session]);
    const parts = String(headers[HEADER.parts] ?? `${batches[0]?.sequence}:${bytes}`);
    const text = batchText({ agent, session, parts, lane: lane === "live" ? "live" : "backlog", sentAtMs, body });
    const isSigned = isSignedBy(text, String(headers[HEADER.signature]), this.publicKey);
    return isSigned ? undefined : { status: 401, code: "SIGNATURE_INVALID" };
  }

  #store(response: ServerResponse, asked: Asked): void {
    const acks: object[] = [];
    let problem: (Problem & { sequence: number; message: string }) | undefined;
    for (const batch of asked.batches) {
      const why = this.#take(batch, asked.sentAtMs);
      if (typeof why !== "boolean") {
        problem = { ...why, sequence: batch.sequence, message: why.code };
        break;
      }
      const lines = batch.lines.length;
      const { session, sequence } = batch;
      acks.push({ agent: "a1", session, sequence, stored: why ? lines : 0, repeated: why ? 0 : lines, refused: [] });
    }
    const areSeveral = asked.headers[HEADER.parts] !== undefined;
    if (problem && acks.length === 0) answer(response, problem.status, problem, problem.headers);
    else answer(response, 200, areSeveral ? { acks, ...(problem && { problem }) } : (acks[0] ?? {}));
  }

  /** Whether it is new; or why it is not taken. */
  #take(batch: Came, sentAtMs: number): boolean | Problem {
    const name = `${batch.session} ${batch.sequence}`;
    const first = this.#named.get(name);
    if (first) {
      expect(first.digest).toBe(batch.digest);
      if (first.sentAtMs === sentAtMs) return { status: 409, code: "BATCH_REPLAYED" };
      return false;
    }
    const refused = this.refuse(batch);
    if (refused) return refused;
    const lane = `${batch.session} ${batch.lane}`;
    if (batch.sequence <= (this.#highest.get(lane) ?? 0)) return { status: 409, code: "BATCH_OUT_OF_ORDER" };
    this.#highest.set(lane, batch.sequence);
    this.#named.set(name, { ...batch, sentAtMs });
    this.stored.push({ ...batch, sentAtMs });
    return true;
  }
}

function read(headers: IncomingHttpHeaders, body: Buffer): Asked {
  const lane = String(headers[HEADER.lane]);
  const session = String(headers[HEADER.session]);
  const sequence = Number(headers[HEADER.sequence]);
  const text = headers[HEADER.parts];
  const parts = typeof text === "string" ? parseParts(text) : [{ sequence, bytes: body.length }];
  if (!parts) throw new Error(`not a header: ${text}`);
  let at = 0;
  const batches = parts.map((part) => {
    const bytes = body.subarray(at, at + part.bytes);
    at += part.bytes;
    const lines = gunzipSync(bytes).toString().split("\n").slice(0, -1);
    return { lane, session, sequence: part.sequence, lines, digest: sha256(bytes) };
  });
  expect(at).toBe(body.length);
  return { headers, lane, batches, sentAtMs: Number(headers[HEADER.sentAt]), bytes: body.length };
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

/** An error of the collector's own, for a whole request. */
export const says =
  (status: number, code: string, headers: Record<string, string> = {}, message: string = code): Fault =>
  (response) => {
    answer(response, status, { code, message }, headers);
    return undefined;
  };

/** The connection ends before an answer. */
export const cuts: Fault = (response) => {
  response.destroy();
  return undefined;
};

export interface Bench {
  dir: string;
  spool: Spool;
  collector: TestCollector;
  /** The agent's clock; the test moves it. */
  nowMs: number;
  /** Real time, which passes only while somebody sleeps. */
  realMs: number;
  slept: number[];
  logged: { level: number; msg: string; problem?: string }[];
  /** Opens the spool once more, as after a restart: with another session, or with other bounds. */
  reopen(options?: Partial<SpoolOptions>): Promise<void>;
  start(change?: Partial<UplinkOptions>): Uplink;
  stop(): Promise<void>;
  isEmpty(): Promise<void>;
  refused(): Promise<{ kind: string; sequence: number; status: number; code: string; message: string }[]>;
}

/** To be called once, at the top of a test file. */
export function useBench(): Bench {
  let ending = new AbortController();
  let running: Promise<void> | undefined;
  const collector = new TestCollector();
  const log = pino({ level: "silent" });
  const bounds = { maxBytes: 1e8, maxAgeMs: 30 * 86_400_000 };
  const processes = { pid: process.pid, isAlive: () => true };
  const open = (options: Partial<SpoolOptions>) =>
    openSpool({ dir: bench.dir, ...bounds, nowMs: () => bench.nowMs, processes, log, ...options });
  const bench: Bench = {
    dir: "",
    spool: undefined as unknown as Spool, // set before each test
    collector,
    nowMs: 0,
    realMs: 0,
    slept: [],
    logged: [],
    reopen: async (options = {}) => {
      await bench.spool.close();
      bench.spool = await open(options);
    },
    start: (change = {}) => {
      const uplink = new Uplink({
        agent: "a1",
        collector: `http://127.0.0.1:${bench.collector.port}`,
        spool: bench.spool,
        dir: bench.dir,
        nowMs: () => bench.nowMs,
        realMs: () => bench.realMs,
        sleep: async (ms) => {
          bench.slept.push(ms);
          bench.realMs += ms;
          await new Promise((resolve) => setImmediate(resolve));
        },
        random: () => 0,
        deadlineMs: 5_000,
        log: pino({ level: "info" }, { write: (line: string) => bench.logged.push(JSON.parse(line)) }),
        ...change,
      });
      running = uplink.run(ending.signal);
      return uplink;
    },
    stop: async () => {
      ending.abort();
      await running;
      running = undefined;
      ending = new AbortController();
    },
    isEmpty: () => expect.poll(() => bench.spool.stats().pendingBatches, { timeout: 30_000 }).toBe(0),
    refused: async () => {
      const text = await readFile(join(bench.dir, "refused.ndjson"), "utf8");
      return text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    },
  };
  beforeEach(async () => {
    // What is tested here is not whether the disk keeps its word, and thousands of batches are written.
    bench.dir = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "agent-uplink-"));
    bench.nowMs = 1_000_000_000;
    bench.realMs = 0;
    bench.slept = [];
    bench.logged = [];
    bench.spool = await open({});
    bench.collector = new TestCollector();
    await bench.collector.listen();
  });
  afterEach(async () => {
    await bench.stop();
    await bench.spool.close();
    await bench.collector.close();
    await rm(bench.dir, { recursive: true });
  });
  return bench;
}

/** A key pair as a signer and what checks it. */
export function testSigner() {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signer: NonNullable<UplinkOptions["signer"]> = {
    headers: (toSign) => ({
      [HEADER.key]: "test",
      [HEADER.signature]: signText(batchText({ agent: "a1", ...toSign }), privateKey),
    }),
  };
  return { signer, publicKey };
}
