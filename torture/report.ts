// A torture run's result as a table for people.
import { isClosed } from "./ledger.ts";
import type { TortureResult } from "./run.ts";

export function tableOf(result: TortureResult): string {
  const { ledger, droppedBy, invented, faults, requests, answers, refusals, endedByThemselves } = result;
  const rows: [string, string][] = [
    ["seed", String(result.seed)],
    ["store", result.store],
    ["minutes of faults", String(result.minutes)],
    ["kills", String(result.kills)],
    ["cuts", String(result.cuts)],
    ["faults", counts(faults)],
    ["done to requests", counts(requests)],
    ["answers by status", counts(answers)],
    ["ended by themselves", counts(endedByThemselves)],
    ["drained in", `${result.drainSeconds.toFixed(1)} s`],
    ["", ""],
    ...Object.entries(ledger).map(([name, count]): [string, string] => [name, String(count)]),
    ["", ""],
    ["dropped by reason", counts(droppedBy)],
    ["refused lines by code", counts(refusals)],
    ["invented", String(invented)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => (name === "" ? "" : `${name.padEnd(width)}  ${value}`));
  return [...table, "", ...result.notes, ...result.examples, verdict(result)].join("\n");
}

function verdict(result: TortureResult): string {
  return isClosed(result) ? "the ledger closes" : "THE LEDGER DOES NOT CLOSE";
}

function counts(all: Readonly<Record<string, number | undefined>>): string {
  const some = Object.entries(all).flatMap(([name, count]) => (count ? [`${name} ${count}`] : []));
  return some.length > 0 ? some.join(", ") : "none";
}
