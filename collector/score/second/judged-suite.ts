// Lets a generated county live: its batches go through the store's own write path and into evidence, and at each of its
// moments both implementations can be asked.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS } from "../../inventory/day.ts";
import { readInventory } from "../../inventory/read.ts";
import { loadRegions } from "../../inventory/regions.ts";
import { openDuckDbStore } from "../../store/duckdb.ts";
import type { Retention, StoreBatch } from "../../store/store.ts";
import { Evidence } from "../evidence.ts";
import type { Answers } from "./answers-suite.ts";
import type { County, Moment } from "./county-suite.ts";
import { answersOfProgram } from "./program-suite.ts";
import { type Change, SqlCounty } from "./sql-suite.ts";

export interface JudgedMoment {
  name: string;
  program: Answers;
  /** Asks the SQL, with its text changed or as it is. */
  sql(change?: Change): Promise<Answers>;
}

/** Raw readings stay; nothing here looks at the rest. */
const RETENTION: Retention = {
  rawMs: 1_000 * DAY_MS,
  rollupMs: { "5m": DAY_MS, "1h": DAY_MS, "1d": DAY_MS },
  eventsMs: DAY_MS,
};
/** Agents deliver at the same time; the store commits together what waits together. */
const AT_A_TIME = 100;

/** @param look is called at each moment in turn, while the store is as it was then */
export async function withCounty(county: County, look: (moment: JudgedMoment) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "campanile-county-"));
  const storePath = join(folder, "readings.duckdb");
  const evidence = new Evidence();
  const regions = loadRegions();
  const { maintenance, quality } = county;
  try {
    for (const moment of county.moments) {
      await deliver(storePath, moment, evidence);
      const { name, asOfMs, files } = moment;
      const inventory = readInventory(files, regions);
      const program = answersOfProgram({ inventory, evidence, asOfMs, maintenance, quality });
      const second = await SqlCounty.open({ storePath, files, asOfMs, maintenance, quality });
      try {
        await look({ name, program, sql: (change) => second.answers(change) });
      } finally {
        await second.close();
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Finished days are sealed into Parquet files on the way, so that the SQL finds readings in both places. */
async function deliver(storePath: string, { asOfMs, deliveries }: Moment, evidence: Evidence): Promise<void> {
  const store = await openDuckDbStore({ path: storePath });
  try {
    for (let from = 0; from < deliveries.length; from += AT_A_TIME) {
      const some: readonly StoreBatch[] = deliveries.slice(from, from + AT_A_TIME);
      await Promise.all(some.map((batch) => store.write(batch)));
      for (const { schoolId, samples } of some) evidence.take(schoolId, samples);
    }
    await store.maintain(asOfMs, RETENTION);
  } finally {
    await store.close();
  }
}
