// TLS between agents and collector, with certificates that openssl makes: a private authority, a wrong one, clients' own.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runWith } from "../agent/cli-suite.ts";
import { openSigner } from "../agent/identity/signer.ts";
import { readTls as readAgentTls } from "../agent/tls.ts";
import { readTls } from "../collector/tls.ts";
import { HEADER } from "../contract/batch.ts";
import { CollectorInFolder } from "./collector-suite.ts";

let folder: string;
const at = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

function makeAuthority(name: string): void {
  openssl("req", "-x509", ...NEW_KEY, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`);
}

function makeCertificate(name: string, authority: string, subject: string, names: string): void {
  openssl(
    "req",
    "-x509",
    ...NEW_KEY,
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.pem`,
    "-subj",
    subject,
    "-addext",
    `subjectAltName=${names}`,
    "-CA",
    `${authority}.pem`,
    "-CAkey",
    `${authority}.key`,
  );
}

const stop = new AbortController();
const enroll = (url: string, code: string, ...args: string[]) =>
  runWith(["enroll", "--collector", url, "--code", code, "--dir", at("school"), "--force", ...args], {
    stop: stop.signal,
  });

let collector: CollectorInFolder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-tls-"));
  for (const name of ["county", "stranger"]) makeAuthority(name);
  makeCertificate("collector", "county", "/CN=collector", "IP:127.0.0.1");
  makeCertificate("gw", "county", "/CN=gw", "DNS:gw");
  makeCertificate("gw-by-uri", "county", "/CN=anything", "DNS:x,URI:campanile:agent:gw");
  makeCertificate("other", "county", "/CN=other", "URI:campanile:agent:gw2");
  makeCertificate("false-gw", "stranger", "/CN=gw", "DNS:gw");
  const tls = "tls: { certFile: ./collector.pem, keyFile: ./collector.key, clientCaFile: ./county.pem }";
  collector = await CollectorInFolder.start(`, ${tls}`, folder);
});
afterAll(() => collector.close());

describe("an agent of a collector with a certificate of its own authority", () => {
  it("is not enrolled without that authority, and is told of --ca", async () => {
    const { code, err } = await enroll(collector.url, await collector.code());
    expect(code).toBe(1);
    expect(err).toContain("an authority that this machine does not trust");
    expect(err).toContain("--ca FILE");
  });

  it("is not enrolled with another authority", async () => {
    const { code, err } = await enroll(collector.url, await collector.code(), "--ca", at("stranger.pem"));
    expect(code).toBe(1);
    expect(err).toContain("does not trust");
  });

  it("is enrolled with it, and keeps it in its configuration", async () => {
    const { code } = await enroll(collector.url, await collector.code("--agent", "gw"), "--ca", at("county.pem"));
    expect(code).toBe(0);
    expect(await readFile(at("school/agent.yaml"), "utf8")).toContain(`ca: "${at("county.pem")}"`);
    const check = await runWith(["check", "--config", at("school/agent.yaml")], { stop: stop.signal });
    expect(check.code).toBe(0);
  });

  it("is told that what answers speaks no TLS", async () => {
    const plain = await CollectorInFolder.start();
    const { code, err } = await enroll(plain.url.replace("http:", "https:"), "0000-1111-2222-3333");
    await plain.close();
    expect(code).toBe(1);
    expect(err).toContain("is the address http:// and not https://?");
  });
});

