// `campanile-agent discover`: finds devices, says what they are, and drafts configuration and inventory.
import { setMaxListeners } from "node:events";
import { type CliIo, EXIT } from "../cli.ts";
import { type Comparison, compare, type Remembered } from "../discover/changes.ts";
import { type Discovery, discover } from "../discover/discover.ts";
import { draftConfig } from "../discover/draft-config.ts";
import { freshDraft, writeDraft } from "../discover/draft-file.ts";
import { draftInventory } from "../discover/draft-inventory.ts";
import type { Device } from "../discover/found.ts";
import { namesOf } from "../discover/identity.ts";
import { type InputOptions, type Inputs, readInputs } from "../discover/inputs.ts";
import { withIds } from "../discover/merge.ts";
import { lookupHost } from "../discover/open.ts";
import { createPace } from "../discover/pace.ts";
import { progressWriter } from "../discover/progress.ts";
import { changeLines, type Report, reportJson, reportTable, summaryLines } from "../discover/report.ts";
import { readState, writeState } from "../discover/state.ts";
import { createLog } from "../log.ts";

export interface DiscoverCommandOptions extends InputOptions {
  output: "table" | "json" | "yaml";
  /** Folder in which devices.csv is written. */
  csv?: string;
  /** School code written into devices.csv. */
  school?: string;
  /** File that remembers what was found. */
  state?: string;
  /** Datagrams a second. */
  rate: number;
  timeoutMs: number;
  /** How far from neighbour to neighbour. */
  depth: number;
}

/** Exit code 1 when nothing answered, or when it was stopped before the end. @throws CampusError for wrong options */
export async function runDiscover(options: DiscoverCommandOptions, io: CliIo): Promise<number> {
  const inputs = await readInputs(options, io.env, lookupHost);
  const before = options.state === undefined ? undefined : await readState(options.state);
  const csvPath = options.csv === undefined ? undefined : await freshDraft(options.csv);
  if (inputs.communities.leftOut > 0) {
    io.err(`note: ${inputs.communities.leftOut} communities of the configuration are tried only where they belong\n`);
  }
  const found = await ask(inputs, options, io);
  const devices = withIds(found.devices, { byAddress: inputs.ids, byName: idsOf(before ?? []) });
  const at = new Date().toISOString();
  const comparison = before && compare(before, devices, found.asked, at);
  if (options.state !== undefined && comparison) await writeState(options.state, comparison.remembered, at);
  if (csvPath !== undefined) await writeDraft(csvPath, draftInventory(devices, options.school));
  tell(options, { inputs, found, devices, at, comparison, isFirst: before?.length === 0 }, io);
  if (csvPath !== undefined) io.err(`${csvPath}: fill in school and venue, then import it\n`);
  return found.isComplete && devices.length > 0 ? EXIT.ok : EXIT.negative;
}

async function ask(inputs: Inputs, options: DiscoverCommandOptions, io: CliIo): Promise<Discovery> {
  const { addresses, communities, known, users, existing } = inputs;
  const { port, timeoutMs, neighbours, depth, allowPublic, maxHosts, rate } = options;
  const signal = AbortSignal.any([io.stop]);
  // Everything under way listens to it: hundreds of questions at a time, which is no leak.
  setMaxListeners(0, signal);
  const { sleep, close, ...asking } = await io.openDiscovering(existing?.profiles ?? []);
  try {
    return await discover(addresses, {
      ...asking,
      ...{ communities, known, users, port, timeoutMs, allowPublic, maxHosts },
      depth: neighbours ? depth : 0,
      pace: createPace({ perSecond: rate, nowMs: io.realMs, sleep }),
      realMs: io.realMs,
      nowMs: () => Date.now(),
      signal,
      log: createLog("error", io.logTo),
      onProgress: progressWriter(io),
    });
  } finally {
    await close();
  }
}

interface Told {
  inputs: Inputs;
  found: Discovery;
  devices: Device[];
  at: string;
  comparison: Comparison | undefined;
  /** There was nothing to compare with, so that everything would have appeared. */
  isFirst: boolean;
}

function tell(
  options: DiscoverCommandOptions,
  { inputs, found, devices, at, comparison, isFirst }: Told,
  io: CliIo,
): void {
  const { asked, isComplete, neighboursLeftOut } = found;
  const changes = isFirst ? undefined : comparison?.changes;
  const { ranges, port, output } = options;
  const report: Report = {
    ...{ ranges, at, asked: asked.size, isComplete, neighboursLeftOut, devices },
    ...(changes && { changes }),
  };
  const lines = [...changeLines(changes), ...summaryLines(report)].map((line) => `${line}\n`).join("");
  switch (output) {
    case "json":
      io.out(reportJson(report));
      break;
    case "yaml":
      io.out(yaml(inputs, devices, asked, port, at));
      io.err(lines);
      break;
    case "table":
      if (devices.length > 0) io.out(`${reportTable(report)}\n`);
      io.out(lines);
      break;
  }
}

function yaml({ existing }: Inputs, devices: readonly Device[], asked: ReadonlySet<string>, port: number, at: string) {
  const found = new Set(devices.flatMap(({ address, otherAddresses }) => [address, ...otherAddresses]));
  const { agent, collector, targets = [] } = existing ?? {};
  const notFound = targets
    .filter(({ addresses }) => !addresses.some((address) => found.has(address)))
    .map(({ id, url, addresses }) => ({ id, url, wasAsked: addresses.some((address) => asked.has(address)) }));
  return draftConfig(devices, { ...(agent && { agent }), ...(collector && { collector }), port, at, notFound });
}

function idsOf(before: readonly Remembered[]): Map<string, string> {
  return new Map(before.flatMap((device) => namesOf(device).map((name): [string, string] => [name, device.id])));
}
