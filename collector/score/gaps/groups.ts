// Which counties belong to a group of the policy documents on a date; groups.source.md says where the lists come from.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { CampusError } from "../../../contract/errors.ts";
import { anyOf, type Truth } from "../truth.ts";
import { hasCome, holdsOn, type Period, spanOf } from "./dated.ts";

export const LISTS = ["mountain26", "mountain_island25", "island"] as const;
export type ListId = (typeof LISTS)[number];

/** The list that replaced another: who asks for the older one by a date after that is answered from the newer. */
const REPLACED_BY: Partial<Record<ListId, ListId>> = { mountain26: "mountain_island25" };

/** The last day on which a list that is still open was confirmed; a change after it was announced. */
const CONFIRMED_ON: Partial<Record<ListId, string>> = { mountain_island25: "2025-01-07" };

/** One line of the file. */
export interface ListedCounty extends Period {
  list: ListId;
  /** GB/T 2260 code. */
  code: string;
  name: string;
}

export interface Membership {
  /** `undefined`: not known, such as before the first list or within the month of a change. */
  member: Truth;
  /** The lists that were in force on the date, or may have been. */
  lists: ListId[];
  /** Only there when the date lies after the day on which the list was last confirmed: that day. */
  confirmedOn?: string;
}

/** How a target for a group is judged, and the second view beside it. */
export interface MembershipViews {
  /** On the list valid when the target's document was issued; not known without that date. */
  judged: Membership;
  /** On the list of the day of evaluation. */
  current: Membership;
}

export class Groups {
  readonly #rows: readonly ListedCounty[];

  constructor(rows: readonly ListedCounty[]) {
    this.#rows = rows;
  }

  /**
   * Whether a county belonged to a group on a date.
   *
   * @param group the list by which the documents name the group; lists that replaced it count as the same group
   * @param date a day, or as precisely as it is known: `2024-01`
   * @throws RangeError for any other date
   */
  membership(group: ListId, county: string, date: string): Membership {
    const rows = this.#lineOf(group);
    const lists = LISTS.filter((list) => rows.some((row) => row.list === list && holdsOn(row, date) !== false));
    const confirmedOn = lists.map((list) => CONFIRMED_ON[list]).find((day) => day !== undefined && isAfter(date, day));
    const periods = joined(rows.filter(({ code }) => code === county));
    // Before the first list nothing is known, neither who belonged nor who did not.
    const listed = rows.some(({ from }) => from === undefined || hasCome(from, date) === true);
    const member = listed ? anyOf(periods.map((period) => holdsOn(period, date))) : undefined;
    return { member, lists, ...(confirmedOn !== undefined && { confirmedOn }) };
  }

  /** Codes of the counties that belonged to a group on a date, and of those of which it is not known, in the order of the file. */
  members(group: ListId, date: string): { members: string[]; unknown: string[] } {
    const codes = [...new Set(this.#lineOf(group).map(({ code }) => code))];
    const of = (wanted: Truth) => codes.filter((code) => this.membership(group, code, date).member === wanted);
    return { members: of(true), unknown: of(undefined) };
  }

  /** @param issued the date of the target's document, absent when it is not known; @param asOf the day of evaluation */
  views(group: ListId, county: string, dates: { issued?: string; asOf: string }): MembershipViews {
    const { issued, asOf } = dates;
    return {
      judged: issued === undefined ? { member: undefined, lists: [] } : this.membership(group, county, issued),
      current: this.membership(group, county, asOf),
    };
  }

  /** The lines of a list, then those of the lists that replaced it. */
  #lineOf(group: ListId): ListedCounty[] {
    const lines: ListedCounty[] = [];
    for (let list: ListId | undefined = group; list; list = REPLACED_BY[list]) {
      lines.push(...this.#rows.filter((row) => row.list === list));
    }
    return lines;
  }
}

/** A county that one list hands to the next at the same moment was a member all along, though the moment is not known exactly. */
function joined(rows: readonly ListedCounty[]): Period[] {
  const periods: Period[] = [];
  for (const { from, to } of rows) {
    const last = periods.at(-1);
    const period = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    if (last?.to === undefined || last.to !== from) periods.push(period);
    else periods[periods.length - 1] = { ...(last.from !== undefined && { from: last.from }), ...(to && { to }) };
  }
  return periods;
}

function isAfter(date: string, day: string): boolean {
  return spanOf(date).last > spanOf(day).last;
}

const COLUMNS = ["group", "code", "name", "from", "to"];

/** Reads the lists that come with the program. @throws CampusError `GROUPS_INVALID` when that file is not as it should be */
export function loadGroups(): Groups {
  return new Groups(readGroups(readFileSync(new URL("./groups.csv", import.meta.url), "utf8")));
}

/** @throws CampusError `GROUPS_INVALID` naming the line that cannot be used */
export function readGroups(text: string): ListedCounty[] {
  const [header = [], ...rows]: string[][] = parse(text, { bom: true });
  if (header.join() !== COLUMNS.join()) throw invalid(`has the columns ${header.join()}, expected ${COLUMNS.join()}`);
  return rows.map(toListedCounty);
}

function toListedCounty([group, code = "", name = "", from = "", to = ""]: string[]): ListedCounty {
  const list = LISTS.find((id) => id === group);
  if (list === undefined) throw invalid(`names the group "${group}", expected ${LISTS.join(", ")}`);
  if (!/^\d{6}$/.test(code)) throw invalid(`has the code "${code}" in ${list}, expected six digits`);
  for (const date of [from, to]) {
    try {
      if (date !== "") spanOf(date);
    } catch (cause) {
      throw invalid(`has the date "${date}" for ${list} ${code}`, { cause });
    }
  }
  return { list, code, name, ...(from !== "" && { from }), ...(to !== "" && { to }) };
}

function invalid(what: string, options?: ErrorOptions): CampusError {
  return new CampusError("GROUPS_INVALID", `groups.csv ${what}`, options);
}
