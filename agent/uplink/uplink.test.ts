import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSpool, type Spool } from "../spool/spool.ts";
import { backoffMs, retryAfterMs } from "./backoff.ts";
import { Uplink } from "./uplink.ts";

interface Received {
  path: string | undefined;
  headers: IncomingMessage["headers"];
  lines: string[];
  sequence: number;
}

type Answer = (response: ServerResponse, received: Received) => void;

const ack = (received: Received, change: object = {}) => ({
  agent: received.headers["x-campanile-agent"],
  session: received.headers["x-campanile-session"],
  sequence: received.sequence,
  stored: received.lines.length,
  repeated: 0,
  refused: [],
  ...change,
});
const stores: Answer = (response, received) => response.end(JSON.stringify(ack(received)));
const says =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);

describe("the uplink", () => {
  let dir: string;
  let spool: Spool;
  let server: Server;
  let received: Received[];
  /** Answers in order; then everything is stored. */
  let answers: Answer[];
  let slept: number[];
  /** Real time, which passes only while somebody sleeps. */
  let realMs: number;
  let logged: { level: number; msg: string; problem?: string }[];
  let stop: AbortController;
  let uplink: Uplink | undefined;
  let running: Promise<void> | undefined;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-uplink-"));
    const processes = { pid: process.pid, isAlive: () => true };
    spool = await openSpool({
      dir,
      maxBytes: 1e7,
      maxAgeMs: 1e9,
      nowMs: () => 5_000,
      processes,
      log: pino({ level: "silent" }),
    });
    [received, answers, slept, logged] = [[], [], [], []];
    realMs = 0;
    stop = new AbortController();
    server = createServer((request, response) => void serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    stop.abort();
    await running;
    running = undefined;
    await spool.close();
    server.closeAllConnections();
    server.close();
    await rm(dir, { recursive: true });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const lines = gunzipSync(Buffer.concat(parts)).toString().split("\n").slice(0, -1);
    const one = {
      path: request.url,
      headers: request.headers,
      lines,
      sequence: Number(request.headers["x-campanile-sequence"]),
    };
    received.push(one);
    (answers.shift() ?? stores)(response, one);
  }

  const port = () => (server.address() as AddressInfo).port; // a TCP server that listens has an address object

  function start(change: { collector?: string; deadlineMs?: number } = {}): Uplink {
    uplink = new Uplink({
      agent: "a1",
      collector: change.collector ?? `http://127.0.0.1:${port()}`,
      spool,
      dir,
      nowMs: () => 777,
      realMs: () => realMs,
      sleep: async (ms) => {
        slept.push(ms);
        realMs += ms;
      },
      random: () => 0,
      deadlineMs: change.deadlineMs ?? 5_000,
      log: pino({ level: "info" }, { write: (line: string) => logged.push(JSON.parse(line)) }),
    });
    running = uplink.run(stop.signal);
    return uplink;
  }

  const isEmpty = () => expect.poll(() => spool.stats().pendingBatches, { timeout: 10_000 }).toBe(0);
  const refusedFile = async () =>
    (await readFile(join(dir, "refused.ndjson"), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));

  it("delivers what waits, oldest first, with its name, and what comes later", async () => {
    await spool.append(["a 1", "b 2"]);
    await spool.append(["c 3"]);
    const sender = start();
    await isEmpty();
    await spool.append(["d 4"]);
    sender.wake();
    await isEmpty();
    expect(received.map(({ sequence, lines }) => ({ sequence, lines }))).toEqual([
      { sequence: 1, lines: ["a 1", "b 2"] },
      { sequence: 2, lines: ["c 3"] },
      { sequence: 3, lines: ["d 4"] },
    ]);
    expect(received[0]).toMatchObject({
      path: "/v1/batches",
      headers: {
        "content-encoding": "gzip",
        "content-type": "text/plain; charset=utf-8",
        "x-campanile-agent": "a1",
        "x-campanile-session": spool.stats().session,
        "x-campanile-sent-at": "777",
      },
    });
    await expect
      .poll(() => sender.stats())
      .toMatchObject({ state: "idle", batchesStored: 3, failures: 0, lastStoredAtMs: 777 });
  });

  it("delivers to a collector that lives under a path", async () => {
    await spool.append(["a 1"]);
    start({ collector: `http://127.0.0.1:${port()}/county/campanile` });
    await isEmpty();
    expect(received[0]?.path).toBe("/county/campanile/v1/batches");
  });

  it.each<{ what: string; answer: Answer }>([
    { what: "503", answer: says(503, '{"code":"STORE_UNAVAILABLE","message":"later"}') },
    { what: "429", answer: says(429, "") },
    { what: "a proxy's 502 page", answer: says(502, "<html>Bad Gateway</html>") },
    { what: "200 with a page", answer: says(200, "<html>please log in</html>") },
    { what: "200 with nothing", answer: says(200, "") },
    { what: "200 with JSON that is no acknowledgement", answer: says(200, '{"ok":true}') },
    { what: "200 with null", answer: says(200, "null") },
    {
      what: "an acknowledgement of another sequence",
      answer: (r, one) => r.end(JSON.stringify(ack(one, { sequence: 99 }))),
    },
    {
      what: "an acknowledgement of another session",
      answer: (r, one) => r.end(JSON.stringify(ack(one, { session: "x" }))),
    },
    {
      what: "an acknowledgement of another agent",
      answer: (r, one) => r.end(JSON.stringify(ack(one, { agent: "a2" }))),
    },
    { what: "a redirect", answer: says(302, "", { location: "/login" }) },
    { what: "404", answer: says(404, "not here") },
    { what: "401", answer: says(401, '{"code":"UNKNOWN_AGENT","message":"who?"}') },
    { what: "a proxy's 400 page", answer: says(400, "<html>Bad Request</html>") },
    { what: "400 for headers that were lost on the way", answer: says(400, '{"code":"BATCH_HEADERS","message":"no"}') },
    {
      what: "a connection cut in the middle of the answer",
      answer: (r) => r.writeHead(200, { "content-length": "100" }).write("{", () => r.destroy()),
    },
    { what: "a connection cut without an answer", answer: (r) => r.destroy() },
  ])("keeps the batch and sends it again after $what", async ({ answer }) => {
    await spool.append(["a 1"]);
    await spool.append(["b 2"]);
    answers = [answer];
    const sender = start();
    await isEmpty();
    expect(received.map(({ sequence }) => sequence)).toEqual([1, 1, 2]);
    expect(slept).toHaveLength(1);
    await expect.poll(() => sender.stats()).toMatchObject({ failures: 0, refused: { batches: 0, lines: 0 } });
    expect(sender.stats()).not.toHaveProperty("problem");
    expect(logged.map(({ msg }) => msg)).toEqual(["collector does not take batches", "collector takes batches again"]);
  });

  it.each<{ what: string; answer: Answer }>([
    { what: "is never answered", answer: () => {} },
    {
      what: "is answered in part and no further",
      answer: (r) => r.writeHead(200, { "content-length": "100" }).write("{"),
    },
  ])("gives up a request that $what, says why, and tries again", async ({ answer }) => {
    await spool.append(["a 1"]);
    answers = [answer];
    start({ deadlineMs: 500 });
    await isEmpty();
    expect(received).toHaveLength(2);
    expect(logged[0]?.problem).toBe("no answer within 500 ms");
  });

  it("waits longer after each failure and says so once", async () => {
    await spool.append(["a 1"]);
    answers = Array.from({ length: 8 }, () => says(503, ""));
    start();
    await isEmpty();
    expect(slept).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    await expect.poll(() => logged.map(({ level }) => level)).toEqual([40, 30]);
  });

  it("waits as long as the collector asks", async () => {
    await spool.append(["a 1"]);
    answers = [says(503, "", { "retry-after": "15" }), says(429, "", { "retry-after": "nonsense" })];
    start();
    await isEmpty();
    expect(slept).toEqual([15_000, 1_000]);
  });

  it("waits long when only a person can help", async () => {
    await spool.append(["a 1"]);
    answers = [says(401, "")];
    start();
    await isEmpty();
    expect(slept).toEqual([10_000]);
  });

  it("says where it was sent instead, without what may be secret in that, and does not go there", async () => {
    await spool.append(["a 1"]);
    answers = [says(302, "", { location: "https://portal.school.test/login?ticket=Geheim77" })];
    start();
    await isEmpty();
    expect(logged[0]?.problem).toContain("status 302 to https://portal.school.test/login,");
    expect(received.map(({ path }) => path)).toEqual(["/v1/batches", "/v1/batches"]);
  });

  it("stays patient while nobody listens, and delivers when somebody does", async () => {
    await spool.append(["a 1"]);
    const free = port();
    await new Promise((resolve) => server.close(resolve));
    const sender = start({ collector: `http://127.0.0.1:${free}` });
    await expect.poll(() => sender.stats().failures).toBeGreaterThan(2);
    expect(sender.stats().problem).toContain("ECONNREFUSED");
    await new Promise<void>((resolve) => server.listen(free, "127.0.0.1", resolve));
    await isEmpty();
  });

  it.each([
    { status: 400, body: '{"code":"BATCH_SYNTAX","message":"no"}', code: "BATCH_SYNTAX" },
    { status: 422, body: '{"code":"LINES","message":"no"}', code: "LINES" },
    { status: 413, body: "<html>too large</html>", code: "TOO_LARGE" },
  ])("keeps a batch for people that is refused with $status, and goes on", async ({ status, body, code }) => {
    await spool.append(["a 1", "b 2"]);
    await spool.append(["c 3"]);
    answers = [says(status, body)];
    const sender = start();
    await isEmpty();
    expect(received.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(await refusedFile()).toMatchObject([{ kind: "batch", sequence: 1, status, code, lines: ["a 1", "b 2"] }]);
    expect(sender.stats().refused).toEqual({ batches: 1, lines: 2 });
  });

  it("keeps the lines for people that are refused within a stored batch", async () => {
    await spool.append(["a 1", "b 2", "c 3"]);
    answers = [
      (r, one) =>
        r.end(JSON.stringify(ack(one, { stored: 2, refused: [{ line: 2, code: "UNKNOWN_METRIC", message: "no b" }] }))),
    ];
    const sender = start();
    await isEmpty();
    expect(await refusedFile()).toMatchObject([
      { kind: "line", sequence: 1, line: 2, code: "UNKNOWN_METRIC", text: "b 2" },
    ]);
    expect(sender.stats()).toMatchObject({ batchesStored: 1, refused: { batches: 0, lines: 1 } });
  });

  it("takes an acknowledgement that refuses a line with a code of a later collector", async () => {
    await spool.append(["a 1", "b 2"]);
    answers = [
      (r, one) => r.end(JSON.stringify(ack(one, { stored: 1, refused: [{ line: 2, code: "NEW", message: "no" }] }))),
    ];
    const sender = start();
    await isEmpty();
    expect(received).toHaveLength(1);
    expect(await refusedFile()).toMatchObject([{ kind: "line", code: "NEW", text: "b 2" }]);
    expect(sender.stats()).toMatchObject({ batchesStored: 1, failures: 0 });
  });

  it("stops at once in the middle of a request", async () => {
    await spool.append(["a 1"]);
    answers = [() => stop.abort()];
    start();
    await running;
    expect(spool.stats().pendingBatches).toBe(1);
  });
});

describe("waiting before the next try", () => {
  const options = (random: number) => ({ firstMs: 1_000, longestMs: 60_000, random: () => random });

  it.each([
    { failures: 1, random: 0, want: 500 },
    { failures: 1, random: 1, want: 1_000 },
    { failures: 6, random: 1, want: 32_000 },
    { failures: 7, random: 1, want: 60_000 },
    { failures: 5_000, random: 1, want: 60_000 },
  ])("after $failures failures and chance $random is $want ms", ({ failures, random, want }) => {
    expect(backoffMs(failures, options(random))).toBe(want);
  });

  it.each([
    { asked: 2_000, random: 0, want: 2_000 },
    { asked: 2_000, random: 1, want: 2_200 },
    { asked: 0, random: 1, want: 0 },
    { asked: 1e12, random: 0, want: 60 * 60_000 },
  ])(
    "asked for $asked ms, it is that, and a tenth more by chance at most, within an hour",
    ({ asked, random, want }) => {
      expect(backoffMs(9, options(random), asked)).toBeCloseTo(want);
    },
  );

  it.each([
    { header: "120", want: 120_000 },
    { header: "Thu, 01 Jan 1970 00:01:00 GMT", want: 50_000 },
    { header: "Thu, 01 Jan 1970 00:00:01 GMT", want: 0 },
    { header: "soon", want: undefined },
    { header: undefined, want: undefined },
  ])("reads Retry-After: $header", ({ header, want }) => {
    expect(retryAfterMs(header, 10_000)).toBe(want);
  });
});
