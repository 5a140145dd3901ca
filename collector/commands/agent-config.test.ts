import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { messageOf } from "../../contract/errors.ts";
import { addAgentConfigCommand } from "./agent-config.ts";

const SHOWN = {
  agent: "gw",
  config: { interval: "30s", targets: [{ id: "a", url: "snmp://192.0.2.1:161", community: "(hidden)" }] },
  revisions: [{ revision: 2, at: "2026-09-07T09:00:00+08:00", source: "127.0.0.1", note: "slower" }],
  last: { revision: 1, outcome: "rolled-back", problems: ["no target answered"], at: "2026-09-07T08:00:00+08:00" },
};

describe("campanile-collector agent-config", () => {
  let dir: string;
  let server: Server;
  let asked: { method: string | undefined; url: string | undefined; body: unknown }[];
  let answer: { status: number; body: unknown };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-config-command-"));
    asked = [];
    server = createServer(async (request, response) => {
      let text = "";
      for await (const part of request) text += String(part);
      asked.push({ method: request.method, url: request.url, body: text === "" ? undefined : JSON.parse(text) });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    server.close();
    await rm(dir, { recursive: true });
  });

  async function run(...args: string[]): Promise<string> {
    const { port } = server.address() as AddressInfo; // a TCP server has an address object
    const said: string[] = [];
    const program = new Command("campanile-collector").exitOverride();
    addAgentConfigCommand(program, {
      out: (text) => said.push(text),
      fail: (error, isUsage) => {
        throw new Error(`${isUsage ? "usage" : "failed"}: ${messageOf(error)}`);
      },
    });
    const address = ["--collector", `http://127.0.0.1:${port}`];
    await program.parseAsync(["agent-config", ...args, ...address], { from: "user" });
    return said.join("\n");
  }

  async function file(text: string): Promise<string> {
    const path = join(dir, "gw.yaml");
    await writeFile(path, text);
    return path;
  }

  it("puts in what a YAML file says, and tells the revision", async () => {
    answer = { status: 200, body: { revision: 4 } };
    await expect(run("gw", await file("interval: 30s\n"), "--note", "slower")).resolves.toContain("revision 4");
    expect(asked).toEqual([
      { method: "PUT", url: "/v1/agents/gw/config", body: { config: { interval: "30s" }, note: "slower" } },
    ]);
  });

  it("puts one in for a school", async () => {
    answer = { status: 200, body: { school: "2133000001" } };
    await expect(run("--school", "2133000001", await file(""))).resolves.toContain("2133000001");
    expect(asked[0]).toMatchObject({ url: "/v1/schools/2133000001/agent-config", body: { config: {} } });
  });

  it("shows what is held and what became of it, as YAML or JSON", async () => {
    answer = { status: 200, body: SHOWN };
    const text = await run("gw");
    expect(text).toContain("# revision 2");
    expect(text).toContain("#   no target answered");
    expect(text).toContain("interval: 30s");
    expect(JSON.parse(await run("gw", "--json"))).toEqual(SHOWN);
    expect(asked[0]).toMatchObject({ method: "GET", url: "/v1/agents/gw/config/shown" });
  });

  it("says what the collector says is wrong", async () => {
    answer = { status: 400, body: { code: "CONFIG_INVALID", message: "the configuration: 1 problem\n  interval: x" } };
    await expect(run("gw", await file("interval: x\n"))).rejects.toThrow("failed: the configuration: 1 problem");
  });

  it.each([{ args: [] }, { args: ["gw", "gw.yaml", "--school", "2133000001"] }])(
    "wants one of the two: $args",
    async ({ args }) => {
      await expect(run(...args)).rejects.toThrow("usage: ");
      expect(asked).toEqual([]);
    },
  );

  it("never quotes a file that is not YAML: it may hold secrets", async () => {
    const failure = await run("gw", await file("a: 1\ncommunity: [Geheim77\n")).catch(messageOf);
    expect(failure).toMatch(/failed: .*line \d+: not YAML/);
    expect(failure).not.toContain("Geheim77");
    expect(await run("gw", await file("community: *Geheim77\n")).catch(messageOf)).not.toContain("Geheim77");
  });
});
