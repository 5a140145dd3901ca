// Enrolment, rotation and revocation as people do them: the agent's commands against a collector over real HTTP.
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request as requestHttp, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runWith } from "../agent/cli-suite.ts";
import { openSigner } from "../agent/identity/signer.ts";
import type { FleetAgentWithEvents } from "../contract/api.ts";
import { HEADER } from "../contract/batch.ts";
import { enrolText, publicKeyText, signText } from "../contract/identity.ts";
import { CollectorInFolder, SCHOOL } from "./collector-suite.ts";

let collector: CollectorInFolder;
let dir: string;
const stop = new AbortController();
const servers: Server[] = [];

beforeEach(async () => {
  collector = await CollectorInFolder.start();
  dir = join(collector.folder, "school");
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await collector.close();
});

const agent = (...args: string[]) => runWith(args, { stop: stop.signal });
const enroll = (code: string, ...args: string[]) =>
  agent("enroll", "--collector", collector.url, "--code", code, "--dir", dir, ...args);
const rotate = () => agent("rotate-key", "--config", join(dir, "agent.yaml"));

let sentAtMs = Date.now();
/** Sends one batch as the agent whose key lies in `folder`. @returns status and code of the answer */
async function send(folder: string, session: string, sequence: number, id = "gw"): Promise<string> {
  const body = gzipSync(`device,device=ap-1 wifi_clients=${sequence} ${Date.now()}\n`);
  sentAtMs += 1;
  const parts = `${sequence}:${body.length}`;
  const signed = openSigner({ agent: id, folder }).headers({ session, parts, lane: "backlog", sentAtMs, body });
  const response = await fetch(`${collector.url}/v1/batches`, {
    method: "POST",
    headers: {
      "content-type": "text/plain",
      "content-encoding": "gzip",
      [HEADER.session]: session,
      [HEADER.sequence]: String(sequence),
      ...signed,
    },
    body,
  });
  const { code } = (await response.json()) as { code?: string };
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}

