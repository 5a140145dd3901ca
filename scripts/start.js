// `npm start`: the demo county on this machine. Installs and builds if needed, then runs simulated devices, a collector
// and one agent per school, all real processes on loopback, until Ctrl-C. Where the scenario says that the machine of an agent
// is off, its process is killed, and started again when it is on.
// Options: --port N (default 8080), --dir DIR (what the demo writes, default .demo), --control-port N (default 16099, 0 for
// a free one: where campanile-sims set switches devices), --built (neither install nor build).
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { enterDeclarations, makeCode } from "./collector.js";
import { build, installPackages, ROOT, requireNode } from "./setup.js";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8080" },
    dir: { type: "string", default: ".demo" },
    "control-port": { type: "string", default: "16099" },
    built: { type: "boolean", default: false },
  },
});
const PORT = Number(values.port);
if (!Number.isInteger(PORT) || PORT < 1 || PORT > 65_535) {
  console.error(`--port ${values.port} is not a port, expected 1 to 65535`);
  process.exit(2);
}
const DEMO = resolve(ROOT, values.dir);
const URL_HERE = `http://127.0.0.1:${PORT}`;
/**
 * What starting collector and agents takes, by what starting one program takes here and now: the school day begins when there is
 * somebody to look.
 */
const LEAD_MS = 2_000;
const LEAD_PROGRAMS = 32;
/** How long a program has to end after it was asked to, before it is killed. */
const STOP_MS = 10_000;

const children = new Map();
/** Children that are meant to end. */
const tasks = new Set();
/** Children whose machine was switched off. */
const killed = new Set();
/** By id: agents that have a key, those that run, those whose machine is off. */
const enrolled = new Set();
const agents = new Map();
const switchedOff = new Set();
let stopping = false;

requireNode();
if (!values.built) {
  installPackages();
  build();
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(0));
endWithParent();

// Each demo begins on the same school day; what an earlier one stored belongs to another run of that day.
rmSync(DEMO, { recursive: true, force: true });
mkdirSync(`${DEMO}/logs`, { recursive: true });

const COUNTY = "firmware-sims/scenarios/county.yaml";
const lead = LEAD_MS + LEAD_PROGRAMS * (await msToStart());
const startsAt = new Date(Date.now() + lead).toISOString();
const PORTS = ["--base-port", "0", "--control-port", values["control-port"]];
const sims = start("sims", "firmware-sims", [
  "run",
  "--scenario",
  COUNTY,
  "--out",
  DEMO,
  "--collector",
  URL_HERE,
  "--clock-started-at",
  startsAt,
  ...PORTS,
  "--json",
]);
const simsLines = createInterface({ input: sims.stdout });
const county = JSON.parse(await new Promise((resolve) => simsLines.once("line", resolve)));
simsLines.on("line", (line) => switchMachine(JSON.parse(line)));
writeFileSync(`${DEMO}/collector.yaml`, collectorConfig());
const collector = start("collector", "collector", ["run", "--config", `${DEMO}/collector.yaml`]);
await lineThat(collector, (line) => line.includes("listening"));
await task("import", "collector", ["import", `${DEMO}/inventory`, "--collector", URL_HERE]);
try {
  await Promise.all(county.agents.map(enrolAndRun));
  await enterDeclarations(URL_HERE, `${DEMO}/declared.json`);
  report();
} catch ({ message }) {
  fail(message);
}

/** The scenario's clock is the collector's clock too, so that all speak of the same school day. */
function collectorConfig() {
  const clock = JSON.stringify(JSON.parse(readFileSync(`${DEMO}/clock.json`, "utf8")));
  return `# Written by npm start.
listen: { host: 127.0.0.1, port: ${PORT} }
dataDir: ./data
# What is on its way while the school clock jumps over a summer is as old as that when it comes.
lateAccept: 75d
clock: { school: ${clock} }
log: { level: warn }
`;
}

/** Milliseconds that one program needs to start. */
async function msToStart() {
  const before = performance.now();
  await task("sims help", "firmware-sims", ["--help"]);
  return performance.now() - before;
}

/** As a county and a school do it: a code, made there, used here. */
async function enrolAndRun(agent) {
  // While the school clock jumps over a summer a code expires between being made and being used.
  const isEnrolled = (await tryToEnrol(agent)) || (!stopping && (await tryToEnrol(agent)));
  if (!isEnrolled) return fail(`agent ${agent.id} could not be enrolled. ${lastWords(`enroll ${agent.id}`)}`);
  enrolled.add(agent.id);
  runAgent(agent);
}

