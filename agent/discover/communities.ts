// Which communities are tried, in which order, and the names under which drafts refer to them instead of showing them.
import { CampusError } from "../../contract/errors.ts";

/** A way in. Its value is a secret; its reference is the environment variable that a drafted configuration reads it from. */
export interface Community {
  value: string;
  reference: string;
}

export interface CommunitySources {
  /** `--community`, in the order given. */
  given: readonly string[];
  /** Text of `--community-file`: one in a line. */
  fileText?: string | undefined;
  /** CAMPANILE_COMMUNITIES: separated by commas. */
  environment?: string | undefined;
  /** Those of an existing configuration, one per target. */
  configured: readonly string[];
}

export interface Communities {
  /** Tried one after another until a device answers. */
  own: readonly Community[];
  /** Asked of every device as a test (`--try-defaults`), because what answers to them answers anybody. */
  defaults: readonly Community[];
  /** Those of the configuration that are not tried because they would be too many. */
  leftOut: number;
}

/** What devices are delivered with: `public` usually reads, `private` usually writes. */
export const DEFAULT_COMMUNITIES = ["public", "private"] as const;
/** Devices count wrong communities as refused logins, and some lock the asker out. */
export const MOST_COMMUNITIES = 5;
const REFERENCE = "CAMPANILE_COMMUNITY";

/** @throws CampusError `COMMUNITIES_MISSING` when there is none to try, `COMMUNITIES_TOO_MANY` */
export function gatherCommunities(sources: CommunitySources, tryDefaults: boolean, mayBeNone = false): Communities {
  const named = unique([...sources.given, ...lines(sources.fileText), ...parts(sources.environment)]);
  const configured = byUse(sources.configured).filter((value) => !named.includes(value));
  const room = MOST_COMMUNITIES - (tryDefaults ? DEFAULT_COMMUNITIES.length : 0);
  if (named.length > room) {
    throw new CampusError(
      "COMMUNITIES_TOO_MANY",
      `${named.length} communities, expected at most ${room}${tryDefaults ? " beside the default ones" : ""}: devices count wrong ones as attacks; run once for each part of the network`,
    );
  }
  const values = [...named, ...configured].slice(0, room);
  if (values.length === 0 && !tryDefaults && !mayBeNone) {
    throw new CampusError(
      "COMMUNITIES_MISSING",
      "no community to ask with: give the one your devices are set to with --community NAME, keep it off the command line with --community-file FILE, --config FILE or the environment variable CAMPANILE_COMMUNITIES, or test for the makers' defaults with --try-defaults",
    );
  }
  return {
    own: values.map((value, i) => ({ value, reference: `${REFERENCE}_${i + 1}` })),
    defaults: tryDefaults
      ? DEFAULT_COMMUNITIES.map((value) => ({ value, reference: `${REFERENCE}_${value.toUpperCase()}` }))
      : [],
    leftOut: named.length + configured.length - values.length,
  };
}

export function isDefaultCommunity(value: string): value is (typeof DEFAULT_COMMUNITIES)[number] {
  return DEFAULT_COMMUNITIES.some((known) => known === value);
}

function lines(text = ""): string[] {
  // Editors on Windows begin a file with a byte order mark, and blanks at the end of a line cannot be seen.
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function parts(text = ""): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value !== ""))];
}

/** The one that most targets have first. */
function byUse(values: readonly string[]): string[] {
  const uses = new Map<string, number>();
  for (const value of values) uses.set(value, (uses.get(value) ?? 0) + 1);
  return [...uses].sort(([, a], [, b]) => b - a).map(([value]) => value);
}
