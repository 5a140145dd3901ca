import { describe, expect, it } from "vitest";
import { type BenchResult, median, rowsOf, tableOf } from "./result.ts";

const MACHINE = { cpu: "Abacus 3", cores: 2, memoryBytes: 1024, os: "Linux 6", node: "20.19.0" };
const SAMPLES = [
  { what: "GET", who: "ours", value: 200 },
  { what: "GET", who: "theirs", value: 90 },
  { what: "GET", who: "theirs", value: 110 },
  { what: "GET", who: "ours", value: 220 },
  { what: "GET", who: "theirs", value: 105 },
  { what: "GET", who: "ours", value: 100 },
];

describe("rowsOf", () => {
  it("gives each contender its median, spread and ratio to ours", () => {
    expect(rowsOf(SAMPLES, "devices per CPU second")).toEqual([
      { what: "GET", who: "ours", unit: "devices per CPU second", median: 200, min: 100, max: 220, ratioToOurs: 1 },
      {
        what: "GET",
        who: "theirs",
        unit: "devices per CPU second",
        median: 105,
        min: 90,
        max: 110,
        ratioToOurs: 0.525,
      },
    ]);
  });

  it("compares with ours in the same kind of work only", () => {
    const rows = rowsOf([...SAMPLES, { what: "table", who: "theirs", value: 7 }], "devices");
    expect(rows[2]).toEqual({ what: "table", who: "theirs", unit: "devices", median: 7, min: 7, max: 7 });
  });
});

describe("median", () => {
  it.each([
    { values: [3], middle: 3 },
    { values: [10, 2, 3], middle: 3 },
    { values: [4, 1, 3, 2], middle: 2.5 },
  ])("of $values is $middle", ({ values, middle }) => {
    expect(median(values)).toBe(middle);
  });
});

describe("a result", () => {
  const missing = [{ who: "collectd", reason: "only root may install packages" }];
  const result: BenchResult = { bench: "snmp", machine: MACHINE, rows: rowsOf(SAMPLES, "devices"), missing };

  it("is a table with a line a row, the machine above it and who is missing below", () => {
    expect(tableOf(result).split("\n")).toEqual([
      "snmp: Abacus 3, 2 cores, Linux 6, Node 20.19.0",
      "",
      "| what | who    | unit    | median | min | max | ratio to ours |",
      "| ---- | ------ | ------- | -----: | --: | --: | ------------: |",
      "| GET  | ours   | devices |    200 | 100 | 220 |          1.00 |",
      "| GET  | theirs | devices |    105 |  90 | 110 |         0.525 |",
      "",
      "not measured: collectd: only root may install packages",
    ]);
  });

  it("is one JSON object of the shape the design names", () => {
    const read: unknown = JSON.parse(JSON.stringify(result));
    expect(read).toMatchObject({ bench: "snmp", machine: { node: "20.19.0", cores: 2 } });
    expect(read).toHaveProperty(["rows", 1, "ratioToOurs"], 0.525);
  });
});
