// Reads the agent's configuration: the YAML file and the secrets it points to. Nothing here touches the network.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { ProfileText } from "../../contract/agent-config.ts";
import type { SecretReader } from "../../contract/agent-config-address.ts";
import type { ClockConfig } from "../../contract/clock-rule.ts";
import { CampusError, ConfigError, messageOf, type Problem } from "../../contract/errors.ts";
import type { ProbeTarget } from "../probes/probe.ts";
import type { TlsFiles } from "../tls.ts";
import type { TrapSettings } from "../traps/settings.ts";
import { resolveFile } from "./rules.ts";

/** A target with everything it takes from the defaults. */
export interface AgentTarget extends ProbeTarget {
  intervalMs: number;
  deadlineMs: number;
}

/** How the agent proves that it can see one segment (scoring model section 4). */
export interface SegmentTest {
  segment: string;
  /** Absent: any interface that leaves the machine. */
  interface?: string;
  /** Id of the target that is the default gateway, or `self` when the agent runs on it. */
  gateway: string;
  references: string[];
}

export interface AgentConfig {
  agent: string;
  /** Without a slash at its end. */
  collector: string;
  /** Absolute folder of the key; where the file does not name it, an agent without one speaks unsigned. */
  identity: { folder: string; isNamed: boolean };
  /** Absent: what the system trusts, and no certificate of our own. */
  tls?: TlsFiles;
  intervalMs: number;
  concurrency: number;
  spool: { dir: string; maxBytes: number; maxAgeMs: number; flushMs: number };
  /** Absolute folders of further profiles. */
  profiles: string[];
  /** Absent: the system clock. */
  clock?: ClockConfig;
  selfTests: SegmentTest[];
  log: { level: string };
  /** Absent: no traps are received. */
  traps?: TrapSettings;
  targets: AgentTarget[];
  /** Of the configuration that the collector holds; absent: the file alone. */
  revision?: number;
  /** Profiles that the collector holds; one replaces a bundled one, or one of a folder, of the same name. */
  profileTexts?: readonly ProfileText[];
  /** How long a configuration of the collector may take to prove itself. Absent: 3 minutes. */
  confirmWithinMs?: number;
}

/** What a collector holds, as it was fetched. */
export interface Held {
  revision: number;
  /** Of the shape CentralConfigSchema, or else refused. */
  config: unknown;
}

/** The agent's own file, read once: what it says alone, and together with what the collector holds. */
export interface ConfigFile {
  path: string;
  /** @throws ConfigError with every problem found. */
  alone(): Promise<AgentConfig>;
  /** @throws ConfigError with every problem found. */
  with(held: Held): Promise<AgentConfig>;
}

/**
 * The configuration in `file`, complete with defaults and secrets. Relative paths in it start at the file's folder.
 *
 * @param env where `{ env: NAME }` secrets come from.
 * @throws ConfigError with every problem found; CampusError `CONFIG_UNREADABLE` when the file itself cannot be read.
 */
export async function loadConfig(file: string, env: Environment): Promise<AgentConfig> {
  return (await openConfig(file, env)).alone();
}

/** @throws ConfigError when it is not YAML; CampusError `CONFIG_UNREADABLE` when it cannot be read. */
export async function openConfig(path: string, env: Environment): Promise<ConfigFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new CampusError("CONFIG_UNREADABLE", `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  });
  const raw = parseYaml(path, text);
  const folder = dirname(resolve(path));
  const readSecret = secretReader(folder, env);
  const resolved = async (name: string, held?: Held) => {
    const { config, problems } = await resolveFile(raw, folder, readSecret, held);
    if (!config) throw new ConfigError(name, problems);
    return config;
  };
  return {
    path,
    alone: () => resolved(path),
    with: (held) => resolved(`${path} with revision ${held.revision} of the collector`, held),
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

function parseYaml(file: string, text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0)
    throw new ConfigError(
      file,
      faults.map((fault) => yamlProblem(fault, lineCounter)),
    );
  try {
    return document.toJS();
  } catch (cause) {
    // An alias without an anchor, or too many of them; the library's message may quote the file, which holds secrets.
    throw new ConfigError(file, [{ path: "", message: "YAML aliases cannot be resolved" }], { cause });
  }
}

/** Only the library's code, never its message: that quotes the file, and the file may hold secrets. */
function yamlProblem({ code, pos }: YAMLError, lineCounter: LineCounter): Problem {
  const { line, col } = lineCounter.linePos(pos[0]);
  const words = code.toLowerCase().replaceAll("_", " ");
  return { path: `line ${line}`, message: `not YAML at column ${col}: ${words}` };
}

function secretReader(folder: string, env: Environment): SecretReader {
  return async ({ file, env: name }) => {
    if (file !== undefined) return (await readFile(resolve(folder, file), "utf8")).trim();
    const value = env[name ?? ""];
    if (value === undefined) throw new CampusError("SECRET_MISSING", `environment variable ${name} is not set`);
    return value.trim();
  };
}
