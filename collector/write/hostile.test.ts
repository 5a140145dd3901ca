import { gzipSync } from "node:zlib";
import fc from "fast-check";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMemoryStore } from "../store/memory.ts";
import { writeHttp } from "./http.ts";
import { telegrafLines } from "./telegraf-suite.ts";
import type { Token } from "./tokens.ts";
import { Writer } from "./writer.ts";

const NOW = Date.parse("2026-09-07T09:02:00+08:00");
const SCHOOL = "2133000001";
const TOKEN: Token = { id: "t1", name: "n", schoolId: SCHOOL, prefix: "", topics: [], createdMs: NOW };
const GOOD = Buffer.from(telegrafLines(NOW));
const SEED = 20_260_907;

describe("the door for line protocol", () => {
  const store = createMemoryStore();
  const writer = new Writer({
    store,
    nowMs: () => NOW,
    lateAcceptMs: 86_400_000,
    isForeign: (_school, d) => d === "theirs",
  });
  let app: FastifyInstance;

  beforeAll(async () => {
    app = Fastify();
    const find = (text: string) => (text === "secret" ? TOKEN : undefined);
    await app.register(writeHttp, { writer, tokens: { find }, nowMs: () => NOW });
  });
  afterAll(() => app.close());

  const post = (url: string, headers: Record<string, string>, payload: Buffer) =>
    app.inject({ method: "POST", url, headers, payload });
  const urls = fc.constantFrom("/api/v2/write", "/write", "/write?precision=s", "/api/v2/write?bucket=x&precision=ms");

  it("takes nothing from who has no token, whatever they say they are", async () => {
    const credentials = fc.oneof(
      fc.constantFrom(
        "",
        "Token",
        "Token ",
        "Bearer",
        "Basic",
        "Basic :",
        "Token secre",
        "Token secrets",
        "token SECRET",
      ),
      fc.base64String({ maxLength: 60 }).map((text) => `Basic ${text}`),
      fc.base64String({ minLength: 1, maxLength: 60 }).map((text) => `Token ${text}`),
    );
    await fc.assert(
      fc.asyncProperty(urls, credentials, async (url, authorization) => {
        const answer = await post(url, authorization === "" ? {} : { authorization }, GOOD);
        expect(answer.statusCode).toBe(401);
      }),
      { numRuns: 500, seed: SEED },
    );
    await expect(store.schools()).resolves.toEqual([]);
  });

  it("answers every body of a token that is damaged, cut, doubled or noise, and never stores what is foreign", async () => {
    const damaged = fc
      .tuple(
        fc.array(fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255)), { maxLength: 20 }),
        fc.nat(GOOD.length),
        fc.boolean(),
      )
      .map(([changes, length, isTwice]) => {
        const bytes = Buffer.from(isTwice ? Buffer.concat([GOOD, GOOD]) : GOOD);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes.subarray(0, isTwice ? bytes.length : length);
      });
    const noise = fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes));
    const foreign = fc.constant(Buffer.from("mem,host=theirs used_percent=5\n"));
    await fc.assert(
      fc.asyncProperty(urls, fc.oneof(damaged, noise, foreign), fc.boolean(), async (url, body, isPacked) => {
        const payload = isPacked ? gzipSync(body) : body;
        const headers = { authorization: "Token secret", ...(isPacked && { "content-encoding": "gzip" }) };
        const answer = await post(url, headers, payload);
        expect([204, 400]).toContain(answer.statusCode);
        if (answer.statusCode === 400) expect(answer.body).toMatch(/partial write: line \d+: .* dropped=\d+/s);
      }),
      { numRuns: 1_500, seed: SEED },
    );
    const devices = (await store.latest(SCHOOL, 0)).map(({ key }) => key.device);
    expect(devices).not.toContain("theirs");
    expect((await post("/write", { authorization: "Token secret" }, GOOD)).statusCode).toBe(204);
    expect((await store.latest(SCHOOL, NOW)).map(({ key }) => key.device)).toContain("server-1");
  });
});
