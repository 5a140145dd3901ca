// Everything of a torture run that is started and ended: agents with their links and spools, the collector, its store.
import { appendFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, type Program, start } from "../e2e/programs.ts";
import type { StoreKind } from "./arguments.ts";
import { type Campus, PROFILE } from "./campus.ts";
import type { Clocks } from "./clocks.ts";
import type { FullDisk, Life } from "./explain.ts";
import { type InfluxServer, influxServer } from "./influx-server.ts";
import { type Link, openLink } from "./link.ts";
import { type AgentSettings, agentId, agentYaml, collectorYaml, schoolId } from "./settings.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import { Supervised } from "./supervised.ts";

const SPOOL_DISK_MB = 16;
const DATA_DISK_MB = 256;

/** What an agent's log says then (agent/uplink/refused.ts). */
const UNKEPT = "refused lines could not be kept";

export interface CastAgent {
  id: string;
  school: string;
  folder: string;
  spoolDir: string;
  link: Link;
  program: Supervised;
  /** Absent: it cannot be filled here. */
  disk: SmallDisk | undefined;
  /** How far its clock is off from the next start on. */
  offsetMs: number;
}

export interface CastOptions {
  folder: string;
  store: StoreKind;
  campus: Campus;
  /** How each agent asks and spools; empty for the usual. */
  agents: readonly Pick<AgentSettings, "interval" | "maxBytes">[];
  clocks: Clocks;
  /** Whether small disks can be mounted; absent: none are wanted. */
  isRoot?: boolean;
}

export class Cast {
  readonly agents: CastAgent[] = [];
  readonly lives: Life[] = [];
  readonly fullDisks: FullDisk[] = [];
  /** Agents that said that they could not keep refused lines. */
  readonly unkept = new Set<number>();
  /** Times a program ended though nobody had ended it, by its name. */
  readonly endedByThemselves: Record<string, number> = {};
  /** What could not be had here. */
  readonly notes: string[] = [];
  readonly collectorPort: number;
  readonly collectorUrl: string;
  readonly collectorFile: string;
  readonly dataDir: string;
  readonly collector: Supervised;
  /** Absent: DuckDB, which lives in the collector. */
  influx: { server: InfluxServer; program: Supervised } | undefined;
  /** Where readings are stored; absent: it cannot be filled here. */
  dataDisk: SmallDisk | undefined;
  readonly #options: CastOptions;

  private constructor(options: CastOptions, collectorPort: number) {
    this.#options = options;
    this.collectorPort = collectorPort;
    this.collectorUrl = `http://127.0.0.1:${collectorPort}`;
    this.dataDir = join(options.folder, "data");
    this.collectorFile = join(options.folder, "collector.yaml");
    this.collector = new Supervised({
      launch: {
        start: () => start("collector", ["run", "--config", this.collectorFile]),
        ready: (program) => program.line((line) => line.startsWith("listening")),
      },
      onEnd: (program, isOurs) => this.#noteEnd("collector", program, isOurs),
    });
  }

  /** Folders, disks, configurations and links; nothing is started yet. */
  static async prepare(options: CastOptions): Promise<Cast> {
    const cast = new Cast(options, await freePort());
    const { folder, agents, clocks, store } = options;
    await mkdir(join(folder, "profiles"), { recursive: true });
    await writeFile(join(folder, "profiles", "torture.yaml"), PROFILE);
    cast.dataDisk = await cast.#mount(cast.dataDir, DATA_DISK_MB, "the collector's disk is never full");
    if (store === "influx") await cast.#prepareInflux();
    const collector = { port: cast.collectorPort, dataDir: cast.dataDir, clock: clocks.yaml(0) };
    const influx = cast.influx && { influxUrl: cast.influx.server.url };
    await writeFile(cast.collectorFile, collectorYaml({ ...collector, ...influx }));
    for (const [number, settings] of agents.entries()) cast.agents.push(await cast.#prepareAgent(number, settings));
    return cast;
  }

  async close(): Promise<void> {
    for (const { program, link } of this.agents) {
      await program.abandon();
      await link.close();
    }
    await this.collector.abandon();
    await this.influx?.program.abandon();
  }

  /** After `close`. What is on the disks stays in their folders, or is gone with them. */
  async unmount(isKept: boolean): Promise<void> {
    for (const { disk } of this.agents) await disk?.unmount(isKept);
    await this.dataDisk?.unmount(isKept);
  }

  async #prepareInflux(): Promise<void> {
    const server = await influxServer(this.#options.folder, join(this.dataDir, "influx"));
    const onEnd = (program: Program, isOurs: boolean) => this.#noteEnd("store", program, isOurs);
    this.influx = { server, program: new Supervised({ launch: server.launch, onEnd }) };
  }

  async #prepareAgent(number: number, settings: CastOptions["agents"][number]): Promise<CastAgent> {
    const { folder, campus, clocks } = this.#options;
    const id = agentId(number);
    const own = join(folder, id);
    const spoolDir = join(own, "spool");
    const disk = await this.#mount(spoolDir, SPOOL_DISK_MB, `the disk of ${id} is never full`);
    const link = await openLink(this.collectorPort);
    const file = join(own, "agent.yaml");
    const devices = campus.devices.filter(({ agent }) => agent === number);
    let life: Life | undefined;
    const program = new Supervised({
      launch: { start: () => start("agent", ["run", "--config", file]) },
      onStart: async () => {
        const { offsetMs } = agent;
        const clock = clocks.yaml(offsetMs);
        await writeFile(file, agentYaml({ agent: id, collector: link.url, devices, clock, ...settings }));
        life = { agent: number, startedAtMs: Date.now(), offsetMs, isFarOff: clocks.isFarOff(offsetMs) };
        this.lives.push(life);
      },
      onKill: () => {
        if (life) life.killedAtMs = Date.now();
      },
      onEnd: (ended, isOurs) => {
        if (ended.output().includes(UNKEPT)) this.unkept.add(number);
        this.#noteEnd(id, ended, isOurs);
      },
    });
    const agent = { id, school: schoolId(number), folder: own, spoolDir, link, program, disk, offsetMs: 0 };
    return agent;
  }

  async #mount(path: string, megabytes: number, without: string): Promise<SmallDisk | undefined> {
    await mkdir(path, { recursive: true });
    const { isRoot } = this.#options;
    if (isRoot === undefined) return undefined;
    const disk = await mountSmallDisk(path, megabytes, isRoot);
    if (typeof disk !== "string") return disk;
    this.notes.push(`skipped: ${without}: ${disk}`);
    return undefined;
  }

  #noteEnd(name: string, program: Program, isOurs: boolean): void {
    appendFileSync(join(this.#options.folder, `${name}.log`), program.output());
    if (!isOurs) this.endedByThemselves[name] = (this.endedByThemselves[name] ?? 0) + 1;
  }
}
