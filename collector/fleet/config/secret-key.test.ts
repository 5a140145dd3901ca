import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretKey } from "./secret-key.ts";

const KEY = "ab".repeat(32);

describe("the key of the configurations' secrets", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "campanile-key-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("is made once, for its owner only", async () => {
    const key = await secretKey(dir, {});
    expect(key).toHaveLength(32);
    await expect(secretKey(dir, {})).resolves.toEqual(key);
    expect((await stat(join(dir, "secret.key"))).mode & 0o777).toBe(0o600);
    await expect(readdir(dir)).resolves.toEqual(["secret.key"]);
  });

  it("is made where an earlier start ended in the middle of it", async () => {
    await writeFile(join(dir, "secret.key.new"), KEY.slice(0, 10));
    const key = await secretKey(dir, {});
    expect(await readFile(join(dir, "secret.key"), "utf8")).toBe(`${Buffer.from(key).toString("hex")}\n`);
  });

  it("comes from the environment or from a file where one is named, and then none is made", async () => {
    const file = join(dir, "own");
    await expect(secretKey(dir, { file })).rejects.toMatchObject({ code: "SECRET_KEY" });
    await writeFile(file, `${KEY}\n`);
    await expect(secretKey(dir, { file })).resolves.toEqual(Buffer.from(KEY, "hex"));
    await expect(secretKey(dir, { text: KEY })).resolves.toEqual(Buffer.from(KEY, "hex"));
    await expect(readdir(dir)).resolves.toEqual(["own"]);
  });

  it("is refused with its place when it is none, and never replaced", async () => {
    await writeFile(join(dir, "secret.key"), "");
    await expect(secretKey(dir, {})).rejects.toMatchObject({
      code: "SECRET_KEY",
      message: expect.stringContaining(`${join(dir, "secret.key")} holds no key`),
    });
    await expect(secretKey(dir, { text: "soon" })).rejects.toThrow("the environment holds no key");
  });

  it("that cannot be written says where", async () => {
    await expect(secretKey(join(dir, "nowhere"), {})).rejects.toMatchObject({
      code: "SECRET_KEY",
      message: expect.stringContaining(`${join(dir, "nowhere", "secret.key")} cannot be made`),
    });
  });
});
