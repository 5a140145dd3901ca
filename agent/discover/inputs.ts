// What a discovery is told by its options: addresses, communities, and what an existing configuration knows already.
import { readFile } from "node:fs/promises";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { redactTarget, type UserTarget } from "../../contract/target.ts";
import { formatAddress, parseAddress } from "../address.ts";
import { type AgentConfig, type AgentTarget, loadConfig } from "../config/config.ts";
import { type Communities, type Community, gatherCommunities } from "./communities.ts";
import { addressesOf, parseRange, type Range } from "./ranges.ts";

export interface InputOptions {
  ranges: readonly string[];
  community: readonly string[];
  communityFile?: string;
  config?: string;
  tryDefaults: boolean;
  neighbours: boolean;
  allowPublic: boolean;
  maxHosts: number;
  port: number;
}

export interface Inputs {
  addresses: string[];
  communities: Communities;
  /** The community that a configured target has, by address. */
  known: Map<string, Community>;
  /** SNMPv3 users of configured targets, by address. */
  users: Map<string, UserTarget>;
  /** Ids of configured targets on the port asked, by address. */
  ids: Map<string, string>;
  /** Absent without `--config`. */
  existing?: {
    agent: string;
    collector: string;
    profiles: string[];
    /** With the addresses at which they are asked now: none of one on another port. */
    targets: { id: string; url: string; addresses: readonly string[] }[];
  };
}

type Env = Readonly<Record<string, string | undefined>>;
/** The addresses a host's name has. */
export type LookupHost = (name: string) => Promise<string[]>;

/** @throws CampusError or ConfigError saying what is wrong with the options; nothing has been asked by then. */
export async function readInputs(options: InputOptions, env: Env, lookup: LookupHost): Promise<Inputs> {
  const { ranges: texts, community: given, communityFile, config: file, port } = options;
  const config = file === undefined ? undefined : await loadConfig(file, env);
  const targets = (config?.targets ?? []).filter(({ address }) => address.port === port);
  const fileText = communityFile === undefined ? undefined : await readText(communityFile);
  const environment = env.CAMPANILE_COMMUNITIES;
  const secrets = targets.flatMap(({ address }) => (address.version === "v3" ? [] : [address.community]));
  const sources = { given, fileText, environment, configured: secrets };
  // A configuration of SNMPv3 users only has nothing to try elsewhere.
  const hasUsers = targets.some(({ address }) => address.version === "v3");
  const communities = gatherCommunities(sources, options.tryDefaults, hasUsers);
  const known = new Map<string, Community>();
  const users = new Map<string, UserTarget>();
  const ids = new Map<string, string>();
  const places = await placesOf(targets, lookup);
  for (const { id, address } of targets) {
    for (const host of places.get(id) ?? []) {
      ids.set(host, id);
      if (address.version === "v3") users.set(host, { ...address, host });
      else known.set(host, knownCommunity(address.community, id, communities));
    }
  }
  const ranges = await rangesOf(texts, lookup);
  // Without ranges, the configured targets are where to begin looking for neighbours.
  const start =
    texts.length > 0 || !options.neighbours ? ranges : [...ids.keys()].flatMap((host) => parseRange(host) ?? []);
  if (start.length === 0) {
    throw new CampusError(
      "RANGES_MISSING",
      "nothing to look in: name ranges such as 192.168.1.0/24, or begin at an existing configuration with --config FILE --neighbours",
    );
  }
  return {
    addresses: addressesOf(start, options),
    communities,
    known,
    users,
    ids,
    ...(config && { existing: existingOf(config, places) }),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new CampusError("COMMUNITY_FILE_UNREADABLE", `${path}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}

async function rangesOf(texts: readonly string[], lookup: LookupHost): Promise<Range[]> {
  const ranges: Range[] = [];
  for (const text of texts) {
    const range = parseRange(text);
    ranges.push(...(range ? [range] : await hostRanges(text, lookup)));
  }
  return ranges;
}

/** A name's addresses are checked like any other: it may lead out of one's own network. */
async function hostRanges(name: string, lookup: LookupHost): Promise<Range[]> {
  const addresses = await lookup(name).catch((cause: unknown) => {
    const message = `"${name}" is no range and no host that can be found (${messageOf(cause)}), expected for example 192.168.1.0/24`;
    throw new CampusError("RANGE_INVALID", message, { cause });
  });
  return addresses
    .flatMap((address) => parseRange(address) ?? [])
    .map((range) => ({ ...range, text: `${name} (${range.text})` }));
}

/** Configured communities that are not tried elsewhere are still asked where they belong. */
function knownCommunity(value: string, id: string, { own }: Communities): Community {
  const tried = own.find((community) => community.value === value);
  return tried ?? { value, reference: `CAMPANILE_COMMUNITY_OF_${id.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}` };
}

function existingOf(
  { agent, collector, profiles, targets }: AgentConfig,
  places: ReadonlyMap<string, readonly string[]>,
): NonNullable<Inputs["existing"]> {
  return {
    agent,
    collector,
    profiles,
    targets: targets.map(({ id, address }) => ({ id, url: redactTarget(address), addresses: places.get(id) ?? [] })),
  };
}

/** Addresses of each target in the spelling in which they are asked; none of a name that cannot be found now. */
async function placesOf(targets: readonly AgentTarget[], lookup: LookupHost): Promise<Map<string, string[]>> {
  const found = targets.map(async ({ id, address: { host } }): Promise<[string, string[]]> => {
    const addresses = parseAddress(host) ? [host] : await lookup(host).catch(() => []);
    const numbered = addresses.flatMap((address) => parseAddress(address) ?? []);
    return [id, numbered.map(formatAddress)];
  });
  return new Map(await Promise.all(found));
}
