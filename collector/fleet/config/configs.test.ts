import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../../contract/errors.ts";
import type { ConfigOutcome } from "../../../contract/fleet.ts";
import { openState, type State } from "../../state/state.ts";
import { checkedConfig } from "./check.ts";
import { type AgentConfigs, openConfigs } from "./configs.ts";
import { secretKey } from "./secret-key.ts";
import { holdsSecrets } from "./secrets.ts";

const SECRETS = ["Geheim71", "Geheim72", "Geheim73", "Geheim74", "Geheim75", "Geheim76", "Geheim77", "Geheim78"];
const [c, url, auth, privacy, inUrl, trap, trapAuth, trapPrivacy] = SECRETS;
const BY = { source: "127.0.0.1" };

/** With a text in every place that can hold a secret. */
const FULL = {
  interval: "30s",
  selfTest: { gateway: "a", references: ["b"] },
  targets: [
    { id: "a", url: "snmp://192.0.2.1", community: c },
    { id: "b", url: `snmp://${url}@192.0.2.2:1161` },
    {
      id: "d",
      url: "snmpv3://monitor@192.0.2.3",
      auth: { protocol: "sha256", password: auth },
      privacy: { protocol: "aes128", password: privacy },
    },
    { id: "e", url: `snmpv3://monitor:${inUrl}@192.0.2.4?auth=sha256` },
    { id: "f", url: "snmp://192.0.2.5", community: { file: "secrets/community" } },
  ],
  traps: {
    listen: "0.0.0.0:10162",
    communities: [trap, { env: "CAMPANILE_TRAPS" }],
    users: [
      {
        name: "u",
        auth: { protocol: "sha1", password: trapAuth },
        privacy: { protocol: "aes128", password: trapPrivacy },
      },
    ],
  },
};

