// The roller on the stores that keep readings on disk.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { openDuckDbStore } from "../store/duckdb.ts";
import { openInfluxStore } from "../store/influx.ts";
import { setUpInflux } from "../store/influx-setup.ts";
import { type Influxd, influxdPath, influxQl, startInfluxd } from "../store/influxd-suite.ts";
import { rollerSuite } from "./roller-suite.ts";

rollerSuite(
  "DuckDB",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "campanile-rollup-"));
    const store = await openDuckDbStore({ path: join(folder, "campanile.duckdb") });
    return { store, cleanup: () => rm(folder, { recursive: true, force: true }) };
  },
  8,
);

if (influxdPath === undefined) {
  describe.skip("rolling up on InfluxDB 1.6 (real server): influxd is not installed, apt-get install influxdb", () => {
    it("passes the roller's suite", () => undefined);
  });
} else {
  describe("a real server", () => {
    let server: Influxd;
    let databases = 0;

    beforeAll(async () => {
      server = await startInfluxd();
    });
    afterAll(() => server.remove());

    rollerSuite(
      "InfluxDB 1.6",
      async () => {
        const options = { url: server.url, version: 1, database: `rollup${databases++}` } as const;
        await setUpInflux(options);
        const store = openInfluxStore(options);
        return { store, cleanup: async () => void (await influxQl(server.url, `DROP DATABASE "${options.database}"`)) };
      },
      5,
    );
  });
}
