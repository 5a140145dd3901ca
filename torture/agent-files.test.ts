import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSpool, type Spool } from "../agent/spool/spool.ts";
import { readRefused, readSpooled } from "./agent-files.ts";

let dir: string;
let spool: Spool;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "torture-files-"));
  const processes = { pid: process.pid, isAlive: () => false };
  const log = pino({ level: "silent" });
  spool = await openSpool({ dir, maxBytes: 1_000_000, maxAgeMs: 1e12, nowMs: () => Date.now(), processes, log });
});
afterEach(async () => {
  await spool.close();
  await rm(dir, { recursive: true });
});

const serial = (n: number) => `device,device=a0-d0 uptime_seconds=${n} ${n}000`;
const run = (ok: number, at: number) => `probe,device=a0-d0 probe_ok=${ok},probe_requests=1 ${at}`;

it("finds serials and failed runs in what waits, and not in what was acknowledged", async () => {
  const { sequence } = await spool.append([run(1, 999), serial(1)]);
  await spool.append([run(1, 1_999), serial(2), 'fact,device=a0-d0 name="x" 2000']);
  await spool.append([run(0, 2_999)]);
  await spool.ack(sequence);
  await expect(readSpooled(dir)).resolves.toEqual({
    serials: [{ device: "a0-d0", atMs: 2_000, serial: 2 }],
    failures: [{ device: "a0-d0", atMs: 2_999 }],
  });
});

it("finds them in lines refused for their time, counts the others, and passes over a torn last line", async () => {
  const entries = [
    { kind: "line", code: "TOO_OLD", text: serial(1) },
    { kind: "line", code: "IN_THE_FUTURE", text: run(0, 1_999) },
    { kind: "batch", code: "BATCH_CONFLICT", lines: [run(0, 2_999), serial(2)] },
  ];
  await writeFile(join(dir, "refused.ndjson"), `${entries.map((one) => JSON.stringify(one)).join("\n")}\n{"kind":"li`);
  await expect(readRefused(dir)).resolves.toEqual({
    serials: [{ device: "a0-d0", atMs: 1_000, serial: 1 }],
    failures: [{ device: "a0-d0", atMs: 1_999 }],
    codes: { TOO_OLD: 1, IN_THE_FUTURE: 1, BATCH_CONFLICT: 2 },
  });
});

it("finds nothing where nothing was refused", async () => {
  await expect(readRefused(dir)).resolves.toEqual({ serials: [], failures: [], codes: {} });
});
