// A whole campus in small: a gateway, a core switch, an access switch and an access point, asked by a running agent.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../contract/clock.ts";
import { createGateway } from "../../firmware-sims/models/gateway.ts";
import { createSwitch } from "../../firmware-sims/models/switch.ts";
import { createUnifiAp } from "../../firmware-sims/models/unifi-ap.ts";
import { type SnmpDevice, startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import type { Mib } from "../../firmware-sims/snmp/mib.ts";
import { type Agent, startAgent } from "../app.ts";
import { createProbes } from "../probes/table.ts";
import { loadProfiles } from "../profiles/load.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import { openSpool } from "../spool/spool.ts";

/** A minute of the agent lasts a fifth of a second. */
const SPEED = 300;
const fastClock: Clock = (() => {
  const startMs = Date.now();
  const nowMs = () => startMs + (Date.now() - startMs) * SPEED;
  const sleepUntil = (atMs: number, signal: AbortSignal) =>
    systemClock.sleepUntil(Date.now() + Math.max(1, (atMs - nowMs()) / SPEED), signal);
  return { nowMs, sleepUntil };
})();

const AP = "02:6a:7e:30:00:01";
const [CORE, ACCESS] = ["02:6a:7e:10:00:01", "02:6a:7e:10:00:02"] as const;
/** The gateway's second line to the campus, as its model has it. */
const GATEWAY = "02:6a:7e:00:00:02";

describe("an agent on a campus", () => {
  let dir: string;
  let collector: Server;
  let engine: SnmpEngine;
  let agent: Agent | undefined;
  let lines: string[];
  const devices: SnmpDevice[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-campus-"));
    engine = createSnmpEngine({ tickMs: 5 });
    lines = [];
    collector = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(Buffer.from(part));
      const batch = gunzipSync(Buffer.concat(parts)).toString().split("\n").slice(0, -1);
      lines.push(...batch);
      const header = (name: string) => request.headers[`x-campanile-${name}`];
      const [name, session, sequence] = [header("agent"), header("session"), Number(header("sequence"))];
      response.end(JSON.stringify({ agent: name, session, sequence, stored: batch.length, repeated: 0, refused: [] }));
    });
    await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await agent?.stop();
    agent = undefined;
    await engine.close();
    collector.closeAllConnections();
    collector.close();
    await Promise.all(devices.splice(0).map((device) => device.close()));
    await rm(dir, { recursive: true });
  });

  async function start(mibs: Readonly<Record<string, { mib: Mib; profile?: string }>>): Promise<void> {
    const targets = [];
    for (const [id, { mib, profile }] of Object.entries(mibs)) {
      const device = await startSnmpDevice({ mib, community: "public" });
      devices.push(device);
      const { host, port } = device;
      const address = { kind: "snmp", host, port, community: "public" } as const;
      const pace = { timeoutMs: 1_000, retries: 1, intervalMs: 60_000, deadlineMs: 10_000 };
      targets.push({ id, address, segment: "main", ...pace, ...(profile !== undefined && { profile }) });
    }
    const spool = { dir, maxBytes: 1e7, maxAgeMs: 1e12, flushMs: 100 };
    const processes = { pid: process.pid, isAlive: () => true };
    const log = pino({ level: "silent" });
    agent = startAgent({
      config: {
        agent: "a1",
        collector: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`, // a TCP server has an address object
        intervalMs: 60_000,
        concurrency: 4,
        spool,
        profiles: [],
        identity: { folder: dir, isNamed: false },
        selfTests: [{ segment: "main", interface: "lo", gateway: "gw", references: ["core"] }],
        log: { level: "info" },
        targets,
      },
      clock: fastClock,
      probes: createProbes({ engine, profiles: await loadProfiles() }),
      spool: await openSpool({ ...spool, nowMs: () => fastClock.nowMs(), processes, log }),
      interfaces: () => ({}),
      realMs: () => performance.now(),
      log,
    });
  }

  /** The newest place that was told of a device. */
  const placeOf = (device: string) => {
    const told = lines.filter((line) => line.startsWith(`fact,device=${device} `) && line.includes("parent="));
    return /(parent="[^ ]+")/.exec(told.at(-1) ?? "")?.[1];
  };

  it("says what hangs on what, says it anew when a device moves, and tells no address of a client", async () => {
    const core = createSwitch({
      name: "core",
      mac: CORE,
      neighbours: [{ port: 2, mac: ACCESS, name: "access", remotePort: "GigabitEthernet1/0/24", roles: ["bridge"] }],
      learned: { 1: [GATEWAY], 2: [ACCESS, AP, "02:99:99:99:99:01"] },
    });
    const access = createSwitch({
      name: "access",
      mac: ACCESS,
      poePorts: 24,
      neighbours: [
        { port: 24, mac: CORE, name: "core", remotePort: "GigabitEthernet1/0/2", roles: ["bridge"] },
        { port: 5, mac: AP, name: "AP-301", remotePort: "eth0", roles: ["bridge", "access-point"] },
      ],
      learned: { 24: [GATEWAY, CORE], 5: [AP, "02:99:99:99:99:01"] },
    });
    const ap = createUnifiAp({ ap: { mac: AP, serial: "SIM0001", name: "AP-301" } });
    await start({
      gw: { mib: createGateway().mib },
      core: { mib: core.mib, profile: "ethernet-switch" },
      access: { mib: access.mib, profile: "ethernet-switch" },
      "ap-301": { mib: ap.mib },
    });
    await expect
      .poll(() => placeOf("ap-301"), { timeout: 30_000 })
      .toBe('parent="access",parent_port="GigabitEthernet1/0/5"');
    await expect
      .poll(() => placeOf("access"), { timeout: 30_000 })
      .toBe('parent="core",parent_port="GigabitEthernet1/0/2"');
    expect(placeOf("core")).toBeUndefined();
    expect(
      lines.some((line) => /^interface,device=access,instance=GigabitEthernet1\/0\/5 .*if_learned_macs=2/.test(line)),
    ).toBe(true);

    access.disconnect(5);
    core.learn(2, [ACCESS]);
    core.connect({ port: 9, mac: AP, name: "AP-301", remotePort: "eth0", roles: ["bridge", "access-point"] });
    await expect
      .poll(() => placeOf("ap-301"), { timeout: 30_000 })
      .toBe('parent="core",parent_port="GigabitEthernet1/0/9"');
    expect(lines.join("\n")).not.toContain("99:99:99");
  });
});
