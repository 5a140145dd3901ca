// `npm run bench -- score`: slots, states and scorecards of a generated province, and how they grow with the number of schools.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LineChild } from "../child.ts";
import type { MeasureOptions } from "../measure-options.ts";
import { type Missing, OURS, type Row, rowsOf } from "../result.ts";
import type { SizeResult } from "./measure-size.ts";
import { DEVICES } from "./school-plan.ts";

const QUICK = { sizes: [10, 100], rounds: 2, days: 35 };
/** So many days the collector has in memory (collector/score/evidence/keeper.ts). */
const FULL = { sizes: [10, 100, 1_000, 6_500], rounds: 2, days: 40 };
const MEGABYTE = 1e6;
/** Node looks for garbage when its heap has grown by a tenth, not when it has doubled: a province is a gigabyte already. */
const FRUGAL = ["--heap-growing-percent=10", "--max-semi-space-size=8"];
const SLOT_BY_SLOT = "slot by slot";
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** @throws Error when there is nothing to measure memory with: no Linux */
export async function measureScore(options: MeasureOptions): Promise<{ rows: Row[]; missing: Missing[] }> {
  if (!existsSync("/proc/self/status")) throw new Error("this measurement reads memory from /proc, as Linux has it");
  const { sizes, rounds, days } = options.isQuick ? QUICK : FULL;
  const rows: Row[] = [];
  for (const schools of sizes) {
    options.say(`${schools} schools`);
    rows.push(...rowsOfSize(await sizeInItsProcess([schools, rounds, days], options)));
  }
  return { rows, missing: [] };
}

/** A process for each size: memory that one has taken says nothing about another. */
async function sizeInItsProcess(size: readonly number[], { node, signal }: MeasureOptions): Promise<SizeResult> {
  const worker = new LineChild(node, [
    ...FRUGAL,
    "--import",
    here("../../register.js"),
    here("worker.ts"),
    ...size.map(String),
  ]);
  const stop = () => void worker.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const found: SizeResult = JSON.parse(await worker.next()); // what our own program has written
    return found;
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.stop();
  }
}

/** Rows of one size. */
export function rowsOfSize(result: SizeResult): Row[] {
  const { schools, samples, take, states, cards, late, window, plain, dayBytes, peakBytes } = result;
  const size = `${schools.toLocaleString("en-US")} schools`;
  const rows = (what: string, unit: string, values: readonly number[], who = OURS) =>
    rowsOf(
      values.map((value) => ({ what: `${size}: ${what}`, who, value })),
      unit,
    );
  const aSchool = (values: readonly number[]) => values.map((ms) => (ms * 1_000) / schools);
  const slot = take.map((ms, i) => ms + (states[i] ?? 0));
  const compared = [
    ...window.map((value) => ({ what: `${size}: states of the window, at most 100 schools`, who: OURS, value })),
    ...plain.map((value) => ({ what: `${size}: states of the window, at most 100 schools`, who: SLOT_BY_SLOT, value })),
  ];
  const packed = [
    ...dayBytes.map((value) => ({ what: `${size}: a day of a school`, who: OURS, value })),
    { what: `${size}: a day of a school`, who: "a byte a device and slot", value: DEVICES * 288 },
  ];
  return [
    ...rows(`one slot of all devices, ${samples.toLocaleString("en-US")} samples`, "ms CPU", slot),
    ...rows("one slot of all devices", "µs CPU a school", aSchool(slot)),
    ...rows("all scorecards", "ms CPU", cards),
    ...rows("all scorecards", "µs CPU a school", aSchool(cards)),
    ...rows("one school after a late batch", "ms CPU", late),
    ...rowsOf(compared, "ms CPU"),
    ...rowsOf(packed, "bytes"),
    ...rows("memory at most", "MB", [peakBytes / MEGABYTE]),
  ];
}
