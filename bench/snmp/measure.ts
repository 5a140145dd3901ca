// `npm run bench -- snmp`: our polling engine beside four others, on the same simulated devices, in one run.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDebian, type Need } from "../debian.ts";
import type { MeasureOptions } from "../measure-options.ts";
import { type Missing, OURS, type Row, rowsOf } from "../result.ts";
import { type Contender, runRounds } from "../rounds.ts";
import { measureAgent } from "./agent-500.ts";
import { COLLECTD, collectd } from "./collectd.ts";
import { type Devices, startDevices } from "./devices.ts";
import { lineContender } from "./line-contender.ts";
import { SNMP_EXPORTER, startSnmpExporter } from "./snmp-exporter.ts";
import { measureV3 } from "./v3.ts";
import { DEVICE_COUNT, VARIABLES_PER_REQUEST, WHATS, type What } from "./workload.ts";

interface Entrant {
  who: string;
  needs: readonly Need[];
  start: () => Contender<What> | Promise<Contender<What>>;
}

const UNIT = "devices per CPU second";
const QUICK = { rounds: 2, forMs: 500 };
const FULL = { rounds: 5, forMs: 1200 };
const COMPILER: Need[] = [
  { file: "/usr/bin/cc", debianPackage: "gcc" },
  { file: "/usr/include/stdio.h", debianPackage: "libc6-dev" },
];
const LIBRARY: Need[] = [{ file: "/usr/include/net-snmp/net-snmp-config.h", debianPackage: "libsnmp-dev" }];
/** collectd-core only recommends the library its SNMP plugin needs; the library's headers bring it. */
const NEEDS_COLLECTD: Need[] = [{ file: COLLECTD, debianPackage: "collectd-core" }, ...LIBRARY];
const NEEDS_EXPORTER: Need[] = [{ file: SNMP_EXPORTER, debianPackage: "prometheus-snmp-exporter" }];
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** @throws Error when there is nothing to measure with: no Linux, no compiled agent, no C compiler for the devices */
export async function measureSnmp(options: MeasureOptions): Promise<{ rows: Row[]; missing: Missing[] }> {
  if (!existsSync("/proc/self/stat")) throw new Error("this measurement reads CPU times from /proc, as Linux has it");
  if (!existsSync(here("../../agent/dist/agent/snmp/engine.js"))) {
    throw new Error("the agent is not built yet: run `npm run build` first");
  }
  const folder = await mkdtemp(join(tmpdir(), "campanile-bench-"));
  const running: { stop(): Promise<void> }[] = [];
  try {
    const compared = await measureIn(folder, running, options);
    const agent = await measureAgent(options).then(
      (rows) => ({ rows, missing: [] }),
      (error: unknown) => {
        options.signal.throwIfAborted();
        return { rows: [], missing: [{ who: "agent, 500 devices", reason: messageOf(error) }] };
      },
    );
    return { rows: [...compared.rows, ...agent.rows], missing: [...compared.missing, ...agent.missing] };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIn(folder: string, running: { stop(): Promise<void> }[], options: MeasureOptions) {
  const { isQuick, isRoot, node, signal, say } = options;
  const absent = installDebian([...COMPILER, ...NEEDS_COLLECTD, ...NEEDS_EXPORTER], isRoot, say);
  for (const { debianPackage } of COMPILER) {
    const reason = absent.get(debianPackage);
    if (reason) throw new Error(`the simulated devices are written in C and need a compiler: ${reason}`);
  }
  const devices = await startDevices(compile(folder, "device"), DEVICE_COUNT);
  running.push(devices);
  const contenders: Contender<What>[] = [];
  const missing: Missing[] = [];
  for (const { who, needs, start } of entrants(folder, node, devices)) {
    signal.throwIfAborted();
    const reasons = needs.flatMap(({ debianPackage }) => absent.get(debianPackage) ?? []);
    try {
      if (reasons.length > 0) throw new Error(reasons.join("; "));
      const contender = await start();
      running.push(contender);
      contenders.push(contender);
    } catch (error) {
      missing.push({ who, reason: messageOf(error) });
    }
  }
  const found = await runRounds(contenders, { whats: WHATS, ...(isQuick ? QUICK : FULL), signal, say });
  const v3 = await measureV3({ ...(isQuick ? QUICK : FULL), isRoot, node, signal, say });
  return {
    rows: [...rowsOf(found.samples, UNIT), ...v3.rows],
    missing: [...missing, ...found.missing, ...v3.missing],
  };
}

function entrants(folder: string, node: string, devices: Devices): Entrant[] {
  const ports = devices.ports.map(String);
  const script = (name: string, ...args: string[]) => [
    "--import",
    here("../../register.js"),
    here(name),
    ...args,
    ...ports,
  ];
  const library = (who: string, sessions: string): Entrant => ({
    who,
    needs: LIBRARY,
    start: () =>
      lineContender(who, compile(folder, "c-library", "-lnetsnmp"), [
        sessions,
        String(VARIABLES_PER_REQUEST),
        ...ports,
      ]),
  });
  const nodeEntrant = (who: string, worker: string, mode: string): Entrant => ({
    who,
    needs: [],
    start: () => lineContender(who, node, script(worker, mode)),
  });
  return [
    nodeEntrant(OURS, "ours-worker.ts", "kept"),
    nodeEntrant("ours, signal a poll", "ours-worker.ts", "fresh"),
    library("C library", "kept"),
    library("C library, session a poll", "fresh"),
    { who: "collectd", needs: NEEDS_COLLECTD, start: () => collectd(folder, devices) },
    nodeEntrant("net-snmp", "net-snmp-worker.ts", "kept"),
    nodeEntrant("net-snmp, session a poll", "net-snmp-worker.ts", "fresh"),
    { who: "snmp_exporter", needs: NEEDS_EXPORTER, start: () => startSnmpExporter(folder, devices.ports) },
  ];
}

/** @throws Error with what the compiler says */
function compile(folder: string, name: string, ...libraries: string[]): string {
  const program = join(folder, name);
  const { status, stderr, error } = spawnSync("cc", ["-O2", "-o", program, here(`${name}.c`), ...libraries], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${name}.c does not compile: ${error?.message ?? stderr}`);
  return program;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
