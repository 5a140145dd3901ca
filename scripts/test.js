// `npm test`: everything that can be checked, from a fresh clone. Installs packages, and as root on Debian the real
// servers and the browser that tests talk to; then lint, types, build and all tests. What had to be skipped is named
// at the end with its reason. Option: --node24 runs the tests on Node 24, which the npm package `node` brings.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall, aptProblem } from "./debian.js";
import { build, installPackages, ROOT, requireNode, run } from "./setup.js";

/** Programs the tests use, and the Debian package each comes in. */
const PEERS = {
  snmpd: "snmpd",
  snmpbulkwalk: "snmp",
  influxd: "influxdb",
  "victoria-metrics": "victoria-metrics",
  chromium: "chromium",
  openssl: "openssl",
};
const SBIN = ["/usr/sbin", "/sbin"];
/** The share that agrees stands here; a test keeps it current. */
const AGREEMENT = `${ROOT}docs/agreement.md`;
const REPORT = `${ROOT}node_modules/.cache/vitest-report.json`;

requireNode();
installPackages();
const missing = installPeers();
run(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "check", "."], "lint and format");
run(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"], "types");
run(
  process.execPath,
  ["node_modules/vue-tsc/bin/vue-tsc.js", "--noEmit", "-p", "dashboards/tsconfig.json"],
  "types of the page",
);
build();
const status = runTests(process.argv.includes("--node24") ? node24() : process.execPath);
summarise();
process.exit(status);

/** Asks apt for what is missing, where it may; returns what is still missing with the reason. */
function installPeers() {
  const wanted = Object.entries(PEERS).filter(([program]) => !onPath(program));
  if (wanted.length === 0) return [];
  const reason = aptProblem(process.getuid?.() === 0);
  if (reason) return wanted.map(([program, name]) => `${program} (Debian package ${name}): ${reason}`);
  const packages = wanted.map(([, name]) => name);
  console.log(`— installing Debian packages for the tests: ${packages.join(" ")}`);
  aptInstall(packages);
  return wanted
    .filter(([program]) => !onPath(program))
    .map(([program, name]) => `${program}: apt-get could not install ${name}`);
}

function onPath(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SBIN];
  return folders.some((folder) => existsSync(join(folder, program)));
}

function runTests(node) {
  console.log(`— tests on Node ${spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim()}`);
  mkdirSync(`${ROOT}node_modules/.cache`, { recursive: true });
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${REPORT}`,
  ];
  // Tests that start our programs, or anything by name, find this Node first.
  const PATH = [join(node, ".."), process.env.PATH, ...SBIN].join(delimiter);
  return spawnSync(node, args, { cwd: ROOT, stdio: "inherit", env: { ...process.env, PATH } }).status ?? 1;
}

/** The program of Node 24, kept under node_modules so that a clone stays as it was. */
function node24() {
  const prefix = `${ROOT}node_modules/.cache/node24`;
  const program = `${prefix}/node_modules/node/bin/node`;
  if (!existsSync(program)) {
    mkdirSync(prefix, { recursive: true });
    run(
      "npm",
      ["install", "--prefix", prefix, "--no-audit", "--no-fund", "--no-save", "node@24"],
      "fetching Node 24 (npm package node)",
    );
  }
  return program;
}

function summarise() {
  if (!existsSync(REPORT)) return;
  const { testResults, numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(REPORT, "utf8"));
  const skipped = testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "pending" || status === "skipped")
      .map(({ fullName }) => fullName),
  );
  for (const name of skipped) console.log(`skipped: ${name}`);
  for (const name of missing) console.log(`missing: ${name}`);
  const ran = (name) => !skipped.some((test) => test.includes(name));
  if (ran("docs/agreement.md") && existsSync(AGREEMENT)) {
    console.log(`agreement: ${/^Of \d+ values.*$/m.exec(readFileSync(AGREEMENT, "utf8"))?.[0]}`);
  }
  console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
