// InfluxDB 1.x: one database, a retention policy per shelf, made and changed by InfluxQL.
import { CampusError } from "../../contract/errors.ts";
import {
  type Durations,
  type InfluxAdmin,
  type InfluxOneOptions,
  type InfluxVersion,
  type SetUpStep,
  SHELVES,
  type Shelf,
} from "./influx-version.ts";
import { StoreError } from "./store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function versionOne(options: InfluxOneOptions): InfluxVersion {
  const { database, username, password } = options;
  const policyOf = (shelf: Shelf) => (shelf === "raw" ? (options.retentionPolicy ?? "raw") : shelf);
  const policies = async (admin: InfluxAdmin) => {
    const rows = await admin.influxQl(`SHOW RETENTION POLICIES ON ${quoted(database)}`);
    return new Map(rows.map((row) => [String(row.name), goDurationMs(String(row.duration))]));
  };
  const alter = (shelf: Shelf, ms: number) =>
    `ALTER RETENTION POLICY ${quoted(policyOf(shelf))} ON ${quoted(database)} ${durationText(ms)}`;

  return {
    place: `database "${database}"`,
    headers:
      username === undefined
        ? {}
        : { authorization: `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}` },
    manyStatements: true,
    writePath: (shelf, precision) =>
      `/write?${new URLSearchParams({ db: database, rp: policyOf(shelf), precision: precision === "us" ? "u" : "ms" })}`,
    queryParameters: (shelf) => ({ db: database, rp: policyOf(shelf) }),

    async setUp(admin, durations) {
      const wanted = SHELVES.map((shelf) => ({
        shelf,
        statement: createPolicy(database, policyOf(shelf), shelf, durations),
      }));
      const everything = [`CREATE DATABASE ${quoted(database)}`, ...wanted.map(({ statement }) => statement)];
      try {
        const steps: SetUpStep[] = [];
        const databases = await admin.influxQl("SHOW DATABASES");
        const isThere = databases.some(({ name }) => name === database);
        if (!isThere) await admin.influxQl(`CREATE DATABASE ${quoted(database)}`);
        steps.push({ what: `database ${database}`, outcome: isThere ? "there" : "made" });
        const known = await policies(admin);
        for (const { shelf, statement } of wanted) {
          const there = known.has(policyOf(shelf));
          if (!there) await admin.influxQl(statement);
          steps.push({ what: `retention policy ${policyOf(shelf)}`, outcome: there ? "there" : "made" });
        }
        return steps;
      } catch (error) {
        throw setUpError(options, everything, error);
      }
    },

    async keepFor(admin, durations) {
      const known = await policies(admin);
      for (const shelf of SHELVES) {
        const wantedMs = durations[shelf];
        const policy = policyOf(shelf);
        if (wantedMs === undefined || !known.has(policy) || known.get(policy) === wholeHours(wantedMs)) continue;
        const statement = alter(shelf, wantedMs);
        try {
          await admin.influxQl(statement);
        } catch (error) {
          throw mayNot(error) ? new StoreError(true, `${adminNeeded(options, [statement])}`, { cause: error }) : error;
        }
      }
    },

    // DELETE knows no retention policy and takes from all of them: measurements of different shelves have different names.
    async forget(admin, shelf, measurements, beforeMs) {
      const from = measurements.map((name) => `DELETE FROM ${quoted(name)} WHERE time < ${Math.floor(beforeMs)}ms`);
      await admin.influxQl(from.join("; "), { db: database, rp: policyOf(shelf) });
    },
  };
}

function createPolicy(database: string, policy: string, shelf: Shelf, durations: Durations): string {
  const isDefault = shelf === "kept" ? " DEFAULT" : "";
  const ms = durations[shelf];
  const [duration, shards] = ms === undefined ? ["DURATION INF", "SHARD DURATION 7d"] : [durationOf(ms), shardsOf(ms)];
  return `CREATE RETENTION POLICY ${quoted(policy)} ON ${quoted(database)} ${duration} REPLICATION 1 ${shards}${isDefault}`;
}

function durationText(ms: number): string {
  return `${durationOf(ms)} ${shardsOf(ms)}`;
}

function durationOf(ms: number): string {
  return `DURATION ${wholeHours(ms) / HOUR_MS}h`;
}

/** As InfluxDB chooses by itself, but it does so only when a policy is made. */
function shardsOf(ms: number): string {
  if (ms < 2 * DAY_MS) return "SHARD DURATION 1h";
  return ms < 180 * DAY_MS ? "SHARD DURATION 1d" : "SHARD DURATION 7d";
}

/** The shortest that InfluxDB takes is an hour. */
function wholeHours(ms: number): number {
  return Math.max(1, Math.ceil(ms / HOUR_MS)) * HOUR_MS;
}

/** `168h0m0s` in milliseconds; 0 is for ever. */
function goDurationMs(text: string): number {
  const [, h = "0", m = "0", s = "0"] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return Number(h) * HOUR_MS + Number(m) * 60_000 + Number(s) * 1_000;
}

/** An identifier of InfluxQL. */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&")}"`;
}

function mayNot(error: unknown): boolean {
  return (
    error instanceof StoreError &&
    /\b40[13]\b|not authorized|unable to parse authentication|authorization failed/.test(error.message)
  );
}

function setUpError(options: InfluxOneOptions, statements: readonly string[], cause: unknown): unknown {
  if (!mayNot(cause)) return cause;
  const grant =
    options.username === undefined ? [] : [`GRANT ALL ON ${quoted(options.database)} TO ${quoted(options.username)}`];
  return new CampusError("STORE_SETUP", adminNeeded(options, [...statements, ...grant]), { cause });
}

function adminNeeded({ url, username }: InfluxOneOptions, statements: readonly string[]): string {
  const { hostname, port, protocol } = new URL(url);
  const ssl = protocol === "https:" ? " -ssl" : "";
  const server = `-host ${hostname} -port ${port || (protocol === "https:" ? "443" : "80")}${ssl}`;
  const who = username === undefined ? "a user without a name" : `user "${username}"`;
  const command = `influx ${server} -username ADMIN -password '' -execute '${statements.join("; ").replaceAll("'", `'\\''`)}'`;
  return `${who} has not the right (all privileges) or the password is wrong; an administrator can run: ${command}`;
}
