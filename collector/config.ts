// The collector's configuration: one schema gives types, defaults and bounds. Only this file reads it.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import { parseDocument } from "yaml";
import { parseBytes } from "../contract/bytes.ts";
import { checked } from "../contract/check.ts";
import { ClockConfigSchema, clockProblems } from "../contract/clock-rule.ts";
import { parseDurationMs } from "../contract/duration.ts";
import { ConfigError, messageOf, type Problem } from "../contract/errors.ts";
import type { SecretKeySource } from "./fleet/config/secret-key.ts";
import { RetentionSchema, retentionOf, retentionProblems } from "./rollup/retention.ts";
import { type StoreConfig, type StoreSettings, storeConfig, storeProblems, storeSchemaOf } from "./store/config.ts";
import type { Retention } from "./store/store.ts";
import type { TlsFiles } from "./tls.ts";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
const Strict = { additionalProperties: false };

/** The schema for one file: its store part is that of the kind the file names, so that problems are those of what was meant. */
function schemaFor(raw: unknown) {
  const store = storeSchemaOf(Value.Pointer.Get(raw, "/store/kind"), Value.Pointer.Get(raw, "/store/version"));
  return Type.Object(
    {
      listen: Type.Object(
        {
          host: Type.String({ default: "127.0.0.1" }),
          port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
          tls: Type.Optional(
            Type.Object(
              {
                certFile: Type.String({ minLength: 1 }),
                keyFile: Type.String({ minLength: 1 }),
                /** Signs the certificates of agents: with it agents' routes want one. */
                clientCaFile: Type.Optional(Type.String({ minLength: 1 })),
              },
              Strict,
            ),
          ),
        },
        { ...Strict, default: {} },
      ),
      dataDir: Type.String({ minLength: 1 }),
      store: Type.Unsafe<StoreSettings>({ ...store, default: { kind: "duckdb" } }),
      agents: Type.Object(
        {
          /** Agents of the inventory's agents.csv without a key: for trials and for the way from an older version. */
          unsigned: Type.Boolean({ default: false }),
        },
        { ...Strict, default: {} },
      ),
      /** With less free space where dataDir is, agents are told to keep their batches. */
      minFree: Type.Union([Type.Integer(), Type.String()], {
        default: "256MB",
        bytes: { minimum: "0B", maximum: "100GB" },
      }),
      /** What secrets of agents' configurations are encrypted with; absent: dataDir/secret.key, made at the first start. */
      secretKeyFile: Type.Optional(Type.String({ minLength: 1 })),
      secretKeyEnv: Type.Optional(Type.String({ minLength: 1 })),
      lateAccept: Type.String({ default: "7d", duration: { minimum: "5m", maximum: "366d" } }),
      retention: RetentionSchema,
      clock: Type.Optional(ClockConfigSchema),
      log: Type.Object({ level: Type.Enum([...LOG_LEVELS], { default: "info" }) }, { ...Strict, default: {} }),
    },
    Strict,
  );
}

export interface CollectorConfig {
  /** `tls` absent: plain HTTP. */
  listen: { host: string; port: number; tls?: TlsFiles };
  /** Absolute; holds the embedded store and the inventory. */
  dataDir: string;
  store: StoreConfig;
  agents: {
    /** Whether agents of the inventory that were never enrolled may speak without a signature. */
    unsigned: boolean;
  };
  minFreeBytes: number;
  /** Absent: dataDir/secret.key, made at the first start. */
  secretKey?: SecretKeySource;
  lateAcceptMs: number;
  retention: Retention;
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
    ...retentionProblems(config.retention, config.lateAccept),
    ...storeProblems(config.store, { folder, environment }),
    ...secretKeyProblems(config, environment),
  ]);
  const dataDir = resolve(folder, raw.dataDir);
  return {
    listen: {
      host: raw.listen.host,
      port: raw.listen.port,
      ...(raw.listen.tls && { tls: tlsFiles(raw.listen.tls, folder) }),
    },
    dataDir,
    store: storeConfig(raw.store, { folder, dataDir, environment, file }),
    agents: raw.agents,
    minFreeBytes: parseBytes(String(raw.minFree)),
    secretKey: secretKeySource(raw, folder, environment),
    lateAcceptMs: parseDurationMs(raw.lateAccept),
    retention: retentionOf(raw.retention),
    clock: raw.clock,
    logLevel: raw.log.level,
  };
}

function tlsFiles({ certFile, keyFile, clientCaFile }: TlsFiles, folder: string): TlsFiles {
  const ca = clientCaFile === undefined ? {} : { clientCaFile: resolve(folder, clientCaFile) };
  return { certFile: resolve(folder, certFile), keyFile: resolve(folder, keyFile), ...ca };
}

type Environment = Readonly<Record<string, string | undefined>>;

interface SecretKeyKeys {
  secretKeyFile?: string;
  secretKeyEnv?: string;
}

function secretKeyProblems({ secretKeyFile, secretKeyEnv }: SecretKeyKeys, environment: Environment): Problem[] {
  if (secretKeyEnv === undefined) return [];
  const path = "secretKeyEnv";
  if (secretKeyFile !== undefined) return [{ path, message: "stands beside secretKeyFile; expected one of them" }];
  if (environment[secretKeyEnv] !== undefined) return [];
  return [{ path, message: `the environment has no ${secretKeyEnv}` }];
}

function secretKeySource(keys: SecretKeyKeys, folder: string, environment: Environment): SecretKeySource {
  const { secretKeyFile, secretKeyEnv } = keys;
  if (secretKeyFile !== undefined) return { file: resolve(folder, secretKeyFile) };
  const text = secretKeyEnv === undefined ? undefined : environment[secretKeyEnv];
  return text === undefined ? {} : { text };
}

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