describe("what the collector holds for agents", () => {
  let dir: string;
  let state: State;
  let key: Uint8Array;
  let configs: AgentConfigs;
  const nowMs = () => 1_000;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "configs-"));
    key = await secretKey(dir, {});
    await open();
  });
  afterEach(async () => {
    await state.close();
    await rm(dir, { recursive: true });
  });

  async function open(): Promise<void> {
    state = await openState(join(dir, "state.duckdb"));
    configs = await openConfigs({ state, key, nowMs });
  }

  async function again(): Promise<void> {
    await state.close();
    await open();
  }

  it("numbers what is put in, and takes the same again for the same", async () => {
    await expect(configs.put("gw", { interval: "30s" }, BY)).resolves.toEqual({ revision: 1 });
    await expect(configs.put("gw", { interval: "30s" }, BY)).resolves.toEqual({ revision: 1 });
    await expect(configs.put("gw", { interval: "40s" }, { ...BY, note: "slower" })).resolves.toEqual({ revision: 2 });
    await expect(configs.put("other", {}, BY)).resolves.toEqual({ revision: 1 });
    await again();
    await expect(configs.put("gw", { interval: "40s" }, BY)).resolves.toEqual({ revision: 2 });
    expect((await configs.shown("gw"))?.revisions).toEqual([
      { revision: 2, atMs: 1_000, source: "127.0.0.1", note: "slower" },
      { revision: 1, atMs: 1_000, source: "127.0.0.1" },
    ]);
    await expect(configs.held("gw")).resolves.toEqual({ revision: 2, config: { interval: "40s" } });
  });

  it("makes a new revision of the same when the agent has given it back: it is to try once more", async () => {
    await configs.put("gw", { interval: "30s" }, BY);
    await configs.note("gw", { revision: 1, outcome: "rolled-back", problems: ["deaf"] });
    await expect(configs.put("gw", { interval: "30s" }, BY)).resolves.toEqual({ revision: 2 });
    await configs.note("gw", { revision: 2, outcome: "applied", problems: [] });
    await expect(configs.put("gw", { interval: "30s" }, BY)).resolves.toEqual({ revision: 2 });
  });

  it("gives the agent back every secret, also those within URLs, and people none", async () => {
    await configs.put("gw", FULL, BY);
    await again();
    const held = await configs.held("gw");
    expect(held?.config).toEqual((await checkedConfig(FULL)).config);
    const shown = JSON.stringify(await configs.shown("gw"));
    for (const secret of SECRETS) expect(shown).not.toContain(secret);
    expect(shown).toContain("snmp://192.0.2.2:1161");
    expect(shown).toContain("secrets/community");
  });

  it("has no secret in any byte of its files", async () => {
    await configs.put("gw", FULL, BY);
    await configs.putForSchool("2133000001", FULL, BY);
    const bytes = async () => {
      const names = (await readdir(dir)).filter((name) => name !== "secret.key");
      return Promise.all(names.map((name) => readFile(join(dir, name), "latin1")));
    };
    const open = (await bytes()).join("");
    await again(); // the log has become part of the file
    const closed = (await bytes()).join("");
    expect(open).toContain("sealed");
    expect(closed).toContain("school_config");
    for (const secret of SECRETS) {
      expect(open).not.toContain(secret);
      expect(closed).not.toContain(secret);
    }
  });

  it("opens a secret neither for another agent, nor at another place, nor with another key", async () => {
    await configs.put("gw", { targets: FULL.targets.slice(0, 2) }, BY);
    await configs.put("other", { targets: FULL.targets.slice(0, 2) }, BY);
    const [row] = await state.rows("SELECT config FROM agent_config WHERE agent = 'gw'");
    const config = String(row?.config);
    await state.run("UPDATE agent_config SET config = $1 WHERE agent = 'other'", [config]);
    await expect(configs.held("other")).rejects.toMatchObject({ code: "SECRETS_UNREADABLE" });
    await expect(configs.held("gw")).resolves.toMatchObject({ revision: 1 });

    const parsed = JSON.parse(config);
    [parsed.targets[0].url, parsed.targets[1].url] = [parsed.targets[1].url, parsed.targets[0].url];
    await state.run("UPDATE agent_config SET config = $1 WHERE agent = 'gw'", [JSON.stringify(parsed)]);
    await expect(configs.held("gw")).rejects.toMatchObject({ code: "SECRETS_UNREADABLE" });

    await state.run("UPDATE agent_config SET config = $1 WHERE agent = 'gw'", [config]);
    const stranger = await openConfigs({ state, key: new Uint8Array(32), nowMs });
    await expect(stranger.held("gw")).rejects.toMatchObject({ code: "SECRETS_UNREADABLE" });
  });

  it("holds one for a school until the first agent without one asks", async () => {
    await configs.put("old", { interval: "20s" }, BY);
    await configs.putForSchool("2133000001", FULL, { ...BY, note: "for the opening" });
    await again();
    expect(JSON.stringify(await configs.shownForSchool("2133000001"))).not.toContain("Geheim");
    await configs.takeOver("old", "2133000001");
    await configs.takeOver("foreign", "2133000002");
    await Promise.all([configs.takeOver("gw", "2133000001"), configs.takeOver("gw2", "2133000001")]);
    await expect(configs.held("gw")).resolves.toMatchObject({ revision: 1, config: { interval: "30s" } });
    await expect(configs.held("gw2")).resolves.toBeUndefined();
    await expect(configs.held("old")).resolves.toMatchObject({ config: { interval: "20s" } });
    await expect(configs.shownForSchool("2133000001")).resolves.toBeUndefined();
    expect((await configs.shown("gw"))?.revisions[0]).toMatchObject({ note: "for the opening" });
  });

  it("remembers what the agent said of which revision, over a restart", async () => {
    await configs.put("gw", { interval: "30s" }, BY);
    const outcome: ConfigOutcome = { revision: 1, outcome: "refused", problems: ["targets[0]: x"] };
    await expect(configs.note("gw", outcome)).resolves.toBe(true);
    await expect(configs.note("gw", { ...outcome, revision: 2 })).resolves.toBe(false);
    await expect(configs.note("nobody", outcome)).resolves.toBe(false);
    await again();
    expect(configs.view("gw")).toEqual({ revision: 1, last: { ...outcome, atMs: 1_000 } });
    expect(configs.view("nobody")).toBeUndefined();
  });

  it("keeps the newest fifty revisions", async () => {
    for (let i = 1; i <= 60; i++) await configs.put("gw", { interval: `${i}s` }, BY);
    const { revisions = [] } = (await configs.shown("gw")) ?? {};
    expect([revisions.length, revisions[0]?.revision]).toEqual([50, 60]);
  });
});

