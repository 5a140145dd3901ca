// `campanile-collector migrate`: copies one collector's store into another's and compares them.
import type { CollectorConfig } from "../config.ts";
import { migrate } from "../migrate/migrate.ts";
import { migrationTable } from "../migrate/table.ts";

export interface MigrationOutcome {
  equal: boolean;
  /** For people. */
  table: string;
}

/** @param say told now and then how far it is @throws CampusError, see migrate */
export async function runMigration(
  from: CollectorConfig,
  to: CollectorConfig,
  say: (text: string) => void,
): Promise<MigrationOutcome> {
  let copied = 0;
  const result = await migrate({
    from,
    to,
    onCopied: (name) => {
      copied += 1;
      if (copied % SAY_EVERY === 0) say(`${copied} parts copied, the last: ${name}`);
    },
  });
  const elsewhere =
    from.dataDir === to.dataDir
      ? ""
      : `\nagents, keys and the inventory are not in the store: copy state.duckdb and inventory/ from ${from.dataDir} to ${to.dataDir}`;
  return { equal: result.differences.length === 0, table: `${migrationTable(result)}${elsewhere}` };
}

/** Parts: a day of a school, mostly. */
const SAY_EVERY = 1_000;
