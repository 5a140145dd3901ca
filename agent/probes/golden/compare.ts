// Lays what LibreNMS says of a device beside what the agent says: which values agree, and which differ.
import type { Said, Topic } from "./said.ts";

export interface Pair {
  peer: Said;
  /** The value of ours that is the same; `undefined`: there is none. */
  ours: Said | undefined;
  /** Where there is none: ours of the same topic that no value of the peer's has taken. */
  others: readonly Said[];
}

const HALF_PERCENT = 0.5 + 1e-9;
/** Means of percentages that LibreNMS has rounded to whole ones. */
const MEANS = new Set<Topic>(["cpu", "memory"]);
/** Percentages that LibreNMS rounds to whole ones, most of them. */
const ROUNDED = new Set<Topic>([
  "storage",
  "supply",
  "sensor/charge",
  "sensor/load",
  "sensor/humidity",
  "wireless/utilization",
]);
/** LibreNMS works dBm out of milliwatts and keeps few digits. */
const DBM_TOLERANCE = 0.01;

/** States are only good or bad, so that the names must have a word in common as well. */
const NEEDS_A_WORD = new Set<Topic>(["sensor/state"]);

/**
 * One to one: a value of ours agrees with one of the peer's only. Names differ between the two, so that within a topic values
 * are matched by what they say; those whose names have most words in common go first.
 */
export function compare(peer: readonly Said[], ours: readonly Said[]): Pair[] {
  const left = new Map<Topic, Said[]>();
  for (const said of ours) left.set(said.topic, [...(left.get(said.topic) ?? []), said]);
  const candidates = peer.flatMap((theirs) =>
    (left.get(theirs.topic) ?? [])
      .filter((own) => isEqual(theirs, own))
      .map((own) => ({ theirs, own, likeness: likeness(theirs, own) })),
  );
  const matched = new Map<Said, Said>();
  const taken = new Set<Said>();
  for (const { theirs, own, likeness: words } of candidates.sort((a, b) => b.likeness - a.likeness)) {
    if (matched.has(theirs) || taken.has(own)) continue;
    if (words < A_NAMES_WORD && NEEDS_A_WORD.has(theirs.topic)) continue;
    matched.set(theirs, own);
    taken.add(own);
  }
  return peer.map((said) => {
    const match = matched.get(said);
    const others = match === undefined ? (left.get(said.topic) ?? []).filter((own) => !taken.has(own)) : [];
    return { peer: said, ours: match, others };
  });
}

/**
 * How many words the two names have in common. What a kind of sensor is called says more than what one of them is called by
 * its owner; numbers only decide between equals.
 */
function likeness({ key, topic }: Said, ours: Said): number {
  const [, kind = "", ...name] = key.slice(topic.length).split("/");
  const [kindWords, nameWords] = [wordsOf(kind), wordsOf(name.join("/"))];
  let sum = 0;
  for (const word of wordsOf(ours.key)) {
    if (/^\d+$/.test(word)) sum += nameWords.has(word) ? 0.01 : 0;
    else if (kindWords.has(word)) sum += 1;
    else if (nameWords.has(word)) sum += A_NAMES_WORD;
  }
  return sum;
}

const A_NAMES_WORD = 0.6;

/** Words in small letters, letters and digits apart; "rPDU2OutletStatus" is r, pdu, 2 and outlet. */
function wordsOf(key: string): Set<string> {
  const parts = key
    .replace(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3 $2$4")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/);
  return new Set(parts.filter((word) => word !== "" && !DULL.has(word)).map((word) => SYNONYMS.get(word) ?? word));
}

/** What one calls so, and the other otherwise. */
const SYNONYMS = new Map([["relay", "outlet"]]);

/** In nearly every name. */
const DULL = new Set(["sensor", "ok", "status", "on", "of"]);

function isEqual({ topic, value }: Said, { value: ours }: Said): boolean {
  if (typeof value === "string" || typeof ours === "string") return plain(value) === plain(ours);
  return Math.abs(value - ours) <= tolerance(topic, value);
}

function tolerance(topic: Topic, value: number): number {
  if (MEANS.has(topic)) return HALF_PERCENT;
  if (ROUNDED.has(topic)) return Number.isInteger(value) ? HALF_PERCENT : 0.05;
  if (topic === "sensor/dbm") return DBM_TOLERANCE;
  return Math.max(1e-6, Math.abs(value) * 1e-4);
}

/** Large letters and blanks at the ends make no difference. */
function plain(value: number | string): string {
  return String(value).trim().toLowerCase();
}
