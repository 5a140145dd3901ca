import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDbStore } from "./duckdb.ts";
import { storeSuite } from "./store-suite.ts";

storeSuite("DuckDB", async () => {
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
});
