// One row of targets.csv while it is read: its cells, and every problem found in them with row and column.
import { dayOf } from "../../inventory/day.ts";
import { Exact } from "../exact.ts";
import { isShare, type Population, type TargetIndicator, type TargetValue } from "./target.ts";

export const COLUMNS = [
  "id",
  "doc",
  "section",
  "phrase_zh",
  "meaning_en",
  "kind",
  "comparator",
  "value",
  "unit",
  "value2",
  "unit2",
  "deadline",
  "scope",
  "group",
  "evidence",
  "primary_evidence",
  "indicator",
  "how_evidenced",
  "note",
] as const;
export type Column = (typeof COLUMNS)[number];

const INDICATOR = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:\{([a-z0-9|]+)\})?$/;
const NUMBER = /^(0|[1-9]\d*)(\.\d+)?$/;

/** Words that a group may be built from, beside `city:` with a code of six digits. */
const GROUP_WORDS: ReadonlySet<string> = new Set([
  "province",
  "level:*",
  "city:*",
  "county:*",
  "school:*",
  "school:primary",
  "school:secondary",
  "university",
  "vocational",
  "compulsory",
  "public",
  "pilot",
  "rural",
  "urban/rural",
  "mountain26",
  "island",
  "network:education",
  "network:university",
  "website:education",
]);

/** Where a cell is wrong the problem is noted and a stand-in returned, so that reading goes on to the next problem. */
export class TargetRow {
  readonly #row: number;
  readonly #cells: readonly string[];
  readonly #problems: string[];

  /** @param row counted from 1, the header included */
  constructor(row: number, cells: readonly string[], problems: string[]) {
    this.#row = row;
    this.#cells = cells;
    this.#problems = problems;
  }

  report(column: Column, message: string): void {
    this.#problems.push(`row ${this.#row} column ${column}: ${message}`);
  }

  /** The cell as it is; `undefined` when it is empty. */
  text(column: Column): string | undefined {
    return this.#cells[COLUMNS.indexOf(column)] || undefined;
  }

  required(column: Column, pattern: RegExp, expected: string): string {
    const text = this.text(column) ?? "";
    if (!pattern.test(text)) this.report(column, `is "${text}", expected ${expected}`);
    return text;
  }

  /** One of the named choices; an empty cell is none of them. */
  choice<T extends string>(column: Column, choices: readonly [T, ...T[]]): T {
    const text = this.text(column);
    const choice = choices.find((c) => c === text);
    if (choice === undefined) this.report(column, `is "${text ?? ""}", expected ${choices.join(", ")}`);
    return choice ?? choices[0];
  }

  /** Two cells are either both filled or both empty. */
  together(one: Column, other: Column): void {
    const [filled, empty] = this.text(one) === undefined ? [other, one] : [one, other];
    if (this.text(filled) !== undefined && this.text(empty) === undefined) {
      this.report(empty, `is empty, expected one because ${filled} is "${this.text(filled)}"`);
    }
  }

  day(column: Column): string | undefined {
    const text = this.text(column);
    if (text !== undefined && dayOf(text) === undefined) {
      this.report(column, `is "${text}", expected a date such as 2027-12-31`);
    }
    return text;
  }

  /** One number with its unit, or several of each with strokes between: `20/20/60` of `regions/universities/schools`. */
  values(column: "value" | "value2", unitColumn: "unit" | "unit2"): TargetValue[] {
    const text = this.text(column);
    const unit = this.text(unitColumn);
    if (text === undefined || unit === undefined) return [];
    const texts = column === "value2" ? text.split("/") : [text];
    const units = texts.length > 1 ? unit.split("/") : [unit];
    if (texts.length !== units.length) {
      this.report(unitColumn, `is "${unit}", expected ${texts.length} units for "${text}"`);
    }
    return texts.flatMap((one, i) => this.#value(column, one, units[i] ?? unit));
  }

  #value(column: "value" | "value2", text: string, unit: string): TargetValue[] {
    const day = unit === "date" ? dayOf(text) : undefined;
    if (day !== undefined) return [{ text, unit, number: Exact.of(day) }];
    if (unit === "date" || !NUMBER.test(text)) {
      this.report(column, `is "${text}", expected ${unit === "date" ? "a date" : "a number"} of ${unit}`);
      return [];
    }
    if (isShare(unit) && Number(text) > 1) {
      this.report(column, `is "${text}", expected a share from 0 to 1`);
    }
    return [{ text, unit, number: Exact.of(Number(text)) }];
  }

  populations(): [Population, ...Population[]] {
    const [first = "", ...more] = (this.text("group") ?? "").split(";");
    return [this.#population(first), ...more.map((text) => this.#population(text))];
  }

  #population(text: string): Population {
    const allOf = text.split("&").map((part) => {
      const words = part.split("|");
      // `school:primary|secondary`: what stands before the first colon holds for the bare words after it as well.
      const isSchools = words[0] === "school:primary";
      return words.map((word) => (isSchools && !word.includes(":") ? `school:${word}` : word));
    });
    for (const word of allOf.flat()) {
      if (!GROUP_WORDS.has(word) && !/^city:\d{6}$/.test(word)) {
        this.report("group", `holds "${word}", expected ${[...GROUP_WORDS].join(", ")} or city: with six digits`);
      }
    }
    return { text, allOf };
  }

  indicators(): TargetIndicator[] {
    return (this.text("indicator")?.split(";") ?? []).map((text) => {
      const [, key, group] = INDICATOR.exec(text) ?? [];
      if (key === undefined) this.report("indicator", `holds "${text}", expected one such as WIFI_FULL_SHARE{rural}`);
      return { key: key ?? text, ...(group !== undefined && { group }) };
    });
  }
}
