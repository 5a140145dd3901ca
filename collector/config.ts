// The collector's configuration: one schema gives types, defaults and bounds. Only this file reads it.
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import { parseDocument } from "yaml";
import { checked } from "../contract/check.ts";
import { ClockConfigSchema, clockProblems } from "../contract/clock-rule.ts";
import { parseDurationMs } from "../contract/duration.ts";
import { ConfigError, messageOf, type Problem } from "../contract/errors.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const Strict = { additionalProperties: false };

const STORES = {
  duckdb: Type.Object(
    {
      kind: Type.Literal("duckdb"),
      /** What DuckDB may use at the most, in its own notation. */
      memoryLimit: Type.String({
        pattern: "^\\d+(MB|GB)$",
        default: "512MB",
        description: "megabytes or gigabytes, for example 512MB",
      }),
    },
    Strict,
  ),
  influx: Type.Object(
    {
      kind: Type.Literal("influx"),
      url: Type.String(),
      database: Type.String({ pattern: "^[A-Za-z][A-Za-z0-9_-]{0,63}$" }),
      username: Type.Optional(Type.String()),
      /** Never in the file itself: the name of a file, or of an environment variable. */
      passwordFile: Type.Optional(Type.String()),
      passwordEnv: Type.Optional(Type.String()),
    },
    Strict,
  ),
  memory: Type.Object({ kind: Type.Literal("memory") }, Strict),
};

type StoreSettings = Static<(typeof STORES)[keyof typeof STORES]>;

/** The schema for one file: its store part is that of the kind the file names, so that problems are those of what was meant. */
function schemaFor(raw: unknown) {
  const kind = Value.Pointer.Get(raw, "/store/kind") ?? "duckdb";
  const store = Object.entries(STORES).find(([name]) => name === kind)?.[1];
  return Type.Object(
    {
      listen: Type.Object(
        {
          host: Type.String({ default: "127.0.0.1" }),
          port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
        },
        { ...Strict, default: {} },
      ),
      dataDir: Type.String({ minLength: 1 }),
      store: Type.Unsafe<StoreSettings>({
        ...(store ?? Type.Object({ kind: Type.Enum(Object.keys(STORES)) })),
        default: { kind: "duckdb" },
      }),
      lateAccept: Type.String({ default: "7d", duration: { minimum: "5m", maximum: "366d" } }),
      clock: Type.Optional(ClockConfigSchema),
      log: Type.Object({ level: Type.Enum([...LOG_LEVELS], { default: "info" }) }, { ...Strict, default: {} }),
    },
    Strict,
  );
}

export type StoreConfig =
  | { kind: "duckdb"; path: string; memoryLimit: string }
  | { kind: "influx"; url: string; database: string; username?: string; password?: string }
  | { kind: "memory" };

export interface CollectorConfig {
  listen: { host: string; port: number };
  /** Absolute; holds the embedded store and the inventory. */
  dataDir: string;
  store: StoreConfig;
  lateAcceptMs: number;
  clock: Static<typeof ClockConfigSchema> | undefined;
  logLevel: (typeof LOG_LEVELS)[number];
}

/**
 * Reads and checks a configuration file. Relative paths in it start from the file's own folder.
 * @throws ConfigError with every problem at once.
 */
export function readConfig(file: string, environment: Environment): CollectorConfig {
  const parsed = parseYaml(file);
  const folder = dirname(resolve(file));
  const raw = checked(file, schemaFor(parsed), parsed, (config) => [
    ...clockProblems(config.clock),
    ...storeProblems(config.store, folder, environment),
  ]);
  const dataDir = resolve(folder, raw.dataDir);
  return {
    listen: raw.listen,
    dataDir,
    store: storeConfig(raw.store, { folder, dataDir, environment }),
    lateAcceptMs: parseDurationMs(raw.lateAccept),
    clock: raw.clock,
    logLevel: raw.log.level,
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

function parseYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError(file, [{ path: "", message: `cannot be read: ${messageOf(cause)}` }], { cause });
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new ConfigError(
      file,
      document.errors.map(({ message }) => ({ path: "", message: message.split("\n", 1)[0] ?? message })),
    );
  }
  return document.toJS() ?? {};
}

/** What the schema cannot say of a store: the URL is one, and the password is where it is said to be, once. */
function storeProblems(store: StoreSettings, folder: string, environment: Environment): Problem[] {
  if (store.kind !== "influx") return [];
  const problems: Problem[] = [];
  if (!URL.canParse(store.url)) {
    problems.push({
      path: "store.url",
      message: `"${store.url}" is not a URL, expected for example http://127.0.0.1:8086`,
    });
  }
  if (store.passwordFile !== undefined && store.passwordEnv !== undefined) {
    problems.push({ path: "store.passwordEnv", message: "stands beside passwordFile; expected one of them" });
  }
  if (store.passwordFile !== undefined && !existsSync(resolve(folder, store.passwordFile))) {
    problems.push({ path: "store.passwordFile", message: `${store.passwordFile} does not exist` });
  }
  if (store.passwordEnv !== undefined && environment[store.passwordEnv] === undefined) {
    problems.push({ path: "store.passwordEnv", message: `the environment has no ${store.passwordEnv}` });
  }
  return problems;
}

interface Surroundings {
  folder: string;
  dataDir: string;
  environment: Environment;
}

function storeConfig(store: StoreSettings, { folder, dataDir, environment }: Surroundings): StoreConfig {
  switch (store.kind) {
    case "duckdb":
      return { kind: "duckdb", path: resolve(dataDir, "campanile.duckdb"), memoryLimit: store.memoryLimit };
    case "memory":
      return { kind: "memory" };
    case "influx": {
      const { kind, url, database, username, passwordFile, passwordEnv } = store;
      const password =
        passwordFile === undefined
          ? passwordEnv && environment[passwordEnv]
          : readFileSync(resolve(folder, passwordFile), "utf8").trim();
      return {
        kind,
        url,
        database,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      };
    }
  }
}
