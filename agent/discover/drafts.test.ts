import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../config/config.ts";
import { type ConfigDraft, draftConfig } from "./draft-config.ts";
import { draftInventory } from "./draft-inventory.ts";
import type { Device } from "./found.ts";

const DRAFT: ConfigDraft = { port: 161, at: "2026-09-07T08:00:00.000Z", notFound: [] };

function device(id: string, address: string, more: Partial<Device> = {}): Device {
  const access = { kind: "community", version: "v2c", reference: "CAMPANILE_COMMUNITY_1" } as const;
  return { id, address, otherAddresses: [], kind: "switch", access, warnings: [], ...more };
}

const CONTROLLER = device("AC0001", "10.0.0.2", {
  kind: "wifi_controller",
  name: "ac",
  vendor: "Ruijie",
  model: "WS5708",
});
const CHILD = device("AP0001", "10.0.1.1", {
  ...{
    kind: "ap",
    name: "AP-1",
    childKey: "00:e0:fc:00:00:01",
    controller: "10.0.0.2",
    access: { kind: "controller" },
  },
});

describe("the draft of a configuration", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "discover-draft-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function load(text: string, env: Record<string, string> = { CAMPANILE_COMMUNITY_1: "Geheim77" }) {
    const file = join(folder, "agent.yaml");
    await writeFile(file, text);
    return loadConfig(file, env);
  }

  const filled = { ...DRAFT, agent: "gateway-1", collector: "http://192.0.2.9:8080" };

  it("is one that the agent takes, with the secret from its environment", async () => {
    const v1 = { access: { kind: "community", version: "v1", reference: "CAMPANILE_COMMUNITY_PUBLIC" } } as const;
    const devices = [
      CONTROLLER,
      CHILD,
      device("12345678", "10.0.0.3", v1),
      device("ip-fd00-1", "fd00::1", { name: "x: #y" }),
      device("ip-fe80-1-eth0", "fe80::1%eth0"),
    ];
    const text = draftConfig(devices, { ...filled, port: 1_161 });
    const config = await load(text, { CAMPANILE_COMMUNITY_1: "Geheim77", CAMPANILE_COMMUNITY_PUBLIC: "public" });
    expect(config).toMatchObject({ agent: "gateway-1", collector: "http://192.0.2.9:8080" });
    expect(config.targets).toMatchObject([
      { id: "AC0001", address: { host: "10.0.0.2", port: 1_161, community: "Geheim77" } },
      { id: "12345678", address: { host: "10.0.0.3", version: "v1", community: "public" } },
      { id: "ip-fd00-1", address: { host: "fd00::1" } },
      { id: "ip-fe80-1-eth0", address: { host: "fe80::1%eth0" } },
    ]);
    expect(text).toContain('# Ruijie WS5708, wifi_controller, "ac"');
  });

  it("is refused until name and collector are filled in, with a sentence for each", async () => {
    await expect(load(draftConfig([CONTROLLER], DRAFT))).rejects.toMatchObject({
      problems: [{ path: "agent" }, { path: "collector" }],
    });
  });

  it("is refused while the variable is not set", async () => {
    await expect(load(draftConfig([CONTROLLER], filled), {})).rejects.toMatchObject({
      problems: [{ path: "targets[0].community" }],
    });
  });

  it("names what could not be drafted", () => {
    const v3 = device("00e0fc000009", "10.0.0.9", {
      ...{ vendor: "Huawei", access: { kind: "v3" } },
      warnings: [{ code: "SNMP_V3_ONLY", message: "" }],
    });
    const notFound = [
      { id: "core", url: "snmp://10.0.0.8:161", wasAsked: true },
      { id: "far", url: "snmp://10.0.9.8:1161", wasAsked: false },
    ];
    const text = draftConfig([v3], { ...filled, notFound });
    expect(text).toMatch(/^# Not drafted: 10\.0\.0\.9 \(Huawei, would be 00e0fc000009\) speaks only SNMPv3/m);
    expect(text).toMatch(/^# Not drafted: core \(snmp:\/\/10\.0\.0\.8:161\) .* did not answer now/m);
    expect(text).toMatch(/^# Not drafted: far \(snmp:\/\/10\.0\.9\.8:1161\) .* was not asked now/m);
    expect(text).not.toContain("- id:");
  });
});

describe("the draft of the inventory", () => {
  const lines = (devices: Device[], school?: string) => draftInventory(devices, school).split("\r\n");

  it("has a row a device, access points below their controller, under the keys that readings carry", () => {
    expect(lines([CONTROLLER, CHILD], "3133000001")).toEqual([
      "\ufeffid,school,kind,name,key,venue,parent,segment,expected_on",
      "AC0001,3133000001,wifi_controller,ac,AC0001,,,,",
      "AP0001,3133000001,ap,AP-1,00:e0:fc:00:00:01,,AC0001,,",
      "",
    ]);
  });

  it.each([
    { name: 'a "b", c', cell: '"a ""b"", c"' },
    { name: "=1+1", cell: "'=1+1" },
    { name: "@x", cell: "'@x" },
    { name: "图书馆", cell: "图书馆" },
  ])("writes $name so that a spreadsheet shows it as it is", ({ name, cell }) => {
    expect(lines([device("i", "10.0.0.1", { name })])[1]).toBe(`i,,switch,${cell},i,,,,`);
  });

  it("lets no device put a formula into the sheet, not even as its key", () => {
    const text = draftInventory([{ ...CHILD, childKey: "=cmd()", name: "+1" }]);
    expect(text).not.toMatch(/[,\n][=+]/);
  });

  it("takes the id for a name where the device has none, and names no parent that is not there", () => {
    expect(lines([device("i", "10.0.0.1")])[1]).toBe("i,,switch,i,i,,,,");
    expect(lines([CHILD])[1]).toBe("AP0001,,ap,AP-1,00:e0:fc:00:00:01,,,,");
  });
});
