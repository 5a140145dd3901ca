import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CliIo } from "./cli.ts";
import { runWith, SECRET } from "./cli-suite.ts";
import { addressAt, type Campus, describedMib, startCampus } from "./discover/campus-suite.ts";

const QUICK = ["--timeout", "300ms", "--rate", "500"];

describe("campanile-agent discover", () => {
  let dir: string;
  let campus: Campus | undefined;
  let stop: AbortController;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-discover-"));
    stop = new AbortController();
  });
  afterEach(async () => {
    await campus?.close();
    campus = undefined;
    await rm(dir, { recursive: true });
  });

  const run = (args: string[], change: Partial<CliIo> = {}) =>
    runWith(["discover", ...args], { stop: stop.signal, ...change });

  async function twoDevices() {
    campus = await startCampus([
      { mib: describedMib({ name: "core", model: "SW-24", serial: "SN0001", capabilities: 0x20 }), community: SECRET },
      { mib: describedMib({ name: "old", description: "Old thing\u001b[2J 1.0" }), community: "public" },
    ]);
    const asked = [`${addressAt(0)}-${addressAt(1)}`, "--port", String(campus.port), ...QUICK];
    return { asked, devices: campus.devices };
  }

  it.each([
    { what: "no range", args: ["--community", SECRET] },
    { what: "no community", args: ["127.0.0.1"] },
    { what: "an address of somebody else", args: ["8.8.8.8", "--community", SECRET] },
    { what: "too many addresses", args: ["10.0.0.0/8", "--community", SECRET] },
    { what: "an IPv6 network", args: ["fd00::/64", "--community", SECRET] },
    { what: "a range that is none", args: ["10.0.0.0/99", "--community", SECRET] },
    { what: "a host that there is not", args: ["no-such-host.invalid", "--community", SECRET] },
    { what: "a rate out of bounds", args: ["127.0.0.1", "--community", SECRET, "--rate", "501"] },
    { what: "two outputs", args: ["127.0.0.1", "--community", SECRET, "--json", "--yaml"] },
    { what: "six communities", args: ["127.0.0.1", ...[..."abcdef"].flatMap((name) => ["--community", name])] },
    { what: "a file of communities that there is not", args: ["127.0.0.1", "--community-file", "/there/is/none"] },
    { what: "a configuration that there is not", args: ["127.0.0.1", "--config", "/there/is/none"] },
  ])("calls $what wrong usage, and asks nobody", async ({ args }) => {
    const { code, out, err } = await run(args, { openDiscovering: () => Promise.reject(new Error("asked")) });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).not.toBe("");
    expect(err).not.toContain("asked");
  });

  it("prints a table for people, in which no device can move the cursor", async () => {
    const { asked } = await twoDevices();
    const { code, out } = await run([...asked, "--community", SECRET, "--community", "public"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ADDRESS +NAME +VENDOR +MODEL +KIND +PROFILE +WARNINGS$/m);
    expect(out).toMatch(/^127\.0\.0\.2 +core +SW-24 +switch +\S+$/m);
    expect(out).toMatch(
      /^127\.0\.0\.3 +old +Old thing \[2J 1\.0 +unknown +\S+ +answers to the default community "public"/m,
    );
    expect(out).toMatch(/2 devices found, 2 addresses asked\n1 device answers to a default community/);
  });

  it("prints one JSON object for machines", async () => {
    const { asked } = await twoDevices();
    const { out } = await run([...asked, "--json"], { env: { CAMPANILE_COMMUNITIES: SECRET } });
    expect(JSON.parse(out)).toMatchObject({
      complete: true,
      addressesAsked: 2,
      devices: [{ id: "SN0001", address: "127.0.0.2", access: { reference: "CAMPANILE_COMMUNITY_1" } }],
    });
  });

  it("takes communities from a file and keeps the ids of a configuration", async () => {
    const { asked } = await twoDevices();
    const [range = "", , port = ""] = asked;
    const config = join(dir, "agent.yaml");
    const file = join(dir, "communities.txt");
    await writeFile(file, "public\n");
    const targets = `[{ id: core-switch, url: "snmp://127.0.0.2:${port}", community: ${SECRET} }]`;
    await writeFile(config, `agent: a1\ncollector: http://127.0.0.1:9\ntargets: ${targets}\n`);
    const { out } = await run([
      range,
      "--port",
      port,
      ...QUICK,
      "--config",
      config,
      "--community-file",
      file,
      "--yaml",
    ]);
    expect(out).toContain("agent: a1");
    expect(out).toContain("- id: core-switch");
    expect(out).toContain("- id: ip-127.0.0.3");
    const neighbours = await run(["--port", port, ...QUICK, "--config", config, "--neighbours"]);
    expect(neighbours.out).toContain("1 device found, 1 address asked");
  });

  it("shows what is different from the last time, but not the first time", async () => {
    const { asked, devices } = await twoDevices();
    const again = () =>
      run([...asked, "--community", SECRET, "--community", "public", "--state", join(dir, "found.json")]);
    expect((await again()).out).not.toContain("appeared");
    expect((await again()).out).toContain("no change since the last run");
    devices[0]?.setFault({ kind: "silent" });
    expect((await again()).out).toMatch(/^did not answer: SN0001 at 127\.0\.0\.2, last seen 20/m);
    expect(await readFile(join(dir, "found.json"), "utf8")).not.toContain(SECRET);
  });

  it("does not compare with a file that is not its own, nor replace it", async () => {
    const state = join(dir, "found.json");
    await writeFile(state, "{}");
    const { code, err } = await run(["127.0.0.1", "--community", SECRET, "--state", state]);
    expect({ code, err: err.includes("found.json") }).toEqual({ code: 2, err: true });
    expect(await readFile(state, "utf8")).toBe("{}");
  });

  it("never replaces a draft of the inventory that people may have filled in", async () => {
    const { asked } = await twoDevices();
    const again = () => run([...asked, "--community", SECRET, "--csv", join(dir, "drafts"), "--school", "3133000001"]);
    expect((await again()).code).toBe(0);
    expect(await readFile(join(dir, "drafts/devices.csv"), "utf8")).toContain("SN0001,3133000001,switch,core,SN0001");
    await expect(again()).resolves.toMatchObject({ code: 2, err: expect.stringContaining("another folder") });
    expect(await readdir(join(dir, "drafts"))).toEqual(["devices.csv"]);
  });

  it("says when nothing answered, with exit code 1", async () => {
    const { asked, devices } = await twoDevices();
    for (const device of devices) device.setFault({ kind: "silent" });
    const { code, out } = await run([...asked, "--community", SECRET]);
    expect({ code, out }).toEqual({ code: 1, out: "0 devices found, 2 addresses asked\n" });
  });

  it("says that it is incomplete when it was stopped, with exit code 1", async () => {
    const { asked } = await twoDevices();
    stop.abort();
    const { code, out } = await run([...asked, "--community", SECRET]);
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining("INCOMPLETE") });
  });

  it("tells how far it is, and only the way of complaints", async () => {
    const { asked } = await twoDevices();
    let atMs = 0;
    const realMs = () => {
      atMs += 3_000;
      return atMs;
    };
    const { out, err } = await run([...asked, "--community", SECRET, "--json"], { realMs });
    expect(err).toMatch(/^asked \d of 2 addresses, \d answered$/m);
    expect(out.trimEnd().split("\n")).toHaveLength(1);
  });
});
