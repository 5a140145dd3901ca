import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "./cli.ts";
import { startSnmpDevice } from "./snmp/device.ts";
import { createStaticMib } from "./snmp/mib.ts";
import { ask, toolsMissing } from "./snmp/net-snmp-tools.ts";

const COUNTY = fileURLToPath(new URL("./scenarios/county.yaml", import.meta.url));
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "campanile-sims-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** A command that runs: its output, how to wait for a line of it, and how to end it. */
function start(...args: string[]) {
  const stop = new AbortController();
  const out: string[] = [];
  const err: string[] = [];
  let look = () => {};
  const io = {
    out: (line: string) => {
      out.push(line);
      look();
    },
    err: (line: string) => err.push(line),
    log: pino({ level: "silent" }),
    signal: stop.signal,
  };
  const code = runCli(args, io);
  return {
    out,
    err,
    code,
    line: (wanted: (line: string) => boolean) =>
      new Promise<string>((resolve, reject) => {
        look = () => {
          const found = out.find(wanted);
          if (found !== undefined) resolve(found);
        };
        look();
        code.then((status) => reject(new Error(`ended with ${status}: ${err.join("\n")}`)), reject);
      }),
    stop: () => {
      stop.abort();
      return code;
    },
  };
}

describe("campanile-sims snmp", () => {
  it.skipIf(toolsMissing)(`replays a recording until it is stopped ${toolsMissing ?? ""}`, async () => {
    const walk = join(dir, "device.snmprec");
    await writeFile(walk, "1.3.6.1.2.1.1.3.0|67|7\n1.3.6.1.2.1.1.1.0|4|x\nbroken\n");
    const command = start("snmp", "--walk", walk, "--community", "secret");
    const line = await command.line(() => true);
    const [, host = "", port] = /^listening snmp:\/\/(.+):(\d+) \(2 rows, 1 lines skipped\)$/.exec(line) ?? [];
    const target = { host, port: Number(port), community: "secret" };
    expect(await ask("snmpget", target, ["1.3.6.1.2.1.1.3.0"])).toEqual([{ oid: ".1.3.6.1.2.1.1.3.0", said: "7" }]);
    expect(await command.stop()).toBe(0);
  });

  it("says where it listens as JSON", async () => {
    const walk = join(dir, "device.snmprec");
    await writeFile(walk, "1.3.6.1.2.1.1.3.0|67|7\n");
    const command = start("snmp", "--walk", walk, "--json");
    expect(JSON.parse(await command.line(() => true))).toEqual({
      url: expect.stringMatching(/^snmp:\/\/127\.0\.0\.1:\d+$/),
      rows: 1,
      skipped: 0,
    });
    expect(await command.stop()).toBe(0);
  });

  it("ends with 2 for a recording that is not there or holds nothing", async () => {
    expect(await start("snmp", "--walk", join(dir, "none")).code).toBe(2);
    await writeFile(join(dir, "empty"), "no recording\n");
    const empty = start("snmp", "--walk", join(dir, "empty"));
    expect(await empty.code).toBe(2);
    expect(empty.err.join()).toContain("OID|TAG|VALUE");
  });

  it("ends with 1 and names the port when it is in use", async () => {
    const device = await startSnmpDevice({ mib: createStaticMib([]), community: "public" });
    await writeFile(join(dir, "a"), "1.3.6.1.2.1.1.3.0|67|7\n");
    const command = start("snmp", "--walk", join(dir, "a"), "--port", String(device.port));
    expect(await command.code).toBe(1);
    expect(command.err.join()).toContain(String(device.port));
    await device.close();
  });
});

const free = ["--base-port", "0", "--control-port", "0"];

