// The three things this program does: replay a recording, run a scenario, and switch a device of a running scenario.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Logger } from "pino";
import { type SchoolClockRule, schoolClock } from "../contract/clock.ts";
import { CampusError, messageOf } from "../contract/errors.ts";
import { type Control, startControl } from "./control.ts";
import { type Campus, startCampus } from "./scenarios/campus.ts";
import { declarations } from "./scenarios/declared.ts";
import { playFaults } from "./scenarios/fault-plan.ts";
import { agentFile, inventoryFiles } from "./scenarios/inventory.ts";
import type { Plan } from "./scenarios/plan.ts";
import { loadScenario } from "./scenarios/scenario.ts";
import { startSnmpDevice } from "./snmp/device.ts";
import { createStaticMib } from "./snmp/mib.ts";
import { readSnmprec } from "./snmp/snmprec.ts";
import { convertWalk } from "./snmp/walk-text.ts";

/** Where a command's words go, and what ends it. */
export interface Io {
  /** Writes one line of result. */
  out: (line: string) => void;
  log: Logger;
  /** Aborted by Ctrl-C: everything is closed then. */
  signal: AbortSignal;
}

export interface ReplayOptions {
  walk: string;
  host: string;
  port: number;
  community: string;
  maxMessageBytes: number;
  json: boolean;
}

