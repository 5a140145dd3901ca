// From an unknown network to a running agent and an inventory: what `campanile-agent discover` drafts, the agent's own
// configuration and the collector's inventory import take. The program runs as a process of its own, from its sources.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../agent/config/config.ts";
import { createLog } from "../agent/log.ts";
import { startRun } from "../agent/schedule/run.ts";
import { openProbing } from "../agent/wiring.ts";
import { readInventory } from "../collector/inventory/read.ts";
import { loadRegions } from "../collector/inventory/regions.ts";
import { exampleAps } from "../firmware-sims/models/example-aps.ts";
import { createGateway } from "../firmware-sims/models/gateway.ts";
import { createRuijieAc } from "../firmware-sims/models/ruijie-ac.ts";
import { createUnifiAp } from "../firmware-sims/models/unifi-ap.ts";
import { type SnmpDevice, startSnmpDevice } from "../firmware-sims/snmp/device.ts";
import type { Mib } from "../firmware-sims/snmp/mib.ts";
import { FROM_SOURCES } from "../scripts/from-sources.ts";
import { ROOT } from "./programs.ts";

const COMMUNITY = "campus-77";
const SCHOOL = "2133000001";
const ENV = { CAMPANILE_COMMUNITY_1: COMMUNITY, CAMPANILE_COMMUNITY_PUBLIC: "public" };

interface Said {
  code: unknown;
  out: string;
  err: string;
}

// Each start loads the TypeScript runner, which takes seconds on a busy machine.
describe("discovering a school", { timeout: 120_000 }, () => {
  let dir: string;
  let port = 0;
  const devices: SnmpDevice[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "campanile-discover-"));
    await writeFile(join(dir, "communities.txt"), `${COMMUNITY}\n`);
  });
  afterEach(async () => {
    for (const device of devices.splice(0)) await device.close();
    port = 0;
    await rm(dir, { recursive: true });
  });

  async function device(host: string, mib: Mib, community = COMMUNITY): Promise<SnmpDevice> {
    const started = await startSnmpDevice({ mib, community, host, port });
    port = started.port;
    devices.push(started);
    return started;
  }

  function start(args: string[]) {
    const asked = ["--port", String(port), "--timeout", "500ms", "--community-file", join(dir, "communities.txt")];
    const child = spawn(process.execPath, [...FROM_SOURCES, "agent/main.ts", "discover", ...asked, ...args], {
      cwd: ROOT,
    });
    const said: Said = { code: undefined, out: "", err: "" };
    child.stdout.on("data", (text: Buffer) => {
      said.out += text;
    });
    child.stderr.on("data", (text: Buffer) => {
      said.err += text;
    });
    const ended = once(child, "close").then(([code]: unknown[]) => {
      expect(said.out + said.err).not.toContain(COMMUNITY);
      return { ...said, code };
    });
    return { child, said, ended };
  }

  const discover = (...args: string[]) => start(args).ended;
  const aps = exampleAps(4);
  const [alone] = aps.slice(3);

  async function school() {
    const controller = createRuijieAc({ aps: aps.slice(0, 3) });
    await device("127.0.0.2", controller.mib);
    if (alone) await device("127.0.0.3", createUnifiAp({ ap: alone }).mib);
    await device("127.0.0.4", createGateway().mib, "public");
    (await device("127.0.0.5", createGateway().mib)).setFault({ kind: "garbage" });
    (await device("127.0.0.6", createGateway().mib)).setFault({ kind: "silent" });
    return controller;
  }

  it("drafts a configuration that the agent runs with, and an inventory that knows all that it then says", async () => {
    await school();
    const drafts = ["--yaml", "--csv", join(dir, "inventory"), "--school", SCHOOL];
    const { code, out, err } = await discover("127.0.0.1-7", "--try-defaults", ...drafts);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("6 devices found, 7 addresses asked") });

    const file = join(dir, "agent.yaml");
    await writeFile(
      file,
      out.replace(/"FILL IN: this.*"/, "gateway-1").replace(/"FILL IN: the.*"/, "http://127.0.0.1:9"),
    );
    const config = await loadConfig(file, ENV);
    expect(config.targets.map(({ address }) => address.host)).toEqual(["127.0.0.2", "127.0.0.3", "127.0.0.4"]);

    const inventory = readInventory(
      new Map([
        [
          "schools.csv",
          `id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at\n${SCHOOL},第一小学,,330106,,,,\n`,
        ],
        [
          "venues.csv",
          `id,school,building,room,name,kind,main_teaching,area_m2,seats\nv1,${SCHOOL},A,101,,classroom,,,\n`,
        ],
        ["serves.csv", "device,venue,role\n"],
        ["agents.csv", `id,school,name\ngateway-1,${SCHOOL},\n`],
        ["devices.csv", await readFile(join(dir, "inventory/devices.csv"), "utf8")],
      ]),
      loadRegions(),
    );
    const kinds = inventory.devicesOf(SCHOOL).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["ap", "ap", "ap", "ap", "gateway", "wifi_controller"]);

    const probing = await openProbing(config.profiles);
    const log = createLog("error", { write: () => undefined });
    const said = new Set<string>();
    for (const target of config.targets) {
      const options = { probes: probing.probes, realMs: () => performance.now(), nowMs: () => 0, log };
      const outcome = await startRun(target, new AbortController().signal, options).outcome;
      for (const { device: key } of outcome?.result?.readings ?? []) said.add(key);
    }
    await probing.close();
    expect(said.size).toBe(6);
    for (const key of said) expect(inventory.deviceByKey(SCHOOL, key), key).toBeDefined();
    const controller = inventory.deviceByKey(SCHOOL, config.targets[0]?.id ?? "");
    for (const ap of aps.slice(0, 3)) expect(inventory.deviceByKey(SCHOOL, ap.mac)?.parent).toBe(controller?.id);
  });

  it("shows the next time what moved, what appeared and what did not answer", async () => {
    const { mib, setAp } = await school();
    const again = async () => {
      const { out } = await discover("127.0.0.2-7", "--try-defaults", "--json", "--state", join(dir, "found.json"));
      return JSON.parse(out).changes;
    };
    expect(await again()).toBeUndefined();
    // The controller gets another address, an access point another name, the gateway loses its power.
    await devices[0]?.close();
    await device("127.0.0.7", mib);
    setAp(aps[0]?.mac ?? "", { name: "AP-LIB" });
    devices[2]?.setFault({ kind: "silent" });
    devices[4]?.setFault(undefined);
    expect(await again()).toMatchObject({
      appeared: [{ address: "127.0.0.6" }],
      moved: expect.arrayContaining([{ id: "SIMRJAC000001", from: "127.0.0.2", to: "127.0.0.7" }]),
      changed: [{ what: "name", from: aps[0]?.name, to: "AP-LIB" }],
      missing: [{ address: "127.0.0.4", lastSeenAt: expect.any(String) }],
    });
  });

  it("prints what it has found when it is interrupted, and says that there may be more", async () => {
    await school();
    const { child, said, ended } = start(["127.0.0.2", "127.0.0.8-250", "--rate", "40"]);
    await expect.poll(() => said.err, { timeout: 60_000 }).toMatch(/asked \d+ of 244 addresses, 1 answered/);
    child.kill("SIGINT");
    const { code, out } = await ended;
    expect(code).toBe(1);
    expect(out).toMatch(/^127\.0\.0\.2 /m);
    expect(out).toContain("INCOMPLETE");
  });
});
