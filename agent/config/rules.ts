// What a configuration must fulfil beyond its shape, and what it becomes: durations in milliseconds, defaults in place.
import { resolve } from "node:path";
import { parseBytes } from "../../contract/bytes.ts";
import { compileGuard, createChecker, schemaProblems } from "../../contract/check.ts";
import type { SchoolClockRule } from "../../contract/clock.ts";
import { clockProblems } from "../../contract/clock-rule.ts";
import { formatDuration, parseDurationMs } from "../../contract/duration.ts";
import type { Problem } from "../../contract/errors.ts";
import type { TargetAddress } from "../../contract/target.ts";
import { type SecretReader, targetAddress } from "./address.ts";
import type { AgentConfig, AgentTarget, SegmentTest } from "./config.ts";
import {
  type Addressed,
  AddressedSchema,
  type AgentFile,
  AgentFileSchema,
  LONGEST_INTERVAL,
  type Named,
  NamedSchema,
  type Naming,
  NamingSchema,
  type TargetFile,
} from "./schema.ts";
import { trapSettings } from "./traps.ts";

/** The configuration, or the problems that keep it from being one. */
export interface Resolved {
  config?: AgentConfig;
  problems: Problem[];
}

/** One entry of a list in the file that has the right shape, with its place. */
interface Placed<T> {
  path: string;
  entry: T;
}

/**
 * Checks shape and meaning of what the YAML says. Meaning is checked also where the shape is wrong elsewhere, so that
 * every problem is known at once.
 */
export async function resolveFile(raw: unknown, folder: string, readSecret: SecretReader): Promise<Resolved> {
  const ajv = createChecker();
  const problems = schemaProblems(ajv, AgentFileSchema, raw);
  const targets = placed(keyOf(raw, "targets"), "targets", compileGuard<Named>(ajv, NamedSchema));
  const tests = placed(keyOf(raw, "selfTest"), "selfTest", compileGuard<Naming>(ajv, NamingSchema));
  const addresses = new Map<string, TargetAddress>();
  for (const { path, entry } of placed(
    keyOf(raw, "targets"),
    "targets",
    compileGuard<Addressed>(ajv, AddressedSchema),
  )) {
    const address = await targetAddress(entry, path, readSecret, problems);
    if (address) addresses.set(path, address);
  }
  const traps = await trapSettings(keyOf(raw, "traps"), [...addresses.values()], readSecret, problems);
  problems.push(...duplicates(targets), ...segmentTestProblems(tests, targets), ...collectorProblems(raw));
  const isFile = compileGuard<AgentFile>(ajv, AgentFileSchema);
  if (!isFile(raw)) return { problems };
  problems.push(...clockProblems(raw.clock), ...runProblems(raw));
  if (problems.length > 0) return { problems };
  return { config: { ...build(raw, folder, addresses), ...(traps && { traps }) }, problems };
}

function keyOf(raw: unknown, key: string): unknown {
  return typeof raw === "object" && raw !== null ? Object.entries(raw).find(([name]) => name === key)?.[1] : undefined;
}

/** The well-shaped entries of a list, or a single entry that stands without one. */
function placed<T>(value: unknown, path: string, is: (entry: unknown) => entry is T): Placed<T>[] {
  if (!Array.isArray(value)) return is(value) ? [{ path, entry: value }] : [];
  return value.flatMap((entry: unknown, i) => (is(entry) ? [{ path: `${path}[${i}]`, entry }] : []));
}

function duplicates(targets: Placed<Named>[]): Problem[] {
  const first = new Map<string, string>();
  return targets.flatMap(({ path, entry: { id } }) => {
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, path);
    return earlier === undefined ? [] : [{ path: `${path}.id`, message: `"${id}" is the id of ${earlier} already` }];
  });
}

