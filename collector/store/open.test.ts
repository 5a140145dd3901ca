import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "./open.ts";

it("opens the store that the configuration names", async () => {
  const folder = await mkdtemp(join(tmpdir(), "campanile-open-"));
  try {
    const path = join(folder, "readings.duckdb");
    const duckdb = await openStore({ kind: "duckdb", path, memoryLimit: "256MB" });
    await duckdb.ready();
    await duckdb.close();
    expect((await stat(path)).isFile()).toBe(true);
    const memory = await openStore({ kind: "memory" });
    await expect(memory.ready()).resolves.toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("starts with an InfluxDB that is away, and is then not ready", async () => {
  const store = await openStore({ kind: "influx", url: "http://127.0.0.1:9", database: "campanile" });
  await expect(store.ready()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
});
