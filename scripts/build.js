// Compiles the three programs to JavaScript, copies what they read beside them, and builds the page into the collector.
import { spawn } from "node:child_process";
import { cp, rm } from "node:fs/promises";
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
  const from = `${ROOT}${name}`;
  await cp(from, `${from}/dist/${name}`, {
    recursive: true,
    filter: (source) => {
      const inside = source.slice(from.length);
      if (/^\/(node_modules|dist|bin)(\/|$)/.test(inside)) return false;
      return !/\.[^/]*$/.test(inside) || ASSET.test(inside);
    },
  });
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
