// `npm run bench -- ingest`: our collector on both stores beside InfluxDB and VictoriaMetrics, which take the same readings.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { LineChild } from "../child.ts";
import { installDebian } from "../debian.ts";
import type { MeasureOptions } from "../measure-options.ts";
import { type Missing, OURS, type Row } from "../result.ts";
import { startCollector } from "./collector.ts";
import { County } from "./county.ts";
import { measureMemory } from "./memory.ts";
import {
  INFLUXD,
  peerRoute,
  startInfluxd,
  startVictoriaMetrics,
  takenByVictoriaMetrics,
  VICTORIA_METRICS,
} from "./peers.ts";
import type { Server } from "./server.ts";
import { type Entrant, measureThroughput } from "./throughput.ts";

const QUICK = { rounds: 1, minutes: 1, durableMs: 0, settleMs: 0, memoryMs: 5_000, yesterday: 500_000 };
/** VictoriaMetrics writes every 5 s what it has answered before; the collector does its housekeeping every minute. */
const FULL = { rounds: 5, minutes: 4, durableMs: 6_000, settleMs: 75_000, memoryMs: 70_000, yesterday: 20_000_000 };
const NEEDS = [
  { file: INFLUXD, debianPackage: "influxdb" },
  { file: VICTORIA_METRICS, debianPackage: "victoria-metrics" },
];
const MINUTE_MS = 60_000;
/** At a higher rate than a county's the readings' time runs faster than ours, and has to begin earlier. */
const MEMORY_AGO_MS = 60 * MINUTE_MS;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Found {
  rows: Row[];
  missing: Missing[];
}

/** @throws Error when there is nothing to measure with: no Linux, no compiled collector */
export async function measureIngest(options: MeasureOptions): Promise<Found> {
  if (!existsSync("/proc/self/stat")) throw new Error("this measurement reads CPU times from /proc, as Linux has it");
  if (!existsSync(here("../../collector/dist/collector/main.js"))) {
    throw new Error("the collector is not built yet: run `npm run build` first");
  }
  const folder = await mkdtemp(join(tmpdir(), "campanile-bench-"));
  try {
    const parts = [throughput, memory, resorting];
    const found: Found = { rows: [], missing: [] };
    for (const part of parts) {
      const { rows, missing } = await part(await mkdtemp(join(folder, "part-")), options);
      found.rows.push(...rows);
      found.missing.push(...missing);
    }
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function throughput(folder: string, options: MeasureOptions): Promise<Found> {
  const { isQuick, isRoot, signal, say } = options;
  const absent = installDebian(NEEDS, isRoot, say);
  const running: Server[] = [];
  const keep = <S extends Server>(server: S): S => {
    running.push(server);
    return server;
  };
  const missing: Missing[] = [];
  const entrants: Entrant[] = [];
  try {
    for (const [who, packages, enter] of contests(folder, options.node, keep)) {
      signal.throwIfAborted();
      say(`starting ${who}`);
      try {
        const reasons = packages.flatMap((name) => absent.get(name) ?? []);
        if (reasons.length > 0) throw new Error(reasons.join("; "));
        entrants.push({ who, ...(await enter()) });
      } catch (error) {
        missing.push({ who, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    const size = isQuick ? QUICK : FULL;
    const delay = (ms: number, stop: AbortSignal) => setTimeout(ms, undefined, { signal: stop });
    // The newest minutes there can be: windows of five minutes have ended and are rolled up, as day in, day out.
    const county = new County(Date.now() - (size.rounds + 1) * size.minutes * MINUTE_MS);
    const found = await measureThroughput(entrants, { county, ...size, signal, say, delay });
    return { rows: found.rows, missing: [...missing, ...found.missing] };
  } finally {
    await Promise.all(running.map((server) => server.stop()));
  }
}

type Contest = [who: string, packages: string[], enter: () => Promise<Omit<Entrant, "who">>];

function contests(folder: string, node: string, keep: <S extends Server>(server: S) => S): Contest[] {
  const alone = ({ url, pid }: Server) => ({ url, pids: [pid], route: peerRoute });
  return [
    [
      OURS,
      [],
      async () => {
        const { url, pid, route } = keep(await startCollector(node, join(folder, "on-duckdb"), { kind: "duckdb" }));
        return { url, route, pids: [pid] };
      },
    ],
    [
      "ours on InfluxDB",
      ["influxdb"],
      async () => {
        const influxd = keep(await startInfluxd(join(folder, "below")));
        const store = { kind: "influx", url: influxd.url, database: "bench" };
        const { url, pid, route } = keep(await startCollector(node, join(folder, "on-influxdb"), store));
        const parts = [
          { who: "ours on InfluxDB, the collector's part", pid },
          { who: "ours on InfluxDB, InfluxDB's part", pid: influxd.pid },
        ];
        return { url, route, pids: [pid, influxd.pid], parts };
      },
    ],
    ["InfluxDB", ["influxdb"], async () => alone(keep(await startInfluxd(folder)))],
    [
      "VictoriaMetrics",
      ["victoria-metrics"],
      async () => {
        const server = keep(await startVictoriaMetrics(folder));
        const check = async (values: number) => {
          const taken = await takenByVictoriaMetrics(server.url);
          if (taken < values) throw new Error(`VictoriaMetrics took ${taken} of ${values} values`);
        };
        return { ...alone(server), check };
      },
    ],
  ];
}

async function memory(folder: string, { isQuick, node, signal, say }: MeasureOptions): Promise<Found> {
  const forMs = isQuick ? QUICK.memoryMs : FULL.memoryMs;
  const rows: Row[] = [];
  for (const linesPerSecond of [6_000, 20_000]) {
    say(`memory at ${linesPerSecond} readings a second`);
    const collector = await startCollector(node, join(folder, String(linesPerSecond)), { kind: "duckdb" });
    try {
      const county = new County(Date.now() - MEMORY_AGO_MS);
      const now = () => performance.now();
      rows.push(...(await measureMemory(collector, { county, linesPerSecond, forMs, signal, now })));
    } finally {
      await collector.stop();
    }
  }
  return { rows, missing: [] };
}

interface Writing {
  perSecond: number;
  longestMs: number;
}

async function resorting(folder: string, { isQuick, node, signal, say }: MeasureOptions): Promise<Found> {
  say("taking readings while a day is re-sorted");
  const rows = isQuick ? QUICK.yesterday : FULL.yesterday;
  const worker = new LineChild(node, [
    "--import",
    here("../../register.js"),
    here("resort-worker.ts"),
    folder,
    `${rows}`,
  ]);
  const stop = () => void worker.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const found: Record<"alone" | "during", Writing> = JSON.parse(await worker.next()); // what our own program has written
    const row = (who: string, unit: string, value: number): Row => ({
      what: `the store takes values while ${(rows / 1e6).toFixed(1)} million of yesterday are re-sorted`,
      who,
      unit,
      median: value,
      min: value,
      max: value,
    });
    const [rate, wait] = ["values per second", "ms for the slowest write"];
    return {
      rows: [
        row("before", rate, found.alone.perSecond),
        row("meanwhile", rate, found.during.perSecond),
        row("before", wait, found.alone.longestMs),
        row("meanwhile", wait, found.during.longestMs),
      ],
      missing: [],
    };
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.stop();
  }
}
