// What a configuration must fulfil beyond its shape, and what it becomes: durations in milliseconds, defaults in place.
import { resolve } from "node:path";
import type { CentralConfig, TargetFile } from "../../contract/agent-config.ts";
import { CentralConfigSchema } from "../../contract/agent-config.ts";
import type { SecretReader } from "../../contract/agent-config-address.ts";
import { centralProblems } from "../../contract/agent-config-central.ts";
import { type Asked, askedOf, attemptProblems, keyOf, waitProblems } from "../../contract/agent-config-rules.ts";
import { parseBytes } from "../../contract/bytes.ts";
import { compileGuard, createChecker, schemaProblems } from "../../contract/check.ts";
import { clockProblems } from "../../contract/clock-rule.ts";
import { parseDurationMs } from "../../contract/duration.ts";
import type { Problem } from "../../contract/errors.ts";
import type { TargetAddress } from "../../contract/target.ts";
import type { TlsFiles } from "../tls.ts";
import type { AgentConfig, AgentTarget, Held, SegmentTest } from "./config.ts";
import { type AgentFile, AgentFileSchema } from "./schema.ts";

/** The configuration, or the problems that keep it from being one. */
export interface Resolved {
  config?: AgentConfig;
  problems: Problem[];
}

/**
 * Checks shape and meaning of what the YAML says. Meaning is checked also where the shape is wrong elsewhere, so that
 * every problem is known at once.
 *
 * @param held what the collector holds: its keys take the place of the file's, its targets stand before the file's.
 */
export async function resolveFile(
  file: unknown,
  folder: string,
  readSecret: SecretReader,
  held?: Held,
): Promise<Resolved> {
  if (!held) return resolved(structuredClone(file), undefined, folder, readSecret);
  const checker = createChecker();
  const config: unknown = structuredClone(held.config);
  const problems = [...schemaProblems(checker, CentralConfigSchema, config), ...centralProblems(config)];
  if (!compileGuard<CentralConfig>(checker, CentralConfigSchema)(config) || problems.length > 0) return { problems };
  const result = await resolved(structuredClone(file), config, folder, readSecret);
  const { profiles = [], targets = [] } = config;
  if (!result.config) return { problems: result.problems.map((problem) => placedIn(problem, targets.length)) };
  return { ...result, config: { ...result.config, revision: held.revision, profileTexts: profiles } };
}

async function resolved(
  file: unknown,
  central: CentralConfig | undefined,
  folder: string,
  readSecret: SecretReader,
): Promise<Resolved> {
  const checker = createChecker();
  const raw = central ? merged(file, central) : file;
  const problems = central ? [] : targetlessProblems(raw);
  problems.push(...schemaProblems(checker, AgentFileSchema, raw));
  const asked = await askedOf(raw, problems, { checker, readSecret });
  const isFile = compileGuard<AgentFile>(checker, AgentFileSchema);
  return isFile(raw) ? finished(raw, folder, asked, problems) : { problems };
}

function finished(file: AgentFile, folder: string, { addresses, traps }: Asked, problems: Problem[]): Resolved {
  problems.push(...clockProblems(file.clock), ...tlsProblems(file), ...waitProblems(file.targets, file));
  if (!file.clock) problems.push(...attemptProblems(file.targets, file));
  if (problems.length > 0) return { problems };
  return { config: { ...build(file, folder, addresses), ...(traps && { traps }) }, problems };
}

/** Profiles are texts there and folders here: they stand side by side. */
function merged(file: unknown, central: CentralConfig): unknown {
  if (typeof file !== "object" || file === null) return file;
  const { profiles: _, targets = [], ...keys } = central;
  const own = keyOf(file, "targets");
  return { ...file, ...keys, targets: Array.isArray(own) ? [...targets, ...own] : (own ?? targets) };
}

/** Nobody else could say what is to be asked where the agent has no identity at the collector. */
function targetlessProblems(raw: unknown): Problem[] {
  if (typeof raw !== "object" || raw === null) return [];
  const targets = keyOf(raw, "targets");
  if (keyOf(raw, "identity") !== undefined) return [];
  if (Array.isArray(targets)) {
    if (targets.length > 0) return [];
    return [{ path: "targets", message: "has too few entries, expected at least 1" }];
  }
  return targets === undefined ? [{ path: "targets", message: "is missing" }] : [];
}

function tlsProblems({ collector, tls }: AgentFile): Problem[] {
  if (tls === undefined) return [];
  const problems: Problem[] = [];
  if (!collector.startsWith("https:"))
    problems.push({ path: "tls", message: "is of use to an https:// collector only" });
  if (tls.cert !== undefined && tls.key === undefined)
    problems.push({ path: "tls.key", message: "is missing beside cert" });
  if (tls.key !== undefined && tls.cert === undefined)
    problems.push({ path: "tls.cert", message: "is missing beside key" });
  return problems;
}

/** Behind the collector's targets stand those of the file: their problems are told by their place there. */
function placedIn({ path, message }: Problem, centralTargets: number): Problem {
  const [, digits, rest = ""] = /^targets\[(\d+)\](.*)$/.exec(path) ?? [];
  if (digits === undefined || Number(digits) < centralTargets) return { path, message };
  return { path: `targets[${Number(digits) - centralTargets}]${rest} of the agent's own file`, message };
}

function build(file: AgentFile, folder: string, addresses: ReadonlyMap<string, TargetAddress>): AgentConfig {
  return {
    agent: file.agent,
    collector: file.collector.replace(/\/+$/, ""),
    identity: { folder: resolve(folder, file.identity ?? "./identity"), isNamed: file.identity !== undefined },
    ...(file.tls && { tls: tlsFiles(file.tls, folder) }),
    intervalMs: parseDurationMs(file.interval),
    concurrency: file.concurrency,
    spool: {
      dir: resolve(folder, file.spool.dir),
      maxBytes: parseBytes(String(file.spool.maxBytes)),
      maxAgeMs: parseDurationMs(file.spool.maxAge),
      flushMs: parseDurationMs(file.spool.flush),
    },
    profiles: file.profiles.map((path) => resolve(folder, path)),
    ...(file.clock && { clock: file.clock }),
    selfTests: [file.selfTest ?? []].flat().map((test): SegmentTest => ({ ...test, segment: test.segment ?? "main" })),
    log: file.log,
    ...(file.confirmWithin !== undefined && { confirmWithinMs: parseDurationMs(file.confirmWithin) }),
    targets: file.targets.flatMap((target, i) => {
      const address = addresses.get(`targets[${i}]`);
      return address ? [agentTarget(file, target, address)] : [];
    }),
  };
}

function tlsFiles({ ca, cert, key }: NonNullable<AgentFile["tls"]>, folder: string): TlsFiles {
  return {
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(cert !== undefined && { cert: resolve(folder, cert) }),
    ...(key !== undefined && { key: resolve(folder, key) }),
  };
}

function agentTarget(file: AgentFile, target: TargetFile, address: TargetAddress): AgentTarget {
  return {
    id: target.id,
    address,
    segment: target.segment,
    ...(target.profile !== undefined && { profile: target.profile }),
    timeoutMs: parseDurationMs(target.timeout ?? file.timeout),
    retries: target.retries ?? file.retries,
    intervalMs: parseDurationMs(target.interval ?? file.interval),
    deadlineMs: parseDurationMs(target.deadline ?? file.deadline),
  };
}
