import { createMemoryStore } from "./memory.ts";
import { storeAdoptSuite } from "./store-adopt-suite.ts";
import { storeLedgerSuite } from "./store-ledger-suite.ts";
import { storeReadingSuite } from "./store-reading-suite.ts";
import { storeRollupSuite } from "./store-rollup-suite.ts";
import { storeSuite } from "./store-suite.ts";

for (const suite of [storeSuite, storeReadingSuite, storeLedgerSuite, storeRollupSuite, storeAdoptSuite]) {
  suite("memory", async () => ({ store: createMemoryStore(), cleanup: async () => undefined }));
}
