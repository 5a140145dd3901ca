// A school's first morning: a code from the county, then the three commands of the README, then the school is on the page.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FleetAgentWithEvents, FleetList, SchoolView } from "../contract/api.ts";
import { startSnmpDevice } from "../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../firmware-sims/snmp/snmprec.ts";
import { importInventory, ran } from "./fleet.ts";
import { freePort, getJson, type Program, start, until } from "./programs.ts";

const SCHOOL = "2133000999";
const WALK = [
  "1.3.6.1.2.1.1.1.0|4|a switch of the first morning",
  "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8072.3.2.10",
  "1.3.6.1.2.1.1.3.0|67|123456",
  "1.3.6.1.2.1.1.5.0|4|sw1",
].join("\n");

const folder = mkdtempSync(join(tmpdir(), "campanile-enroll-"));
const school = join(folder, "school");
const configFile = join(school, "agent.yaml");
const running: Program[] = [];
let collectorUrl: string;
let device: Awaited<ReturnType<typeof startSnmpDevice>>;

beforeAll(async () => {
  device = await startSnmpDevice({ mib: createStaticMib(readSnmprec(WALK).rows), community: "s3cret-community" });
  const port = await freePort();
  collectorUrl = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, "collector.yaml"), `listen: { port: ${port} }\ndataDir: ./data\nlog: { level: warn }\n`);
  running.push(start("collector", ["run", "--config", join(folder, "collector.yaml")]));
  await running[0]?.line((line) => line.startsWith("listening"));
  await importInventory(collectorUrl, {
    schools: [`${SCHOOL},测试小学,,330106,111,,,`],
    devices: [`sw1,${SCHOOL},switch,汇聚交换机,sw1,,,,`],
  });
});

afterAll(async () => {
  for (const program of running) await program.end("SIGTERM");
  await device.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a school's first morning", () => {
  let code: string;

  it("begins with a code that the county makes for it", async () => {
    const said = await ran("collector", ["code", "--school", SCHOOL, "--collector", collectorUrl]);
    code = /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/.exec(said)?.[0] ?? "";
    expect(code, said).not.toBe("");
    // The county holds what the agent is to ask, so that nobody at the school has to write a file.
    const wanted = [
      "interval: 2s",
      "deadline: 1s",
      "timeout: 300ms",
      "selfTest: { interface: lo, gateway: self, references: [sw1] }",
      `targets: [{ id: sw1, url: "snmp://127.0.0.1:${device.port}", community: s3cret-community }]`,
      "",
    ];
    writeFileSync(join(folder, "wanted.yaml"), wanted.join("\n"));
    const about = ["agent-config", "--school", SCHOOL, join(folder, "wanted.yaml"), "--collector", collectorUrl];
    await ran("collector", about);
  });

  it("goes on with `enroll` in an empty folder: a key that never leaves it, and a configuration", async () => {
    const said = await ran("agent", ["enroll", "--collector", collectorUrl, "--code", code, "--dir", school]);
    expect(said).toContain("check --config");
    expect(readFileSync(configFile, "utf8")).toContain(collectorUrl);
    const key = join(school, "identity");
    expect(statSync(key).isDirectory()).toBe(true);
    const again = start("agent", [
      "enroll",
      "--collector",
      collectorUrl,
      "--code",
      code,
      "--dir",
      join(folder, "thief"),
    ]);
    expect(await again.finished()).toBe(1);
    expect(again.output()).toMatch(/used/);
  });

  it("asks every device once with `check --probe`", async () => {
    const said = await ran("agent", ["check", "--config", configFile, "--probe"]);
    expect(said).toMatch(/sw1 .*ok/);
    expect(said).not.toContain("s3cret-community");
  });

  it("and with `run` is on the page, agent, device and all", async () => {
    running.push(start("agent", ["run", "--config", configFile]));
    const view = await until(async () => {
      const found = await getJson<SchoolView>(`${collectorUrl}/v1/schools/${SCHOOL}`);
      return found?.agents[0]?.state === "seeing" && found.deviceList[0]?.latest.probe_ok?.value === 1 && found;
    });
    expect(view.agents[0]).toMatchObject({ school: SCHOOL });
    const fleet = await until(async () => {
      const list = await getJson<FleetList>(`${collectorUrl}/v1/agents`);
      return list?.agents[0]?.configuration?.last?.outcome === "applied" && list;
    });
    expect(fleet.agents).toHaveLength(1);
    expect(fleet.agents[0]).toMatchObject({ enrolled: true, state: "seeing", configuration: { revision: 1 } });
  });

  it("ends when the county revokes the agent, and says so on both sides", async () => {
    const list = await getJson<FleetList>(`${collectorUrl}/v1/agents`);
    const id = list?.agents[0]?.id ?? "";
    await ran("collector", ["revoke", id, "--reason", "stolen", "--collector", collectorUrl]);
    const agent = await until(async () => {
      const found = await getJson<FleetAgentWithEvents>(`${collectorUrl}/v1/agents/${id}`);
      return found?.events.some(({ kind }) => kind === "AGENT_REVOKED") && found;
    });
    expect(agent).toMatchObject({ revokedReason: "stolen" });
    await until(async () => {
      const status = start("agent", ["status", "--config", configFile]);
      await status.finished();
      return status.output().includes("AGENT_REVOKED");
    });
  });
});
