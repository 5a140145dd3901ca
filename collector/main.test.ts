import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FROM_SOURCES } from "../scripts/from-sources.ts";
import { FILES } from "./inventory/files-suite.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "campanile-main-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The command line from its source, as a process of its own: exit codes and streams are what is looked at. */
function program(...args: string[]) {
  const child = spawn(process.execPath, [...FROM_SOURCES, "collector/main.ts", ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    said.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.stderr += chunk;
  });
  const ended = once(child, "close").then(() => ({ status: child.exitCode ?? child.signalCode, ...said }));
  return { child, ended };
}

const run = (...args: string[]) => program(...args).ended;

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function inventory(changes: Readonly<Record<string, string>> = {}): string {
  for (const [name, text] of Object.entries({ ...FILES, ...changes })) file(name, text);
  return folder;
}

describe("the command line", () => {
  it.each([
    { args: ["--help"], status: 0, stream: "stdout", says: "Usage: campanile-collector" },
    { args: ["import", "--help"], status: 0, stream: "stdout", says: "--preview" },
    { args: [], status: 2, stream: "stderr", says: "Usage: campanile-collector" },
    { args: ["run"], status: 2, stream: "stderr", says: "--config" },
    { args: ["scores"], status: 2, stream: "stderr", says: "scores" },
    { args: ["score"], status: 2, stream: "stderr", says: "--scope" },
    {
      args: ["import", "x", "--collector", "localhost:8080"],
      status: 2,
      stream: "stderr",
      says: "http://127.0.0.1:8080",
    },
  ] as const)("ends $args with $status", async ({ args, status, stream, says }) => {
    const outcome = await run(...args);
    expect(outcome).toMatchObject({ status, [stream]: expect.stringContaining(says) });
  });
});

describe("check", () => {
  it("says what a right file means", async () => {
    const outcome = await run("check", "--config", file("c.yaml", "dataDir: ./data\nlisten: { port: 9000 }\n"));
    const stdout = `ok: listens on 127.0.0.1:9000, store duckdb, data in ${join(folder, "data")}\n`;
    expect(outcome).toEqual({ status: 0, stdout, stderr: "" });
  });

  it.each([
    { command: "check", status: 1 },
    { command: "run", status: 2 },
  ])("$command names every problem of a wrong file and ends with $status", async ({ command, status }) => {
    const outcome = await run(command, "--config", file("c.yaml", "colour: red\nlisten: { port: -1 }\n"));
    expect(outcome).toMatchObject({ status, stdout: "" });
    for (const path of ["colour", "listen.port", "dataDir"]) expect(outcome.stderr).toContain(path);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });
});

describe("import", () => {
  it("says that no collector answers", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    if (address === null || typeof address === "string") throw new Error("no port");
    const collector = `http://127.0.0.1:${address.port}`;
    const outcome = await run("import", inventory(), "--collector", collector);
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
    expect(outcome.stderr).toMatch(`campanile-collector: no collector answers at ${collector}: `);
  });

  it("names a folder that is not there", async () => {
    const outcome = await run("import", join(folder, "nowhere"));
    expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining(join(folder, "nowhere")) });
  });
});

describe("a running collector", () => {
  it("takes an inventory: previewed, wrong, right and as JSON; and ends at a signal", async () => {
    const config = file(
      "c.yaml",
      "dataDir: ./data\nlisten: { port: 0 }\nstore: { kind: memory }\nlog: { level: warn }\n",
    );
    const { child, ended } = program("run", "--config", config);
    const [line]: string[] = await once(createInterface({ input: child.stdout }), "line");
    const collector = /^listening on (http:\S+)$/.exec(line ?? "")?.[1] ?? "";
    try {
      const dir = inventory();
      const send = (...options: string[]) => run("import", dir, "--collector", collector, ...options);
      const preview = await send("--preview");
      expect(preview).toMatchObject({ status: 0, stdout: expect.stringMatching(/preview\n$/) });
      expect(await (await fetch(`${collector}/v1/schools`)).json()).toMatchObject({ schools: [] });

      inventory({ "serves.csv": "device,venue,role\nap1,nowhere,primary\nap9,v1,primary\n" });
      const wrong = await send();
      expect(wrong).toMatchObject({ status: 1, stdout: "" });
      expect(wrong.stderr).toMatch(/serves\.csv:2 venue: .*\n.*serves\.csv:3 device: /);

      inventory();
      expect(await send()).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/2 added[\s\S]*imported as version 1\n$/),
      });
      const json = await send("--json");
      expect(JSON.parse(json.stdout)).toMatchObject({ preview: false, files: { "schools.csv": { unchanged: 2 } } });
    } finally {
      child.kill("SIGTERM");
    }
    expect(await ended).toMatchObject({ status: 0 });
  });

  it("ends with 1 and one clear sentence when it cannot start", async () => {
    const config = file("c.yaml", "dataDir: ./c.yaml\nlisten: { port: 0 }\n");
    const outcome = await run("run", "--config", config);
    expect(outcome).toMatchObject({ status: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^campanile-collector: dataDir .* cannot be used as a folder/m);
  });
});
