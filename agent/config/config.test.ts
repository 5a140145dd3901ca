import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigError } from "../../contract/errors.ts";
import { checkProfiles, openProbing } from "../wiring.ts";
import { loadConfig, openConfig } from "./config.ts";

const SAMPLES = fileURLToPath(new URL("../../config/", import.meta.url));
const INVALID = join(SAMPLES, "invalid");

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "agent-config-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function load(yaml: string, env: Record<string, string> = {}) {
  const file = join(dir, "agent.yaml");
  await writeFile(file, yaml);
  return loadConfig(file, env);
}

async function problemsOf(yaml: string): Promise<string[]> {
  const error: unknown = await load(yaml).catch((e: unknown) => e);
  if (!(error instanceof ConfigError)) throw new Error("the configuration was not refused");
  return error.problems.map(({ path, message }) => `${path}: ${message}`);
}

const MINIMAL = `
agent: a1
collector: http://127.0.0.1:8080/
targets:
  - { id: ac1, url: "snmp://public@192.0.2.1" }
`;

describe("the configuration", () => {
  it("has a default for everything that need not be said", async () => {
    await expect(load(MINIMAL)).resolves.toEqual({
      agent: "a1",
      collector: "http://127.0.0.1:8080",
      intervalMs: 60_000,
      concurrency: 32,
      spool: { dir: join(dir, "spool"), maxBytes: 200_000_000, maxAgeMs: 7 * 86_400_000, flushMs: 5_000 },
      profiles: [],
      identity: { folder: join(dir, "identity"), isNamed: false },
      selfTests: [],
      log: { level: "info" },
      targets: [
        {
          id: "ac1",
          address: { kind: "snmp", host: "192.0.2.1", port: 161, community: "public" },
          segment: "main",
          timeoutMs: 2_000,
          retries: 2,
          intervalMs: 60_000,
          deadlineMs: 20_000,
        },
      ],
    });
  });

  it("loads the sample as it is shipped", async () => {
    const config = await loadConfig(join(SAMPLES, "agent.yaml"), {});
    expect(config.targets.map(({ id }) => id)).toEqual(["gateway", "core-switch", "wifi-controller", "core-router"]);
    expect(config.confirmWithinMs).toBe(180_000);
    expect(config.targets[1]).toMatchObject({ intervalMs: 120_000, deadlineMs: 10_000, timeoutMs: 1_000, retries: 1 });
    expect(config.selfTests).toEqual([
      { segment: "main", interface: "eth0", gateway: "gateway", references: ["core-switch", "wifi-controller"] },
    ]);
  });

  it("takes a community from the URL, a text, a file or the environment, with any characters in it", async () => {
    await writeFile(join(dir, "secret"), "from:file@x\n");
    const { targets } = await load(
      `
agent: a1
collector: http://c
targets:
  - { id: t1, url: "snmp://in%20url@h" }
  - { id: t2, url: "snmp://h", community: "a text:/@%" }
  - { id: t3, url: "snmp://[2001:db8::1]:1161", community: { file: ./secret } }
  - { id: t4, url: "snmp://h", community: { env: COMMUNITY } }
`,
      { COMMUNITY: "from env" },
    );
    expect(targets.map(({ address }) => address.version !== "v3" && address.community)).toEqual([
      "in url",
      "a text:/@%",
      "from:file@x",
      "from env",
    ]);
    expect(targets[2]?.address).toMatchObject({ host: "2001:db8::1", port: 1161 });
  });

  it("takes an SNMPv3 user's protocols and passwords from beside the URL, or from the URL", async () => {
    await writeFile(join(dir, "secret"), "from:file@x\n");
    const { targets } = await load(
      `
agent: a1
collector: http://c
targets:
  - id: t1
    url: "snmpv3://monitor@h?context=vlan-7"
    auth: { protocol: sha256, password: { file: ./secret } }
    privacy: { protocol: aes128, password: { env: PRIVACY } }
  - { id: t2, url: "snmpv3://monitor@h", auth: { protocol: sha512, password: "a text:/@%+" } }
  - { id: t3, url: "snmpv3://monitor@h" }
  - { id: t4, url: "snmpv3://monitor:pass%40word@h?auth=sha1&privacy=aes256c&privacyPassword=a+b%26c+d+e" }
  - { id: t5, url: "snmpv1://h", community: old }
`,
      { PRIVACY: "from env" },
    );
    const at = { kind: "snmp", host: "h", port: 161 };
    const auth = { protocol: "sha256", password: "from:file@x" };
    const privacy = { protocol: "aes128", password: "from env" };
    expect(targets.map(({ address }) => address)).toEqual([
      { ...at, version: "v3", user: { name: "monitor", auth, privacy }, context: "vlan-7" },
      { ...at, version: "v3", user: { name: "monitor", auth: { protocol: "sha512", password: "a text:/@%+" } } },
      { ...at, version: "v3", user: { name: "monitor" } },
      {
        ...at,
        version: "v3",
        user: {
          name: "monitor",
          auth: { protocol: "sha1", password: "pass@word" },
          privacy: { protocol: "aes256c", password: "a+b&c+d+e" },
        },
      },
      { ...at, version: "v1", community: "old" },
    ]);
  });

  it.each([
    { text: "1500000", bytes: 1_500_000 },
    { text: "1MB", bytes: 1_000_000 },
    { text: '"2.5GB"', bytes: 2_500_000_000 },
  ])("reads a spool of $text", async ({ text, bytes }) => {
    const config = await load(`${MINIMAL}\nspool: { maxBytes: ${text} }`);
    expect(config.spool.maxBytes).toBe(bytes);
  });

  it("accepts the limits themselves", async () => {
    const config = await load(`${MINIMAL}\ninterval: 150s\ndeadline: 149s\nconcurrency: 2`);
    expect(config).toMatchObject({ intervalMs: 150_000, concurrency: 2 });
    await expect(problemsOf(`${MINIMAL}\ninterval: 150s\ndeadline: 150s`)).resolves.toEqual([
      "targets[0].deadline: a run of 150s leaves one attempt every 5m, expected at most 150s",
    ]);
  });

  it("may have nothing to ask where it has an identity: the collector may hold it", async () => {
    await expect(load("agent: a1\ncollector: http://c\nidentity: ./identity\n")).resolves.toMatchObject({
      targets: [],
    });
    await expect(problemsOf("agent: a1\ncollector: http://c\n")).resolves.toEqual(["targets: is missing"]);
  });

  it("gives way to what the collector holds, key by key, and keeps its own targets and folders of profiles", async () => {
    const file = join(dir, "agent.yaml");
    const own = "interval: 30s\ndeadline: 10s\nprofiles: [./mine]\nlog: { level: warn }\n";
    await writeFile(file, `${MINIMAL}${own}traps: { listen: "0.0.0.0:10162", communities: [own] }\n`);
    const held = {
      interval: "90s",
      collector: "https://other/",
      traps: { listen: "0.0.0.0:10163", communities: ["central"] },
      profiles: [{ name: "p", yaml: "name: p" }],
      targets: [{ id: "c1", url: "snmp://public@192.0.2.7" }],
    };
    const config = await (await openConfig(file, {})).with({ revision: 7, config: held });
    expect(config).toMatchObject({
      revision: 7,
      collector: "https://other",
      intervalMs: 90_000,
      profiles: [join(dir, "mine")],
      profileTexts: held.profiles,
      log: { level: "warn" },
      traps: { port: 10_163, communities: ["central"] },
      targets: [
        { id: "c1", intervalMs: 90_000, deadlineMs: 10_000 },
        { id: "ac1", intervalMs: 90_000, deadlineMs: 10_000 },
      ],
    });
    expect(await loadConfig(file, {})).toMatchObject({ intervalMs: 30_000, targets: [{ id: "ac1" }] });
  });

  it("does not compare real deadlines with a school clock's intervals", async () => {
    const config = await load(`${MINIMAL}
deadline: 150s
clock:
  school:
    startedAt: "2026-09-01T08:00:00+08:00"
    shows: "2026-09-01T08:00:00+08:00"
    phases: [{ forSeconds: 60, speed: 60 }]
    open: [{ fromMinute: 480, toMinute: 720 }, { fromMinute: 780, toMinute: 1020 }]
`);
    expect(config.clock?.school.open).toHaveLength(2);
  });

  it("reports every problem at once, also within a target that is wrong elsewhere", async () => {
    const problems = await problemsOf(`
agent: "a 1"
collector: ftp://x
concurrency: 1
spool: { maxage: 7d }
selfTest: { gateway: nope, references: [t1], colour: red }
targets:
  - { id: t1, url: nonsense, interval: 200ms }
  - { id: t1, url: "snmp://h" }
`);
    const paths = problems.map((problem) => problem.slice(0, problem.indexOf(": ")));
    expect(paths.sort()).toEqual([
      "agent",
      "collector",
      "concurrency",
      "selfTest.colour",
      "selfTest.gateway",
      "spool.maxage",
      "targets[0].interval",
      "targets[0].url",
      "targets[1].id",
      "targets[1].url",
    ]);
  });

  it("never shows a secret, whatever is wrong around it", async () => {
    const secret = "Geheim77";
    const files = [
      `agent: a1\ncollector: http://user:${secret}@h\ntargets: [{ id: t1, url: "snmp://${secret}@h:x" }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmp://${secret}@h", community: ${secret} }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "http://h", community: [${secret}] }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmpv3://u:${secret}@h?auth=${secret}" }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmpv3://u:${secret}@h?auth=sha1&${secret}=x" }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmpv3://u:${secret.slice(0, 7)}@h?auth=sha1&privacy=${secret}" }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmpv3://u@h", auth: { protocol: ${secret}, password: [${secret}] } }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmpv3://u@h", auth: { sha256, ${secret} } }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmp://h", community: { ${secret} } }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: { a: ${secret} }, community: { file: {a: ${secret}} } }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmp://${secret}@h", community: "${secret} }]`,
      `agent: a1\ncollector: http://c\ntargets:\n  - url: snmp://${secret}@h\n   community: ${secret}: ${secret}`,
      `agent: a1\ncollector: http://c\ntargets:\n  - community: *${secret}\n`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmp://12/${secret}@h" }]`,
      `agent: a1\ncollector: http://c\ntargets: [{ id: t1, url: "snmp://h/${secret}", community: ${secret} }]`,
      `agent: a1\ncollector: http://c\ntargets: []\ntraps: { listen: "0.0.0.0:162", users: [{ name: u, auth: { protocol: ${secret}, password: ${secret} } }] }`,
      `agent: a1\ncollector: http://c\ntargets: []\ntraps: { listen: "0.0.0.0:162", communities: [{ ${secret}: 1 }, 7, [${secret}]] }`,
    ];
    for (const yaml of files) expect((await problemsOf(yaml)).join("\n")).not.toContain(secret.slice(0, 7));
  });

  it("says which file cannot be read", async () => {
    await expect(loadConfig(join(dir, "none.yaml"), {})).rejects.toMatchObject({ code: "CONFIG_UNREADABLE" });
  });
});

describe("every invalid example", async () => {
  const names = (await readdir(INVALID)).filter((name) => name.startsWith("agent-"));

  it("is there", () => expect(names.length).toBeGreaterThan(20));

  it.each(names)("%s is refused for the reason its first line names", async (name) => {
    const [firstLine = ""] = (await readFile(join(INVALID, name), "utf8")).split("\n");
    const file = join(INVALID, name);
    const error: unknown = await loadConfig(file, {})
      .then(async (config) => checkProfiles(file, config, await openProbing(config.profiles)))
      .catch((e: unknown) => e);
    if (!(error instanceof ConfigError)) throw new Error("not refused");
    expect(error.problems).toHaveLength(1);
    const { path, message } = error.problems[0] ?? { path: "", message: "" };
    expect(firstLine).toMatch(/^# refused: ./);
    expect(`${path} ${message}`).toContain(firstLine.slice("# refused: ".length));
  });
});
