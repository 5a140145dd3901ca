// What the command line of `npm run torture` asks for.

export const STORES = ["duckdb", "influx"] as const;
export type StoreKind = (typeof STORES)[number];

export interface TortureArguments {
  minutes: number;
  seed: number;
  store: StoreKind;
  /** One JSON object on standard output in place of the table. */
  isJson: boolean;
  /** Folder that everything of the run stays in; absent: a temporary one, deleted unless the ledger does not close. */
  keep?: string;
}

export type Parsed =
  | { kind: "run"; arguments: TortureArguments }
  | { kind: "help" }
  | { kind: "refused"; message: string };

export const USAGE = `usage: npm run torture -- [--minutes N] [--seed N] [--store duckdb|influx] [--json] [--keep DIR]
  --minutes N   how long faults happen (default 5; at most 1440); draining comes on top
  --seed N      the plan of faults is made from it, the same for the same seed (default: by chance, and printed)
  --store NAME  duckdb, or influx: a real influxd, which must be installed (default duckdb)
  --json        one JSON object in place of the table
  --keep DIR    leave spools, store and logs in DIR, which must be empty or not there`;

const DEFAULT_MINUTES = 5;
const MOST_MINUTES = 1_440;

/** Reads the words after the program's name. `anySeed` is taken where none is named. */
export function parseArguments(words: readonly string[], anySeed: number): Parsed {
  const found: TortureArguments = { minutes: DEFAULT_MINUTES, seed: anySeed, store: "duckdb", isJson: false };
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--help") return { kind: "help" };
    if (word === "--json") {
      found.isJson = true;
      continue;
    }
    const value = left.shift();
    const problem = takeOption(found, word, value);
    if (problem !== undefined) return { kind: "refused", message: `${problem}\n${USAGE}` };
  }
  return { kind: "run", arguments: found };
}

/** @returns what is wrong with the option; `undefined` when it was taken. */
function takeOption(into: TortureArguments, option: string, value: string | undefined): string | undefined {
  switch (option) {
    case "--minutes": {
      const minutes = Number(value);
      if (!(minutes > 0 && minutes <= MOST_MINUTES))
        return `--minutes ${value}: expected more than 0 up to ${MOST_MINUTES}`;
      into.minutes = minutes;
      return undefined;
    }
    case "--seed": {
      if (!/^\d{1,10}$/.test(value ?? "") || Number(value) >= 2 ** 32)
        return `--seed ${value}: expected 0 to 4294967295`;
      into.seed = Number(value);
      return undefined;
    }
    case "--store": {
      const store = STORES.find((name) => name === value);
      if (store === undefined) return `--store ${value}: expected ${STORES.join(" or ")}`;
      into.store = store;
      return undefined;
    }
    case "--keep":
      if (value === undefined || value.startsWith("--")) return "--keep: expected a folder";
      into.keep = value;
      return undefined;
    default:
      return `unknown option ${option}`;
  }
}
