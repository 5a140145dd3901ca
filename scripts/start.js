// `npm start`: the demo county on this machine. Installs and builds if needed, then runs simulated devices, a collector
// and one agent per school, all real processes on loopback, until Ctrl-C.
// Options: --port N (default 8080), --dir DIR (what the demo writes, default .demo), --control-port N (default 16099, 0 for
// a free one: where campanile-sims set switches devices), --built (neither install nor build).
import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
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
/** What starting collector and agents takes: the school morning begins when there is somebody to look. */
const LEAD_MS = 5_000;
/** How long a program has to end after it was asked to, before it is killed. */
const STOP_MS = 10_000;

const children = new Map();
/** Children that are meant to end. */
const tasks = new Set();
let stopping = false;

requireNode();
if (!values.built) {
  installPackages();
  build();
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(0));
endWithParent();

// Each demo begins on the same school morning; what an earlier one stored belongs to another run of that day.
rmSync(DEMO, { recursive: true, force: true });
mkdirSync(`${DEMO}/logs`, { recursive: true });

const COUNTY = "firmware-sims/scenarios/county.yaml";
const startsAt = new Date(Date.now() + LEAD_MS).toISOString();
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
const county = JSON.parse(await lineThat(sims, (line) => line.startsWith("{")));
writeFileSync(`${DEMO}/collector.yaml`, collectorConfig());
const collector = start("collector", "collector", ["run", "--config", `${DEMO}/collector.yaml`]);
await lineThat(collector, (line) => line.includes("listening"));
await task("import", "collector", ["import", `${DEMO}/inventory`, "--collector", URL_HERE]);
for (const { id, school, config } of county.agents) {
  await enrol(id, school, config);
  start(`agent ${id}`, "agent", ["run", "--config", config]);
}
report();

/** The scenario's clock is the collector's clock too, so that all speak of the same school day. */
function collectorConfig() {
  const clock = JSON.stringify(JSON.parse(readFileSync(`${DEMO}/clock.json`, "utf8")));
  return `# Written by npm start.
listen: { host: 127.0.0.1, port: ${PORT} }
dataDir: ./data
clock: { school: ${clock} }
log: { level: warn }
`;
}

/** As a county and a school do it: a code, made there, used here. */
async function enrol(id, school, config) {
  const said = await task(`code ${id}`, "collector", [
    "code",
    ...["--school", school, "--agent", id, "--collector", URL_HERE, "--json"],
  ]);
  const { code } = JSON.parse(said);
  // What it is to ask stands in its file already; --force keeps that.
  const where = ["--collector", URL_HERE, "--dir", dirname(config), "--force"];
  await task(`enroll ${id}`, "agent", ["enroll", "--code", code, ...where]);
}

/** Runs a program to its end; its output. Anything but success ends the demo. */
async function task(name, workspace, args) {
  const child = start(name, workspace, args);
  tasks.add(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  const status = await new Promise((resolve) => child.once("close", resolve));
  return status === 0 ? output : new Promise(() => {}); // the demo is being stopped
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
    if (stopping || (tasks.has(child) && status === 0)) return;
    console.error(`${name} ended (${signal ?? `status ${status}`}); stopping everything. ${lastWords(name)}`);
    void stop(1);
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
