import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInfluxStore } from "./influx.ts";
import { type Influxd, influxdPath, startInfluxd } from "./influxd-suite.ts";
import { batchOf, busy, clients, SCHOOL, scanned, storeSuite, T0 } from "./store-suite.ts";

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
    const nextDatabase = () => ({ url: server.url, database: `campanile "${++databases}"` });

    storeSuite("InfluxDB 1.6 (real server)", async () => {
      const options = nextDatabase();
      let store = openInfluxStore(options);
      return {
        store,
        reopen: async () => {
          await store.close();
          store = openInfluxStore(options);
          return store;
        },
        cleanup: async () => undefined,
      };
    });

    describe("the InfluxDB store", () => {
      it("makes its database, and again when somebody dropped it", async () => {
        const options = { url: server.url, database: "dropped" };
        const store = openInfluxStore(options);
        await store.write(batchOf([[clients("ap-1"), T0, 1]]));
        await influxQl(server.url, "DROP DATABASE dropped");
        const again = batchOf([[clients("ap-1"), T0, 2]]);
        await expect(store.write(again)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
        await expect(store.write(again)).resolves.toEqual({ repeated: false });
        await expect(store.series(SCHOOL, clients("ap-1"), 0, Infinity)).resolves.toEqual([{ atMs: T0, value: 2 }]);
      });

      it("writes more lines than fit into one request", async () => {
        const store = openInfluxStore(nextDatabase());
        await store.write(batchOf(Array.from({ length: 25_000 }, (_, i) => [clients("ap-1"), T0 + i, i])));
        await expect(store.series(SCHOOL, clients("ap-1"), 0, Infinity)).resolves.toHaveLength(25_000);
        await expect(scanned(store, ["wifi_clients"])).resolves.toHaveLength(25_000);
      });

      it("keeps one point for the metrics of one device at one time", async () => {
        const options = nextDatabase();
        const store = openInfluxStore(options);
        await store.write(
          batchOf([
            [busy("ap-1", "1"), T0, 0.5],
            [{ ...busy("ap-1", "1"), metric: "wifi_radio_clients" }, T0, 4],
          ]),
        );
        const text = await influxQl(server.url, "SELECT * FROM radio", options.database);
        expect(JSON.parse(text).results[0].series[0].values).toEqual([
          ["2026-03-02T00:00:00Z", "ap-1", "1", SCHOOL, 0.5, 4],
        ]);
      });

      it("keeps the ledger lines of batches that arrive in one millisecond", async () => {
        const store = openInfluxStore(nextDatabase());
        for (let i = 0; i < 5; i++) await store.write(batchOf([], { receivedAtMs: T0 }));
        await expect(store.agents()).resolves.toEqual([{ agentId: "agent-1", batches: 5, lastReceivedMs: T0 }]);
      });
    });

    it("loses nothing acknowledged when the server is killed, and takes the batch again that it could not answer", async () => {
      const own = await startInfluxd();
      try {
        const store = openInfluxStore({ url: own.url, database: "campanile" });
        const batch = batchOf([[clients("ap-1"), T0, 1]]);
        await store.write(batch);
        await own.stop("SIGKILL");
        const next = batchOf([[clients("ap-1"), T0 + 1, 2]]);
        await expect(store.write(next)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
        await expect(store.latest(SCHOOL, 0)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
        await expect(store.ready()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
        await own.start();
        await expect(store.write(next)).resolves.toEqual({ repeated: false });
        await expect(store.write(batch)).resolves.toEqual({ repeated: true, lines: 1 });
        await expect(store.series(SCHOOL, clients("ap-1"), 0, Infinity)).resolves.toEqual([
          { atMs: T0, value: 1 },
          { atMs: T0 + 1, value: 2 },
        ]);
      } finally {
        await own.remove();
      }
    });

    it("speaks as a user, and takes a wrong password as something an operator can mend", async () => {
      const own = await startInfluxd(true);
      try {
        await influxQl(own.url, "CREATE USER campanile WITH PASSWORD 'korrekt' WITH ALL PRIVILEGES");
        const options = { url: own.url, database: "campanile", username: "campanile" };
        const store = openInfluxStore({ ...options, password: "korrekt" });
        await expect(store.write(batchOf([[clients("ap-1"), T0, 1]]))).resolves.toEqual({ repeated: false });
        const wrong = openInfluxStore({ ...options, password: "falsch" });
        const refused = await wrong.write(batchOf([[clients("ap-1"), T0, 1]])).catch((error: unknown) => error);
        expect(refused).toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
        expect(String(refused)).not.toContain("falsch");
      } finally {
        await own.remove();
      }
    });
  });
}

async function influxQl(url: string, q: string, db = ""): Promise<string> {
  const response = await fetch(`${url}/query`, { method: "POST", body: new URLSearchParams({ q, db }) });
  expect(response.status).toBe(200);
  return response.text();
}
