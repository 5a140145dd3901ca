import { describe, expect, it } from "vitest";
import { changedFile, choiceProblem, importBody, type ReadFile, readAll, UnreadableFileError } from "./chosen-files.ts";

const read = (name: string, text: string): ReadFile => ({ name, bytes: new TextEncoder().encode(text) });

describe("choosing files", () => {
  it.each([
    { names: [], want: "none" },
    { names: ["台账.xlsx"], want: undefined },
    { names: ["A.XLSX"], want: undefined },
    { names: ["schools.csv"], want: undefined },
    { names: ["schools.csv", "venues.CSV"], want: undefined },
    { names: ["台账.xls"], want: "old_excel" },
    { names: ["schools.csv", "notes.txt"], want: "other_type" },
    { names: ["README"], want: "other_type" },
    { names: ["a.xlsx", "b.xlsx"], want: "several_workbooks" },
    { names: ["a.xlsx", "schools.csv"], want: "mixed" },
  ])("$names: $want", ({ names, want }) => {
    expect(choiceProblem(names)).toBe(want);
  });
});

describe("what is sent", () => {
  it("is a workbook byte by byte", () => {
    const workbook = read("a.XLSX", "PK");
    expect(importBody([workbook])).toEqual({ kind: "workbook", bytes: workbook.bytes });
  });

  it("is CSV as texts, without the mark that Excel writes before them", () => {
    expect(importBody([read("schools.csv", "\uFEFFid\n"), read("venues.csv", "场所\n")])).toEqual({
      kind: "csv",
      files: { "schools.csv": "id\n", "venues.csv": "场所\n" },
    });
  });

  it("keeps the place of bytes that are no UTF-8, for the collector to report", () => {
    const gbk = { name: "schools.csv", bytes: Uint8Array.of(0x69, 0x64, 0x0a, 0xb3, 0xa1) };
    expect(importBody([gbk])).toMatchObject({ files: { "schools.csv": expect.stringMatching(/^id\n\uFFFD/) } });
  });
});

describe("a file that changes after the preview", () => {
  it.each([
    { what: "nothing changed", now: [read("a.csv", "1"), read("b.csv", "2")], want: undefined },
    { what: "other bytes", now: [read("a.csv", "1"), read("b.csv", "3")], want: "b.csv" },
    { what: "more bytes", now: [read("a.csv", "12"), read("b.csv", "2")], want: "a.csv" },
    { what: "gone", now: [read("b.csv", "2")], want: "a.csv" },
  ])("is named: $what", ({ now, want }) => {
    expect(changedFile([read("a.csv", "1"), read("b.csv", "2")], now)).toBe(want);
  });

  it("is named when the browser cannot read it any more", async () => {
    const file = new File(["1"], "a.csv");
    await expect(readAll([file])).resolves.toEqual([read("a.csv", "1")]);
    file.arrayBuffer = () => Promise.reject(new DOMException("changed", "NotReadableError"));
    const refused = readAll([file]);
    await expect(refused).rejects.toBeInstanceOf(UnreadableFileError);
    await expect(refused).rejects.toMatchObject({ file: "a.csv" });
  });
});
