// Why the agent does not say what LibreNMS says: explanations as data, in differences/*.yaml.
import { readdirSync, readFileSync } from "node:fs";
import Type, { type Static } from "typebox";
import { parse } from "yaml";
import { checked } from "../../../contract/check.ts";
import type { Pair } from "./compare.ts";

/** What kinds of reason there are, and what each says. */
export const REASONS = {
  right: "ours is right, by the MIB or by the recording",
  unrecorded: "what ours would be read from is not in the recording",
  unmeasured: "no metric or fact of ours",
} as const;

export type Reason = keyof typeof REASONS;

const ExplanationSchema = Type.Object(
  {
    /** Keys of the peer's values; `*` stands for any text. */
    keys: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
    reason: Type.Enum(Object.keys(REASONS) as Reason[]), // the keys of our own constant
    /** What ours says instead; absent: nothing, or it is one of several. */
    ours: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    because: Type.String({ minLength: 20 }),
    /** Of `unrecorded`: beginnings of OIDs of which the recording has none. */
    absent: Type.Optional(Type.Array(Type.String({ pattern: "^\\d+(\\.\\d+)+$" }), { minItems: 1 })),
  },
  { additionalProperties: false },
);
/** By recording; `everywhere` counts for each. */
const FileSchema = Type.Record(Type.String(), Type.Array(ExplanationSchema));

export type Explanation = Static<typeof ExplanationSchema>;

const EVERYWHERE = "everywhere";
const FOLDER = new URL("./differences/", import.meta.url);

/** All explanations by recording. @throws ConfigError when a file is not of their shape */
export function loadDifferences(): Map<string, Explanation[]> {
  const all = new Map<string, Explanation[]>();
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"))) {
    const file = checked(name, FileSchema, parse(readFileSync(new URL(name, FOLDER), "utf8")));
    for (const [recording, explanations] of Object.entries(file)) {
      all.set(recording, [...(all.get(recording) ?? []), ...explanations]);
    }
  }
  return all;
}

export interface Difference extends Pair {
  /** `undefined`: nobody has explained it. */
  explanation: Explanation | undefined;
}

export interface Judged {
  recording: string;
  pairs: readonly Pair[];
  /** Those of the pairs where ours has not the peer's value. */
  differences: readonly Difference[];
  /** Explanations of this recording that explain nothing. */
  idle: readonly Explanation[];
}

/** Finds the explanation of each difference; those of the recording itself go before those for all. */
export function judge(recording: string, pairs: readonly Pair[], all: ReadonlyMap<string, Explanation[]>): Judged {
  const own = all.get(recording) ?? [];
  const explanations = [...own, ...(all.get(EVERYWHERE) ?? [])];
  const differences = pairs
    .filter(({ ours }) => ours === undefined)
    .map((pair) => ({ ...pair, explanation: explanations.find((candidate) => explains(candidate, pair)) }));
  const used = new Set(differences.map(({ explanation }) => explanation));
  return { recording, pairs, differences, idle: own.filter((explanation) => !used.has(explanation)) };
}

/** Explanations for all recordings that explain nothing in any of them. */
export function idleEverywhere(judged: readonly Judged[], all: ReadonlyMap<string, Explanation[]>): Explanation[] {
  const used = new Set(judged.flatMap(({ differences }) => differences.map(({ explanation }) => explanation)));
  return (all.get(EVERYWHERE) ?? []).filter((explanation) => !used.has(explanation));
}

function explains({ keys, ours }: Explanation, { peer, others }: Pair): boolean {
  if (!keys.some((key) => asPattern(key).test(peer.key))) return false;
  return ours === undefined || others.some(({ value }) => value === ours);
}

function asPattern(key: string): RegExp {
  const literal = key.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`);
}
