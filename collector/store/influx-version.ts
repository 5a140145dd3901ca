// What differs between InfluxDB 1.x, 2.x and 3.x: how a request names the place of data, and who it says it is.
import { versionOne } from "./influx-v1.ts";
import { versionTwo } from "./influx-v2.ts";
import { versionThree } from "./influx-v3.ts";
import type { Resolution, Retention } from "./store.ts";

/**
 * Places of their own, because each is kept for a time of its own: readings as they came, rollups by resolution, and what
 * is kept for ever (the ledger, texts, events, how far rollups have come). A retention policy of one database in 1.x,
 * a bucket in 2.x, a database in 3.x.
 */
export const SHELVES = ["raw", "5m", "1h", "1d", "kept"] as const;
export type Shelf = "raw" | "kept" | Resolution;

/** How long the content of a shelf is kept, in milliseconds; absent: for ever. */
export type Durations = Partial<Record<Shelf, number>>;

/** What lasts for ever has none. */
export function durationsOf({ rawMs, rollupMs }: Pick<Retention, "rawMs" | "rollupMs">): Durations {
  const ages = { raw: rawMs, ...rollupMs };
  const durations: Durations = {};
  for (const shelf of ["raw", "5m", "1h", "1d"] as const) {
    if (Number.isFinite(ages[shelf])) durations[shelf] = ages[shelf];
  }
  return durations;
}

interface Server {
  /** For example http://127.0.0.1:8086 */
  url: string;
  /** The command that makes what the store needs, for errors that say it is missing. */
  setUpWith?: string;
}

export interface InfluxOneOptions extends Server {
  version?: 1;
  database: string;
  /** The policy that readings are kept in; `raw` when absent. */
  retentionPolicy?: string;
  username?: string;
  password?: string;
}

export interface InfluxTwoOptions extends Server {
  version: 2;
  org: string;
  /** Readings; rollups are in BUCKET_5m, BUCKET_1h, BUCKET_1d, all else in BUCKET_kept. */
  bucket: string;
  token: string;
}

export interface InfluxThreeOptions extends Server {
  version: 3;
  /** Readings; rollups are in DATABASE_5m, DATABASE_1h, DATABASE_1d, all else in DATABASE_kept. */
  database: string;
  /** Absent for a server that asks for none. */
  token?: string;
}

export type InfluxOptions = InfluxOneOptions | InfluxTwoOptions | InfluxThreeOptions;

/** What the requests of setting up and of forgetting go through; see influx-client.ts. */
export interface InfluxAdmin {
  /** InfluxQL that needs no shelf. Each row by the names of its columns. @throws StoreError */
  influxQl(statement: string, parameters?: Readonly<Record<string, string>>): Promise<Record<string, unknown>[]>;
  /** JSON of the answer; `undefined` when it has no body. @throws StoreError */
  json(method: "GET" | "POST" | "PATCH", path: string, body?: unknown): Promise<unknown>;
}

/** One thing that the store needs. */
export interface SetUpStep {
  what: string;
  outcome: "made" | "there";
}

export interface InfluxVersion {
  /** What a person calls the place: `database "campanile"`. */
  readonly place: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether one request may ask several questions. */
  readonly manyStatements: boolean;
  writePath(shelf: Shelf, precision: "ms" | "us"): string;
  queryParameters(shelf: Shelf): Readonly<Record<string, string>>;
  /** Makes what is missing. @throws CampusError `STORE_SETUP` with the command of an operator where a right is missing */
  setUp(admin: InfluxAdmin, durations: Durations): Promise<SetUpStep[]>;
  /** Makes the server forget by itself what is older, where it can be told so. @throws StoreError */
  keepFor(admin: InfluxAdmin, durations: Durations): Promise<void>;
  /** Deletes what is older of these measurements, where the server can. @throws StoreError */
  forget(admin: InfluxAdmin, shelf: Shelf, measurements: readonly string[], beforeMs: number): Promise<void>;
}

export function versionOf(options: InfluxOptions): InfluxVersion {
  if (options.version === 2) return versionTwo(options);
  if (options.version === 3) return versionThree(options);
  return versionOne(options);
}
