// A whole discovery: asks ranges, then neighbours of what answered, and says what each device is.

import { parseAddress, scopeOf } from "../address.ts";
import { accessTo, peerAt } from "./access.ts";
import type { Answer, FoundDevice } from "./found.ts";
import { type IdentifyOptions, identify } from "./identify.ts";
import { mergeSame } from "./merge.ts";
import { askNeighbours, mayBeAsked, type Neighbour } from "./neighbours.ts";
import { type SweepOptions, sweep } from "./sweep.ts";

export type Progress =
  | { step: "asking"; asked: number; of: number; found: number }
  | { step: "identifying"; done: number; of: number }
  | { step: "neighbours"; depth: number; found: number };

export interface DiscoverOptions extends Omit<SweepOptions, "onProgress" | "engine" | "users">, IdentifyOptions {
  /** How many steps from neighbour to neighbour; 0 asks only the ranges. */
  depth: number;
  allowPublic: boolean;
  /** Most addresses that are asked, neighbours included. */
  maxHosts: number;
  onProgress(progress: Progress): void;
}

export interface Discovery {
  devices: FoundDevice[];
  /** Addresses that were asked in full. */
  asked: ReadonlySet<string>;
  /** False when it was stopped before everything was asked. */
  isComplete: boolean;
  /** Neighbours that were not asked because they would have been too many, or may not be asked. */
  neighboursLeftOut: number;
}

/** Devices asked at the same time for what they are. */
const IDENTIFIED_AT_ONCE = 8;

/** Never rejects because of a device. After the signal is aborted, what was found until then. */
export async function discover(addresses: readonly string[], options: DiscoverOptions): Promise<Discovery> {
  const { signal, depth, maxHosts, onProgress } = options;
  const allow = { allowPublic: options.allowPublic, loopback: addresses.some(isLoopback) };
  const asked = new Set<string>();
  const seen = new Set(addresses);
  const leftOut = new Set<string>();
  const macs = new Map<string, string>();
  const devices: FoundDevice[] = [];
  let next = [...addresses];
  for (let step = 0; next.length > 0 && step <= depth; step++) {
    const round = await sweep(next, { ...options, onProgress: (p) => onProgress({ step: "asking", ...p }) });
    for (const address of round.asked) asked.add(address);
    devices.push(...(await identifyAll(round.answers, options)));
    next = [];
    if (step === depth || signal.aborted) break;
    const neighbours = await neighboursOf(round.answers, options);
    for (const [address, mac] of ownMacs(neighbours)) macs.set(address, mac);
    for (const neighbour of neighbours) {
      if (seen.has(neighbour.address)) continue;
      if (mayBeAsked(neighbour, allow) && seen.size < maxHosts) {
        seen.add(neighbour.address);
        next.push(neighbour.address);
      } else leftOut.add(neighbour.address);
    }
    onProgress({ step: "neighbours", depth: step + 1, found: next.length });
  }
  const merged = mergeSame(devices.map((device) => withMac(device, macs)));
  return { devices: merged, asked, isComplete: !signal.aborted, neighboursLeftOut: leftOut.size };
}

async function identifyAll(answers: readonly Answer[], options: DiscoverOptions): Promise<FoundDevice[]> {
  let done = 0;
  const found = await inParallel(answers, async (answer) => {
    // Whoever has answered has been found, even if there is no time left to ask what it is.
    const devices = await identify(answer, options);
    done += 1;
    options.onProgress({ step: "identifying", done, of: answers.length });
    return devices;
  });
  return found.flat();
}

async function neighboursOf(answers: readonly Answer[], options: DiscoverOptions): Promise<Neighbour[]> {
  const { engine, timeoutMs, signal } = options;
  const found = await inParallel(answers, async (answer) => {
    const access = accessTo(answer, options);
    if (!access) return [];
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(NEIGHBOURS_DEADLINE_MS)]);
    return askNeighbours(engine, peerAt(access.target, timeoutMs), deadline);
  });
  return found.flat();
}

/** Time one device has for its neighbour tables. */
const NEIGHBOURS_DEADLINE_MS = 30_000;

/** Of a MAC that stands for many addresses nobody knows whose it is: a router answers for others with its own. */
function ownMacs(neighbours: readonly Neighbour[]): [string, string][] {
  const addressesOf = new Map<string, Set<string>>();
  for (const { address, mac = "" } of neighbours) {
    addressesOf.set(mac, (addressesOf.get(mac) ?? new Set()).add(address));
  }
  addressesOf.delete("");
  return [...addressesOf].flatMap(([mac, addresses]) =>
    addresses.size > 1 ? [] : [...addresses].map((address): [string, string] => [address, mac]),
  );
}

/** A device's own MAC as its neighbours know it, where it does not say one. */
function withMac(device: FoundDevice, macs: ReadonlyMap<string, string>): FoundDevice {
  const mac = device.mac ?? macs.get(device.address ?? "");
  return mac === undefined ? device : { ...device, mac };
}

function isLoopback(address: string): boolean {
  const at = parseAddress(address);
  return at !== undefined && scopeOf(at) === "loopback";
}

/** Results in the order of the items. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [i, item] of queue) results[i] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(items.length, IDENTIFIED_AT_ONCE) }, worker));
  return results;
}
