// Opens the store that the configuration names.
import type { StoreConfig } from "./config.ts";
import { openDuckDbStore } from "./duckdb.ts";
import { openInfluxStore } from "./influx.ts";
import { createMemoryStore } from "./memory.ts";
import type { ReadingStore } from "./store.ts";

/** @throws StoreError when a DuckDB file cannot be used; a server is first asked by whoever reads or writes */
export async function openStore(config: StoreConfig): Promise<ReadingStore> {
  switch (config.kind) {
    case "duckdb":
      return openDuckDbStore(config);
    case "influx":
      return openInfluxStore(config);
    case "memory":
      return createMemoryStore();
  }
}
