// A table for people: columns as wide as their widest cell, two blanks between them.

/** Lines with line feeds; a cell that is absent stays empty. */
export function textTable(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const lines = [head, ...rows].map((row) => row.map((cell) => cell ?? ""));
  const widths = head.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