describe("where client certificates are wanted", () => {
  let sequence = 0;
  beforeEach(async () => {
    if (sequence === 0) await enroll(collector.url, await collector.code("--agent", "gw"), "--ca", at("county.pem"));
    sequence += 1;
  });

  const ask = (path: string, client: string | undefined, headers: Record<string, string> = {}, body?: Uint8Array) =>
    new Promise<string>((resolve, reject) => {
      const files = client === undefined ? {} : { cert: at(`${client}.pem`), key: at(`${client}.key`) };
      const tls = readAgentTls({ ca: at("county.pem"), ...files });
      const method = body === undefined ? "GET" : "POST";
      request(new URL(path, collector.url), { method, headers, agent: false, ...tls }, async (response) => {
        const parts: Buffer[] = [];
        for await (const part of response) parts.push(part);
        const { code } = JSON.parse(Buffer.concat(parts).toString("utf8"));
        resolve(code === undefined ? `${response.statusCode}` : `${response.statusCode} ${code}`);
      })
        .once("error", reject)
        .end(body);
    });

  const send = (client: string | undefined) => {
    const body = gzipSync(`device,device=ap-1 wifi_clients=1 ${Date.now()}\n`);
    const sent = {
      session: "s1",
      parts: `${sequence}:${body.length}`,
      lane: "backlog",
      sentAtMs: Date.now(),
      body,
    } as const;
    const headers = {
      "content-type": "text/plain",
      "content-encoding": "gzip",
      [HEADER.session]: "s1",
      [HEADER.sequence]: String(sequence),
      ...openSigner({ agent: "gw", folder: at("school/identity") }).headers(sent),
    };
    return ask("/v1/batches", client, headers, body);
  };

  it.each([
    ["none", undefined, "401 CERTIFICATE_MISSING"],
    ["another agent's", "other", "403 CERTIFICATE_WRONG"],
    ["one of another authority", "false-gw", "403 CERTIFICATE_WRONG"],
    ["its own by common name", "gw", "200"],
    ["its own by URI", "gw-by-uri", "200"],
  ])("an agent that shows %s is answered as it should be", async (_what, client, expected) => {
    expect(await send(client)).toBe(expected);
  });

  it("a key is not changed without one either", async () => {
    const said = await runWith(["rotate-key", "--config", at("school/agent.yaml")], { stop: stop.signal });
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining("CERTIFICATE_MISSING") });
    const file = at("school/agent.yaml");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace("tls:\n", `tls:\n  cert: ${at("gw.pem")}\n  key: ${at("gw.key")}\n`));
    expect(await runWith(["rotate-key", "--config", file], { stop: stop.signal })).toMatchObject({ code: 0 });
  });

  it("people see page and figures without one", async () => {
    expect(await ask("/v1/agents", undefined)).toBe("200");
    expect(await ask("/v1/schools", undefined)).toBe("200");
  });

  it("what came without the right one is an event", async () => {
    await send("other");
    const { events } = await new Promise<{ events: { kind: string; text: string }[] }>((resolve) => {
      request(
        new URL("/v1/agents/gw", collector.url),
        { agent: false, ...readAgentTls({ ca: at("county.pem") }) },
        async (response) => {
          const parts: Buffer[] = [];
          for await (const part of response) parts.push(part);
          resolve(JSON.parse(Buffer.concat(parts).toString("utf8")));
        },
      ).end();
    });
    expect(events.find(({ kind }) => kind === "CERTIFICATE_REFUSED")).toBeDefined();
  });
});

describe("files that are not what they should be", () => {
  it.each([
    ["a certificate that is not there", { certFile: "none.pem", keyFile: "gw.key" }, "none.pem cannot be read"],
    ["a key in the place of a certificate", { certFile: "gw.key", keyFile: "gw.key" }, "gw.key holds no certificate"],
    ["a certificate in the place of a key", { certFile: "gw.pem", keyFile: "gw.pem" }, "gw.pem holds no private key"],
    ["another certificate's key", { certFile: "gw.pem", keyFile: "other.key" }, "cannot be used together"],
  ])("are refused by the collector: %s", (_what, { certFile, keyFile }, words) => {
    const files = { certFile: at(certFile), keyFile: at(keyFile) };
    expect(() => readTls(files)).toThrow(
      expect.objectContaining({ code: "TLS_UNUSABLE", message: expect.stringContaining(words) }),
    );
  });

  it.each([
    ["an authority that is not there", { ca: "none.pem" }, "none.pem cannot be read"],
    ["another certificate's key", { cert: "gw.pem", key: "other.key" }, "cannot be used together"],
  ])("are refused by the agent: %s", (_what, files, words) => {
    const placed = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, at(file)]));
    expect(() => readAgentTls(placed)).toThrow(
      expect.objectContaining({ code: "TLS_UNUSABLE", message: expect.stringContaining(words) }),
    );
  });
});
