import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TableBuilder } from "./table.ts";

/** Puts cells `[column, key, value]` in this order. */
function tableOf(columns: number, cells: readonly (readonly [number, string, number | undefined])[]) {
  const table = new TableBuilder(columns);
  for (const [column, key, value] of cells) {
    // The key stands somewhere in a datagram.
    const bytes = Buffer.from(`..${key}.`, "latin1");
    table.put(column, bytes, 2, 2 + key.length, value);
  }
  return table;
}

describe("TableBuilder", () => {
  it("brings the cells of a row together", () => {
    const table = tableOf(2, [
      [0, "a", 1],
      [1, "a", 2],
      [0, "b", 3],
      [1, "b", 4],
    ]);
    expect(table).toMatchObject({
      rowKeys: ["a", "b"],
      columns: [
        [1, 3],
        [2, 4],
      ],
    });
  });

  it("leaves out what a column does not have", () => {
    const table = tableOf(2, [
      [0, "a", 1],
      [1, "b", 2],
      [0, "c", 3],
      [1, "c", 4],
    ]);
    expect(table).toMatchObject({
      rowKeys: ["a", "b", "c"],
      columns: [
        [1, undefined, 3],
        [undefined, 2, 4],
      ],
    });
  });

  it("finds rows that another column has brought in another order", () => {
    const table = tableOf(2, [
      [0, "d", 1],
      [1, "a", 2],
      [1, "b", 3],
      [1, "d", 4],
      [0, "e", 5],
      [1, "e", 6],
    ]);
    expect(table).toMatchObject({ rowKeys: ["d", "a", "b", "e"] });
    expect(table.columns).toEqual([
      [1, undefined, undefined, 5],
      [4, 2, 3, 6],
    ]);
  });

  it("knows a row by a cell that could not be read", () => {
    const table = tableOf(1, [
      [0, "a", undefined],
      [0, "b", 2],
    ]);
    expect(table).toMatchObject({ rowKeys: ["a", "b"], columns: [[undefined, 2]] });
  });

  it.each(["\u0001", "\u0080", "\u00ff\u0000", "\u0006\u0000\u00ff\u007f\u0080\u0001\u0002"])(
    "keeps the bytes of key %j",
    (key) => {
      expect(tableOf(1, [[0, key, 1]]).rowKeys).toEqual([key]);
    },
  );

  it("says of any columns, arriving in turns of any length, what each row holds", () => {
    const column = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 7 }), (columns, turn) => {
        const sorted = columns.map((rows) => [...rows].sort((a, b) => a - b));
        const cells: (readonly [number, string, number])[] = [];
        for (let from = 0; from < 60; from += turn) {
          for (const [c, rows] of sorted.entries()) {
            for (const row of rows.slice(from, from + turn)) cells.push([c, String.fromCharCode(row), c * 100 + row]);
          }
        }
        const table = tableOf(columns.length, cells);
        expect(new Set(table.rowKeys).size).toBe(table.rowKeys.length);
        for (const [c, rows] of sorted.entries()) {
          const read = table.rowKeys.flatMap((key, row) => {
            const value = table.columns[c]?.[row];
            return value === undefined ? [] : [[key.charCodeAt(0), value] as const];
          });
          expect(read.sort(([a], [b]) => a - b)).toEqual(rows.map((row) => [row, c * 100 + row]));
        }
      }),
    );
  });
});
