import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HEADER } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { keyIdOf, publicKeyFrom, publicKeyText, requestText, signText } from "../../contract/identity.ts";
import { type AgentConfigs, openConfigs } from "../fleet/config/configs.ts";
import { SignedRequests } from "../fleet/signed-request.ts";
import { openState, type State } from "../state/state.ts";
import { agentConfigApi } from "./agent-config.ts";
import { agentConfigAdminApi } from "./agent-config-admin.ts";
import { answerErrors } from "./error-answers.ts";

const SCHOOL = "2133000001";
const SECRET = "Geheim77";
const nowMs = () => 1_700_000_000_000;

interface Answer {
  status: number;
  etag: string | undefined;
  body: unknown;
}

describe("agents' configurations over HTTP", () => {
  let dir: string;
  let state: State;
  let configs: AgentConfigs;
  let app: FastifyInstance;
  let port: number;
  let log: string;
  const keys = new Map<string, KeyObject>();
  const revoked = new Set<string>();

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-config-"));
    state = await openState(join(dir, "state.duckdb"));
    configs = await openConfigs({ state, key: new Uint8Array(32).fill(7), nowMs });
    log = "";
    const stream = {
      write: (line: string) => {
        log += line;
      },
    };
    const loggerInstance: FastifyBaseLogger = pino({ level: "debug" }, stream);
    app = Fastify({ loggerInstance });
    answerErrors(app);
    revoked.clear();
    for (const id of ["gw", "gw2"]) keys.set(id, generateKeyPairSync("ed25519").privateKey);
    const registry = {
      agent: (id: string) =>
        keys.has(id)
          ? {
              ...{ id, school: SCHOOL, version: "1", enrolledAtMs: 0, keys: [] },
              ...(revoked.has(id) && { revoked: { atMs: 0, reason: "stolen" } }),
            }
          : undefined,
      key: (id: string, keyId: string) => {
        const key = keys.get(id);
        return key && keyIdOf(publicKeyText(key)) === keyId ? publicKeyFrom(publicKeyText(key)) : undefined;
      },
    };
    const refuse = (code: string, message: string) => new CampusError(code, message);
    const requests = new SignedRequests({ registry, nowMs, clockOffsetMs: () => undefined, refuse });
    const services = { configs, identity: { registry, requests }, isSchool: (id: string) => id === SCHOOL };
    await app.register(agentConfigApi, services);
    await app.register(agentConfigAdminApi, services);
    await app.listen({ host: "0.0.0.0", port: 0 });
    ({ port } = app.server.address() as AddressInfo); // a TCP server has an address object
  });
  afterEach(async () => {
    await app.close();
    await state.close();
    await rm(dir, { recursive: true });
    expect(log).not.toContain(SECRET);
  });

  function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body = "",
    { host = "127.0.0.1", signal }: { host?: string; signal?: AbortSignal } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = requestHttp(
        { host, port, method, path, headers, agent: false, ...(signal && { signal }) },
        (response) => {
          let text = "";
          response.on("data", (part: Buffer) => {
            text += part.toString();
          });
          response.on("end", () => {
            const { statusCode = 0, headers } = response;
            resolve({ status: statusCode, etag: headers.etag, body: text === "" ? undefined : JSON.parse(text) });
          });
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  /** As the agent asks. */
  function signed(
    id: string,
    method: string,
    path: string,
    options: { known?: number; body?: unknown; host?: string; signal?: AbortSignal } = {},
  ) {
    const key = keys.get(id);
    if (!key) throw new Error(`${id} has no key`);
    const body = options.body === undefined ? "" : JSON.stringify(options.body);
    const text = requestText({ method, path, agent: id, sentAtMs: nowMs(), body: Buffer.from(body) });
    const headers = {
      [HEADER.agent]: id,
      [HEADER.sentAt]: String(nowMs()),
      [HEADER.key]: keyIdOf(publicKeyText(key)),
      [HEADER.signature]: signText(text, key),
      ...(body !== "" && { "content-type": "application/json" }),
      ...(options.known !== undefined && { "if-none-match": `"${options.known}"` }),
    };
    return send(method, path, headers, body, options);
  }

  const json = { "content-type": "application/json" };
  const put = (id: string, config: unknown, path = `/v1/agents/${id}/config`) =>
    send("PUT", path, json, JSON.stringify({ config }));
  const targets = [{ id: "a", url: "snmp://192.0.2.1", community: SECRET }];

  it("holds what a person puts in, and hands it to the agent with its revision", async () => {
    await expect(signed("gw", "GET", "/v1/agents/gw/config")).resolves.toMatchObject({
      status: 404,
      body: { code: "CONFIG_NONE" },
    });
    await expect(put("gw", { interval: "30s", targets })).resolves.toMatchObject({
      status: 200,
      body: { revision: 1 },
    });
    const answer = await signed("gw", "GET", "/v1/agents/gw/config");
    expect(answer).toMatchObject({ status: 200, etag: '"1"', body: { revision: 1, config: { interval: "30s" } } });
    expect(answer.body).toMatchObject({ config: { targets: [{ community: SECRET, segment: "main" }] } });
    await expect(signed("gw", "GET", "/v1/agents/gw/config", { known: 1 })).resolves.toMatchObject({ status: 304 });
  });

  it("says every problem with its path, and holds nothing of it", async () => {
    const answer = await put("gw", { interval: "soon", targets: [...targets, ...targets], colour: "red" });
    expect(answer).toMatchObject({ status: 400, body: { code: "CONFIG_INVALID" } });
    const { details } = answer.body as { details: { path: string }[] }; // every error has this shape
    expect(details.map(({ path }) => path).sort()).toEqual(["colour", "interval", "targets[1].id"]);
    expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(configs.view("gw")).toBeUndefined();
  });

  it("shows people no secret", async () => {
    await put("gw", { targets });
    await put("", { targets }, `/v1/schools/${SCHOOL}/agent-config`);
    const shown = await send("GET", "/v1/agents/gw/config/shown", {});
    expect(shown).toMatchObject({ status: 200, body: { agent: "gw", config: { targets: [{ id: "a" }] } } });
    const ofSchool = await send("GET", `/v1/schools/${SCHOOL}/agent-config`, {});
    expect(ofSchool).toMatchObject({ status: 200 });
    expect(JSON.stringify([shown, ofSchool])).not.toContain(SECRET);
  });

  it("hands it to nobody else", async () => {
    await put("gw", { targets });
    await expect(send("GET", "/v1/agents/gw/config", {})).resolves.toMatchObject({
      body: { code: "SIGNATURE_MISSING" },
    });
    await expect(signed("gw2", "GET", "/v1/agents/gw/config")).resolves.toMatchObject({
      status: 403,
      body: { code: "FORBIDDEN" },
    });
  });

  it("knows neither agents nor schools that there are not", async () => {
    await expect(put("nobody", {})).resolves.toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    const school = await put("", {}, "/v1/schools/2133000009/agent-config");
    expect(school).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });

  it("answers who waits as soon as there is another one", async () => {
    await put("gw", { interval: "30s" });
    const waiting = signed("gw", "GET", "/v1/agents/gw/config?wait=50", { known: 1 });
    await expect.poll(() => configs.waiters.size).toBe(1);
    await put("gw", { interval: "40s" });
    await expect(waiting).resolves.toMatchObject({ status: 200, etag: '"2"' });
    expect(configs.waiters.size).toBe(0);
  });

  it("hands nothing to one that was revoked while it waited", async () => {
    await put("gw", { interval: "30s" });
    const waiting = signed("gw", "GET", "/v1/agents/gw/config?wait=50", { known: 1 });
    await expect.poll(() => configs.waiters.size).toBe(1);
    revoked.add("gw");
    await put("gw", { interval: "40s" });
    await expect(waiting).resolves.toMatchObject({ body: { code: "AGENT_REVOKED" } });
  });

  it("gives a waiting agent what is put in for its school", async () => {
    const waiting = signed("gw", "GET", "/v1/agents/gw/config?wait=50");
    await expect.poll(() => configs.waiters.size).toBe(1);
    await put("", { interval: "40s" }, `/v1/schools/${SCHOOL}/agent-config`);
    await expect(waiting).resolves.toMatchObject({ status: 200, etag: '"1"' });
  });

  it("answers who waited in vain that nothing changed", async () => {
    await put("gw", { interval: "30s" });
    await expect(signed("gw", "GET", "/v1/agents/gw/config?wait=1", { known: 1 })).resolves.toMatchObject({
      status: 304,
      etag: '"1"',
    });
  });

  it("forgets who waited and has gone", async () => {
    const gone = new AbortController();
    const waiting = signed("gw", "GET", "/v1/agents/gw/config?wait=50", { signal: gone.signal });
    await expect.poll(() => configs.waiters.size).toBe(1);
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => configs.waiters.size).toBe(0);
  });

  it("lets nobody wait who would keep it from closing", async () => {
    const waiting = signed("gw", "GET", "/v1/agents/gw/config?wait=60");
    await expect.poll(() => configs.waiters.size).toBe(1);
    await app.close();
    await expect(waiting).resolves.toMatchObject({ status: 404 });
  });

  it("notes what the agent says became of it", async () => {
    await put("gw", { interval: "30s" });
    const body = { revision: 1, outcome: "rolled-back", problems: ["no target answered"] };
    await expect(signed("gw", "POST", "/v1/agents/gw/config/outcome", { body })).resolves.toMatchObject({
      status: 204,
    });
    expect(configs.view("gw")).toMatchObject({ revision: 1, last: body });
    await expect(send("GET", "/v1/agents/gw/config/shown", {})).resolves.toMatchObject({ body: { last: body } });
    const unknown = { ...body, revision: 9 };
    const answer = await signed("gw", "POST", "/v1/agents/gw/config/outcome", { body: unknown });
    expect(answer).toMatchObject({ status: 404, body: { code: "CONFIG_NONE" } });
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

  it.skipIf(outside === undefined)(
    "sends secrets over TLS or this machine only, and can be changed from here only",
    async () => {
      const host = outside ?? "";
      await put("gw", { targets });
      const answer = await signed("gw", "GET", "/v1/agents/gw/config", { host });
      expect(answer).toMatchObject({ status: 409, body: { code: "CONFIG_NEEDS_TLS" } });
      expect(JSON.stringify(answer)).not.toContain(SECRET);
      await put("gw", { targets: [{ id: "a", url: "snmp://192.0.2.1", community: { file: "secrets/c" } }] });
      await expect(signed("gw", "GET", "/v1/agents/gw/config", { host })).resolves.toMatchObject({ status: 200 });
      for (const [method, path] of [
        ["PUT", "/v1/agents/gw/config"],
        ["GET", "/v1/agents/gw/config/shown"],
        ["PUT", `/v1/schools/${SCHOOL}/agent-config`],
        ["GET", `/v1/schools/${SCHOOL}/agent-config`],
      ] as const) {
        const refused = await send(method, path, json, method === "PUT" ? '{"config":{}}' : "", { host });
        expect(refused).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
      }
    },
  );
});
