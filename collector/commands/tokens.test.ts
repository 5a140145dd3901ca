import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { messageOf } from "../../contract/errors.ts";
import type { App } from "../app.ts";
import { FILES, SCHOOL, testApp } from "../app-suite.ts";
import { addTokenCommands } from "./tokens.ts";

describe("campanile-collector token", () => {
  let folder: string;
  let app: App;
  let url: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-tokens-"));
    ({ app } = await testApp(folder));
    const files = Object.fromEntries(Object.entries(FILES).map(([name, lines]) => [name, lines.join("\n")]));
    await app.inject({ method: "POST", url: "/v1/inventory", payload: { files } });
    url = await app.listen({ host: "127.0.0.1", port: 0 });
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  /** What it prints, or `failed: …` and `usage: …`. */
  async function run(...args: string[]): Promise<string> {
    const said: string[] = [];
    const program = new Command();
    const fail = (error: unknown, isUsage: boolean): never => {
      throw new Error(`${isUsage ? "usage" : "failed"}: ${messageOf(error)}`);
    };
    addTokenCommands(program, { out: (text) => void said.push(text), fail });
    await program
      .parseAsync([...args, ...(args.includes("--collector") ? [] : ["--collector", url])], { from: "user" })
      .catch((error: unknown) => said.push(messageOf(error)));
    return said.join("\n");
  }

  it("makes a token that writes, lists it, and ends it", async () => {
    expect(await run("tokens")).toBe("no token is in force");
    const [token = ""] = (
      await run(
        "token",
        "--school",
        SCHOOL,
        "--name",
        "servers",
        "--prefix",
        "lab-",
        "--topic",
        "a/{device}",
        "--topic",
        "b/{device}",
      )
    ).split("\n");
    expect(token).toMatch(/^cwt_/);
    const write = () =>
      fetch(`${url}/write`, { method: "POST", headers: { authorization: `Token ${token}` }, body: "x y=1" });
    expect((await write()).status).toBe(204);
    const list = await run("tokens");
    expect(list).toMatch(
      new RegExp(`^servers {2}${SCHOOL} {2}made .* used .* prefix lab- {2}topics a/{device} b/{device}$`),
    );
    expect(list).not.toContain(token);
    expect(await run("token", "--revoke", "servers")).toContain("refused from now on");
    expect((await write()).status).toBe(401);
    expect(JSON.parse(await run("tokens", "--json"))).toEqual({ tokens: [] });
  });

  it.each([
    [["token", "--school", "9999999999", "--name", "x"], /^failed: there is no school "9999999999"/],
    [["token", "--school", SCHOOL, "--name", "x", "--topic", "no/device"], /^failed: .*\{device\}/],
    [["token", "--school", SCHOOL], /^usage: .*--name/],
    [["token", "--revoke", "nobody"], /^failed: .*"nobody"/],
    [["tokens", "--collector", "nonsense"], /^usage: /],
  ])("says what is wrong: %j", async (args, expected) => {
    expect(await run(...args)).toMatch(expected);
  });
});
