import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CliIo } from "./cli.ts";
import { runWith, SECRET } from "./cli-suite.ts";
import { createLog } from "./log.ts";
import { type Probe, ProbeError } from "./probes/probe.ts";
import { openProbing } from "./wiring.ts";

describe("the command line", () => {
  let dir: string;
  let file: string;
  let stop: AbortController;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-cli-"));
    file = join(dir, "agent.yaml");
    stop = new AbortController();
    await writeFile(
      file,
      `
agent: a1
collector: http://127.0.0.1:9
selfTest: { interface: lo, gateway: self, references: [ap] }
targets:
  - { id: ap, url: "snmp://192.0.2.1", community: ${SECRET} }
  - { id: dead, url: "snmp://192.0.2.2", community: ${SECRET} }
`,
    );
  });
  afterEach(() => rm(dir, { recursive: true }));

  const probe: Probe = async ({ id }, { nowMs }) => {
    if (id === "dead" || id.startsWith("192.0.2.2")) throw new ProbeError("timeout", `${id} gave no answer`);
    const values = { wifi_clients: 7 };
    return {
      readings: [{ measurement: "device", device: id, atMs: nowMs(), values }],
      facts: [{ device: id, atMs: nowMs(), texts: { model: "AP 4050" } }],
      valuesRefused: 0,
    };
  };

  const probing = async () => ({ probes: { snmp: probe }, profiles: ["generic"], close: async () => undefined });
  const run = (args: string[], change: Partial<CliIo> = {}) =>
    runWith(args, { openProbing: probing, stop: stop.signal, ...change });

  it.each([
    ["--help"],
    ["run", "--help"],
    ["check", "--help"],
    ["probe", "--help"],
    ["status", "--help"],
    ["discover", "--help"],
  ])("explains itself: %s %s", async (...args) => {
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(out).toContain("Usage: campanile-agent");
  });

  it.each([
    { args: ["dance"] },
    { args: ["run"] },
    { args: ["check", "--config"] },
    { args: ["probe"] },
    { args: ["probe", "snmp://c@h", "--timeout", "soon"] },
    { args: ["probe", "gopher://c@h"] },
    { args: ["probe", "snmp://c@192.0.2.1", "--profile", "none"] },
    { args: ["check", "--config", "/there/is/no/such/file"] },
    { args: ["run", "--config", "/there/is/no/such/file"] },
  ])("calls $args wrong usage", async ({ args }) => {
    const { code, out, err } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).not.toBe("");
  });

  it("checks a configuration without asking anybody", async () => {
    const openProbingOnly = async () => ({
      probes: { snmp: () => Promise.reject(new Error("asked")) },
      profiles: ["generic"],
      close: async () => undefined,
    });
    await expect(run(["check", "--config", file], { openProbing: openProbingOnly })).resolves.toMatchObject({
      code: 0,
      out: "ok: 2 targets\n",
      err: "",
    });
  });

  it("gives a negative verdict on a bad configuration when it checks, and refuses to run it", async () => {
    await writeFile(
      file,
      `agent: a1\ncollector: http://c\ninterval: 5m\ntargets: [{ id: t, url: "snmp://${SECRET}@h", x: 1 }]`,
    );
    const check = await run(["check", "--config", file]);
    expect(check).toMatchObject({ code: 1, out: "" });
    expect(check.err).toContain("interval:");
    expect(check.err).toContain("targets[0].x:");
    const json = await run(["check", "--config", file, "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      problems: [{ path: "interval" }, { path: "targets[0].x" }],
    });
    await expect(run(["run", "--config", file])).resolves.toMatchObject({ code: 2 });
  });

  it("names a profile that there is not, and a segment that cannot prove itself", async () => {
    const target = (extra: string) =>
      `agent: a1\ncollector: http://c\ntargets: [{ id: t, url: "snmp://c@h", ${extra} }]`;
    await writeFile(file, target("profile: nobody"));
    await expect(run(["check", "--config", file])).resolves.toMatchObject({
      code: 1,
      err: expect.stringContaining("targets[0].profile"),
    });
    await writeFile(file, target("segment: labs"));
    await expect(run(["check", "--config", file])).resolves.toMatchObject({
      code: 0,
      err: expect.stringContaining("segment labs"),
    });
  });

  it("asks every target once with --probe, and says which fail and why", async () => {
    const { code, out } = await run(["check", "--config", file, "--probe"]);
    expect(code).toBe(1);
    expect(out).toMatch(/^ap +snmp:\/\/192\.0\.2\.1:161 +ok /m);
    expect(out).toMatch(/^dead +snmp:\/\/192\.0\.2\.2:161 +failing +timeout +\d/m);
    const json = await run(["check", "--config", file, "--probe", "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      ok: false,
      targets: [{ id: "ap", state: "ok" }, { reason: "timeout" }],
    });
  });

  it("probes one thing and prints its readings and facts as NDJSON, or as tables", async () => {
    const { code, out } = await run(["probe", `snmp://${SECRET}@192.0.2.1`, "--json"]);
    expect(code).toBe(0);
    const objects = out
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    const device = "192.0.2.1:161";
    expect(objects).toEqual([
      { kind: "reading", measurement: "device", device, at: expect.any(String), values: { wifi_clients: 7 } },
      {
        kind: "reading",
        measurement: "probe",
        device,
        at: expect.any(String),
        values: expect.objectContaining({ probe_ok: 1 }),
      },
      { kind: "fact", device, at: expect.any(String), texts: { model: "AP 4050" } },
    ]);
    const table = await run(["probe", `snmp://${SECRET}@192.0.2.1`]);
    expect(table.out).toMatch(/^192\.0\.2\.1:161 +model +AP 4050$/m);
    expect(table.out).toMatch(/^192\.0\.2\.1:161 +wifi_clients +7 +clients$/m);
  });

  it("names the reason when a probe fails", async () => {
    const { code, out, err } = await run(["probe", `snmp://${SECRET}@192.0.2.2`]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("timeout");
  });

  it("asks with the real engine: a port where nobody listens is a failure with a reason", async () => {
    const { code, err } = await run(["probe", `snmp://${SECRET}@127.0.0.1:9`, "--timeout", "50ms"], { openProbing });
    expect(code).toBe(1);
    expect(err).toMatch(/snmp:\/\/127\.0\.0\.1:9: (refused|timeout|unreachable): /);
  });

  it("shows nothing of an agent that ran before as if it were the running one's", async () => {
    const status = async () => JSON.parse((await run(["status", "--config", file, "--json"])).out);
    const first = run(["run", "--config", file]);
    await expect.poll(status).toMatchObject({ running: true });
    stop.abort();
    await first;
    const { startedAt: before } = await status();
    expect(before).toEqual(expect.any(String));

    stop = new AbortController();
    const second = run(["run", "--config", file]);
    await expect.poll(status).toMatchObject({ running: true, startedAt: expect.not.stringContaining(before) });
    stop.abort();
    await second;
  });

  it("shows a running agent, and says clearly when it is not running", async () => {
    await expect(run(["status", "--config", file])).resolves.toMatchObject({
      code: 1,
      out: expect.stringContaining("not running, and never ran here"),
    });
    const running = run(["run", "--config", file]);
    await expect.poll(async () => (await run(["status", "--config", file])).code).toBe(0);
    stop.abort();
    await expect(running).resolves.toMatchObject({ code: 0, log: expect.stringContaining("agent stopped") });
    const { code, out } = await run(["status", "--config", file]);
    expect(code).toBe(1);
    expect(out).toContain("not running; last heard of");
    expect(out).toContain("snmp://192.0.2.2:161");
    const json = await run(["status", "--config", file, "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({ running: false, agent: "a1", spool: { droppedTotal: 0 } });
  });
});

describe("the log", () => {
  it("does not show a community, wherever in a target or configuration it stands", () => {
    let text = "";
    const log = createLog("info", {
      write: (line: string) => {
        text += line;
      },
    });
    const address = { kind: "snmp", host: "h", port: 161, community: SECRET };
    log.info(address, "an address");
    log.info({ address }, "with an address");
    log.info({ target: { id: "t", address } }, "with a target");
    log.info(
      {
        targets: [
          { id: "t", address },
          { id: "u", community: SECRET },
        ],
      },
      "with targets",
    );
    log.info({ config: { targets: [{ id: "t", address }] } }, "with a configuration");
    expect(text.split("\n")).toHaveLength(6);
    expect(text).not.toContain(SECRET);
  });
});
