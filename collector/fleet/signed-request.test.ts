import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HEADER } from "../../contract/batch.ts";
import { requestText, signText } from "../../contract/identity.ts";
import { answerErrors } from "../api/error-answers.ts";
import { FleetUnderTest, Machine, START_MS } from "./fleet-suite.ts";
import { SignedRequests } from "./signed-request.ts";

let fleet: FleetUnderTest;
let app: FastifyInstance;
let machine: Machine;
let clockOffsetMs: number | undefined;

beforeEach(async () => {
  fleet = await new FleetUnderTest().open();
  machine = new Machine();
  clockOffsetMs = undefined;
  await fleet.enrol(machine);
  const requests = new SignedRequests({
    registry: fleet.identity.registry,
    nowMs: () => fleet.nowMs,
    clockOffsetMs: () => clockOffsetMs,
    refuse: (code, message, about) => fleet.identity.speakers.refuse(code, message, about),
  });
  app = Fastify();
  answerErrors(app);
  app.register((scope, _options, done) => {
    requests.protect(scope);
    scope.get("/v1/agents/:id/thing", async () => ({ done: "read" }));
    scope.post("/v1/agents/:id/thing", async (request) => ({ done: request.body, key: requests.keyOf(request) }));
    done();
  });
  app.post("/open", async (request) => ({ done: request.body }));
});
afterEach(async () => {
  await app.close();
  await fleet.close();
});

interface Asked {
  method?: "GET" | "POST";
  path?: string;
  body?: string;
  agent?: string;
  sentAtMs?: number;
}

function signed({ method = "GET", path = "/v1/agents/gw/thing", body = "", agent = "gw", sentAtMs = START_MS }: Asked) {
  const text = requestText({ method, path, agent, sentAtMs, body: Buffer.from(body) });
  return {
    [HEADER.agent]: agent,
    [HEADER.sentAt]: String(sentAtMs),
    [HEADER.key]: machine.keyId,
    [HEADER.signature]: signText(text, machine.key),
  };
}

async function ask(asked: Asked, change: { headers?: Record<string, string>; body?: string; path?: string } = {}) {
  const { method = "GET", path = "/v1/agents/gw/thing", body } = asked;
  const payload = change.body ?? body;
  const type = payload === undefined ? {} : { "content-type": "application/json" };
  const headers = { ...signed(asked), ...type, ...change.headers };
  const answer = await app.inject({
    method,
    url: change.path ?? path,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
  return answer.statusCode === 200 ? answer.json().done : `${answer.statusCode} ${answer.json().code}`;
}

describe("a signed request", () => {
  it("is believed, with its query and its body", async () => {
    expect(await ask({ path: "/v1/agents/gw/thing?wait=5" })).toBe("read");
    expect(await ask({ method: "POST", body: '{"a": 1}' })).toEqual({ a: 1 });
  });

  it.each<[string, Parameters<typeof ask>, string]>([
    ["another body", [{ method: "POST", body: '{"a":1}' }, { body: '{"a":2}' }], "401 SIGNATURE_INVALID"],
    [
      "another query",
      [{ path: "/v1/agents/gw/thing?a=1" }, { path: "/v1/agents/gw/thing?a=2" }],
      "401 SIGNATURE_INVALID",
    ],
    ["another time", [{}, { headers: { [HEADER.sentAt]: String(START_MS + 1) } }], "401 SIGNATURE_INVALID"],
    ["a time that is none", [{}, { headers: { [HEADER.sentAt]: "now" } }], "401 SIGNATURE_INVALID"],
    ["another key's name", [{}, { headers: { [HEADER.key]: "0123456789abcdef" } }], "403 KEY_UNKNOWN"],
    ["nobody's name", [{ agent: "nobody" }], "403 AGENT_UNKNOWN"],
    ["another agent's address", [{ path: "/v1/agents/other/thing" }], "403 FORBIDDEN"],
    ["a body that is no JSON", [{ method: "POST", body: "{" }], "400 FST_ERR_CTP_INVALID_JSON_BODY"],
  ])("with %s is refused", async (_what, asked, expected) => {
    expect(await ask(...asked)).toBe(expected);
  });

  it("that is not signed is refused", async () => {
    const answer = await app.inject({ method: "GET", url: "/v1/agents/gw/thing" });
    expect(answer.json()).toMatchObject({ code: "SIGNATURE_MISSING" });
  });

  it("of a revoked agent is refused", async () => {
    await fleet.identity.enrolment.revoke("gw", "stolen", "127.0.0.1");
    expect(await ask({})).toBe("403 AGENT_REVOKED");
  });

  it.each([
    { aheadMs: 300_000, offsetMs: undefined, answer: "read" },
    { aheadMs: -300_000, offsetMs: undefined, answer: "read" },
    { aheadMs: 300_001, offsetMs: undefined, answer: "401 REQUEST_STALE" },
    { aheadMs: -300_001, offsetMs: undefined, answer: "401 REQUEST_STALE" },
    { aheadMs: -3_600_000, offsetMs: -3_500_000, answer: "read" },
    { aheadMs: -3_600_000, offsetMs: -3_200_000, answer: "401 REQUEST_STALE" },
    { aheadMs: 0, offsetMs: 3_600_000, answer: "read" },
  ])("sent $aheadMs ms from now by an agent whose clock was $offsetMs ms off is answered $answer", async (given) => {
    clockOffsetMs = given.offsetMs;
    expect(await ask({ sentAtMs: START_MS + given.aheadMs })).toBe(given.answer);
  });

  it("leaves routes outside alone", async () => {
    const headers = { "content-type": "application/json" };
    expect((await app.inject({ method: "POST", url: "/open", headers, payload: '{"a":1}' })).json()).toEqual({
      done: { a: 1 },
    });
  });
});