describe("campanile-sims run and set", () => {
  it("runs a scenario, writes what it implies, and lets a device be switched off", async () => {
    const command = start(
      "run",
      "--scenario",
      COUNTY,
      "--out",
      dir,
      ...free,
      "--collector",
      "http://127.0.0.1:9",
      "--json",
    );
    const county = JSON.parse(await command.line(() => true));
    expect(county).toMatchObject({ devices: 185, control: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect(county.agents.map(({ id }: { id: string }) => id)).toEqual([
      "xihu-gateway",
      "jingning-gateway",
      "shengsi-gateway",
      "longyou-gateway",
      "yongjia-gateway",
      "yiwu-gateway",
    ]);
    expect((await readdir(join(dir, "inventory"))).sort()).toEqual([
      "agents.csv",
      "calendar.csv",
      "devices.csv",
      "schools.csv",
      "serves.csv",
      "venues.csv",
    ]);
    const agent = await readFile(county.agents[2].config, "utf8");
    expect(agent).toContain("collector: http://127.0.0.1:9");
    expect(agent).toContain(JSON.parse(await readFile(join(dir, "clock.json"), "utf8")).startedAt);

    const off = start("set", "jn-ap-020", "off", "--control", county.control);
    expect(await off.code).toBe(0);
    expect(off.out).toEqual(["jn-ap-020 is off"]);
    const asJson = start("set", "jn-ap-020", "on", "--control", county.control, "--json");
    expect(await asJson.code).toBe(0);
    expect(JSON.parse(asJson.out.join())).toMatchObject({ id: "jn-ap-020", online: true });
    const unknown = start("set", "xx", "on", "--control", county.control);
    expect(await unknown.code).toBe(1);
    expect(unknown.err.join()).toContain("xx");
    expect(await command.stop()).toBe(0);
  });

  it("says what it runs and what it will teach, and then that it is ready", async () => {
    const started = "2026-11-22T10:00:00+08:00";
    const command = start("run", "--scenario", COUNTY, "--out", dir, ...free, "--clock-started-at", started);
    await command.line((line) => line === "ready");
    expect(command.out.filter((line) => line.includes("示例"))).toHaveLength(6);
    expect(command.out.join("\n")).toContain("2026-09-07 10:00 26 devices: A blind agent");
    expect(JSON.parse(await readFile(join(dir, "clock.json"), "utf8")).startedAt).toBe(started);
    expect(await command.stop()).toBe(0);
  });

  it("ends with 2 and every problem of a bad scenario, and starts nothing", async () => {
    const text = await readFile(COUNTY, "utf8");
    const bad = join(dir, "bad.yaml");
    await writeFile(bad, text.replace("seed: 2026", "seed: -1").replace("key: xh", "key: X"));
    const command = start("run", "--scenario", bad, "--out", join(dir, "out"), ...free);
    expect(await command.code).toBe(2);
    expect(command.err.join()).toContain("seed");
    expect(command.err.join()).toContain("schools[0].key");
    expect(await readdir(dir)).toEqual(["bad.yaml"]);
  });

  it("ends with 1 and names the port when a device's port is in use", async () => {
    const device = await startSnmpDevice({ mib: createStaticMib([]), community: "public" });
    const base = String(device.port);
    const command = start("run", "--scenario", COUNTY, "--out", dir, "--base-port", base, "--control-port", "0");
    expect(await command.code).toBe(1);
    expect(command.err.join()).toContain(base);
    await device.close();
  });

  it("ends with 1 when no scenario runs where it should", async () => {
    const command = start("set", "xh-gw", "off", "--control", "http://127.0.0.1:9");
    expect(await command.code).toBe(1);
    expect(command.err.join()).toContain("http://127.0.0.1:9");
  });
});

describe("usage", () => {
  it.each([["--help"], ["run", "--help"], ["snmp", "--help"], ["set", "--help"]])(
    "%s %s explains and ends with 0",
    async (...args) => {
      const command = start(...args);
      expect(await command.code).toBe(0);
      expect(command.out.join()).toContain("Usage:");
    },
  );

  it.each([
    [[]],
    [["dance"]],
    [["snmp"]],
    [["snmp", "--walk", "x", "--port", "70000"]],
    [["snmp", "--walk", "x", "--port", "1e3"]],
    [["snmp", "--walk", "x", "--max-message", "100"]],
    [["run", "--scenario", COUNTY]],
    [["run", "--scenario", COUNTY, "--out", "x", "--clock-started-at", "soon"]],
    [["run", "--scenario", "/nowhere.yaml", "--out", "x"]],
    [["set", "xh-gw"]],
    [["set", "xh-gw", "broken"]],
    [["set", "xh-gw", "on", "now"]],
  ])("%j is wrong usage", async (args) => {
    const command = start(...args);
    expect(await command.code).toBe(2);
    expect(command.err.join()).not.toBe("");
  });
});
