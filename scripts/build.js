// Compiles the three programs to JavaScript, copies what they read beside them, and builds the page into the collector.
import { spawn } from "node:child_process";
import { copyFile, cp, mkdir, readdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ROOT } from "./setup.js";

const PROGRAMS = ["agent", "collector", "firmware-sims"];
const ASSET = /\.(yaml|csv)$/;

await Promise.all([
  ...PROGRAMS.map(buildProgram),
  execute("node_modules/vite/bin/vite.js", ["build", "--logLevel", "warn"], "dashboards"),
]);
await cp(`${ROOT}dashboards/dist`, `${ROOT}collector/dist/page`, { recursive: true });

async function buildProgram(name) {
  await rm(`${ROOT}${name}/dist`, { recursive: true, force: true });
  await execute("node_modules/typescript/bin/tsc", ["-p", `${name}/tsconfig.json`], "");
  for (const entry of await readdir(`${ROOT}${name}`, { recursive: true })) {
    if (!ASSET.test(entry) || /^(dist|node_modules|bin|probes\/golden)\//.test(entry)) continue;
    const copy = `${ROOT}${name}/dist/${name}/${entry}`;
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(`${ROOT}${name}/${entry}`, copy);
  }
}

function execute(script, args, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${ROOT}${script}`, ...args], { cwd: `${ROOT}${folder}`, stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (status) =>
      status === 0 ? resolve() : reject(new Error(`${script} ${args.join(" ")} failed`)),
    );
  }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
