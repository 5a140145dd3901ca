// The store part of the collector's configuration: its kinds, what each needs, and what a schema cannot say.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import Type, { type Static } from "typebox";
import type { Problem } from "../../contract/errors.ts";
import type { DuckDbStoreOptions } from "./duckdb.ts";
import type { InfluxOptions } from "./influx-version.ts";

const Strict = { additionalProperties: false };
const Name = Type.String({ pattern: "^[A-Za-z][A-Za-z0-9_-]{0,59}$" });

/** A secret never stands in the file itself: the name of a file, or of an environment variable. */
const Password = { passwordFile: Type.Optional(Type.String()), passwordEnv: Type.Optional(Type.String()) };
const Token = { tokenFile: Type.Optional(Type.String()), tokenEnv: Type.Optional(Type.String()) };
const Server = { kind: Type.Literal("influx"), url: Type.String() };

const DuckDb = Type.Object(
  {
    kind: Type.Literal("duckdb"),
    /** What DuckDB may use at the most, in its own notation. */
    memoryLimit: Type.String({
      pattern: "^\\d+(MB|GB)$",
      default: "256MB",
      description: "megabytes or gigabytes, for example 256MB",
    }),
  },
  Strict,
);
const InfluxOne = Type.Object(
  {
    ...Server,
    version: Type.Literal(1, { default: 1 }),
    database: Name,
    retentionPolicy: Type.Optional(Name),
    username: Type.Optional(Type.String()),
    ...Password,
  },
  Strict,
);
const InfluxTwo = Type.Object(
  { ...Server, version: Type.Literal(2), org: Type.String({ minLength: 1 }), bucket: Name, ...Token },
  Strict,
);
const InfluxThree = Type.Object({ ...Server, version: Type.Literal(3), database: Name, ...Token }, Strict);
const InfluxUnknown = Type.Object({ kind: Type.Literal("influx"), version: Type.Enum([1, 2, 3]) });
const Memory = Type.Object({ kind: Type.Literal("memory") }, Strict);

const KINDS = ["duckdb", "influx", "memory"];

export type StoreSettings =
  | Static<typeof DuckDb>
  | Static<typeof InfluxOne>
  | Static<typeof InfluxTwo>
  | Static<typeof InfluxThree>
  | Static<typeof Memory>;

export type StoreConfig =
  | ({ kind: "duckdb" } & DuckDbStoreOptions)
  | ({ kind: "influx" } & InfluxOptions)
  | { kind: "memory" };

/** Of what the file says it means, so that problems are those of what was meant. */
export function storeSchemaOf(kind: unknown, version: unknown) {
  switch (kind) {
    case undefined:
    case "duckdb":
      return DuckDb;
    case "influx":
      if (version === undefined || version === 1) return InfluxOne;
      if (version === 2) return InfluxTwo;
      return version === 3 ? InfluxThree : InfluxUnknown;
    case "memory":
      return Memory;
    default:
      return Type.Object({ kind: Type.Enum(KINDS) });
  }
}

export interface Surroundings {
  /** Of the configuration file. */
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** What the schema cannot say of a store: the URL is one, and each secret is where it is said to be, once. */
export function storeProblems(store: StoreSettings, surroundings: Surroundings): Problem[] {
  if (store.kind !== "influx") return [];
  const problems: Problem[] = [];
  if (!URL.canParse(store.url) || !/^https?:$/.test(new URL(store.url).protocol)) {
    problems.push({
      path: "store.url",
      message: `"${store.url}" is not a URL, expected for example http://127.0.0.1:8086`,
    });
  }
  switch (store.version) {
    case 1:
      if (store.username === undefined && (store.passwordFile ?? store.passwordEnv) !== undefined) {
        problems.push({ path: "store.username", message: "is not there beside a password; expected both or neither" });
      }
      return [...problems, ...secretProblems("password", store.passwordFile, store.passwordEnv, surroundings)];
    case 2:
      if ((store.tokenFile ?? store.tokenEnv) === undefined) {
        problems.push({
          path: "store.tokenFile",
          message: "is not there, nor tokenEnv; InfluxDB 2.x takes nothing without",
        });
      }
      return [...problems, ...secretProblems("token", store.tokenFile, store.tokenEnv, surroundings)];
    case 3:
      return [...problems, ...secretProblems("token", store.tokenFile, store.tokenEnv, surroundings)];
  }
}

function secretProblems(
  what: "password" | "token",
  file: string | undefined,
  variable: string | undefined,
  { folder, environment }: Surroundings,
): Problem[] {
  const problems: Problem[] = [];
  if (variable !== undefined && file !== undefined) {
    problems.push({ path: `store.${what}Env`, message: `stands beside ${what}File; expected one of them` });
  }
  if (file !== undefined && !existsSync(resolve(folder, file))) {
    problems.push({ path: `store.${what}File`, message: `${file} does not exist` });
  }
  if (variable !== undefined && environment[variable] === undefined) {
    problems.push({ path: `store.${what}Env`, message: `the environment has no ${variable}` });
  }
  return problems;
}

/** @param file the configuration file, for errors that name the command which makes what is missing */
export function storeConfig(
  store: StoreSettings,
  { folder, environment, dataDir, file }: Surroundings & { dataDir: string; file: string },
): StoreConfig {
  switch (store.kind) {
    case "duckdb":
      return { kind: "duckdb", path: resolve(dataDir, "campanile.duckdb"), memoryLimit: store.memoryLimit };
    case "memory":
      return { kind: "memory" };
    case "influx": {
      const secret = (inFile: string | undefined, variable: string | undefined) =>
        inFile === undefined ? variable && environment[variable] : readFileSync(resolve(folder, inFile), "utf8").trim();
      return {
        kind: "influx",
        setUpWith: `campanile-collector setup-store --config ${file}`,
        ...serverOf(store, secret),
      };
    }
  }
}

function serverOf(
  store: Extract<StoreSettings, { kind: "influx" }>,
  secret: (file: string | undefined, variable: string | undefined) => string | undefined,
): InfluxOptions {
  const { url } = store;
  switch (store.version) {
    case 1: {
      const { version, database, username, retentionPolicy } = store;
      const password = secret(store.passwordFile, store.passwordEnv);
      return {
        ...{ version, url, database },
        ...(retentionPolicy === undefined ? {} : { retentionPolicy }),
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
      };
    }
    case 2: {
      const { version, org, bucket } = store;
      return { version, url, org, bucket, token: secret(store.tokenFile, store.tokenEnv) ?? "" }; // checked to be there
    }
    case 3: {
      const { version, database } = store;
      const token = secret(store.tokenFile, store.tokenEnv);
      return { version, url, database, ...(token === undefined ? {} : { token }) };
    }
  }
}
