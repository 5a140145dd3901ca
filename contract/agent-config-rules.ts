// What targets, self-tests, traps and times must fulfil beyond their shape; the agent and the collector ask the same.

import {
  type Addressed,
  AddressedSchema,
  LONGEST_INTERVAL,
  type Named,
  NamedSchema,
  type Naming,
  NamingSchema,
  type TargetFile,
} from "./agent-config.ts";
import type { SecretReader } from "./agent-config-address.ts";
import { targetAddress } from "./agent-config-address.ts";
import { type TrapReading, trapSettings } from "./agent-config-traps.ts";
import { type Checker, compileGuard } from "./check.ts";
import { formatDuration, parseDurationMs } from "./duration.ts";
import type { Problem } from "./errors.ts";
import { parseTargetUrl, type TargetAddress } from "./target.ts";

/** What is asked and heard, with every secret read. */
export interface Asked {
  /** By the path of the target: `targets[3]`. */
  addresses: Map<string, TargetAddress>;
  traps?: TrapReading;
}

export interface AskedOptions {
  checker: Checker;
  readSecret: SecretReader;
  /** There are targets that are not in `raw`: names may be theirs. */
  hasOthers?: boolean;
}

/** One entry of a list in the file that has the right shape, with its place. */
interface Placed<T> {
  path: string;
  entry: T;
}

/** Checks the meaning of what has the right shape, also where the shape is wrong elsewhere; reports into `problems`. */
export async function askedOf(raw: unknown, problems: Problem[], options: AskedOptions): Promise<Asked> {
  const { checker, readSecret, hasOthers = false } = options;
  const list = keyOf(raw, "targets");
  const targets = placed(list, "targets", compileGuard<Named>(checker, NamedSchema));
  const tests = placed(keyOf(raw, "selfTest"), "selfTest", compileGuard<Naming>(checker, NamingSchema));
  const addresses = new Map<string, TargetAddress>();
  for (const { path, entry } of placed(list, "targets", compileGuard<Addressed>(checker, AddressedSchema))) {
    const address = await targetAddress(entry, path, readSecret, problems);
    if (address) addresses.set(path, address);
  }
  const others = hasOthers ? [parseTargetUrl("snmp://somebody@192.0.2.1")] : [];
  const traps = await trapSettings(keyOf(raw, "traps"), [...addresses.values(), ...others], readSecret, problems);
  problems.push(...duplicates(targets), ...segmentTestProblems(tests, targets, hasOthers), ...collectorProblems(raw));
  return { addresses, ...(traps && { traps }) };
}

export function keyOf(raw: unknown, key: string): unknown {
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

function segmentTestProblems(tests: Placed<Naming>[], targets: Placed<Named>[], hasOthers: boolean): Problem[] {
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
      if (actual === undefined && !hasOthers) problems.push({ path: at, message: `"${id}" is not the id of a target` });
      else if (actual !== undefined && actual !== segment)
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

/** Times of runs as far as they are known; each target may have its own. */
export interface Times {
  interval?: string;
  deadline?: string;
  timeout?: string;
}

/** Times of a target that contradict each other. What neither the target nor `all` says is not judged. */
export function waitProblems(targets: readonly TargetFile[], all: Times): Problem[] {
  return targets.flatMap((target, i): Problem[] => {
    const { timeout = all.timeout, deadline = all.deadline } = target;
    if (timeout === undefined || deadline === undefined || parseDurationMs(timeout) < parseDurationMs(deadline))
      return [];
    const message = `${timeout} is no shorter than the run may take (deadline ${deadline}), so that silence could not be told`;
    return [{ path: `targets[${i}].timeout`, message }];
  });
}

/**
 * A run that hangs takes its whole deadline, and rounds that come due meanwhile are skipped. What remains must still give
 * two attempts a slot. On a school clock the two cannot be compared: rounds are in its time, deadlines are real.
 */
export function attemptProblems(targets: readonly TargetFile[], all: Times): Problem[] {
  return targets.flatMap((target, i) => {
    const { interval = all.interval, deadline = all.deadline } = target;
    if (interval === undefined || deadline === undefined) return [];
    const intervalMs = parseDurationMs(interval);
    const deadlineMs = parseDurationMs(deadline);
    const everyMs = (Math.floor(deadlineMs / intervalMs) + 1) * intervalMs;
    if (everyMs <= parseDurationMs(LONGEST_INTERVAL)) return [];
    const message = `a run of ${formatDuration(deadlineMs)} leaves one attempt every ${formatDuration(everyMs)}, expected at most ${LONGEST_INTERVAL}`;
    return [{ path: `targets[${i}].deadline`, message }];
  });
}
