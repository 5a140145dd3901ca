#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=24 --heap-growing-percent=100
// Starts the compiled program. It stands here, and not in dist/, so that npm can link it before the first build.
//
// How Node and the C library are to use memory cannot be said later (docs/performance.md has what each is worth):
//   max-semi-space-size   Batches are in work for some milliseconds. With V8's usual 16 MB for what is new they outlive it.
//   heap-growing-percent  V8 counts batches' bytes, which stand outside of its heap, as growth of it, and would look through
//                         the whole heap several times a second for what they are. Now only when there is as much again.
//   MALLOC_ARENA_MAX      Threads would each keep what they freed; glibc only.
import { existsSync } from "node:fs";

const main = new URL("../dist/collector/main.js", import.meta.url);
if (!existsSync(main)) {
  console.error("campanile-collector is not built yet: run 'npm run build' first");
  process.exit(2);
}
await import(main.href);
