// Brings a checkout to the point where it can run: packages installed, programs built. Needs Node and npm only.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OLDEST_NODE = [20, 19];

/** Ends the process with a sentence when this Node is too old for what we install. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    console.error(`Campanile needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}`);
    process.exit(2);
  }
}

/** `npm ci` when packages are missing or older than the lock file. */
export function installPackages() {
  const lock = `${ROOT}package-lock.json`;
  const installed = `${ROOT}node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  run("npm", ["ci", "--no-audit", "--no-fund"], "installing packages (npm ci)");
}

export function build() {
  run(process.execPath, ["scripts/build.js"], "building");
}

/** Runs a command to its end with its output shown; ends this process with the same status when it fails. */
export function run(command, args, title, env = process.env) {
  console.log(`— ${title}`);
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env });
  if (error) {
    console.error(`${command}: ${error.message}`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}
