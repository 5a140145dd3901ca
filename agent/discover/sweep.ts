// Asks every address one light question, at a set pace, and keeps those that answer.
import { ProbeError } from "../probes/probe.ts";
import type { SnmpEngine } from "../snmp/engine.ts";
import { type Communities, type Community, isDefaultCommunity } from "./communities.ts";
import type { EngineIdClient } from "./engine-id-client.ts";
import type { Answer, CommunityVersion } from "./found.ts";
import type { Pace } from "./pace.ts";
import { SYSTEM, type SystemTexts, systemTexts } from "./system.ts";

export interface SweepOptions {
  engine: Pick<SnmpEngine, "get">;
  engineIds: EngineIdClient;
  pace: Pace;
  communities: Communities;
  /** The community that is known to be an address's own: no other one is tried there. */
  known: ReadonlyMap<string, Community>;
  /** Addresses that a configured SNMPv3 user opens: no community is tried there but the default ones. */
  users: ReadonlyMap<string, unknown>;
  port: number;
  /** How long to wait for one answer. */
  timeoutMs: number;
  signal: AbortSignal;
  onProgress(progress: { asked: number; of: number; found: number }): void;
}

export interface Sweep {
  answers: Answer[];
  /** Addresses whose questions were all put; after an abort fewer than there were. */
  asked: Set<string>;
}

/**
 * A datagram may be lost, above all the first one, while its sender still looks for the hardware address. Old printers and
 * power supplies know only v1.
 */
const ATTEMPTS: readonly CommunityVersion[] = ["v2c", "v2c", "v1"];
const V3_ATTEMPTS = 2;

/** Answers in the order of the addresses. After an abort, what was found until then. Never rejects because of a device. */
export async function sweep(addresses: readonly string[], options: SweepOptions): Promise<Sweep> {
  const { signal, onProgress } = options;
  const found = new Map<string, Answer>();
  const asked = new Set<string>();
  const queue = addresses.values();
  const worker = async () => {
    for (const address of queue) {
      if (signal.aborted) return;
      const answer = await askAddress(address, options);
      if (answer) found.set(address, answer);
      if (signal.aborted) return;
      asked.add(address);
      onProgress({ asked: asked.size, of: addresses.length, found: found.size });
    }
  };
  await Promise.all(Array.from({ length: Math.min(addresses.length, workersFor(options)) }, worker));
  return { answers: addresses.flatMap((address) => found.get(address) ?? []), asked };
}

/**
 * Addresses that are being asked at the same time: enough to keep the pace while all of them are silent, and no more, so
 * that most have been asked in full or not at all when a run is stopped.
 */
function workersFor({ pace, timeoutMs }: SweepOptions): number {
  return Math.ceil((pace.perSecond * timeoutMs * 1.5) / 1_000) + 1;
}

async function askAddress(address: string, options: SweepOptions): Promise<Answer | undefined> {
  for (const version of ATTEMPTS) {
    const answer = options.signal.aborted ? undefined : await askCommunities(address, version, options);
    if (answer) return answer;
  }
  for (let attempt = 0; attempt < V3_ATTEMPTS && !options.signal.aborted; attempt++) {
    const engine = await askEngine(address, options);
    if (engine) return { address, defaults: [], engine };
  }
  return undefined;
}

async function askEngine(address: string, { engineIds, pace, port, timeoutMs, signal }: SweepOptions) {
  await pace.turn(signal);
  return signal.aborted ? undefined : engineIds.ask(address, port, timeoutMs, signal);
}

/** Its own communities until one fits; the default ones all, because each that fits is a warning of its own. */
async function askCommunities(
  address: string,
  version: CommunityVersion,
  options: SweepOptions,
): Promise<Answer | undefined> {
  const { communities, known, users, signal } = options;
  const its = known.get(address);
  const own = its ? [its] : users.has(address) ? [] : communities.own;
  let answer: Answer | undefined;
  const defaults: string[] = [];
  const add = (community: Community, said: SystemTexts) => {
    answer ??= { address, community, version, defaults, ...said };
    if (isDefaultCommunity(community.value) && !defaults.includes(community.value)) defaults.push(community.value);
  };
  for (const community of own) {
    if (answer || signal.aborted) break;
    const said = await ask(address, community, version, options);
    if (said) add(community, said);
  }
  for (const community of communities.defaults) {
    if (signal.aborted || defaults.includes(community.value)) continue;
    const said = await ask(address, community, version, options);
    if (said) add(community, said);
  }
  return answer;
}

/** What the device says of itself; `undefined` when it does not answer to this community. */
async function ask(
  host: string,
  community: Community,
  version: CommunityVersion,
  { engine, pace, port, timeoutMs, signal }: SweepOptions,
): Promise<SystemTexts | undefined> {
  await pace.turn(signal);
  if (signal.aborted) return undefined;
  try {
    const peer = { host, port, community: community.value, version, timeoutMs, retries: 0 };
    const { values } = await engine.get(peer, SYSTEM, signal);
    return systemTexts(values);
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    // An error answer is an answer: somebody is there and takes this community.
    return error.reason === "protocol" || error.reason === "unsupported" ? {} : undefined;
  }
}
