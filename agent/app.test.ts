import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../contract/clock.ts";
import { type Agent, startAgent } from "./app.ts";
import type { AgentConfig } from "./config/config.ts";
import { type Probe, ProbeError } from "./probes/probe.ts";
import { openSpool } from "./spool/spool.ts";
import { readStatus } from "./status.ts";

/** So fast that every minute of the agent lasts some twenty milliseconds. */
const fastClock: Clock = (() => {
  const startMs = Date.now();
  const nowMs = () => startMs + (Date.now() - startMs) * 3_000;
  const sleepUntil = (atMs: number, signal: AbortSignal) =>
    systemClock.sleepUntil(Date.now() + Math.max(1, (atMs - nowMs()) / 3_000), signal);
  return { nowMs, sleepUntil };
})();

describe("the agent", () => {
  let dir: string;
  let server: Server;
  let lines: string[];
  let isCollectorUp: boolean;
  let agent: Agent | undefined;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-app-"));
    lines = [];
    isCollectorUp = true;
    server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(Buffer.from(part));
      if (!isCollectorUp) return response.writeHead(503).end();
      const batch = gunzipSync(Buffer.concat(parts)).toString().split("\n").slice(0, -1);
      lines.push(...batch);
      const [name, session] = [request.headers["x-campanile-agent"], request.headers["x-campanile-session"]];
      const sequence = Number(request.headers["x-campanile-sequence"]);
      response.end(JSON.stringify({ agent: name, session, sequence, stored: batch.length, repeated: 0, refused: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await agent?.stop();
    agent = undefined;
    server.closeAllConnections();
    server.close();
    await rm(dir, { recursive: true });
  });

  const probe: Probe = async ({ id }, { nowMs }) => {
    if (id === "dead") throw new ProbeError("timeout", "dead gave no answer");
    const atMs = nowMs();
    const readings = [{ measurement: "device", device: id, atMs, values: { wifi_clients: 7 } } as const];
    return { readings, facts: [{ device: id, atMs, texts: { model: "AP 4050" } }], valuesRefused: 0 };
  };

  async function start(): Promise<Agent> {
    const target = (id: string) => ({
      id,
      address: { kind: "snmp", host: "192.0.2.1", port: 161, community: "Geheim77" } as const,
      segment: "main",
      timeoutMs: 100,
      retries: 0,
      intervalMs: 60_000,
      deadlineMs: 1_000,
    });
    const config: AgentConfig = {
      agent: "a1",
      collector: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server has an address object
      intervalMs: 60_000,
      concurrency: 4,
      spool: { dir, maxBytes: 1e7, maxAgeMs: 1e12, flushMs: 1_000 },
      profiles: [],
      identity: { folder: dir, isNamed: false },
      selfTests: [{ segment: "main", interface: "lo", gateway: "self", references: ["ap", "dead"] }],
      log: { level: "info" },
      targets: [target("ap"), target("dead")],
    };
    const log = pino({ level: "silent" });
    agent = startAgent({
      config,
      clock: fastClock,
      probes: { snmp: probe },
      spool: await openSpool({
        ...config.spool,
        nowMs: fastClock.nowMs,
        processes: { pid: process.pid, isAlive: () => true },
        log,
      }),
      interfaces: () => ({
        lo: [{ address: "127.0.0.1", family: "IPv4", internal: true, netmask: "", mac: "", cidr: null }],
      }),
      realMs: () => performance.now(),
      log,
    });
    return agent;
  }

  it("delivers what devices said, how runs ended, that it can see, and facts once", async () => {
    await start();
    await expect.poll(() => lines.join("\n"), { timeout: 10_000 }).toContain("agent_selftest_passed=1");
    const all = lines.join("\n");
    expect(all).toMatch(/^device,device=ap wifi_clients=7 \d+$/m);
    expect(all).toMatch(
      /^probe,device=ap probe_ok=1,probe_duration_seconds=[\d.e-]+,probe_lateness_seconds=[\d.e-]+,probe_values_refused=0 \d+$/m,
    );
    expect(all).toMatch(
      /^probe,device=dead probe_ok=0,probe_duration_seconds=[\d.e-]+,probe_lateness_seconds=[\d.e-]+,probe_failure=1 \d+$/m,
    );
    expect(all).toMatch(
      /^agent,device=a1,instance=main agent_interface_up=1,agent_reference_answered=1,agent_selftest_passed=1 \d+$/m,
    );
    expect(all).toMatch(
      /^agent,device=a1 agent_rounds_skipped_total=\d+,agent_spool_bytes=\d+,agent_spool_dropped_total=0 \d+$/m,
    );
    expect(lines.filter((line) => line.startsWith("fact,"))).toEqual([
      expect.stringMatching(/^fact,device=ap model="AP 4050" \d+$/),
    ]);
  });

  it("keeps what it learned while the collector is away, over a restart, and delivers it then", async () => {
    isCollectorUp = false;
    const first = await start();
    await expect.poll(() => first.status().spool.pendingBatches, { timeout: 10_000 }).toBeGreaterThan(0);
    await first.stop();
    expect(first.status().outbox.waitingLines).toBe(0);
    expect(lines).toEqual([]);
    isCollectorUp = true;
    const second = await start();
    await expect.poll(() => second.status().spool.pendingBatches, { timeout: 10_000 }).toBe(0);
    expect(lines.length).toBeGreaterThan(0);
  });

  it("says of itself what it asks and what fails and why, without a secret", async () => {
    const running = await start();
    await expect
      .poll(() => running.status().targets.map(({ state }) => state), { timeout: 10_000 })
      .toEqual(["ok", "failing"]);
    await running.stop();
    const status = await readStatus(dir);
    expect(status?.targets[1]).toMatchObject({ id: "dead", url: "snmp://192.0.2.1:161", reason: "timeout" });
    expect(JSON.stringify(status)).not.toContain("Geheim77");
  });

  it("refuses to start on a spool that another agent holds", async () => {
    await start();
    const first = agent;
    await expect(start()).rejects.toMatchObject({ code: "SPOOL_LOCKED" });
    agent = first;
  });
});
