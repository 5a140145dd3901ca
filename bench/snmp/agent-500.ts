// A whole agent with 500 devices, fifty of them dead: its memory, its processor time, and how late it asks the living.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LineChild } from "../child.ts";
import { cpuSecondsOf } from "../cpu-time.ts";
import { median, OURS, type Row } from "../result.ts";
import { type ProbeRun, type StandIn, startStandIn } from "./agent-500-collector.ts";
import { agentConfig, INTERVAL_SECONDS, type PortsByKind } from "./agent-500-plan.ts";

export interface AgentBenchOptions {
  isQuick: boolean;
  /** The program of Node. */
  node: string;
  signal: AbortSignal;
  say: (line: string) => void;
  /** The compiled agent; what `npm run build` wrote unless said otherwise. */
  program?: string;
  /** Further options of Node. */
  nodeOptions?: readonly string[];
}

/** The first minute, in which every target is asked for the first time, counts for memory and lateness but not for CPU time. */
const MINUTES = { quick: 2, full: 5 } as const;
const SAMPLE_MS = 1_000;
const CPU_WINDOW_SAMPLES = 30;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** @throws Error when the devices or the agent end before their time */
export async function measureAgent(options: AgentBenchOptions): Promise<Row[]> {
  const { node, isQuick, signal, say } = options;
  const folder = await mkdtemp(join(tmpdir(), "campanile-agent-"));
  const collector = await startStandIn();
  const devices = new LineChild(node, ["--import", here("../../register.js"), here("agent-500-devices.ts")]);
  let agent: RunningAgent | undefined;
  try {
    const ports: PortsByKind = JSON.parse(await devices.next()); // what our own program has written
    agent = await startAgent(options, folder, agentConfig(ports, collector.url, join(folder, "spool")));
    const minutes = isQuick ? MINUTES.quick : MINUTES.full;
    say(`an agent with 500 devices, for ${minutes} minutes`);
    const samples = await sample(agent, minutes * 60_000, signal);
    return rowsOf(samples, collector);
  } finally {
    await agent?.stop();
    await devices.stop();
    await collector.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface RunningAgent {
  pid: number;
  child: ChildProcess;
  stop(): Promise<void>;
}

async function startAgent(
  { node, program, nodeOptions = [] }: AgentBenchOptions,
  folder: string,
  config: string,
): Promise<RunningAgent> {
  const file = join(folder, "agent.yaml");
  await mkdir(join(folder, "spool"));
  await writeFile(file, config);
  const bin = program ?? here("../../agent/bin/campanile-agent.js");
  // Its log, of which nobody reads more than its end.
  const child = spawn(node, [...nodeOptions, bin, "run", "--config", file], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr?.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-2_000);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("the agent cannot be started");
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  child.once("exit", (status) => {
    if (status !== 0) console.error(`the agent ended: ${said.trim()}`);
  });
  return { pid, child, stop };
}

interface Samples {
  rssBytes: number[];
  /** Share of a core in windows after the first minute. */
  cpuRatio: number[];
}

async function sample({ pid, child }: RunningAgent, forMs: number, signal: AbortSignal): Promise<Samples> {
  const rssBytes: number[] = [];
  const cpuRatio: number[] = [];
  const startedMs = performance.now();
  let window: { atMs: number; cpuSeconds: number; samples: number } | undefined;
  while (performance.now() - startedMs < forMs) {
    await delay(SAMPLE_MS, undefined, { signal });
    if (child.exitCode !== null) throw new Error("the agent ended before its time");
    rssBytes.push(rssBytesOf(pid));
    const now = { atMs: performance.now(), cpuSeconds: cpuSecondsOf(pid), samples: 0 };
    if (now.atMs - startedMs < INTERVAL_SECONDS * 1_000) continue;
    window ??= now;
    window.samples += 1;
    if (window.samples <= CPU_WINDOW_SAMPLES) continue;
    cpuRatio.push((now.cpuSeconds - window.cpuSeconds) / ((now.atMs - window.atMs) / 1_000));
    window = now;
  }
  return { rssBytes, cpuRatio };
}

/** proc(5): VmRSS of /proc/PID/status, in units of 1,024 bytes. */
function rssBytesOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
  return Number(kilobytes) * 1_024;
}

function rowsOf({ rssBytes, cpuRatio }: Samples, { runs }: StandIn): Row[] {
  const living = runs.filter(({ device }) => !device.startsWith("dead-"));
  const dead = runs.filter(({ device }) => device.startsWith("dead-"));
  const valuesOf = (of: readonly ProbeRun[], name: string) => of.flatMap(({ values }) => values[name] ?? []);
  const late = valuesOf(living, "probe_lateness_seconds").map((seconds) => seconds * 1_000);
  const failed = living.filter(({ values }) => values.probe_ok !== 1).length;
  const laterDead = dead.filter(({ values }) => values.probe_retransmissions === 0);
  return [
    row(
      "agent, 500 devices: memory (RSS)",
      "MB",
      rssBytes.map((bytes) => bytes / 1e6),
    ),
    row(
      "agent, 500 devices: CPU",
      "% of a core",
      cpuRatio.map((ratio) => ratio * 100),
    ),
    row("agent, 500 devices: lateness of the living", "ms", late),
    row("agent, 500 devices: 99 of 100 are less late than", "ms", [percentile(late, 0.99)]),
    row("agent, 500 devices: runs of the living that failed", `of ${living.length}`, [failed]),
    row("agent, 500 devices: datagrams a run of a dead one", "datagrams", valuesOf(laterDead, "probe_requests")),
  ];
}

function row(what: string, unit: string, values: readonly number[]): Row {
  return { what, who: OURS, unit, median: median(values), min: least(values), max: -least(values.map((v) => -v)) };
}

/** There may be more values than a call can take arguments. */
function least(values: readonly number[]): number {
  return values.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY);
}

/** The value below which this share of all lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
