import { gzipSync } from "node:zlib";
import Fastify, { type FastifyInstance, type InjectOptions } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MAX_BATCH_BYTES, MAX_INFLATED_BYTES } from "../../contract/batch.ts";
import type { Pause } from "../ingest/http.ts";
import { createMemoryStore } from "../store/memory.ts";
import { type ReadingStore, StoreError } from "../store/store.ts";
import { writeHttp } from "./http.ts";
import type { Token } from "./tokens.ts";
import { Writer } from "./writer.ts";

const NOW = Date.parse("2026-09-07T09:02:00+08:00");
const SCHOOL = "2133000001";
const TOKEN: Token = { id: "t1", name: "county", schoolId: SCHOOL, prefix: "", topics: [], createdMs: NOW };
const LINES = `mem,host=h used_percent=40 ${NOW}000000\nping,url=u ttl=5i\n`;
const V2 = "/api/v2/write?org=o&bucket=b";
const V1 = "/write?db=telegraf";

describe("line protocol of others", () => {
  let app: FastifyInstance;
  let store: ReadingStore;
  let writer: Writer;
  let pause: Pause | undefined;

  async function serve(served: ReadingStore, limits = {}): Promise<void> {
    store = served;
    writer = new Writer({
      store,
      nowMs: () => NOW,
      lateAcceptMs: 86_400_000,
      isForeign: (_school, d) => d === "theirs",
    });
    app = Fastify();
    const find = (text: string) => (text === "secret" ? TOKEN : undefined);
    await app.register(writeHttp, { writer, tokens: { find }, nowMs: () => NOW, paused: () => pause, limits });
  }
  const post = (url: string, payload: string | Buffer = LINES, more: Partial<InjectOptions> = {}) =>
    app.inject({ method: "POST", url, payload, headers: { authorization: "Token secret" }, ...more });
  const latest = async () =>
    (await store.latest(SCHOOL, 0)).map(({ key, sample }) => `${key.device} ${sample.value} ${sample.atMs - NOW}`);

  beforeEach(async () => {
    pause = undefined;
    await serve(createMemoryStore());
  });
  afterEach(() => app.close());

  it.each([V2, V1])("is answered by %s with 204 and nothing when all is stored or of no use to us", async (url) => {
    const answer = await post(url);
    expect([answer.statusCode, answer.body]).toEqual([204, ""]);
    expect(await latest()).toEqual(["h 0.4 0"]);
    expect(writer.counts).toMatchObject({
      requests: { stored: 1, partial: 0 },
      lines: { stored: 1, refused: 0, unmapped: 1 },
    });
    expect([...writer.counts.unmapped]).toEqual([["ping", 1]]);
  });

  it.each([
    ["gzip", { "content-encoding": "gzip", "content-type": "text/plain; charset=utf-8" }, gzipSync(LINES)],
    ["as it is", { "content-encoding": "identity" }, LINES],
    ["as curl sends it", { "content-type": "application/x-www-form-urlencoded" }, LINES],
    ["as JSON, it says", { "content-type": "application/json" }, LINES],
    ["very well packed", { "content-encoding": "gzip" }, gzipSync(LINES + "\n".repeat(2_000_000))],
  ])("comes as %s", async (_how, headers, payload) => {
    const answer = await post(V2, payload, { headers: { authorization: "Bearer secret", ...headers } });
    expect([answer.statusCode, await latest()]).toEqual([204, ["h 0.4 0"]]);
  });

  it.each([
    [V2, 123_456_789, "ns"],
    [`${V2}&precision=ns`, 123_456_789, "ns"],
    [`${V2}&precision=us`, 123_456, "us"],
    [`${V2}&precision=ms`, 123, "ms"],
    [`${V1}&precision=n`, 123_456_789, "ns"],
    [`${V1}&precision=u`, 123_456, "us"],
    [`${V1}&precision=ms&rp=autogen&consistency=any`, 123, "ms"],
  ])("with times as %s has them is right to the millisecond", async (url, fraction, unit) => {
    const seconds = NOW / 1_000;
    const digits = { ns: 9, us: 6, ms: 3 }[unit] ?? 0;
    await post(url, `mem,host=h used_percent=40 ${seconds}${String(fraction).padStart(digits, "0")}`);
    expect(await latest()).toEqual(["h 0.4 123"]);
  });

  it.each([
    [`${V2}&precision=s`, String(NOW / 1_000), 0],
    [`${V1}&precision=s`, String(NOW / 1_000), 0],
    [`${V1}&precision=m`, String(Math.floor(NOW / 60_000)), 0],
    [V2, "", 0],
  ])("with whole units in %s, or none", async (url, time, offset) => {
    await post(url, `mem,host=h used_percent=40 ${time}`);
    expect(await latest()).toEqual([`h 0.4 ${offset}`]);
  });

  it.each([`${V2}&precision=m`, `${V1}&precision=fortnights`, `${V2}&precision=constructor`])(
    "with a precision that does not exist is refused: %s",
    async (url) => {
      const answer = await post(url);
      expect([answer.statusCode, await latest()]).toEqual([400, []]);
    },
  );

  it("that is partly wrong is answered as InfluxDB does, and stored where it is right", async () => {
    const wrong = `${LINES}mem,host=h used_percent=140\nnonsense\nmem,host=theirs used_percent=4\n`;
    const second = await post(V2, wrong);
    expect(second.statusCode).toBe(400);
    expect(second.json()).toEqual({
      code: "invalid",
      message: expect.stringMatching(/^partial write: line 3: .*; line 4: .*; line 5: .* dropped=3$/),
      line: 3,
    });
    const first = await post(V1, wrong);
    expect(first.statusCode).toBe(400);
    expect(first.json()).toEqual({ error: expect.stringMatching(/^partial write: .* dropped=3$/) });
    expect(await latest()).toEqual(["h 0.4 0"]);
    expect(writer.counts.lines).toEqual({ stored: 2, refused: 6, unmapped: 2 });
  });

  it.each([
    ["no token", V2, {}],
    ["a wrong token", V2, { authorization: "Token other" }],
    ["no token", V1, {}],
    ["a wrong password", `${V1}&u=secret&p=other`, {}],
    ["a wrong password", "/query?q=CREATE+DATABASE+x", { authorization: "Basic c2VjcmV0Om90aGVy" }],
  ])("with %s is refused by %s", async (_what, url, headers) => {
    const answer = await post(url, LINES, { headers });
    expect([answer.statusCode, await latest()]).toEqual([401, []]);
    expect(answer.json()).toEqual(
      url === V2 ? { code: "unauthorized", message: "unauthorized access" } : { error: "authorization failed" },
    );
    expect(writer.counts.requests.unauthorized).toBe(1);
  });

  it.each([
    ["the query", `${V1}&u=anybody&p=secret`, {}],
    ["Basic", V1, { authorization: `Basic ${Buffer.from("anybody:secret").toString("base64")}` }],
  ])("has its token as the password of %s", async (_where, url, headers) => {
    expect((await post(url, LINES, { headers })).statusCode).toBe(204);
  });

  it.each([
    ["too many bytes", Buffer.alloc(MAX_BATCH_BYTES + 1, "\n"), 413, "request too large", {}],
    [
      "a gzip bomb",
      gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1)),
      413,
      "request too large",
      { "content-encoding": "gzip" },
    ],
    ["damaged gzip", gzipSync(LINES).fill(0x55, 12, 30), 400, "invalid", { "content-encoding": "gzip" }],
    ["an unknown encoding", Buffer.from(LINES), 415, "unsupported media type", { "content-encoding": "br" }],
  ])("as %s is refused", async (_what, payload, status, code, headers) => {
    const answer = await post(V2, payload, { headers: { authorization: "Token secret", ...headers } });
    expect([answer.statusCode, answer.json().code, await latest()]).toEqual([status, code, []]);
    expect(answer.headers).not.toHaveProperty("retry-after");
  });

  it("is sent again later when there is no room, the store is away, or nothing is taken", async () => {
    pause = { message: "the disk is full", retryAfterSeconds: 60 };
    const paused = await post(V1);
    expect([paused.statusCode, paused.headers["retry-after"], paused.json()]).toEqual([
      503,
      "60",
      { error: "the disk is full" },
    ]);
    pause = undefined;
    await app.close();
    await serve({ ...createMemoryStore(), write: () => Promise.reject(new StoreError(true, "away")) });
    const away = await post(V2);
    expect([away.statusCode, away.headers["retry-after"], away.json().code]).toEqual([503, "15", "unavailable"]);
    expect(writer.counts.requests).toMatchObject({ failed: 1, stored: 0 });
    await app.close();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const memory = createMemoryStore();
    let entered = () => {};
    const inWork = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const write: ReadingStore["write"] = async (batch) => {
      entered();
      await held;
      return memory.write(batch);
    };
    await serve({ ...memory, write }, { lineBytes: 100 });
    const first = post(V2).then((answer) => answer);
    await inWork;
    const busy = await post(V2);
    expect([busy.statusCode, busy.headers["retry-after"], busy.json().code]).toEqual([429, "1", "too many requests"]);
    letGo();
    expect((await first).statusCode).toBe(204);
    expect((await post(V2)).statusCode).toBe(204);
  });

  it("is refused for good when the store will never take it", async () => {
    await app.close();
    await serve({ ...createMemoryStore(), write: () => Promise.reject(new StoreError(false, "conflict")) });
    const answer = await post(V2);
    expect([answer.statusCode, answer.json().code]).toEqual([422, "unprocessable entity"]);
  });

  it("may be nothing at all", async () => {
    expect((await post(V2, "")).statusCode).toBe(204);
    await expect(store.agents()).resolves.toEqual([]);
  });

  it("writes itself over when it is sent twice", async () => {
    await post(V2);
    await post(V2, LINES.replace("=40", "=50"));
    expect(await latest()).toEqual(["h 0.5 0"]);
    await expect(store.agents()).resolves.toEqual([{ agentId: "telegraf-t1", batches: 2, lastReceivedMs: NOW }]);
  });
});

