import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDuckDbStore } from "../collector/store/duckdb.ts";
import { batchOf } from "../collector/store/store-suite.ts";
import { readDuckDb } from "./stored.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "torture-stored-"));
});
afterEach(() => rm(dir, { recursive: true }));

it("reads every row of serials and failed runs out of a DuckDB store", async () => {
  const store = await openDuckDbStore({ path: join(dir, "campanile.duckdb") });
  const serials = { metric: "uptime_seconds", device: "a0-d0" } as const;
  const probe = { metric: "probe_ok", device: "a0-d0" } as const;
  const rows = [[serials, 1_000, 7] as const, [probe, 1_000, 1] as const, [probe, 2_000, 0] as const];
  await store.write(batchOf(rows.map(([key, atMs, value]) => [key, atMs, value])));
  await store.close();
  const { serials: found, failures } = await readDuckDb(dir);
  expect(found).toMatchObject([{ device: "a0-d0", atMs: 1_000, serial: 7 }]);
  expect(failures).toMatchObject([{ device: "a0-d0", atMs: 2_000 }]);
});
