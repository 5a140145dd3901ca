// The program and the SQL of this folder judge generated counties alike.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../inventory/day.ts";
import { readInventory } from "../../inventory/read.ts";
import { loadRegions } from "../../inventory/regions.ts";
import { openDuckDbStore } from "../../store/duckdb.ts";
import { Evidence } from "../evidence.ts";
import { differences } from "./answers-suite.ts";
import { asTheProgram } from "./departures-suite.ts";
import { type County, generateCounty } from "./county-suite.ts";
import { answersOfProgram } from "./program-suite.ts";
import { answersOfSql } from "./sql-suite.ts";

/** More of them: any other number is another county. */
const SEEDS = [1, 2, 3];

it.each(SEEDS)("county %i", async (seed) => {
  const county = generateCounty(seed);
  console.log(county.moments.map(m => m.deliveries.reduce((n, d) => n + d.samples.length, 0)));
  const folder = await mkdtemp(join(tmpdir(), "campanile-county-"));
  const storePath = join(folder, "readings.duckdb");
  const evidence = new Evidence();
  const regions = loadRegions();
  for (const moment of county.moments) {
    let t = performance.now();
    const store = await openDuckDbStore({ path: storePath });
    for (let i = 0; i < moment.deliveries.length; i += 100) {
      const some = moment.deliveries.slice(i, i + 100);
      await Promise.all(some.map((batch) => store.write(batch)));
      for (const batch of some) evidence.take(batch.schoolId, batch.samples);
    }
    await store.maintain(moment.asOfMs, { rawMs: 800 * DAY_MS, rollupMs: { "5m": DAY_MS, "1h": DAY_MS, "1d": DAY_MS }, eventsMs: DAY_MS });
    await store.close();
    console.log("write", performance.now() - t); t = performance.now();
    const { maintenance, quality } = county;
    const sql = await answersOfSql({ storePath, files: moment.files, asOfMs: moment.asOfMs, maintenance, quality, change: asTheProgram });
    console.log("sql", performance.now() - t); t = performance.now();
    const program = answersOfProgram({ inventory: readInventory(moment.files, regions), evidence, asOfMs: moment.asOfMs, maintenance, quality });
    console.log("ts", performance.now() - t);
    const d = differences(sql, program);
    const tally: Record<string, number> = {};
    for (const [k, v] of sql) if (k.startsWith("venue")) { const verdict = (v as any).verdict; tally[verdict] = (tally[verdict] ?? 0) + 1; }
    console.log(moment.name, sql.size, tally, d.length);
    console.log(d.slice(0, 25).join("\n"));
  }
  await rm(folder, { recursive: true });
});
