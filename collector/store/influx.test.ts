import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInfluxStore } from "./influx.ts";
import { setUpInflux } from "./influx-setup.ts";
import { type Influxd, influxdPath, influxQl, startInfluxd } from "./influxd-suite.ts";
import { storeAdoptSuite } from "./store-adopt-suite.ts";
import { storeLedgerSuite } from "./store-ledger-suite.ts";
import { storeReadingSuite } from "./store-reading-suite.ts";
import { storeRollupSuite } from "./store-rollup-suite.ts";
import { batchOf, busy, clients, SCHOOL, type SuiteStore, scanned, storeSuite, T0 } from "./store-suite.ts";

if (influxdPath === undefined) {
  describe.skip("a reading store: InfluxDB 1.6 (real server): influxd is not installed, apt-get install influxdb", () => {
    it("passes the store suite", () => undefined);
  });
} else {
  describe("with influxd", () => {
    let server: Influxd;
    let databases = 0;
    beforeAll(async () => {
      server = await startInfluxd();
    });
    afterAll(() => server.remove());
    const nextDatabase = async () => {
      const options = { url: server.url, database: `campanile "${++databases}"` };
      await setUpInflux(options);
      return options;
    };
    const open = async (): Promise<SuiteStore> => {
      const options = await nextDatabase();
      let store = openInfluxStore(options);
      return {
        store,
        reopen: async () => {
          await store.close();
          store = openInfluxStore(options);
          return store;
        },
        // A server with many databases and policies answers slowly.
        cleanup: async () =>
          void (await influxQl(server.url, `DROP DATABASE "${options.database.replaceAll('"', '\\"')}"`)),
      };
    };

    for (const suite of [storeSuite, storeReadingSuite, storeLedgerSuite, storeRollupSuite, storeAdoptSuite]) {
      suite("InfluxDB 1.6 (real server)", open);
    }

    describe("the InfluxDB store", () => {
      it("writes more lines than fit into one request", async () => {
        const store = openInfluxStore(await nextDatabase());
        await store.write(batchOf(Array.from({ length: 100_000 }, (_, i) => [clients("ap-1"), T0 + i, i])));
        await expect(store.series(SCHOOL, clients("ap-1"), 0, Infinity)).resolves.toHaveLength(100_000);
        await expect(scanned(store, ["wifi_clients"])).resolves.toHaveLength(100_000);
      });

      it("keeps one point for the metrics of one device at one time, on a shelf of its own", async () => {
        const options = await nextDatabase();
        const store = openInfluxStore(options);
        await store.write(
          batchOf([
            [busy("ap-1", "1"), T0, 0.5],
            [{ ...busy("ap-1", "1"), metric: "wifi_radio_clients" }, T0, 4],
          ]),
        );
        const text = await influxQl(server.url, `SELECT * FROM "raw"."radio"`, options.database);
        expect(JSON.parse(text).results[0].series[0].values).toEqual([
          ["2026-03-02T00:00:00Z", "ap-1", "1", SCHOOL, 0.5, 4],
        ]);
      });

      it("keeps the ledger lines of batches that arrive in one millisecond", async () => {
        const store = openInfluxStore(await nextDatabase());
        for (let i = 0; i < 5; i++) await store.write(batchOf([], { receivedAtMs: T0 }));
        await expect(store.agents()).resolves.toEqual([{ agentId: "agent-1", batches: 5, lastReceivedMs: T0 }]);
      });
    });
  });
}
