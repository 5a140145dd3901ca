import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HEADER } from "../../contract/batch.ts";
import { batchText, isSignedBy, keyIdOf, publicKeyFrom, publicKeyText, requestText } from "../../contract/identity.ts";
import { keyFile, nextKeyFile, readKey, readOrMakeKey } from "./key-file.ts";
import { openSigner, signerOf } from "./signer.ts";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "agent-identity-")), "identity");
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

describe("the agent's key", () => {
  it("is made once, for its owner only, and read again", async () => {
    const made = await readOrMakeKey(folder, keyFile(folder));
    const again = await readOrMakeKey(folder, keyFile(folder));
    expect(publicKeyText(again)).toBe(publicKeyText(made));
    expect((await stat(keyFile(folder))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(await readFile(keyFile(folder), "utf8")).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it("that a crash left half written under another name does not count, and gives its place and mode up", async () => {
    await readOrMakeKey(folder, nextKeyFile(folder));
    await writeFile(`${keyFile(folder)}.new`, "-----BEGIN PRIV");
    await chmod(`${keyFile(folder)}.new`, 0o644);
    await readOrMakeKey(folder, keyFile(folder));
    expect((await stat(keyFile(folder))).mode & 0o777).toBe(0o600);
  });

  it("that is missing is told with what to do", () => {
    expect(() => readKey(keyFile(folder))).toThrow(
      expect.objectContaining({ code: "IDENTITY_MISSING", message: expect.stringContaining("campanile-agent enroll") }),
    );
  });

  it.each([
    ["garbage", "no key"],
    [
      "a public key",
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
    ],
  ])("that is %s is told without showing it", async (_what, text) => {
    await readOrMakeKey(folder, nextKeyFile(folder));
    await writeFile(keyFile(folder), text);
    expect(() => readKey(keyFile(folder))).toThrow(expect.objectContaining({ code: "IDENTITY_UNUSABLE" }));
    expect(() => readKey(keyFile(folder))).not.toThrow(text);
  });
});

describe("a signer", () => {
  const toSign = { session: "s1", parts: "1:3", lane: "backlog", sentAtMs: 7, body: Buffer.from("abc") } as const;

  it("signs batches and requests so that they can be checked with the public key alone", async () => {
    const key = publicKeyFrom(publicKeyText(await readOrMakeKey(folder, keyFile(folder))));
    const signer = openSigner({ agent: "gw", folder });
    const headers = signer.headers(toSign);
    expect(headers).toMatchObject({ [HEADER.agent]: "gw", [HEADER.sentAt]: "7" });
    expect(headers[HEADER.key]).toBe(keyIdOf(publicKeyText(key)));
    expect(isSignedBy(batchText({ agent: "gw", ...toSign }), headers[HEADER.signature] ?? "", key)).toBe(true);
    const request = { method: "GET", path: "/v1/agents/gw/config?wait=5", sentAtMs: 7, body: new Uint8Array() };
    const { [HEADER.signature]: signature = "" } = signer.requestHeaders(request);
    expect(isSignedBy(requestText({ agent: "gw", ...request }), signature, key)).toBe(true);
    expect(isSignedBy(requestText({ agent: "gw", ...request, method: "POST" }), signature, key)).toBe(false);
  });

  it("takes up another key without a restart, and goes on with the one it has when the file is gone", async () => {
    await readOrMakeKey(folder, keyFile(folder));
    const signer = openSigner({ agent: "gw", folder });
    const next = keyIdOf(publicKeyText(await readOrMakeKey(folder, nextKeyFile(folder))));
    expect(signer.headers(toSign)[HEADER.key]).not.toBe(next);
    await rename(nextKeyFile(folder), keyFile(folder));
    expect(signer.headers(toSign)[HEADER.key]).toBe(next);
    await rm(keyFile(folder));
    expect(signer.headers(toSign)[HEADER.key]).toBe(next);
  });

  it("is needed where the configuration names a key, and absent where none was ever made", async () => {
    expect(signerOf({ agent: "gw", identity: { folder, isNamed: false } })).toBeUndefined();
    const named = { agent: "gw", identity: { folder, isNamed: true } };
    expect(() => signerOf(named)).toThrow(expect.objectContaining({ code: "IDENTITY_MISSING" }));
    await readOrMakeKey(folder, keyFile(folder));
    expect(signerOf({ agent: "gw", identity: { folder, isNamed: false } })).toBeDefined();
  });
});