describe("what can be put in", () => {
  it("is checked whole, with every problem and its path, and none shows a secret", async () => {
    const problems = await checkedConfig({
      interval: "200ms",
      colour: "red",
      collector: "ftp://x",
      selfTest: { gateway: "of-the-school", references: ["a"], segment: "lab" },
      profiles: [
        { name: "p", yaml: "name: p\n" },
        { name: "p", yaml: "name: q\n" },
        { name: "r", yaml: ": {" },
      ],
      targets: [
        { id: "a", url: `snmp://${c}@h:x` },
        { id: "a", url: "snmp://192.0.2.1", community: { file: "/etc/shadow" } },
        { id: "b", url: "snmp://192.0.2.1", community: { env: "PATH" }, timeout: "30s", deadline: "20s" },
      ],
      traps: { listen: "nowhere", communities: [7] },
    }).then(
      () => [],
      (error: unknown) => (error instanceof ConfigError ? error.problems : Promise.reject(error)),
    );
    expect(problems.map(({ path }) => path).sort()).toEqual([
      "collector",
      "colour",
      "interval",
      "profiles[1].name",
      "selfTest.references[0]",
      "targets[0].url",
      "targets[1].community.file",
      "targets[1].id",
      "targets[2].community.env",
      "traps.communities[0]",
    ]);
    expect(JSON.stringify(problems)).not.toContain("Geheim");
  });

  it("is the sample that is shipped", async () => {
    const { parse } = await import("yaml");
    const sample = await readFile(new URL("../../../config/agent-central.yaml", import.meta.url), "utf8");
    await expect(checkedConfig(parse(sample))).resolves.toMatchObject({ config: { interval: "60s" } });
  });

  it.each([
    { targets: FULL.targets.slice(0, 1), isSecret: true },
    { targets: FULL.targets.slice(1, 2), isSecret: true },
    { targets: FULL.targets.slice(2, 3), isSecret: true },
    { targets: FULL.targets.slice(3, 4), isSecret: true },
    { targets: FULL.targets.slice(4, 5), isSecret: false },
    { targets: [{ id: "a", url: "snmpv3://monitor@192.0.2.3?context=vlan-7" }], isSecret: false },
  ])("holds secrets or not: $targets", async ({ targets, isSecret }) => {
    expect(holdsSecrets((await checkedConfig({ targets })).config)).toBe(isSecret);
  });
});

describe("the secret key", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "secret-key-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("is made once, for its owner only", async () => {
    const key = await secretKey(dir, {});
    expect(key).toHaveLength(32);
    await expect(secretKey(dir, {})).resolves.toEqual(key);
    expect((await stat(join(dir, "secret.key"))).mode & 0o777).toBe(0o600);
  });

  it("comes from where it is said to be, and nothing is made there", async () => {
    const text = "ab".repeat(32);
    await expect(secretKey(dir, { text })).resolves.toEqual(Buffer.from(text, "hex"));
    const file = join(dir, "key");
    await expect(secretKey(dir, { file })).rejects.toMatchObject({ code: "SECRET_KEY" });
    await writeFile(file, "too short\n");
    await expect(secretKey(dir, { file })).rejects.toMatchObject({ code: "SECRET_KEY" });
    await writeFile(file, `${text}\n`);
    await expect(secretKey(dir, { file })).resolves.toEqual(Buffer.from(text, "hex"));
    expect(await readdir(dir)).toEqual(["key"]);
  });
});
