#!/usr/bin/env node
// Starts the compiled program. It stands here, and not in dist/, so that npm can link it before the first build.
import { existsSync } from "node:fs";
import { beFrugal } from "./frugal.js";

const main = new URL("../dist/agent/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("campanile-agent is not built yet: run 'npm run build' first");
  process.exit(2);
}
// Before anything else is loaded, and set here because not every system understands options in a program's first line.
beFrugal();
await import(main.href);
