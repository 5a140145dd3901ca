// What a migration came to, as a table for people.
import { Checksum } from "./checksum.ts";
import { type Part, partName } from "./contents.ts";
import type { Copied, Difference } from "./copy.ts";

const KINDS: readonly Part["kind"][] = [
  "readings",
  "rollups 5m",
  "rollups 1h",
  "rollups 1d",
  "facts",
  "events",
  "ledger",
];
const LISTED = 50;

/** One line a school with how much of each kind it has, one for the ledger, then what differs. */
export function migrationTable({ contents, skipped, differences }: Copied): string {
  const rows = new Map<string, Map<string, number>>();
  const days = new Map<string, number>();
  for (const { part, checksum } of contents.values()) {
    const of = part.schoolId ?? "all schools";
    const row = rows.get(of) ?? new Map<string, number>();
    row.set(part.kind, (row.get(part.kind) ?? 0) + checksum.count);
    rows.set(of, row);
    if (part.kind === "readings") days.set(of, (days.get(of) ?? 0) + 1);
  }
  const wrong = new Set(differences.map(({ part }) => part.schoolId ?? "all schools"));
  for (const school of wrong) if (!rows.has(school)) rows.set(school, new Map());
  const table = [
    ["school", "days", ...KINDS, ""],
    ...[...rows].map(([school, row]) => [
      school,
      String(days.get(school) ?? ""),
      ...KINDS.map((kind) => String(row.get(kind) ?? "")),
      wrong.has(school) ? "DIFFERS" : "equal",
    ]),
  ];
  const end = differences.length === 0 ? "both stores hold the same" : `${differences.length} parts differ`;
  const again = skipped === 0 ? "" : ` (${skipped} parts had been copied before)`;
  return [...aligned(table), ...differences.slice(0, LISTED).map(differenceText), `${end}${again}`].join("\n");
}

function differenceText({ part, from, to }: Difference): string {
  const nothing = new Checksum().text;
  return `differs: ${partName(part)}: source ${from ?? nothing}, target ${to ?? nothing}`;
}

function aligned(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
