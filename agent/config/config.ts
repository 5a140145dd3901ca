// Reads the agent's configuration: the YAML file and the secrets it points to. Nothing here touches the network.
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument, type YAMLError } from "yaml";
import type { SchoolClockRule } from "../../contract/clock.ts";
import { CampusError, ConfigError, messageOf, type Problem } from "../../contract/errors.ts";
import type { ProbeTarget } from "../probes/probe.ts";
import type { TrapSettings } from "../traps/settings.ts";
import type { SecretReader } from "./address.ts";
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
  intervalMs: number;
  concurrency: number;
  spool: { dir: string; maxBytes: number; maxAgeMs: number; flushMs: number };
  /** Absolute folders of further profiles. */
  profiles: string[];
  /** Absent: the system clock. */
  schoolClock?: SchoolClockRule;
  selfTests: SegmentTest[];
  log: { level: string };
  /** Absent: no traps are received. */
  traps?: TrapSettings;
  targets: AgentTarget[];
}

/**
 * The configuration in `file`, complete with defaults and secrets. Relative paths in it start at the file's folder.
 *
 * @param env where `{ env: NAME }` secrets come from.
 * @throws ConfigError with every problem found; CampusError `CONFIG_UNREADABLE` when the file itself cannot be read.
 */
export async function loadConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AgentConfig> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new CampusError("CONFIG_UNREADABLE", `${file}: cannot be read: ${messageOf(cause)}`, { cause });
  });
  const folder = dirname(resolve(file));
  const { config, problems } = await resolveFile(parseYaml(file, text), folder, secretReader(folder, env));
  if (!config) throw new ConfigError(file, problems);
  return config;
}

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

function secretReader(folder: string, env: Readonly<Record<string, string | undefined>>): SecretReader {
  return async ({ file, env: name }) => {
    if (file !== undefined) return (await readFile(resolve(folder, file), "utf8")).trim();
    const value = env[name ?? ""];
    if (value === undefined) throw new CampusError("SECRET_MISSING", `environment variable ${name} is not set`);
    return value.trim();
  };
}
