import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../contract/clock.ts";
import { type Agent, startAgent } from "./app.ts";
import type { AgentConfig } from "./config/config.ts";
import type { Probe } from "./probes/probe.ts";
import { openSpool } from "./spool/spool.ts";

describe("an agent that is given another configuration", () => {
  let dir: string;
  let servers: Server[];
  /** Lines by collector. */
  let lines: string[][];
  let isUp: boolean;
  let agent: Agent;
  /** Runs under way, by the target's id; the test ends them. */
  let open: Map<string, () => void>;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-replace-"));
    lines = [[], []];
    isUp = true;
    open = new Map();
    servers = await Promise.all([0, 1].map((i) => collector(i)));
  });
  afterEach(async () => {
    await agent.stop();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await rm(dir, { recursive: true });
  });

  async function collector(i: number): Promise<Server> {
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(Buffer.from(part));
      if (!isUp) return response.writeHead(503).end();
      const batch = gunzipSync(Buffer.concat(parts)).toString().split("\n").slice(0, -1);
      lines[i]?.push(...batch);
      const [name, session] = [request.headers["x-campanile-agent"], request.headers["x-campanile-session"]];
      const sequence = Number(request.headers["x-campanile-sequence"]);
      response.end(JSON.stringify({ agent: name, session, sequence, stored: batch.length, repeated: 0, refused: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  const urlOf = (i: number) => {
    const address = servers[i]?.address() as AddressInfo; // a TCP server has an address object
    return `http://127.0.0.1:${address.port}`;
  };

  const probe: Probe = async ({ id }, { nowMs, answered }) => {
    await answered?.();
    if (id.startsWith("slow")) await new Promise<void>((resolve) => open.set(id, resolve));
    const readings = [{ measurement: "device", device: id, atMs: nowMs(), values: { wifi_clients: 7 } } as const];
    return { readings, facts: [], valuesRefused: 0 };
  };

  function config(ids: string[], change: Partial<AgentConfig> = {}): AgentConfig {
    const targets = ids.map((id) => ({
      ...{ id, address: { kind: "snmp", host: "192.0.2.1", port: 161, community: "c" } as const, segment: "main" },
      ...{ timeoutMs: 100, retries: 0, intervalMs: 50, deadlineMs: 20_000 },
    }));
    return {
      ...{ agent: "a1", collector: urlOf(0), intervalMs: 50, concurrency: 4, profiles: [], selfTests: [] },
      ...{ spool: { dir: join(dir, "spool"), maxBytes: 1e7, maxAgeMs: 1e12, flushMs: 10 }, log: { level: "info" } },
      ...{ identity: { folder: dir, isNamed: false }, targets, ...change },
    };
  }

  async function start(ids: string[]): Promise<void> {
    const log = pino({ level: "silent" });
    const first = config(ids);
    const processes = { pid: process.pid, isAlive: () => true };
    const spool = await openSpool({ ...first.spool, nowMs: () => systemClock.nowMs(), processes, log });
    agent = startAgent({
      ...{ config: first, spool, clock: systemClock, probes: { snmp: probe }, interfaces: () => ({}) },
      ...{ realMs: () => performance.now(), log },
    });
  }

  const said = (i: number, text: string) =>
    expect.poll(() => lines[i]?.join("\n"), { timeout: 10_000 }).toContain(text);

  it("asks the others from then on, and delivers what runs under way still learn", async () => {
    await start(["slow-one", "ap"]);
    await said(0, "device,device=ap ");
    await expect.poll(() => open.has("slow-one")).toBe(true);
    const replaced = agent.replace(config(["new"]), { snmp: probe });
    open.get("slow-one")?.();
    await replaced;
    await said(0, "device,device=slow-one ");
    await said(0, "device,device=new ");
    expect(agent.status().targets.map(({ id }) => id)).toEqual(["new"]);
    await expect.poll(() => agent.vitals().hasAnswer).toBe(true);
  });

  it("keeps what waits in the spool, and delivers it to the collector it was moved to", async () => {
    isUp = false;
    await start(["ap"]);
    await expect.poll(() => agent.status().spool.pendingBatches, { timeout: 10_000 }).toBeGreaterThan(1);
    const { session } = agent.status().spool;
    await agent.replace(config(["ap"], { collector: urlOf(1), intervalMs: 60 }), { snmp: probe });
    expect(agent.status().spool).toMatchObject({ session, droppedTotal: 0 });
    expect(agent.vitals().batchesStored).toBe(0);
    isUp = true;
    await said(1, "device,device=ap ");
    await expect.poll(() => agent.vitals().batchesStored, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(lines[0]).toEqual([]);
    expect(agent.status().collector).toBe(urlOf(1));
  });

  it("can have nothing to ask, and something later", async () => {
    await start([]);
    await said(0, "agent,device=a1 ");
    expect(agent.vitals().hasAnswer).toBe(false);
    await agent.replace(config(["ap"]), { snmp: probe });
    await said(0, "device,device=ap ");
  });

  it("leaves no socket and no timer behind, however often it is changed", async () => {
    const traps = (port: number) => ({ address: "127.0.0.1", port, communities: ["c"], users: [] });
    await start(["ap"]);
    await said(0, "device,device=ap ");
    const held = () => process.getActiveResourcesInfo().filter((name) => /UDP|TCPSocket|Timeout/.test(name)).length;
    await agent.replace(config(["ap"], { traps: traps(freePort()) }), { snmp: probe });
    await expect.poll(() => agent.status().traps?.state).toBe("receiving");
    const before = held();
    for (let i = 0; i < 30; i++) {
      const port = freePort();
      await agent.replace(config(["ap", `ap-${i}`], { traps: traps(port), collector: urlOf(i % 2) }), { snmp: probe });
    }
    await expect.poll(() => agent.status().traps?.state).toBe("receiving");
    await expect.poll(held, { timeout: 10_000 }).toBeLessThanOrEqual(before + 4);
  });

  it("keeps listening for traps when a change does not concern them", async () => {
    const traps = { address: "127.0.0.1", port: freePort(), communities: ["c"], users: [] };
    await start(["ap"]);
    await agent.replace(config(["ap"], { traps }), { snmp: probe });
    await expect.poll(() => agent.status().traps?.state).toBe("receiving");
    await agent.replace(config(["ap"], { traps, intervalMs: 70 }), { snmp: probe });
    expect(agent.status().traps?.state).toBe("receiving"); // a new one would be starting
    await agent.replace(config(["ap"]), { snmp: probe });
    expect(agent.status().traps).toBeUndefined();
  });
});

let lastPort = 20_000 + (process.pid % 10_000);

/** Not asked of the system: what is taken is said by the agent, and the test would fail. */
function freePort(): number {
  lastPort += 1;
  return lastPort;
}
