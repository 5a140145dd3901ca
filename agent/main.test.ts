import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FROM_SOURCES } from "../scripts/from-sources.ts";
import { openSpool } from "./spool/spool.ts";
import { v2c } from "./traps/messages-suite.ts";
import { PDU_TAG } from "./traps/pdu.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

// Each start loads the TypeScript runner, which takes seconds on a busy machine.
describe("the program", { timeout: 90_000 }, () => {
  let dir: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-main-"));
    file = join(dir, "agent.yaml");
    await writeFile(
      file,
      `agent: a1\ncollector: http://127.0.0.1:9\ntargets: [{ id: t, url: "snmp://c@127.0.0.1:9" }]\n`,
    );
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(dir, { recursive: true });
  });

  function start(...args: string[]) {
    const child = spawn(process.execPath, [...FROM_SOURCES, "agent/main.ts", ...args], { cwd: ROOT });
    children.push(child);
    const said = { out: "", err: "" };
    child.stdout.on("data", (text: Buffer) => {
      said.out += text;
    });
    child.stderr.on("data", (text: Buffer) => {
      said.err += text;
    });
    // "close" comes when the streams have ended as well, so nothing said is missed.
    const ended = once(child, "close").then(([code]: unknown[]) => code);
    return { child, said, ended };
  }

  const isRunning = (said: { err: string }) =>
    expect.poll(() => said.err, { timeout: 30_000 }).toContain("agent starts");

  it("writes results to stdout and ends with the command's code", async () => {
    const { said, ended } = start("check", "--config", file);
    await expect(ended).resolves.toBe(0);
    expect(said.out).toBe("ok: 1 targets\n");
  });

  it("stops in good order when it is asked to, with JSON logs on stderr only", async () => {
    const { child, said, ended } = start("run", "--config", file);
    await isRunning(said);
    child.kill("SIGTERM");
    await expect(ended).resolves.toBe(0);
    const messages = said.err
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).msg);
    expect(messages.at(-1)).toBe("agent stopped");
    expect(said.out).toBe("");
  });

  it("holds its spool against a second one, and gives it up when it is killed", async () => {
    const first = start("run", "--config", file);
    await isRunning(first.said);
    const second = start("run", "--config", file);
    await expect(second.ended).resolves.toBe(1);
    expect(second.said.err).toContain(`process ${first.child.pid}`);
    first.child.kill("SIGKILL");
    await first.ended;
    const third = start("run", "--config", file);
    await isRunning(third.said);
    third.child.kill("SIGINT");
    await expect(third.ended).resolves.toBe(0);
  });

  it("has every inform that it answered in its spool, whenever it is killed", async () => {
    const port = await freeUdpPort();
    const spool = join(dir, "spool");
    const config = [
      "agent: a1",
      "collector: http://127.0.0.1:9",
      `targets: [{ id: t, url: "snmp://c@127.0.0.1:9" }]`,
      `spool: { dir: ${JSON.stringify(spool)}, flush: 60s }`,
      `traps: { listen: "127.0.0.1:${port}", communities: [c] }`,
    ];
    await writeFile(file, config.join("\n"));
    const { child, said, ended } = start("run", "--config", file);
    await expect.poll(() => said.err, { timeout: 30_000 }).toContain("traps are received");
    const sender = createSocket("udp4");
    const inform = v2c({ community: "c", tag: PDU_TAG.inform, requestId: 7 });
    sender.send(inform, port, "127.0.0.1");
    await once(sender, "message");
    child.kill("SIGKILL");
    await ended;
    sender.close();
    const left = await openSpool({
      ...{ dir: spool, maxBytes: 1e8, maxAgeMs: 1e9, nowMs: () => Date.now() },
      ...{ processes: { pid: process.pid, isAlive: () => false }, log: pino({ level: "silent" }) },
    });
    const lines: string[] = [];
    for (let batch = await left.peek(); batch; batch = await left.peek()) {
      lines.push(gunzipSync(batch.payload).toString());
      await left.ack(batch.sequence);
    }
    await left.close();
    expect(lines.join("")).toContain("event,device=t,kind=link_down");
  });
});

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
