import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfigOutcome } from "../../contract/fleet.ts";
import type { AgentConfig } from "../config/config.ts";
import { openConfig } from "../config/config.ts";
import { replaceFileDurably } from "../files.ts";
import { openProbing } from "../wiring.ts";
import type { ConfigSource, FetchAnswer } from "./client.ts";
import { Configuring } from "./configuring.ts";
import { readKept } from "./kept.ts";
import { startWith } from "./starting.ts";
import { nothingKept } from "./trial.ts";

const SECRET = "Geheim77";
const OF = { agent: "a1", collector: "http://old" };
const silent = pino({ level: "silent" });

/** The county, the agent and the time, as the test wants them; the disk is a real one. */
describe("keeping the configuration at what the collector holds", () => {
  let dir: string;
  let file: string;
  let folder: string;
  let nowMs: number;
  let open: number;
  let used: AgentConfig[];
  let vitals: { batchesStored: number; hasAnswer: boolean };
  let reports: ConfigOutcome[];
  let county: { held: { revision: number; config: unknown } | undefined; isThere: boolean; asked: string[] };
  let stop: AbortController;
  let running: Promise<void> | undefined;
  /** Advanced by the test: sleeps end when their time has come. */
  let sleepers: { untilMs: number; wake: () => void }[];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "agent-fleet-"));
    file = join(dir, "agent.yaml");
    folder = join(dir, "spool-config");
    nowMs = 0;
    open = 0;
    used = [];
    vitals = { batchesStored: 0, hasAnswer: false };
    reports = [];
    county = { held: undefined, isThere: true, asked: [] };
    sleepers = [];
    await writeFile(file, "agent: a1\ncollector: http://old\nidentity: ./identity\n");
  });
  afterEach(async () => {
    await end();
    await rm(dir, { recursive: true });
  });

  const probing: typeof openProbing = async (folders, texts) => {
    const none = { probes: { snmp: () => Promise.reject(new Error("nobody asks")) }, profiles: [] as string[] };
    const real = texts?.length ? await openProbing(folders, texts) : { ...none, close: async () => undefined };
    open += 1;
    const close = async () => {
      open -= 1;
      await real.close();
    };
    return { ...real, close };
  };

  const sleep = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        sleepers = sleepers.filter((sleeper) => sleeper.wake !== wake);
        resolve();
      };
      sleepers.push({ untilMs: nowMs + ms, wake });
      signal.addEventListener("abort", wake, { once: true });
      if (signal.aborted) wake();
    });

  /** So much time passes, second by second, and everything that is due is done. */
  async function pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      nowMs += 1_000;
      for (const { untilMs, wake } of [...sleepers]) if (untilMs <= nowMs) wake();
      await settled();
    }
  }

  /** What is under way touches the disk, and syncs: let it. */
  async function settled(): Promise<void> {
    for (let i = 0; i < 4; i++) await replaceFileDurably(join(dir, "turn"), "");
  }

  const source = (collector: string): ConfigSource => ({
    async fetch(known, waitSeconds, signal): Promise<FetchAnswer> {
      county.asked.push(collector);
      if (!county.isThere || collector.includes("nowhere")) throw new Error("connection refused");
      const { held } = county;
      if (held && held.revision !== known) return { kind: "held", held };
      for (let seconds = 0; seconds < waitSeconds; seconds++) {
        await sleep(1_000, signal);
        if (signal.aborted || !county.isThere) throw new Error("interrupted");
        if (county.held && county.held.revision !== known) return { kind: "held", held: county.held };
      }
      return county.held ? { kind: "same" } : { kind: "none" };
    },
    async report(outcome) {
      if (!county.isThere || collector.includes("nowhere")) throw new Error("connection refused");
      reports.push(outcome);
    },
    close: () => undefined,
  });

  const agent = {
    replace: async (config: AgentConfig) => {
      used.push(config);
      vitals.hasAnswer = false;
    },
    vitals: () => ({ ...vitals }),
  };

  /** As the agent does at its start. */
  async function start(): Promise<Configuring> {
    const config = await openConfig(file, {});
    const kept = await readKept(folder, OF);
    const started = await startWith({ file: config, folder, kept, openProbing: probing, log: silent });
    used.push(started.config);
    const configuring = new Configuring({
      ...{ file: config, folder, kept: started.kept, inUse: started, openProbing: probing },
      ...{ connect: source, sleep, realMs: () => nowMs, random: () => 0, log: silent },
    });
    stop = new AbortController();
    const run = configuring.run(agent, stop.signal);
    running = run.then(() => configuring.close());
    await settled();
    return configuring;
  }

  async function end(): Promise<void> {
    stop?.abort();
    await running;
    running = undefined;
  }

  const targets = (...ids: string[]) => ids.map((id) => ({ id, url: "snmp://192.0.2.1", community: SECRET }));
  const current = () => used.at(-1);

  async function until(condition: () => boolean): Promise<void> {
    for (let seconds = 0; !condition() && seconds < 1_000; seconds++) await pass(1);
    expect(condition()).toBe(true);
  }

  it("tries what was fetched, confirms it by an acknowledged batch, and says so", async () => {
    county.held = { revision: 1, config: { interval: "30s", targets: targets("ap") } };
    const configuring = await start();
    await until(() => current()?.revision === 1);
    expect(current()).toMatchObject({ intervalMs: 30_000, targets: [{ id: "ap" }], collector: "http://old" });
    expect(configuring.status()).toEqual({ revision: 1, trial: { starts: 1 } });
    vitals.batchesStored += 1;
    await until(() => reports.length > 0);
    expect(reports).toEqual([{ revision: 1, outcome: "applied", problems: [] }]);
    expect((await readKept(folder, OF)).good?.revision).toBe(1);
    expect(open).toBe(1);
  });

  it("keeps it for the agent's owner only", async () => {
    county.held = { revision: 1, config: { targets: targets("ap") } };
    await start();
    await until(() => current()?.revision === 1);
    const kept = join(folder, "configuration.json");
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect(await readFile(kept, "utf8")).toContain(SECRET);
  });

  it("goes back from one with a wrong collector, and tells the right one why", async () => {
    county.held = { revision: 1, config: { collector: "http://nowhere", targets: targets("ap") } };
    await start();
    await until(() => current()?.collector === "http://nowhere");
    await pass(175);
    expect(current()?.revision).toBe(1);
    await until(() => current()?.revision === undefined);
    expect(current()?.collector).toBe("http://old");
    await until(() => reports.length > 0);
    expect(reports[0]).toMatchObject({ revision: 1, outcome: "rolled-back" });
    expect(reports[0]?.problems.join()).toContain("no collector acknowledged");
    await pass(300);
    expect(current()?.revision).toBeUndefined(); // not tried again
  });

  it("goes back from one whose targets are all silent, when some answered before", async () => {
    county.held = { revision: 1, config: { targets: targets("ap") } };
    await start();
    await until(() => current()?.revision === 1);
    vitals = { batchesStored: 1, hasAnswer: true };
    await until(() => reports.length === 1);
    county.held = { revision: 2, config: { targets: targets("gone") } };
    await until(() => current()?.revision === 2);
    vitals.batchesStored += 5;
    await pass(170);
    expect(current()?.revision).toBe(2);
    await until(() => reports.length === 2);
    expect(current()).toMatchObject({ revision: 1, targets: [{ id: "ap" }] });
    expect(reports[1]?.problems.join()).toContain("no target answered");
  });

  it("goes back also from one that comes right after a rollback, before anybody was asked again", async () => {
    county.held = { revision: 1, config: { targets: targets("ap") } };
    await start();
    await until(() => current()?.revision === 1);
    vitals = { batchesStored: 1, hasAnswer: true };
    await until(() => reports.length === 1);
    county.held = { revision: 2, config: { collector: "http://nowhere", targets: targets("ap") } };
    await until(() => current()?.revision === 2);
    vitals.hasAnswer = false;
    await until(() => current()?.revision === 1);
    county.held = { revision: 3, config: { targets: targets("gone") } };
    await until(() => current()?.revision === 3);
    vitals.batchesStored += 5;
    await until(() => reports.length === 3);
    expect(reports.map(({ revision, outcome }) => `${revision} ${outcome}`)).toEqual([
      "1 applied",
      "2 rolled-back",
      "3 rolled-back",
    ]);
    expect(current()?.revision).toBe(1);
  });

  it("takes the next revision when the one before was rolled back", async () => {
    county.held = { revision: 1, config: { collector: "http://nowhere" } };
    await start();
    await until(() => current()?.revision === 1);
    await until(() => current()?.revision === undefined);
    county.held = { revision: 2, config: { interval: "90s" } };
    await until(() => current()?.revision === 2);
    expect(current()).toMatchObject({ collector: "http://old", intervalMs: 90_000 });
  });

  it.each([
    { what: "shape", config: { interval: "soon" }, problem: "interval" },
    { what: "a key that is not known", config: { spool: { dir: "/tmp" } }, problem: "spool" },
    { what: "meaning", config: { targets: targets("ap", "ap") }, problem: "targets[1].id" },
    {
      what: "a secret that is not there",
      config: { targets: [{ id: "x", url: "snmp://h", community: { file: "secrets/none" } }] },
      problem: "targets[0].community",
    },
    {
      what: "a file outside the folder of secrets",
      config: { targets: [{ id: "x", url: "snmp://h", community: { file: "/etc/passwd" } }] },
      problem: "targets[0].community.file",
    },
    {
      what: "the agent's own key",
      config: { targets: [{ id: "x", url: "snmp://h", community: { file: "secrets/../identity/key.pem" } }] },
      problem: "targets[0].community.file",
    },
    {
      what: "a foreign variable",
      config: { targets: [{ id: "x", url: "snmp://h", community: { env: "HOME" } }] },
      problem: "targets[0].community.env",
    },
    {
      what: "a profile that does not compile",
      config: { profiles: [{ name: "mine", yaml: "name: mine\nkind: nonsense\n" }] },
      problem: "profile mine",
    },
    {
      what: "a profile that there is not",
      config: { targets: [{ ...targets("ap")[0], profile: "none" }] },
      problem: "targets[0].profile",
    },
  ])("refuses one for $what, and goes on with what there was", async ({ config, problem }) => {
    county.held = { revision: 4, config };
    const configuring = await start();
    await until(() => reports.length > 0);
    expect(reports[0]).toMatchObject({ revision: 4, outcome: "refused" });
    expect(reports[0]?.problems.join("\n")).toContain(problem);
    expect(JSON.stringify(reports)).not.toContain(SECRET);
    expect(current()?.revision).toBeUndefined();
    expect(configuring.status()).toMatchObject({ verdict: { revision: 4, outcome: "refused" } });
    expect(open).toBe(1);
  });

  it("asks the file's targets beside the central ones, and says when they have one id", async () => {
    const own = `targets: [{ id: own, url: "snmp://c@192.0.2.9" }]\n`;
    await writeFile(file, `agent: a1\ncollector: http://old\nidentity: ./identity\n${own}`);
    county.held = { revision: 1, config: { targets: targets("ap") } };
    await start();
    await until(() => current()?.revision === 1);
    expect(current()?.targets.map(({ id }) => id)).toEqual(["ap", "own"]);
    county.held = { revision: 2, config: { targets: targets("ap", "own") } };
    await until(() => reports.some(({ revision }) => revision === 2));
    expect(reports.at(-1)?.problems).toEqual([
      `targets[0].id of the agent's own file: "own" is the id of targets[1] already`,
    ]);
  });

  it("comes up on trial after a kill, twice, and with the one before at the third", async () => {
    county.held = { revision: 1, config: { targets: targets("ap") } };
    await start();
    await until(() => current()?.revision === 1);
    const revisions: (number | undefined)[] = [];
    for (let kill = 0; kill < 3; kill++) {
      await end();
      await start();
      revisions.push(current()?.revision);
    }
    expect(revisions).toEqual([1, 1, undefined]);
    await until(() => reports.length > 0);
    expect(reports).toMatchObject([{ revision: 1, outcome: "rolled-back" }]);
  });

  it("comes up on trial also where nothing can be written", async () => {
    county.held = { revision: 1, config: { targets: targets("ap") } };
    await start();
    await until(() => current()?.revision === 1);
    await end();
    await mkdir(join(folder, "configuration.json.new")); // as good as a full disk
    await start();
    expect(current()?.revision).toBe(1);
    expect((await readKept(folder, OF)).trial?.starts).toBe(1);
  });

  it("rolls back at the start when what is on trial cannot be used any more", async () => {
    county.held = { revision: 1, config: { targets: targets("ap") } };
    await start();
    await until(() => current()?.revision === 1);
    await end();
    const own = `targets: [{ id: ap, url: "snmp://c@192.0.2.9" }]\n`;
    await writeFile(file, `agent: a1\ncollector: http://old\nidentity: ./identity\n${own}`);
    await start();
    expect(current()?.revision).toBeUndefined();
    await until(() => reports.length > 0);
    expect(reports[0]).toMatchObject({ revision: 1, outcome: "rolled-back" });
  });

  it("tells what became of it when the collector is there again, also after a restart", async () => {
    county.held = { revision: 1, config: { interval: "soon" } };
    await start();
    await until(() => reports.length === 1);
    county.held = { revision: 2, config: { interval: "later" } };
    const reportsBefore = reports;
    await until(() => reports.length === 2);
    expect(reportsBefore).toHaveLength(2);
    county.isThere = false;
    county.held = { revision: 3, config: { interval: "30s" } };
    await pass(60);
    expect(current()?.revision).toBeUndefined();
    await end();
    await start();
    county.isThere = true;
    await until(() => current()?.revision === 3);
  });

  it("does not ask faster than it should, whatever the collector answers", async () => {
    county.isThere = false;
    const configuring = await start();
    await pass(600);
    expect(county.asked.length).toBeLessThan(20);
    expect(configuring.status().problem).toBe("connection refused");
    county.isThere = true;
    await until(() => configuring.status().problem === undefined);
  });

  it("starts from the file when what is kept is damaged", async () => {
    county.held = { revision: 1, config: { interval: "30s" } };
    await start();
    await until(() => current()?.revision === 1);
    await end();
    await writeFile(join(folder, "configuration.json"), '{"version":1,"good":');
    await expect(readKept(folder, OF)).resolves.toEqual(nothingKept(OF));
    await start();
    await until(() => current()?.revision === 1);
  });

  it("forgets what another collector held, when the agent was enrolled at another one", async () => {
    county.held = { revision: 1, config: { collector: "http://moved", interval: "30s" } };
    await start();
    await until(() => current()?.revision === 1);
    vitals.batchesStored += 1;
    await until(() => reports.length > 0);
    await end();
    await expect(readKept(folder, { ...OF, collector: "http://new" })).resolves.toMatchObject({ unreported: [] });
    await expect(readKept(folder, { ...OF, agent: "a2" })).resolves.not.toHaveProperty("good");
    await expect(readKept(folder, OF)).resolves.toHaveProperty("good");
  });

  it("leaves nothing open behind, however often it is given another one", async () => {
    await start();
    for (let revision = 1; revision <= 20; revision++) {
      county.held = { revision, config: { interval: `${revision + 30}s` } };
      await until(() => current()?.revision === revision);
      vitals.batchesStored += 1;
      await until(() => reports.length === revision);
    }
    expect(open).toBe(1);
    await end();
    expect(open).toBe(0);
    expect(sleepers).toEqual([]);
  });
});
