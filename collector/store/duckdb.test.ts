import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDbStore } from "./duckdb.ts";
import { storeAdoptSuite } from "./store-adopt-suite.ts";
import { storeLedgerSuite } from "./store-ledger-suite.ts";
import { storeReadingSuite } from "./store-reading-suite.ts";
import { storeRollupSuite } from "./store-rollup-suite.ts";
import { type SuiteStore, storeSuite } from "./store-suite.ts";

async function open(): Promise<SuiteStore> {
  const folder = await mkdtemp(join(tmpdir(), "campanile-duckdb-"));
  const path = join(folder, "a folder that is not there", "readings.duckdb");
  let store = await openDuckDbStore({ path });
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openDuckDbStore({ path });
      return store;
    },
    cleanup: () => rm(folder, { recursive: true }),
  };
}

for (const suite of [storeSuite, storeReadingSuite, storeLedgerSuite, storeRollupSuite, storeAdoptSuite]) {
  suite("DuckDB", open);
}
