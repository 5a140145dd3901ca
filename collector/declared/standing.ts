// Where declared entries stand on a day, and which of them are in force. Pure: the day and what is known of the files come in.
import type { EntryState } from "../../contract/declared.ts";
import { dayAt, dayOf } from "../inventory/day.ts";
import { DECLARED_RATES } from "../score/indicators/declared.ts";
import { DECLARED_DAYS } from "../score/indicators/limits.ts";
import type { DeclaredEntry } from "./entry.ts";

/** Our own bound, so that every declaration ends: an entry whose end is given holds for no longer than this after its signature. */
export const LONGEST_DAYS = 1_830;

export interface Standing {
  entry: DeclaredEntry;
  state: EntryState;
}

export interface InForce {
  /** At most one of a scope, an indicator and a part. */
  holding: readonly DeclaredEntry[];
  /** They would hold if they were not too old. */
  expired: readonly DeclaredEntry[];
}

/** Whether the bytes of an attachment are there and are what was uploaded. */
export type IsThere = (sha256: string) => boolean;

/** Longest time in days after the signature: 400 for a declared rate (scoring model 8), whatever end it names. */
export function longestDays(indicator: string): number {
  return DECLARED_RATES.some((id) => id === indicator) ? DECLARED_DAYS : LONGEST_DAYS;
}

/** The last day on which an entry holds. */
export function lastDayOf({ indicator, signedOn, validTo }: DeclaredEntry): number {
  const signed = dayNumber(signedOn);
  if (validTo === undefined) return signed + DECLARED_DAYS;
  return Math.min(dayNumber(validTo), signed + longestDays(indicator));
}

/** Of several of one figure the newest signature is in force; of one day, what was entered last. In the order of `entries`. */
export function standingsOn(entries: readonly DeclaredEntry[], day: number, isThere: IsThere): Standing[] {
  const standings = entries.map((entry) => ({ entry, state: stateAlone(entry, day, isThere) }));
  const newest = new Map<string, Standing>();
  for (const standing of standings) {
    if (standing.state !== "in_force") continue;
    const key = figureOf(standing.entry);
    const before = newest.get(key);
    const isNewer = before === undefined || !isEarlier(standing.entry, before.entry);
    if (isNewer && before !== undefined) before.state = "superseded";
    if (isNewer) newest.set(key, standing);
    else standing.state = "superseded";
  }
  return standings;
}

/** The entries that hold on a day, and those that are too old for it. */
export function inForce(entries: readonly DeclaredEntry[], day: number, isThere: IsThere): InForce {
  const standings = standingsOn(entries, day, isThere);
  const of = (wanted: EntryState) => standings.filter(({ state }) => state === wanted).map(({ entry }) => entry);
  return { holding: of("in_force"), expired: of("expired") };
}

/** An entry that was withdrawn later still held before: the day is asked for as it was. */
function stateAlone(entry: DeclaredEntry, day: number, isThere: IsThere): EntryState {
  const { withdrawn, signedOn, validFrom, attachments } = entry;
  if (withdrawn !== undefined && dayAt(withdrawn.atMs) <= day) return "withdrawn";
  if (dayNumber(signedOn) > day || dayNumber(validFrom) > day) return "not_yet";
  if (lastDayOf(entry) < day) return "expired";
  const hasFiles = attachments.length > 0 && attachments.every(({ sha256 }) => isThere(sha256));
  return hasFiles ? "in_force" : "no_attachment";
}

/** Entries of one of these replace each other. */
function figureOf({ scope, indicator, part }: DeclaredEntry): string {
  return JSON.stringify([scope, indicator, part]);
}

/** Days as text order as the days do. */
function isEarlier(a: DeclaredEntry, b: DeclaredEntry): boolean {
  return a.signedOn === b.signedOn ? a.enteredAtMs < b.enteredAtMs : a.signedOn < b.signedOn;
}

/** @throws RangeError for what no check has passed */
function dayNumber(text: string): number {
  const day = dayOf(text);
  if (day === undefined) throw new RangeError(`"${text}" is no day`);
  return day;
}