describe("what clients ask before they write", () => {
  it("is answered harmlessly", async () => {
    const app = Fastify();
    const writer = new Writer({
      store: createMemoryStore(),
      nowMs: () => NOW,
      lateAcceptMs: 1,
      isForeign: () => false,
    });
    await app.register(writeHttp, { writer, tokens: { find: () => TOKEN }, nowMs: () => NOW });
    const ask = (method: "GET" | "HEAD" | "POST", url: string, payload?: string) =>
      app.inject({
        method,
        url,
        headers: { authorization: "Token t", "content-type": "application/x-www-form-urlencoded" },
        ...(payload === undefined ? {} : { payload }),
      });
    expect((await ask("GET", "/ping")).statusCode).toBe(204);
    expect((await ask("HEAD", "/ping")).statusCode).toBe(204);
    expect((await ask("GET", "/health")).json()).toMatchObject({ status: "pass" });
    const created = { results: [{ statement_id: 0 }] };
    expect((await ask("POST", "/query", "q=CREATE+DATABASE+%22telegraf%22")).json()).toEqual(created);
    expect((await ask("POST", "/query?q=create%20database%20x")).json()).toEqual(created);
    const other = await ask("GET", "/query?q=SELECT+1");
    expect([other.statusCode, other.json()]).toEqual([400, { error: expect.any(String) }]);
    await app.close();
  });
});
