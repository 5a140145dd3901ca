// A discovery of simulated devices, for tests; what they open is closed after each.
import { afterEach } from "vitest";
import { createLog } from "../log.ts";
import { startCampus } from "./campus-suite.ts";
import { gatherCommunities } from "./communities.ts";
import { type DiscoverOptions, discover } from "./discover.ts";
import { openDiscovering } from "./open.ts";
import { createPace } from "./pace.ts";

/** What a test opens; closed after it, the last first. */
export const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export async function campus(...mibs: Parameters<typeof startCampus>[0]) {
  const started = await startCampus(mibs);
  closers.push(() => started.close());
  return started;
}

type Change = Partial<DiscoverOptions> & { given?: string[]; tryDefaults?: boolean };

/** Asks quickly, with the community `campus`. */
export async function run(
  addresses: readonly string[],
  port: number,
  { given = ["campus"], tryDefaults = false, ...change }: Change = {},
) {
  const { sleep, close, ...asking } = await openDiscovering([]);
  closers.push(close);
  return discover(addresses, {
    ...asking,
    communities: gatherCommunities({ given, configured: [] }, tryDefaults),
    known: new Map(),
    users: new Map(),
    pace: createPace({ perSecond: 1_000, nowMs: () => performance.now(), sleep }),
    port,
    timeoutMs: 300,
    depth: 0,
    allowPublic: false,
    maxHosts: 100,
    realMs: () => performance.now(),
    nowMs: () => 0,
    signal: new AbortController().signal,
    log: createLog("error", { write: () => undefined }),
    onProgress: () => undefined,
    ...change,
  });
}
