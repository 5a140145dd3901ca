// What the command line asks for.

/** Every measurement there is; the others the design names come with the capability they measure. */
export const BENCHES = ["snmp", "ingest", "score"] as const;

export type BenchName = (typeof BENCHES)[number];

export interface BenchArguments {
  bench: BenchName;
  /** Fewer and shorter rounds: to see that everything runs, not to quote. */
  isQuick: boolean;
  /** One JSON object on standard output in place of the table. */
  isJson: boolean;
}

export type Parsed = { kind: "run"; arguments: BenchArguments } | { kind: "refused"; message: string };

export const USAGE = `usage: npm run bench -- NAME [--quick] [--json]\nNAME is one of: ${BENCHES.join(", ")}`;

/** Reads the words after the program's name. */
export function parseArguments(words: readonly string[]): Parsed {
  const options = words.filter((word) => word.startsWith("-"));
  const unknown = options.find((word) => word !== "--quick" && word !== "--json");
  if (unknown !== undefined) return refused(`unknown option ${unknown}`);
  const names = words.filter((word) => !word.startsWith("-"));
  if (names.length !== 1)
    return refused(names.length === 0 ? "no measurement named" : "name one measurement at a time");
  const bench = BENCHES.find((name) => name === names[0]);
  if (bench === undefined) return refused(`there is no measurement "${names[0]}"`);
  const isJson = options.includes("--json");
  return { kind: "run", arguments: { bench, isQuick: options.includes("--quick"), isJson } };
}

function refused(problem: string): Parsed {
  return { kind: "refused", message: `${problem}\n${USAGE}` };
}