function segmentTestProblems(tests: Placed<Naming>[], targets: Placed<Named>[]): Problem[] {
  const segmentOf = new Map(targets.map(({ entry }) => [entry.id, entry.segment]));
  const seen = new Set<string>();
  return tests.flatMap(({ path, entry: { segment = "main", gateway, references } }) => {
    const problems: Problem[] = [];
    if (seen.has(segment)) problems.push({ path: `${path}.segment`, message: `"${segment}" has a self-test already` });
    seen.add(segment);
    const named = references.map((id, i) => ({ id, at: `${path}.references[${i}]` }));
    if (gateway !== "self") named.push({ id: gateway, at: `${path}.gateway` });
    for (const { id, at } of named) {
      const actual = segmentOf.get(id);
      if (actual === undefined) problems.push({ path: at, message: `"${id}" is not the id of a target` });
      else if (actual !== segment)
        problems.push({ path: at, message: `"${id}" is in segment ${actual}, expected ${segment}` });
    }
    return problems;
  });
}

function collectorProblems(raw: unknown): Problem[] {
  const text = keyOf(raw, "collector");
  if (typeof text !== "string" || text === "") return [];
  const path = "collector";
  if (!URL.canParse(text)) return [{ path, message: "not a URL, expected for example http://192.0.2.9:8080" }];
  const { protocol, username, password, search, hash } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:")
    return [{ path, message: `"${protocol}//" is not a way to a collector, expected http:// or https://` }];
  if (username || password) return [{ path, message: "name and password have no place in the URL" }];
  if (search || hash) return [{ path, message: "nothing may follow the path" }];
  return [];
}

/** Times of a target that contradict each other. */
function runProblems(file: AgentFile): Problem[] {
  const waits = file.targets.flatMap((target, i): Problem[] => {
    const timeout = target.timeout ?? file.timeout;
    const deadline = target.deadline ?? file.deadline;
    if (parseDurationMs(timeout) < parseDurationMs(deadline)) return [];
    const message = `${timeout} is no shorter than the run may take (deadline ${deadline}), so that silence could not be told`;
    return [{ path: `targets[${i}].timeout`, message }];
  });
  return [...waits, ...(file.clock ? [] : attemptProblems(file))];
}

/**
 * A run that hangs takes its whole deadline, and rounds that come due meanwhile are skipped. What remains must still give
 * two attempts a slot. On a school clock the two cannot be compared: rounds are in its time, deadlines are real.
 */
function attemptProblems(file: AgentFile): Problem[] {
  return file.targets.flatMap((target, i) => {
    const intervalMs = parseDurationMs(target.interval ?? file.interval);
    const deadlineMs = parseDurationMs(target.deadline ?? file.deadline);
    const everyMs = (Math.floor(deadlineMs / intervalMs) + 1) * intervalMs;
    if (everyMs <= parseDurationMs(LONGEST_INTERVAL)) return [];
    const message = `a run of ${formatDuration(deadlineMs)} leaves one attempt every ${formatDuration(everyMs)}, expected at most ${LONGEST_INTERVAL}`;
    return [{ path: `targets[${i}].deadline`, message }];
  });
}

function build(file: AgentFile, folder: string, addresses: ReadonlyMap<string, TargetAddress>): AgentConfig {
  return {
    agent: file.agent,
    collector: file.collector.replace(/\/+$/, ""),
    intervalMs: parseDurationMs(file.interval),
    concurrency: file.concurrency,
    spool: {
      dir: resolve(folder, file.spool.dir),
      maxBytes: parseBytes(String(file.spool.maxBytes)),
      maxAgeMs: parseDurationMs(file.spool.maxAge),
      flushMs: parseDurationMs(file.spool.flush),
    },
    profiles: file.profiles.map((path) => resolve(folder, path)),
    ...(file.clock && { schoolClock: file.clock.school satisfies SchoolClockRule }),
    selfTests: [file.selfTest ?? []].flat().map((test): SegmentTest => ({ ...test, segment: test.segment ?? "main" })),
    log: file.log,
    targets: file.targets.flatMap((target, i) => {
      const address = addresses.get(`targets[${i}]`);
      return address ? [agentTarget(file, target, address)] : [];
    }),
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
