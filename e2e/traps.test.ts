// A trap's whole way: Debian's snmptrap → agent → collector → GET /v1/devices/:id.
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceWithEvents } from "../contract/api.ts";
import { toolsMissing } from "../firmware-sims/snmp/net-snmp-tools.ts";
import { enrol, importInventory } from "./fleet.ts";
import { freePort, getJson, type Program, start, until } from "./programs.ts";

const SCHOOL = "2133000999";

describe.skipIf(toolsMissing !== undefined)(`a trap${toolsMissing ? ` (skipped: ${toolsMissing})` : ""}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "campanile-traps-"));
  const agentFile = join(folder, "agent.yaml");
  const running: Program[] = [];
  let collectorUrl: string;
  let trapPort: number;

  beforeAll(async () => {
    const port = await freePort();
    collectorUrl = `http://127.0.0.1:${port}`;
    trapPort = await freeUdpPort();
    writeFileSync(join(folder, "collector.yaml"), `listen: { port: ${port} }\ndataDir: ./data\nlog: { level: warn }\n`);
    writeFileSync(agentFile, agentConfig());
    const collector = launch("collector", ["run", "--config", join(folder, "collector.yaml")]);
    await collector.line((line) => line.startsWith("listening"));
    await importInventory(collectorUrl, {
      schools: [`${SCHOOL},测试小学,,330106,111,,,`],
      devices: [`sw1,${SCHOOL},switch,汇聚交换机,sw1,,,,`],
    });
    await enrol(SCHOOL, folder, { collector: collectorUrl, agent: "trap-test" });
    launch("agent", ["run", "--config", agentFile]);
    await until(() => running.some((program) => program.output().includes("traps are received")));
  });

  afterAll(async () => {
    for (const program of running) await program.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  it("that is sent to the agent is told by the collector, and counted by the agent", async () => {
    const varbinds = ["1.3.6.1.2.1.31.1.1.1.1.24", "s", "Gi1/0/24"];
    snmptrap(["-v", "2c", "-c", "trap-secret"], ["", "1.3.6.1.6.3.1.1.5.3", ...varbinds]);
    snmptrap(v3("SHA-256", "AES"), ["", "1.3.6.1.6.3.1.1.5.4", ...varbinds]);
    snmptrap(["-v", "2c", "-c", "wrong"], ["", "1.3.6.1.6.3.1.1.5.1"]);
    const device = await until(async () => {
      const found = await getJson<DeviceWithEvents>(`${collectorUrl}/v1/devices/sw1`);
      return found && found.events.length === 3 && found;
    });
    expect(new Set(device.events.map(({ kind, text }) => `${kind}: ${text}`))).toEqual(
      new Set(["link_down: ifName Gi1/0/24", "link_up: ifName Gi1/0/24", "trap_refused: unknown community"]),
    );
    const said = await until(async () => {
      const status = start("agent", ["status", "--config", agentFile]);
      await status.finished();
      return status.output().includes("traps refused") && status.output();
    });
    expect(said).toContain(`traps: receiving at 127.0.0.1:${trapPort}; 3 received since start, 3 events, 0 repeated`);
    expect(said).toContain("traps refused: 1 community");
  });

  function launch(name: "agent" | "collector", args: string[]): Program {
    const program = start(name, args);
    running.push(program);
    return program;
  }

  function snmptrap(options: string[], trap: string[]): void {
    const env = { SNMP_PERSISTENT_DIR: folder };
    execFileSync("/usr/bin/snmptrap", [...options, "-m", "", `127.0.0.1:${trapPort}`, ...trap], { env, stdio: "pipe" });
  }

  function v3(auth: string, privacy: string): string[] {
    const user = ["-v", "3", "-u", "nms", "-l", "authPriv", "-e", "0x8000000001020304"];
    return [...user, "-a", auth, "-A", "auth-secret", "-x", privacy, "-X", "privacy-secret"];
  }

  function agentConfig(): string {
    return `agent: trap-test
collector: ${collectorUrl}
spool: { dir: ./spool, flush: 50ms }
traps:
  listen: 127.0.0.1:${trapPort}
  communities: [trap-secret]
  users:
    - name: nms
      auth: { protocol: sha256, password: auth-secret }
      privacy: { protocol: aes128, password: privacy-secret }
targets:
  - { id: sw1, url: "snmp://public@127.0.0.1:9", timeout: 100ms, retries: 0 }
`;
  }
});

/** A UDP port that was free a moment ago. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
