import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import Fastify, { type FastifyInstance, type InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AckSchema, HEADER, MAX_BATCH_BYTES, MAX_INFLATED_BYTES } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { createMemoryStore } from "../store/memory.ts";
import { type ReadingStore, StoreError } from "../store/store.ts";
import { type IngestHttpOptions, ingestHttp } from "./http.ts";
import { inflatedAtMost } from "./inflate.ts";
import { createIngest, type DeliveredBatch, type Ingest } from "./ingest.ts";
import { trusting } from "./speakers-suite.ts";

const NOW = Date.parse("2026-03-02T08:00:00+08:00");
const LINES = `device,device=ap-1 wifi_clients=12 ${NOW}\ndevice,device=ap-1 wifi_clients=-1 ${NOW}\n`;
const SPEAKERS = trusting((id) => (id === "agent-1" ? "3633000001" : undefined));
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

  async function serve(ingest: Ingest, more: Partial<IngestHttpOptions> = {}): Promise<void> {
    app = Fastify({ ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } } });
    await app.register(ingestHttp, { ingest, speakers: SPEAKERS, ...more });
  }
  const post = (more: Partial<InjectOptions> = {}) =>
    app.inject({ method: "POST", url: "/v1/batches", headers: HEADERS, payload: gzipSync(LINES), ...more });
  const failing = (error: Error): Ingest => ({ accept: () => Promise.reject(error) });

  beforeEach(async () => {
    store = createMemoryStore();
    await serve(
      createIngest({
        store,
        speakers: SPEAKERS,
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
    const latest = await store.latest("3633000001", 0);
    expect(latest.map(({ key }) => key.device).sort()).toEqual(["agent-1", "ap-1"]);
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

  describe("with several batches in one body", () => {
    const bodies = [`device,device=ap-1 wifi_clients=1 ${NOW}\n`, `device,device=ap-1 wifi_clients=2 ${NOW + 1}\n`].map(
      (text) => gzipSync(text),
    );
    const payload = Buffer.concat(bodies);
    const partsOf = (...sequences: number[]) =>
      sequences.map((sequence, i) => `${sequence}:${bodies[i]?.length}`).join(",");
    const postParts = (parts: string, more: Record<string, string> = {}) =>
      post({ headers: withHeaders({ [HEADER.parts]: parts, [HEADER.sequence]: "4", ...more }), payload });

    it("acknowledges each, and says in every answer that it knows parts", async () => {
      const answer = await postParts(partsOf(4, 7));
      expect(answer.headers[HEADER.parts]).toBe("256");
      expect([answer.statusCode, answer.json()]).toEqual([
        200,
        {
          acks: [
            { agent: "agent-1", session: "s1", sequence: 4, stored: 1, repeated: 0, refused: [] },
            { agent: "agent-1", session: "s1", sequence: 7, stored: 1, repeated: 0, refused: [] },
          ],
        },
      ]);
      expect((await postParts(partsOf(4, 7))).json()).toMatchObject({ acks: [{ repeated: 1 }, { repeated: 1 }] });
      await expect(store.agents()).resolves.toMatchObject([{ batches: 2 }]);
    });

    it("stops at the first that is not taken, and says why", async () => {
      await app.close();
      const taken: number[] = [];
      const accept = async ({ agentId: agent, session, sequence }: DeliveredBatch) => {
        if (sequence === 7) throw new StoreError(true, "disk full");
        taken.push(sequence);
        return { agent, session, sequence, stored: 1, repeated: 0, refused: [] };
      };
      await serve({ accept });
      const answer = await postParts(partsOf(4, 7));
      expect([answer.statusCode, answer.json()]).toEqual([
        200,
        {
          acks: [expect.objectContaining({ sequence: 4 })],
          problem: { sequence: 7, status: 503, code: "STORE_UNAVAILABLE", message: expect.any(String) },
        },
      ]);
      expect(taken).toEqual([4]);
    });

    it("answers like a single batch when the first is not taken", async () => {
      await app.close();
      await serve(failing(new StoreError(true, "disk full")));
      const answer = await postParts(partsOf(4, 7));
      expect([answer.statusCode, answer.json().code]).toEqual([503, "STORE_UNAVAILABLE"]);
    });

    it.each([
      ["of another length", "4:10,7:10"],
      ["that begin with another sequence", partsOf(5, 7)],
      ["in wrong order", partsOf(4, 3)],
      ["twice the same", partsOf(4, 4)],
      ["that are none", "4"],
      ["of no length", `4:${payload.length},5:0`],
    ])("refuses parts %s", async (_what, parts) => {
      const answer = await postParts(parts);
      expect([answer.statusCode, answer.json().code]).toEqual([400, "BATCH_PARTS"]);
      await expect(store.agents()).resolves.toEqual([]);
    });
  });

  it("says that it takes no batches at present, and when to come again", async () => {
    await app.close();
    const paused = () => ({ message: "the disk is nearly full", retryAfterSeconds: 60 });
    await serve({ accept: () => Promise.reject(new Error("never called")) }, { paused });
    const answer = await post();
    expect([answer.statusCode, answer.headers["retry-after"], answer.json()]).toEqual([
      503,
      "60",
      { code: "PAUSED", message: "the disk is nearly full" },
    ]);
  });

  it("inflates nothing of an agent that cannot prove who it is", async () => {
    const answer = await post({
      headers: withHeaders({ [HEADER.agent]: "stranger" }),
      payload: gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1)),
    });
    expect([answer.statusCode, answer.json().code]).toEqual([403, "AGENT_UNKNOWN"]);
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

  it("takes no more batches at once than it has memory for, and frees it with the answer", async () => {
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
    const lineBytes = inflatedAtMost(gzipSync(LINES).length, "gzip") * 2;
    await serve({ accept }, { limits: { lineBytes } });
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

  it("lets who has been sending longest give way when there is no room for another body", async () => {
    await app.close();
    await serve({ accept: () => Promise.reject(new Error("never mind")) }, { limits: { bodyBytes: 3 } });
    const url = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, "connect");
    const head = Object.entries({ ...HEADERS, "content-length": "1000" }).map(([name, value]) => `${name}: ${value}`);
    const arrived = once(app.server, "request").then(([request]) => once(request, "data"));
    socket.write(["POST /v1/batches HTTP/1.1", "host: x", ...head, "", "cut"].join("\r\n"));
    await arrived;
    const answered = once(socket, "data");
    expect((await post()).statusCode).toBe(500);
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 429 /);
    socket.destroy();
  });
});

function withHeaders(more: Record<string, string | undefined>): Record<string, string> {
  const all: Record<string, string | undefined> = { ...HEADERS, ...more };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
