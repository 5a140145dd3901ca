import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../contract/errors.ts";
import { loadProfiles } from "./load.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "campanile-profiles-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Paths and messages of every problem, with the folder taken out. */
async function problemsOf(files: Record<string, string>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  try {
    await loadProfiles([folder]);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`.replaceAll(`${folder}/`, ""));
  }
}

const HEAD = "name: acme\ntitle: Acme switch\n";
const TABLE = `${HEAD}tables:\n  - name: t\n    index: [{ part: ap, type: mac }]\n`;

describe("the bundled profiles", () => {
  it("load, every one of them", async () => {
    const files = (await readdir(new URL(".", import.meta.url))).filter((file) => file.endsWith(".yaml"));
    expect((await loadProfiles()).names).toEqual(files.map((file) => file.replace(".yaml", "")).sort());
    expect(files).toContain("generic.yaml");
  });

  it("say what their devices are, save those that fit several kinds", async () => {
    const profiles = await loadProfiles();
    const kinds = new Map(profiles.names.map((name) => [name, profiles.get(name)?.kind]));
    const unsaid = [...kinds].filter(([, kind]) => kind === undefined).map(([name]) => name);
    expect(unsaid).toEqual(["aruba-instant", "cisco-ios", "dahua", "generic", "host", "mikrotik", "openwrt"]);
    // Each includes a switch, which it is not.
    expect(["h3c-comware", "huawei-ac"].map((name) => kinds.get(name))).toEqual(["wifi_controller", "wifi_controller"]);
  });

  it.each([
    { sysObjectId: "1.3.6.1.4.1.2011.2.240.6", profile: "huawei-ac" },
    { sysObjectId: "1.3.6.1.4.1.2011.2.23.291", profile: "huawei-switch" },
    { sysObjectId: "1.3.6.1.4.1.2011.2.2401", profile: "huawei-switch" },
    { sysObjectId: "1.3.6.1.4.1.4881.1.3.1.1.1", profile: "ruijie-ac" },
    { sysObjectId: "1.3.6.1.4.1.4881.1.1.10.1.150", profile: "ruijie-switch" },
    { sysObjectId: "1.3.6.1.4.1.41112", sysDescr: "U6-Pro 6.6.77.15402", profile: "unifi-ap" },
    { sysObjectId: "1.3.6.1.4.1.41112.1.5", sysDescr: "EdgeOS v2.0.9", profile: "edgeos" },
    { sysObjectId: "1.3.6.1.4.1.8072.3.2.10", sysDescr: "UAP-nanoHD 5.43.36.12724", profile: "unifi-ap" },
    { sysObjectId: "1.3.6.1.4.1.8072.3.2.10", sysDescr: "Linux gateway 5.10", profile: "host" },
    { sysObjectId: "1.3.6.1.4.1.8072.3.2.10", sysDescr: "Some gateway", profile: "generic" },
    {
      sysObjectId: "1.3.6.1.4.1.9.1.2694",
      sysDescr: "Cisco IOS Software [Gibraltar], Catalyst L3",
      profile: "cisco-ios",
    },
    {
      sysObjectId: "1.3.6.1.4.1.9.1.2530",
      sysDescr: "Cisco IOS Software [Amsterdam], C9800 Software (C9800_IOSXE-K9)",
      profile: "cisco-airespace",
    },
    { sysObjectId: "1.3.6.1.4.1.25506.1.1201", sysDescr: "H3C Comware … H3C WX2540H", profile: "h3c-comware" },
    { sysObjectId: "1.3.6.1.4.1.25506.11.1.24", sysDescr: "H3C Comware … S5130", profile: "h3c-switch" },
    { sysObjectId: "1.3.6.1.4.1.3320.1.104", profile: "ethernet-switch" },
    { sysDescr: "UAP-nanoHD 5.43.36.12724", profile: "generic" },
    { profile: "generic" },
  ])("serve $sysObjectId $sysDescr with $profile", async ({ profile, ...identity }) => {
    expect((await loadProfiles()).choose(identity).name).toBe(profile);
  });
});

describe("further profiles", () => {
  it("stand beside the bundled ones, and the longest sysObjectID wins", async () => {
    const match = "match: [{ sysObjectId: 1.3.6.1.4.1.2011.2.240.6 }]\n";
    await writeFile(join(folder, "acme.yaml"), `${HEAD}${match}`);
    const profiles = await loadProfiles([folder]);
    expect(profiles.choose({ sysObjectId: "1.3.6.1.4.1.2011.2.240.6" }).name).toBe("acme");
    expect(profiles.choose({ sysObjectId: "1.3.6.1.4.1.2011.2.240.7" }).name).toBe("huawei-ac");
  });

  it("are told apart by sysDescr where sysObjectID is the same", async () => {
    const match = "match: [{ sysObjectId: 1.3.6.1.4.1.2011.2.240, sysDescr: AirEngine }]\n";
    await writeFile(join(folder, "acme.yaml"), `${HEAD}${match}`);
    const profiles = await loadProfiles([folder]);
    const sysObjectId = "1.3.6.1.4.1.2011.2.240.6";
    expect(profiles.choose({ sysObjectId, sysDescr: "Huawei AirEngine" }).name).toBe("acme");
    expect(profiles.choose({ sysObjectId, sysDescr: "Huawei AC6605" }).name).toBe("huawei-ac");
  });

  it("replace a bundled one of the same name", async () => {
    await writeFile(join(folder, "huawei-ac.yaml"), "name: huawei-ac\ntitle: Ours\n");
    expect((await loadProfiles([folder])).get("huawei-ac")).toMatchObject({ title: "Ours", tables: [] });
  });

  it("have the rules of what they include after their own, each once", async () => {
    await writeFile(join(folder, "acme.yaml"), `${HEAD}include: [ruckus-unleashed, generic]\n`);
    const profiles = await loadProfiles([folder]);
    const names = profiles.get("acme")?.tables.map(({ name }) => name);
    const generic = profiles.get("generic")?.tables.map(({ name }) => name) ?? [];
    expect(names).toEqual(["access-points", "radios", ...generic]);
  });

  it("are not of the kind of what they include", async () => {
    await writeFile(join(folder, "acme.yaml"), `${HEAD}include: [ethernet-switch]\n`);
    expect((await loadProfiles([folder])).get("acme")?.kind).toBeUndefined();
  });

  it("may hold other files beside them", async () => {
    expect(await problemsOf({ "README.md": "not a profile" })).toEqual([]);
  });
});

describe("loading refuses", () => {
  it.each([
    { case: "a key it does not know", text: `${HEAD}colour: red\n`, path: "colour" },
    { case: "a missing title", text: "name: acme\n", path: "title" },
    { case: "a name other than the file's", text: "name: other\ntitle: x\n", path: "name" },
    {
      case: "a metric that does not exist",
      text: `${HEAD}scalars: [{ oid: 1.3.6, metric: speed }]\n`,
      path: "scalars[0].metric",
    },
    { case: "an OID that is none", text: `${HEAD}scalars: [{ oid: sysName, fact: name }]\n`, path: "scalars[0].oid" },
    {
      case: "an OID whose numbers cannot be",
      text: `${HEAD}scalars: [{ oid: 9.9.9, fact: name }]\n`,
      path: "scalars[0].oid",
    },
    {
      case: "a prefix that is not defined",
      text: `${HEAD}scalars: [{ oid: W.1.0, fact: name }]\n`,
      path: "scalars[0].oid",
    },
    { case: "a value that is of no use", text: `${HEAD}scalars: [{ oid: 1.3.6 }]\n`, path: "scalars[0]" },
    {
      case: "a metric of a radio for the whole device",
      text: `${HEAD}scalars: [{ oid: 1.3.6, metric: wifi_noise_dbm }]\n`,
      path: "scalars[0].metric",
    },
    {
      case: "a metric that only the agent makes",
      text: `${HEAD}scalars: [{ oid: 1.3.6, metric: probe_ok }]\n`,
      path: "scalars[0].metric",
    },
    {
      case: "a match of any Linux",
      text: `${HEAD}match: [{ sysObjectId: 1.3.6.1.4.1.8072.3.2.10 }]\n`,
      path: "match[0]",
    },
    {
      case: "a table of access points that is not asked in every run",
      text: `${HEAD}tables: [{ name: aps, every: 10m, lists: accessPoints, child: s, index: [{ part: n, type: integer }], columns: { s: { oid: 1.3.6, fact: serial } } }]\n`,
      path: "tables[0].every",
    },
    {
      case: "a table asked more often than devices are",
      text: `${HEAD}tables: [{ name: aps, every: 10s, index: [{ part: n, type: integer }], columns: { s: { oid: 1.3.6, fact: serial } } }]\n`,
      path: "tables[0].every",
    },
    { case: "a match of everything", text: `${HEAD}match: [{}]\n`, path: "match[0]" },
    { case: "a broken regular expression", text: `${HEAD}match: [{ sysDescr: "(" }]\n`, path: "match[0].sysDescr" },
    {
      case: "a pattern without a group",
      text: `${HEAD}scalars: [{ oid: 1.3.6, fact: model, pattern: "^x" }]\n`,
      path: "scalars[0].pattern",
    },
    {
      case: "a ratio of neither free nor used",
      text: `${HEAD}ratios: [{ metric: memory_used_ratio, total: 1.3.6 }]\n`,
      path: "ratios[0]",
    },
    {
      case: "a ratio of both",
      text: `${HEAD}ratios: [{ metric: memory_used_ratio, total: 1.3.6, free: [1.3.6], used: [1.3.6] }]\n`,
      path: "ratios[0]",
    },
    {
      case: "a ratio in rows of a column that is nowhere",
      text: `${TABLE}    child: ap\n    ratios: [{ metric: memory_used_ratio, total: all, free: n }]\n    columns: { n: { oid: 1.3.6 } }\n`,
      path: "tables[0].ratios[0].total",
    },
    {
      case: "a child that is neither index part nor column",
      text: `${TABLE}    child: radio\n    columns: { name: { oid: 1.3.6, fact: name } }\n`,
      path: "tables[0].child",
    },
    {
      case: "a ratio in rows of one column",
      text: `${TABLE}    ratios: [{ metric: memory_used_ratio, used: n }]\n    columns: { n: { oid: 1.3.6 } }\n`,
      path: "tables[0].ratios[0]",
    },
    {
      case: "names told apart by what is nowhere",
      text: `${TABLE}    instance: ap\n    uniqueBy: port\n    columns: { up: { oid: 1.3.6, metric: if_up } }\n`,
      path: "tables[0].uniqueBy",
    },
    {
      case: "names told apart where there are none",
      text: `${TABLE}    uniqueBy: ap\n    columns: { n: { oid: 1.3.6, metric: wifi_clients } }\n`,
      path: "tables[0].uniqueBy",
    },
    {
      case: "an instance that is nowhere",
      text: `${TABLE}    instance: port\n    columns: { up: { oid: 1.3.6, metric: if_up } }\n`,
      path: "tables[0].instance",
    },
    {
      case: "a metric of the device in a table of radios",
      text: `${TABLE}    instance: ap\n    columns: { n: { oid: 1.3.6, metric: wifi_clients } }\n`,
      path: "tables[0].columns.n.metric",
    },
    {
      case: "a column of no use",
      text: `${TABLE}    child: ap\n    columns: { n: { oid: 1.3.6 } }\n`,
      path: "tables[0].columns.n",
    },
    {
      case: "elsewhere outside a list of access points",
      text: `${TABLE}    child: ap\n    columns: { s: { oid: 1.3.6, metric: wifi_ap_up, values: { 1: elsewhere } } }\n`,
      path: "tables[0].columns.s.values",
    },
    {
      case: "a list of access points without their key",
      text: `${TABLE}    lists: accessPoints\n    columns: { n: { oid: 1.3.6, fact: name } }\n`,
      path: "tables[0].lists",
    },
    { case: "a table without columns", text: `${TABLE}    columns: {}\n`, path: "tables[0].columns" },
    { case: "an include that is not there", text: `${HEAD}include: [nothing]\n`, path: "include" },
    { case: "an include of itself", text: `${HEAD}include: [acme]\n`, path: "include" },
  ])("$case", async ({ text, path }) => {
    const problems = await problemsOf({ "acme.yaml": text });
    expect(problems.map((problem) => problem.split(": ").slice(0, 2).join(": "))).toEqual([`acme.yaml: ${path}`]);
  });

  it("YAML that cannot be read", async () => {
    expect(await problemsOf({ "acme.yaml": "name: [\n" })).toEqual([expect.stringMatching(/^acme\.yaml: /)]);
  });

  it("an empty file", async () => {
    expect(await problemsOf({ "acme.yaml": "" })).toHaveLength(1);
  });

  it("several files with every problem of each", async () => {
    const problems = await problemsOf({
      "acme.yaml": `${HEAD}colour: red\nshape: round\n`,
      "boom.yaml": "name: boom\ntitle: Boom\nscalars: [{ oid: x, fact: name }]\n",
    });
    expect(problems.map((problem) => problem.split(": ", 2)[0])).toEqual(["acme.yaml", "acme.yaml", "boom.yaml"]);
  });

  it("a folder that is not there", async () => {
    await expect(loadProfiles([join(folder, "nowhere")])).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});

describe("the example in README.md", () => {
  it("is a profile", async () => {
    const readme = await readFile(new URL("./README.md", import.meta.url), "utf8");
    const example = /```yaml\n([^`]*)```/.exec(readme)?.[1] ?? "";
    expect(await problemsOf({ "acme-ac.yaml": example })).toEqual([]);
    expect((await loadProfiles([folder])).choose({ sysObjectId: "1.3.6.1.4.1.99999.1.7" }).name).toBe("acme-ac");
  });
});

describe("profiles as texts", () => {
  const text = (name: string) => ({ name, yaml: "name: generic\ntitle: The county's own\ninclude: []\n" });

  it("take the place of others of their name, and are refused as files are", async () => {
    const profiles = await loadProfiles([], [text("generic")]);
    expect(profiles.names).toContain("generic");
    await expect(loadProfiles([], [text("other")])).rejects.toMatchObject({
      problems: [{ path: "profile other: name", message: expect.stringContaining("generic") }],
    });
  });
});
