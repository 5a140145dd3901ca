#!/usr/bin/env node
// Starts the compiled program. It stands here, and not in dist/, so that npm can link it before the first build.
import { existsSync } from "node:fs";

const main = new URL("../dist/collector/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("campanile-collector is not built yet: run 'npm run build' first");
  process.exit(2);
}
await import(main.href);
