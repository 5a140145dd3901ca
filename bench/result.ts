// What a measurement found: one row per thing measured and contender, as JSON and as a table.
import type { Machine } from "./machine.ts";

/** Name of our own rows. */
export const OURS = "ours";

/** One figure of one contender in one round. */
export interface Sample {
  what: string;
  who: string;
  value: number;
}

export interface Row {
  what: string;
  who: string;
  unit: string;
  median: number;
  min: number;
  max: number;
  /** This row's median by the median of ours; absent when ours was not measured. */
  ratioToOurs?: number;
}

export interface Missing {
  who: string;
  reason: string;
}

export interface BenchResult {
  bench: string;
  machine: Machine;
  rows: Row[];
  /** Contenders that could not take part. */
  missing: Missing[];
}

/** Rows in the order in which `what` and `who` first appear. */
export function rowsOf(samples: readonly Sample[], unit: string): Row[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = JSON.stringify([sample.what, sample.who]);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  const rows = [...groups.values()].flatMap((group): Row[] => {
    const [first] = group;
    if (first === undefined) return [];
    const values = group.map(({ value }) => value);
    const { what, who } = first;
    return [{ what, who, unit, median: median(values), min: Math.min(...values), max: Math.max(...values) }];
  });
  return rows.map((row) => {
    const ours = rows.find(({ what, who }) => what === row.what && who === OURS);
    return ours ? { ...row, ratioToOurs: row.median / ours.median } : row;
  });
}

/** The middle value, the mean of the two middle ones of an even number; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[sorted.length / 2 - 1] ?? Number.NaN)) / 2;
}

/** The result as people read it: Markdown, so that it can be put into a document as it is. */
export function tableOf({ bench, machine, rows, missing }: BenchResult): string {
  const head = ["what", "who", "unit", "median", "min", "max", "ratio to ours"];
  const cells = rows.map((row) => [
    row.what,
    row.who,
    row.unit,
    figure(row.median),
    figure(row.min),
    figure(row.max),
    row.ratioToOurs === undefined ? "–" : row.ratioToOurs.toPrecision(3),
  ]);
  const all = [head, ...cells];
  const widths = head.map((_, i) => Math.max(...all.map((line) => line[i]?.length ?? 0)));
  const lines = all.map((line) => `| ${line.map((cell, i) => padded(cell, widths[i] ?? 0, i)).join(" | ")} |`);
  lines.splice(
    1,
    0,
    `| ${widths.map((width, i) => (i < 3 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`,
  );
  const { cpu, cores, os, node } = machine;
  const absent = missing.map(({ who, reason }) => `not measured: ${who}: ${reason}`);
  return [`${bench}: ${cpu}, ${cores} cores, ${os}, Node ${node}`, "", ...lines, "", ...absent].join("\n").trimEnd();
}

function padded(cell: string, width: number, column: number): string {
  return column < 3 ? cell.padEnd(width) : cell.padStart(width);
}

/** Three digits say all that such a measurement knows. */
function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en-US");
}