/** Passes requests on and cuts the connection instead of answering. */
async function losingAnswers(): Promise<string> {
  const server = createServer((request, response) => {
    const target = new URL(request.url ?? "", collector.url);
    const passed = requestHttp(target, { method: request.method, headers: request.headers }, (answer) => {
      answer.resume().once("end", () => response.destroy());
    });
    request.pipe(passed);
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has an address object
}

const about = async (id: string): Promise<FleetAgentWithEvents> =>
  (await fetch(`${collector.url}/v1/agents/${id}`)).json() as Promise<FleetAgentWithEvents>; // our own API

describe("a machine with a code", () => {
  it("becomes the school's agent with one command, and its batches are taken", async () => {
    const said = await collector.command("code", "--school", SCHOOL);
    const code = /^code (\S+)$/m.exec(said)?.[1] ?? "";
    expect(said).toContain(`campanile-agent enroll --collector http://THIS-MACHINE:`);
    const { code: exit, out } = await enroll(code);
    expect(exit).toBe(0);
    expect(out).toContain(`this machine is agent gw of 示例小学 (${SCHOOL})`);
    expect(out).toContain(`campanile-agent check --config ${join(dir, "agent.yaml")} --probe`);
    expect(out).toContain(`campanile-agent run --config ${join(dir, "agent.yaml")}`);
    expect((await readdir(join(dir, "identity"))).sort()).toEqual(["key.pem"]);
    const check = await agent("check", "--config", join(dir, "agent.yaml"));
    expect(check).toMatchObject({ code: 0, out: expect.stringContaining("ok: 0 targets") });
    expect(await send(join(dir, "identity"), "s1", 1)).toBe("200");
    expect(await about("gw")).toMatchObject({ enrolled: true, batches: 1, refused: {}, version: expect.any(String) });
  });

  it("that did not hear the answer gets the same one with the same command", async () => {
    const code = await collector.code();
    const cut = await agent("enroll", "--collector", await losingAnswers(), "--code", code, "--dir", dir);
    expect(cut).toMatchObject({ code: 1, err: expect.stringContaining("no collector answers at") });
    expect(await readdir(join(dir, "identity"))).toEqual(["key.next.pem"]);
    expect(await enroll(code)).toMatchObject({ code: 0 });
    expect(await send(join(dir, "identity"), "s1", 1)).toBe("200");
    expect(JSON.parse(await collector.command("agents", "--json")).agents).toHaveLength(1);
  });

  it("goes on where it was interrupted between configuration and key", async () => {
    const code = await collector.code();
    await enroll(code);
    // As after a crash before the last step: the configuration is written, the key is still the next one.
    await cp(join(dir, "identity", "key.pem"), join(dir, "identity", "key.next.pem"));
    await rm(join(dir, "identity", "key.pem"));
    expect(await enroll(code)).toMatchObject({ code: 0 });
    expect(await send(join(dir, "identity"), "s1", 1)).toBe("200");
  });

  it.each([
    [
      "was used",
      "CODE_USED",
      async () => {
        const code = await collector.code();
        await agent("enroll", "--collector", collector.url, "--code", code, "--dir", join(collector.folder, "first"));
        return code;
      },
    ],
    ["nobody made", "CODE_UNKNOWN", async () => "0000-1111-2222-3333"],
  ])("is told that the code %s", async (_what, expected, make) => {
    const { code, err } = await enroll(await make());
    expect(code).toBe(1);
    expect(err).toContain("the collector says: ");
    expect(err).toContain(expected);
    expect(await readdir(dir)).toEqual(["identity"]);
  });

  it.each([
    ["a code that is none", ["--code", "hello"], "--code is no code"],
    ["an address that is none", ["--collector", "ftp://x"], "--collector is no address"],
    ["a file of certificates that is not there", ["--ca", "/nowhere/ca.pem"], "/nowhere/ca.pem cannot be read"],
  ])("is told of %s before anything is done", async (_what, args, words) => {
    const { code, err } = await enroll("0000-1111-2222-3333", ...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  it("is told that no collector answers", async () => {
    const { code, err } = await enroll("0000-1111-2222-3333", "--collector", "http://127.0.0.1:1");
    expect(code).toBe(1);
    expect(err).toContain("no collector answers at http://127.0.0.1:1");
  });

  it("keeps its configuration: without --force it is refused, with it everything stays but who it is", async () => {
    await enroll(await collector.code());
    const file = join(dir, "agent.yaml");
    await writeFile(
      file,
      (await readFile(file, "utf8")).replace(
        "targets: []",
        'interval: 30s # mine\ntargets: [{ id: t, url: "snmp://c@h" }]',
      ),
    );
    const code = await collector.code("--agent", "gw");
    expect(await enroll(code)).toMatchObject({ code: 2, err: expect.stringContaining("--force") });
    expect(await enroll(code, "--force")).toMatchObject({ code: 0 });
    const text = await readFile(file, "utf8");
    expect(text).toContain("interval: 30s # mine");
    expect(text).toContain("snmp://c@h");
    expect(await send(join(dir, "identity"), "s1", 1)).toBe("200");
  });

  it("that tries codes is slowed down, and told for how long", async () => {
    for (let i = 0; i < 10; i += 1) await enroll("0000-1111-2222-3333");
    expect(await enroll("0000-1111-2222-3333")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/too many wrong codes came in, try again in \d+ s \(TOO_MANY_TRIES\)/),
    });
    const key = generateKeyPairSync("ed25519").privateKey;
    const [code, publicKey] = ["0000111122223333", publicKeyText(key)];
    const request = { code, publicKey, signature: signText(enrolText(code, publicKey), key), version: "1" };
    const headers = { "content-type": "application/json" };
    const asked = { method: "POST", headers, body: JSON.stringify(request) };
    const response = await fetch(`${collector.url}/v1/enroll`, asked);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("a key", () => {
  beforeEach(async () => {
    await enroll(await collector.code());
  });

  it("is replaced by one command; the old one ends with the first batch of the new one", async () => {
    const [old, present] = [join(collector.folder, "old"), join(dir, "identity")];
    await cp(present, old, { recursive: true });
    expect(await rotate()).toMatchObject({ code: 0, out: expect.stringContaining("agent gw now signs with key") });
    expect(await send(old, "s1", 1)).toBe("200");
    expect(await send(present, "s1", 2)).toBe("200");
    expect(await send(old, "s1", 3)).toBe("403 KEY_UNKNOWN");
    expect((await about("gw")).events.map(({ kind }) => kind)).toEqual([
      "KEY_UNKNOWN",
      "KEYS_RETIRED",
      "KEY_ADDED",
      "ENROLLED",
    ]);
  });

  it("whose registration was not answered stays in use, and the next try goes on", async () => {
    const file = join(dir, "agent.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(collector.url, await losingAnswers()));
    expect(await rotate()).toMatchObject({ code: 1 });
    expect((await readdir(join(dir, "identity"))).sort()).toEqual(["key.next.pem", "key.pem"]);
    expect(await send(join(dir, "identity"), "s1", 1)).toBe("200");
    await writeFile(file, text);
    expect(await rotate()).toMatchObject({ code: 0 });
    expect(await readdir(join(dir, "identity"))).toEqual(["key.pem"]);
    expect(await send(join(dir, "identity"), "s1", 2)).toBe("200");
    expect(await rotate()).toMatchObject({ code: 0 });
  });

  it("of a revoked agent counts no more, until the agent is enrolled again", async () => {
    expect(await collector.command("revoke", "gw", "--reason", "stolen")).toContain("agent gw was revoked");
    expect(await send(join(dir, "identity"), "s1", 1)).toBe("403 AGENT_REVOKED");
    expect(await rotate()).toMatchObject({ code: 1, err: expect.stringContaining("AGENT_REVOKED") });
    expect(await about("gw")).toMatchObject({ revokedReason: "stolen", refused: { AGENT_REVOKED: 2 } });
    expect(await collector.command("agents")).toContain("revoked");
    await enroll(await collector.code("--agent", "gw"), "--force");
    expect(await send(join(dir, "identity"), "s1", 1)).toBe("200");
  });

  it("that was copied to a second machine shows: the first one is refused once the second has spoken", async () => {
    const copy = join(collector.folder, "copy");
    await cp(join(dir, "identity"), copy, { recursive: true });
    expect(await send(join(dir, "identity"), "first", 1)).toBe("200");
    expect(await send(copy, "second", 1)).toBe("200");
    expect(await send(join(dir, "identity"), "first", 2)).toBe("409 SESSION_SUPERSEDED");
    expect(await send(copy, "second", 2)).toBe("200");
    const { events, refused } = await about("gw");
    expect(events[0]).toMatchObject({ kind: "SESSION_SUPERSEDED", text: expect.stringContaining("two machines") });
    expect(refused).toEqual({ SESSION_SUPERSEDED: 1 });
  });
});

describe("who may make codes and revoke", () => {
  it.each(["/v1/enrolment-codes", "/v1/agents/gw/revoke"])("%s is not passed on by a proxy", async (path) => {
    const headers = { "content-type": "application/json", "x-forwarded-for": "192.0.2.1" };
    const response = await fetch(`${collector.url}${path}`, { method: "POST", headers, body: "{}" });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "FORBIDDEN" });
  });
});