/** Answers like the device of a recording until the signal. @throws CampusError `RECORDING_UNREADABLE`, `RECORDING_EMPTY`. */
export async function replay(options: ReplayOptions, { out, log, signal }: Io): Promise<void> {
  const { walk, json, ...where } = options;
  const { rows, skipped } = readSnmprec(await readWalk(walk));
  if (rows.length === 0) throw new CampusError("RECORDING_EMPTY", `${walk}: holds no line of the form OID|TAG|VALUE`);
  for (const { line, reason } of skipped) log.warn({ walk, line, reason }, "line skipped");
  const mib = createStaticMib(rows);
  const device = await startSnmpDevice({ mib, ...where });
  const { host, port } = device;
  const url = `snmp://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const result = { url, rows: mib.size, skipped: skipped.length };
  out(json ? JSON.stringify(result) : `listening ${url} (${mib.size} rows, ${skipped.length} lines skipped)`);
  await aborted(signal);
  await device.close();
}

/** Prints the recording that a walk is. @throws CampusError `RECORDING_UNREADABLE`, `WALK_EMPTY` */
export async function convert(walk: string, { out, log }: Io): Promise<void> {
  const { lines, skipped } = convertWalk(await readWalk(walk));
  for (const { line, reason } of skipped) log.warn({ walk, line, reason }, "line skipped");
  if (lines.length === 0) {
    const how = "snmpbulkwalk -v2c -c COMMUNITY -m '' -OnextU HOST 1.3.6.1";
    throw new CampusError(
      "WALK_EMPTY",
      `${walk}: holds no line of the form ".OID = TYPE: VALUE", expected the output of ${how}`,
    );
  }
  for (const line of lines) out(line);
}

async function readWalk(walk: string): Promise<string> {
  return readFile(walk, "utf8").catch((cause: unknown) => {
    throw new CampusError("RECORDING_UNREADABLE", `${walk}: cannot be read: ${messageOf(cause)}`, { cause });
  });
}

export interface RunOptions {
  scenario: string;
  out: string;
  basePort: number;
  controlPort: number;
  collector: string;
  /** Absent: now. */
  clockStartedAt?: string | undefined;
  json: boolean;
}

/** Runs a scenario until the signal. @throws ConfigError for a bad scenario, before anything is started. */
export async function runScenario(options: RunOptions, io: Io): Promise<void> {
  const plan = await loadScenario(options.scenario);
  const rule: SchoolClockRule = { startedAt: options.clockStartedAt ?? new Date().toISOString(), ...plan.clock };
  const clock = schoolClock(rule);
  const campus = await startCampus({ plan, clock, basePort: options.basePort });
  let control: Control | undefined;
  try {
    control = await startControl(campus, options.controlPort, io.log);
    const agents = await writeFiles(plan, campus, rule, options);
    report(plan, campus, control.url, agents, options, io);
    await playFaults(campus, plan.faults, clock, io.signal, (event) => {
      const { atMs, devices, agent, fault } = event;
      const at = new Date(atMs).toISOString();
      if (agent !== undefined) tellAgent(agent, fault === undefined, options, io);
      io.log.info({ at, devices: devices.length, first: devices[0], agent, fault }, "fault played");
    });
    await aborted(io.signal);
  } finally {
    await Promise.all([control?.close(), campus.close()]);
  }
}

/** Agents are not ours to run: whoever runs them is told by a line. */
function tellAgent(agent: string, runs: boolean, { json }: RunOptions, { out }: Io): void {
  out(json ? JSON.stringify({ agent, runs }) : `the machine of agent ${agent} is ${runs ? "on" : "off"}`);
}

interface WrittenAgent {
  id: string;
  school: string;
  /** Absolute path of its configuration. */
  config: string;
}

/** Vendor profiles that agents need and that are not bundled with them. */
const PROFILES = fileURLToPath(new URL("./scenarios/profiles", import.meta.url));

/**
 * Writes inventory/*.csv, declared.json, profiles/*.yaml, agents/ID/agent.yaml and clock.json. An agent has a folder: for its
 * spool and its key.
 */
async function writeFiles(
  plan: Plan,
  campus: Campus,
  rule: SchoolClockRule,
  options: RunOptions,
): Promise<WrittenAgent[]> {
  const dir = resolve(options.out);
  await mkdir(join(dir, "inventory"), { recursive: true });
  for (const [name, text] of inventoryFiles(plan)) await writeFile(join(dir, "inventory", name), text);
  await writeFile(join(dir, "declared.json"), `${JSON.stringify(declarations(plan), undefined, 2)}\n`);
  const profiles = join(dir, "profiles");
  await cp(PROFILES, profiles, { recursive: true });
  await writeFile(join(dir, "clock.json"), `${JSON.stringify(rule, undefined, 2)}\n`);
  const written: WrittenAgent[] = [];
  for (const planned of plan.schools) {
    const { id } = planned.school.agent;
    const config = join(dir, "agents", id, "agent.yaml");
    const addressOf = (target: string) => campus.device(target).snmp ?? notATarget(target);
    await mkdir(dirname(config), { recursive: true });
    await writeFile(
      config,
      agentFile({ plan, planned, collector: options.collector, clock: rule, profiles, addressOf }),
    );
    written.push({ id, school: planned.school.id, config });
  }
  return written;
}

function notATarget(id: string): never {
  throw new CampusError("SIM_NOT_A_TARGET", `${id} does not answer for itself`);
}

function report(
  plan: Plan,
  campus: Campus,
  control: string,
  agents: WrittenAgent[],
  { json, out: dir }: RunOptions,
  { out }: Io,
): void {
  if (json) {
    const result = { devices: campus.devices.length, control, agents, out: resolve(dir), faults: plan.faults.length };
    out(JSON.stringify(result));
    return;
  }
  for (const { school, gatewayId, controllerId, aps } of plan.schools) {
    const where = (id: string) => `${id} ${campus.device(id).status().url}`;
    out(`${school.name} ${school.nameEn} (${school.id}): gateway ${where(gatewayId)}`);
    const first = aps[0] && `${aps[0].id} …`;
    if (controllerId !== undefined)
      out(`  ${school.wifi.kind} ${where(controllerId)} with ${aps.length} access points ${first}`);
    else out(`  ${aps.length} ${school.wifi.kind} access points ${aps[0] ? where(aps[0].id) : ""} …`);
  }
  for (const { teaches, atMs, devices } of plan.faults) {
    const at = new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 16).replace("T", " ");
    out(`${at} ${devices.length === 1 ? devices[0] : `${devices.length} devices`}: ${teaches}`);
  }
  out(`control ${control}, files in ${resolve(dir)}`);
  out("ready");
}

/** How long a running scenario has to answer; it is on this machine. */
const CONTROL_DEADLINE_MS = 5_000;

/** Switches a device of a running scenario. @throws CampusError with what the control API said, or why it said nothing. */
export async function setDevice(
  { device, online, control, json }: { device: string; online: boolean; control: string; json: boolean },
  { out, signal }: Pick<Io, "out" | "signal">,
): Promise<void> {
  const url = `${control.replace(/\/$/, "")}/devices/${encodeURIComponent(device)}`;
  const response = await fetch(url, {
    method: "PUT",
    body: JSON.stringify({ online }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(CONTROL_DEADLINE_MS)]),
  }).catch((cause: unknown) => {
    throw new CampusError("CONTROL_SILENT", `no running scenario answers at ${control}; is 'campanile-sims run' up?`, {
      cause,
    });
  });
  const text = (await response.text()).trim();
  if (!response.ok) throw new CampusError("CONTROL_REFUSED", `${control} refused: ${text}`);
  out(json ? text : `${device} is ${online ? "on" : "off"}`);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
