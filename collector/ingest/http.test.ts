import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import Fastify, { type FastifyInstance, type InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AckSchema, HEADER, MAX_BATCH_BYTES, MAX_INFLATED_BYTES } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { createMemoryStore } from "../store/memory.ts";
import { type ReadingStore, StoreError } from "../store/store.ts";
import { ingestHttp } from "./http.ts";
import { createIngest, type Ingest } from "./ingest.ts";

const NOW = Date.parse("2026-03-02T08:00:00+08:00");
const LINES = `device,device=ap-1 wifi_clients=12 ${NOW}\ndevice,device=ap-1 wifi_clients=-1 ${NOW}\n`;
const HEADERS = {
  [HEADER.agent]: "agent-1",
  [HEADER.session]: "s1",
  [HEADER.sequence]: "1",
  [HEADER.sentAt]: String(NOW),
  "content-type": "text/plain; charset=utf-8",
  "content-encoding": "gzip",
};

describe("POST /v1/batches", () => {
  let app: FastifyInstance;
  let store: ReadingStore;

  async function serve(ingest: Ingest, maxInWork?: number): Promise<void> {
    app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } } });
    await app.register(ingestHttp, { ingest, ...(maxInWork === undefined ? {} : { maxInWork }) });
  }
  const post = (more: Partial<InjectOptions> = {}) =>
    app.inject({ method: "POST", url: "/v1/batches", headers: HEADERS, payload: gzipSync(LINES), ...more });
  const failing = (error: Error): Ingest => ({ accept: () => Promise.reject(error) });

  beforeEach(async () => {
    store = createMemoryStore();
    await serve(
      createIngest({
        store,
        schoolOfAgent: (id) => (id === "agent-1" ? "3633000001" : undefined),
        nowMs: () => NOW,
        lateAcceptMs: 86_400_000,
      }),
    );
  });
  afterEach(() => app.close());

  it("answers what was stored and refused once it is stored, and a repeat as repeated", async () => {
    const first = await post();
    expect(first.statusCode).toBe(200);
    expect(first.json()).toEqual({
      agent: "agent-1",
      session: "s1",
      sequence: 1,
      stored: 1,
      repeated: 0,
      refused: [{ line: 2, code: "OUT_OF_RANGE", message: expect.any(String) }],
    });
    expect(Object.keys(first.json()).sort()).toEqual(Object.keys(AckSchema.properties).sort());
    expect((await post()).json()).toMatchObject({ stored: 0, repeated: 1 });
    await expect(store.latest("3633000001", 0)).resolves.toHaveLength(1);
  });

  it.each([
    ["as it is", { "content-encoding": "identity" }, LINES],
    ["without saying so", { "content-encoding": undefined }, LINES],
    ["in capitals", { "content-encoding": "GZIP" }, gzipSync(LINES)],
    ["as bytes", { "content-type": "application/octet-stream" }, gzipSync(LINES)],
    ["in two gzip members", {}, Buffer.concat([gzipSync(LINES.slice(0, 20)), gzipSync(LINES.slice(20))])],
  ])("takes lines %s", async (_how, headers, payload) => {
    const answer = await post({ headers: withHeaders(headers), payload });
    expect([answer.statusCode, answer.json().stored]).toEqual([200, 1]);
  });

  it.each([
    [HEADER.agent, undefined],
    [HEADER.agent, "a b"],
    [HEADER.agent, `a${"x".repeat(64)}`],
    [HEADER.session, undefined],
    [HEADER.session, "../x"],
    [HEADER.sequence, undefined],
    [HEADER.sequence, "0"],
    [HEADER.sequence, "-1"],
    [HEADER.sequence, "1.5"],
    [HEADER.sequence, "0x10"],
    [HEADER.sequence, "9".repeat(16)],
    [HEADER.sentAt, "yesterday"],
  ])("refuses the header %s: %s", async (name, value) => {
    const answer = await post({ headers: withHeaders({ [name]: value }) });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: "BATCH_HEADERS", details: [{ path: name }] });
  });

  it.each([
    ["no gzip at all", Buffer.from(LINES)],
    ["a cut gzip stream", gzipSync(LINES).subarray(0, -9)],
    ["a damaged gzip stream", gzipSync(LINES).fill(0x55, 20, 30)],
    ["a gzip stream with a wrong checksum", Buffer.concat([gzipSync(LINES).subarray(0, -8), Buffer.alloc(8)])],
  ])("refuses %s", async (_what, payload) => {
    const answer = await post({ payload });
    expect([answer.statusCode, answer.json().code]).toEqual([400, "BATCH_NOT_GZIP"]);
    await expect(store.agents()).resolves.toEqual([]);
  });

  it("refuses a gzip bomb without inflating it", async () => {
    const answer = await post({ payload: gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1, "\n")) });
    expect([answer.statusCode, answer.json().code]).toEqual([413, "BATCH_TOO_LARGE"]);
  });

  it("takes what inflates to exactly the limit", async () => {
    const answer = await post({ payload: gzipSync(Buffer.alloc(MAX_INFLATED_BYTES, "\n")) });
    expect(answer.json()).toMatchObject({ stored: 0, refused: [] });
  });

  it("refuses a body larger than a batch may be as sent", async () => {
    const answer = await post({ payload: Buffer.alloc(MAX_BATCH_BYTES + 1) });
    expect([answer.statusCode, answer.json().code]).toEqual([413, "BATCH_TOO_LARGE"]);
  });

  it.each([
    [415, "BATCH_ENCODING", { "content-encoding": "br" }, gzipSync(LINES)],
    [415, "BATCH_MEDIA_TYPE", { "content-type": "application/json" }, gzipSync(LINES)],
    [400, "BATCH_EMPTY", { "content-type": undefined }, undefined],
    [403, "AGENT_UNKNOWN", { [HEADER.agent]: "stranger" }, gzipSync(LINES)],
  ])("answers %i %s", async (status, code, headers, payload) => {
    const { statusCode, body } = await app.inject({
      method: "POST",
      url: "/v1/batches",
      headers: withHeaders(headers),
      ...(payload === undefined ? {} : { payload }),
    });
    expect([statusCode, JSON.parse(body).code]).toEqual([status, code]);
  });

  it("tells the agent to come back when the store is away", async () => {
    await app.close();
    await serve(failing(new StoreError(true, "disk full at /secret")));
    const answer = await post();
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "15"]);
    expect(answer.json()).toEqual({ code: "STORE_UNAVAILABLE", message: expect.not.stringContaining("/secret") });
  });

  it("tells the agent to go on when the store will never take the batch", async () => {
    await app.close();
    await serve(failing(new StoreError(false, "field type conflict")));
    const answer = await post();
    expect([answer.statusCode, answer.json().code]).toEqual([422, "STORE_REJECTED"]);
    expect(answer.headers).not.toHaveProperty("retry-after");
  });

  it("leaves errors that are not its own to the application", async () => {
    await app.close();
    await serve(failing(new CampusError("SOMETHING_ELSE", "unexpected")));
    const answer = await post();
    expect([answer.statusCode, answer.json().code]).toEqual([500, "SOMETHING_ELSE"]);
  });

  it("takes no more batches at once than it has places for, and frees them with the answer", async () => {
    await app.close();
    const held: (() => void)[] = [];
    let entered = () => {};
    const bothIn = new Promise<void>((resolve) => {
      entered = () => held.length === 2 && resolve();
    });
    const accept: Ingest["accept"] = ({ agentId: agent, session, sequence }) =>
      new Promise((resolve) => {
        held.push(() => resolve({ agent, session, sequence, stored: 1, repeated: 0, refused: [] }));
        entered();
      });
    await serve({ accept }, 2);
    const inWork = [post(), post()];
    await bothIn;
    const turnedAway = await post();
    expect([turnedAway.statusCode, turnedAway.json().code, turnedAway.headers["retry-after"]]).toEqual([
      429,
      "BUSY",
      "1",
    ]);
    for (const letGo of held.splice(0)) letGo();
    expect((await Promise.all(inWork)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const again = post();
    await expect.poll(() => held.length).toBe(1);
    for (const letGo of held) letGo();
    expect((await again).statusCode).toBe(200);
  });

  it("frees the place of a client that goes away half-way", async () => {
    await app.close();
    await serve({ accept: () => Promise.reject(new Error("never called")) }, 1);
    const url = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, "connect");
    const head = Object.entries({ ...HEADERS, "content-length": "1000" }).map(([name, value]) => `${name}: ${value}`);
    const arrived = once(app.server, "request");
    socket.write(["POST /v1/batches HTTP/1.1", "host: x", ...head, "", "cut"].join("\r\n"));
    await arrived;
    const status = async () => (await post()).statusCode;
    const whileItWaits = await status();
    socket.destroy();
    expect(whileItWaits).toBe(429);
    await expect.poll(status).toBe(500);
  });
});

function withHeaders(more: Record<string, string | undefined>): Record<string, string> {
  const all: Record<string, string | undefined> = { ...HEADERS, ...more };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
