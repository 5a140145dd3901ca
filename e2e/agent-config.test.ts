// Configuration from the county, with agent and collector in one process and real HTTP and SNMP between them: fetched, tried,
// applied, refused, rolled back, and what both sides say of it.
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runWith } from "../agent/cli-suite.ts";
import type { FleetAgent } from "../contract/api.ts";
import { type SnmpDevice, startSnmpDevice } from "../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../firmware-sims/snmp/snmprec.ts";
import { CollectorInFolder } from "./collector-suite.ts";

const COMMUNITY = "s3cret-community";
const WALK = ["1.3.6.1.2.1.1.1.0|4|a switch", "1.3.6.1.2.1.1.3.0|67|123456", "1.3.6.1.2.1.1.5.0|4|sw1"].join("\n");

describe("configuration from the county", { timeout: 120_000 }, () => {
  let collector: CollectorInFolder;
  let device: SnmpDevice;
  let school: string;
  let file: string;
  let stop: AbortController;
  let running: Promise<{ log: string }> | undefined;

  beforeEach(async () => {
    collector = await CollectorInFolder.start();
    device = await startSnmpDevice({ mib: createStaticMib(readSnmprec(WALK).rows), community: COMMUNITY });
    school = join(collector.folder, "school");
    file = join(school, "agent.yaml");
    stop = new AbortController();
    const code = await collector.code();
    const args = ["enroll", "--collector", collector.url, "--code", code, "--dir", school];
    expect(await runWith(args, { stop: stop.signal })).toMatchObject({ code: 0 });
    await appendFile(file, "\nconfirmWithin: 10s\n");
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await device.close();
    await collector.close();
  });

  const agent = (...args: string[]) => runWith([...args, "--config", file], { stop: stop.signal });
  const target = (id = "sw1", port = device.port) => ({ id, url: `snmp://127.0.0.1:${port}`, community: COMMUNITY });
  const PACE = { interval: "1s", deadline: "900ms", timeout: "300ms", retries: 0 };

  async function put(config: unknown): Promise<void> {
    const init = { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify({ config }) };
    const response = await fetch(`${collector.url}/v1/agents/gw/config`, init);
    expect(response.status, await response.text()).toBe(200);
  }

  async function configuration(): Promise<FleetAgent["configuration"]> {
    const response = await fetch(`${collector.url}/v1/agents/gw`);
    const text = await response.text();
    expect(text).not.toContain(COMMUNITY);
    const view: FleetAgent = JSON.parse(text);
    return view.configuration;
  }

  const became = (revision: number, outcome: string) =>
    expect.poll(configuration, { timeout: 150_000, interval: 200 }).toMatchObject({ last: { revision, outcome } });

  it("is checked before the agent runs, then applied, changed, and rolled back where it cuts the agent off", async () => {
    const before = await agent("check", "--probe");
    expect(before).toMatchObject({ code: 0, err: expect.stringContaining("holds no configuration for gw yet") });

    await put({ ...PACE, targets: [target()] });
    const probed = await agent("check", "--probe");
    expect(probed.err).toContain("revision 1");
    expect(probed).toMatchObject({ code: 0, out: expect.stringMatching(/sw1 .*ok/) });

    running = agent("run");
    await became(1, "applied");

    await put({ ...PACE, interval: "2s", targets: [target(), target("sw2")] });
    await became(2, "applied");
    await expect.poll(async () => (await agent("status")).out, { timeout: 150_000 }).toMatch(/sw2 .*ok/);
    expect((await agent("status")).out).toContain("configuration: revision 2 of the collector");

    await put({ ...PACE, targets: [target(), { id: "x", url: "snmp://192.0.2.1", profile: "none", community: "c" }] });
    await became(3, "refused");

    await put({ ...PACE, collector: "http://127.0.0.1:9", targets: [target()] });
    await became(4, "rolled-back");
    const { last } = (await configuration()) ?? {};
    expect(last?.problems.join()).toContain("no collector acknowledged");

    await put({ ...PACE, targets: [target("gone", 9)] });
    await became(5, "rolled-back");
    await expect
      .poll(async () => (await agent("status")).out, { timeout: 150_000 })
      .toContain("revision 5 was rolled-back");
    expect((await agent("status")).out).toContain("configuration: revision 2 of the collector");

    stop.abort();
    const { log } = (await running) ?? { log: "" };
    expect(log).not.toContain(COMMUNITY);
  }, 180_000);

  it("comes up with what it had after a restart", async () => {
    await put({ ...PACE, targets: [target()] });
    running = agent("run");
    await became(1, "applied");
    stop.abort();
    await running;
    stop = new AbortController();
    running = agent("run");
    await expect.poll(async () => (await agent("status")).out, { timeout: 150_000 }).toMatch(/sw1 .*ok/);
    expect((await agent("status")).out).toContain("configuration: revision 1 of the collector");
  });

  it("lies readable in no file of the collector", async () => {
    await put({ ...PACE, targets: [target()] });
    running = agent("run");
    await became(1, "applied");
    const data = join(collector.folder, "data");
    const names = await readdir(data, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(1);
    for (const name of files) expect(await readFile(name, "latin1"), name).not.toContain(COMMUNITY);
  });
});
