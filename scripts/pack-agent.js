// Runs before `npm pack -w agent`: puts the licence and the commented sample beside what is packed.
import { copyFileSync, existsSync } from "node:fs";
import { ROOT } from "./setup.js";

if (!existsSync(`${ROOT}agent/dist/agent/main.js`)) {
  console.error("the agent is not built yet: run `npm run build` first");
  process.exit(1);
}
copyFileSync(`${ROOT}LICENSE`, `${ROOT}agent/LICENSE`);
copyFileSync(`${ROOT}config/agent.yaml`, `${ROOT}agent/agent.sample.yaml`);
