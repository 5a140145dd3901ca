#!/usr/bin/env -S node --max-semi-space-size=32 --heap-growing-percent=100
// Starts the compiled program. It stands here, and not in dist/, so that npm can link it before the first build.
//
// Batches are in work for some milliseconds. With V8's usual 16 MB for what is new they outlive it, and the whole heap is looked
// through for them again and again (docs/performance.md). The size cannot be set later.
import { existsSync } from "node:fs";

const main = new URL("../dist/collector/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("campanile-collector is not built yet: run 'npm run build' first");
  process.exit(2);
}
await import(main.href);
