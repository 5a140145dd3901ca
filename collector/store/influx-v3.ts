// InfluxDB 3.x: a database per shelf; how long one keeps things is said when it is made.
import { CampusError } from "../../contract/errors.ts";
import { type InfluxThreeOptions, type InfluxVersion, type SetUpStep, SHELVES, type Shelf } from "./influx-version.ts";
import { StoreError } from "./store.ts";

const HOUR_MS = 3_600_000;
const PRECISIONS = { ms: "millisecond", us: "microsecond" } as const;

export function versionThree(options: InfluxThreeOptions): InfluxVersion {
  const { database, token } = options;
  const databaseOf = (shelf: Shelf) => (shelf === "raw" ? database : `${database}_${shelf}`);

  return {
    place: `database "${database}"`,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    manyStatements: false,
    // Its own write path and not the one of 2.x: only here a request can be stored whole or not at all, and the answer
    // waits until it is on disk.
    writePath: (shelf, precision) =>
      `/api/v3/write_lp?${new URLSearchParams({ db: databaseOf(shelf), precision: PRECISIONS[precision], accept_partial: "false", no_sync: "false" })}`,
    queryParameters: (shelf) => ({ db: databaseOf(shelf) }),

    async setUp(admin, durations) {
      try {
        // As documented: [{ "iox::database": "campanile" }, …]
        const rows = (await admin.json("GET", "/api/v3/configure/database?format=json")) as Record<string, unknown>[];
        const known = new Set(rows.map((row) => row["iox::database"]));
        const steps: SetUpStep[] = [];
        for (const shelf of SHELVES) {
          const db = databaseOf(shelf);
          const ms = durations[shelf];
          steps.push({ what: `database ${db}`, outcome: known.has(db) ? "there" : "made" });
          if (known.has(db)) continue;
          const kept = ms === undefined ? {} : { retention_period: `${Math.max(1, Math.ceil(ms / HOUR_MS))}h` };
          await admin.json("POST", "/api/v3/configure/database", { db, ...kept });
        }
        return steps;
      } catch (error) {
        throw setUpError(options, error);
      }
    },

    /** InfluxDB 3 Core does not change a retention period that was set when the database was made. */
    keepFor: async () => undefined,
    /** InfluxDB 3 deletes no rows. */
    forget: async () => undefined,
  };
}

function setUpError({ url, database }: InfluxThreeOptions, cause: unknown): unknown {
  if (!(cause instanceof StoreError) || !/\((401|403)\)/.test(cause.message)) return cause;
  return new CampusError(
    "STORE_SETUP",
    `the token may not make databases; set up once with an admin token, which this makes: influxdb3 create token --admin --host ${url}; ` +
      `or make the databases by hand: ${SHELVES.map((shelf) => `influxdb3 create database --host ${url} ${shelf === "raw" ? database : `${database}_${shelf}`}`).join("; ")}`,
    { cause },
  );
}
