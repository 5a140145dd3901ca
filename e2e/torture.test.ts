// A short torture run of each store: real programs, faults by a fixed seed, and a ledger that must close.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { influxdPath } from "../collector/store/influxd-suite.ts";
import { isClosed } from "../torture/ledger.ts";
import { tableOf } from "../torture/report.ts";
import { torture } from "../torture/run.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function run(store: "duckdb" | "influx", minutes: number, seed: number) {
  const folder = mkdtempSync(join(tmpdir(), "campanile-torture-"));
  folders.push(folder);
  const isRoot = process.getuid?.() === 0;
  const { signal } = new AbortController();
  return torture({ store, minutes, seed, folder, isRoot, isKept: false, signal, say: () => {} });
}

describe("a short torture run", () => {
  it("loses nothing and doubles nothing, with DuckDB", { timeout: 420_000 }, async () => {
    const result = await run("duckdb", 0.75, 2049);
    expect(isClosed(result), tableOf(result)).toBe(true);
    expect(result.kills, tableOf(result)).toBeGreaterThanOrEqual(6);
    expect(result.cuts, tableOf(result)).toBeGreaterThanOrEqual(10);
    const { given, stored, spooled, dropped, refused } = result.ledger;
    expect(stored + spooled + dropped + refused).toBe(given);
    expect(stored).toBeGreaterThan(given / 2);
  });

  const isMissing = influxdPath === undefined;
  const name = `loses nothing and doubles nothing, with InfluxDB${isMissing ? " (skipped: influxd is not installed)" : ""}`;
  it.skipIf(isMissing)(name, { timeout: 420_000 }, async () => {
    const result = await run("influx", 0.5, 2027);
    expect(isClosed(result), tableOf(result)).toBe(true);
    expect(result.kills, tableOf(result)).toBeGreaterThanOrEqual(3);
    expect(result.ledger.stored).toBeGreaterThan(result.ledger.given / 2);
  });
});