async function tryToEnrol(agent) {
  const code = await makeCode(URL_HERE, agent);
  // What it is to ask stands in its file already; --force keeps that.
  const where = ["--collector", URL_HERE, "--dir", dirname(agent.config), "--force"];
  return (await attempt(`enroll ${agent.id}`, "agent", ["enroll", "--code", code, ...where])).status === 0;
}

function runAgent({ id, config }) {
  if (!switchedOff.has(id) && !stopping) agents.set(id, start(`agent ${id}`, "agent", ["run", "--config", config]));
}

/** The machine of an agent goes off, which nobody tells its processes, or on again. */
function switchMachine({ agent: id, runs }) {
  const agent = county.agents.find((one) => one.id === id);
  if (agent === undefined) return;
  if (!runs) {
    switchedOff.add(id);
    const child = agents.get(id);
    if (child === undefined) return;
    agents.delete(id);
    killed.add(child);
    child.kill("SIGKILL");
  } else if (switchedOff.delete(id) && enrolled.has(id)) runAgent(agent);
}

/** Runs a program to its end; its output. Anything but success ends the demo. */
async function task(name, workspace, args) {
  const { status, output } = await attempt(name, workspace, args);
  if (status === 0) return output;
  fail(`${name} ended (${status}). ${lastWords(name)}`);
  return new Promise(() => {}); // the demo is being stopped
}

/** Runs a program to its end: its output, and its exit status or the signal that ended it. */
async function attempt(name, workspace, args) {
  const child = start(name, workspace, args);
  tasks.add(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const status = await new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  return { status, output };
}

function fail(why) {
  if (stopping) return;
  console.error(`${why} Stopping everything.`);
  void stop(1);
}

function start(name, workspace, args) {
  const bin = { agent: "campanile-agent", collector: "campanile-collector", "firmware-sims": "campanile-sims" }[
    workspace
  ];
  const child = spawn(process.execPath, [`${ROOT}${workspace}/bin/${bin}.js`, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", openSync(logOf(name), "a")],
  });
  children.set(child, name);
  child.once("exit", (status, signal) => {
    children.delete(child);
    if (tasks.has(child) || killed.has(child)) return;
    fail(`${name} ended (${signal ?? `status ${status}`}). ${lastWords(name)}`);
  });
  return child;
}

/** What it told people rather than machines, if anything. */
function lastWords(name) {
  const lines = readFileSync(logOf(name), "utf8").trim().split("\n");
  const plain = lines.filter((line) => !line.startsWith("{"));
  return plain.length > 0 ? `It said:\n${plain.slice(-10).join("\n")}` : `Its log: ${logOf(name)}`;
}

function logOf(name) {
  return `${DEMO}/logs/${name.replaceAll(" ", "-")}.log`;
}

/** The first line of a child's output that `wanted` accepts; later lines are read and dropped so that it never blocks. */
function lineThat(child, wanted) {
  return new Promise((resolve) =>
    createInterface({ input: child.stdout }).on("line", (line) => wanted(line) && resolve(line)),
  );
}

/** npm hands a SIGTERM to the shell between us and it, which ends without passing it on: then we are nobody's child. */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && void stop(0), 500).unref();
}

async function stop(status) {
  if (stopping) return;
  stopping = true;
  const ended = [...children.keys()].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of children.keys()) child.kill("SIGTERM");
  const killer = setTimeout(() => {
    for (const [child, name] of children) {
      console.error(`${name} did not end in ${STOP_MS / 1000} s and is killed`);
      child.kill("SIGKILL");
    }
  }, STOP_MS);
  await Promise.all(ended);
  clearTimeout(killer);
  process.exit(status);
}

function report() {
  console.log(`
Campanile · 校钟 is listening on ${URL_HERE}
  ${county.devices} simulated devices in ${county.agents.length} schools, asked over real SNMP on loopback.
  The demo runs on a school clock: faster, and without nights and weekends. The page says so.
  Switch an access point off:   npx campanile-sims set DEVICE off --control ${county.control}
  What each program logs: ${DEMO}/logs
  Ctrl-C ends everything.
`);
}
