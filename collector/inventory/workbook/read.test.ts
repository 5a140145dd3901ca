import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../../contract/errors.ts";
import { FILES, FULL, filesWith, SCHOOL } from "../files-suite.ts";
import { readInventory } from "../read.ts";
import { loadRegions } from "../regions.ts";
import { BOUNDS } from "./bounds.ts";
import { readWorkbook } from "./read.ts";
import { SHEET_NAMES } from "./sheets.ts";
import { type Grid, gridsOf, rawFiles, rawWorkbook, workbookOf } from "./workbook-suite.ts";
import { zipOf } from "./zip.ts";

const PLAIN = filesWith({
  ...FULL,
  "schools.csv": FULL["schools.csv"]?.replace('"第二, 初中"', "第二初中"),
});
const inEnglish = (file: string) => file.replace(".csv", "");
const inChinese = (file: string) => Object.entries(SHEET_NAMES).find(([name]) => name === file)?.[1] ?? file;
const sheets = (changes: Record<string, Grid | undefined> = {}, names = inChinese): Record<string, Grid> => {
  const all: Record<string, Grid | undefined> = { ...gridsOf(PLAIN, names), ...changes };
  return Object.fromEntries(Object.entries(all).flatMap(([name, grid]) => (grid ? [[name, grid]] : [])));
};
/** The grid of a sheet with one cell replaced; row 1 is the header. */
const withCell = (sheet: string, row: number, column: string, value: Grid[number][number]): Record<string, Grid> => {
  const grid = sheets()[sheet] ?? [];
  const at = grid[0]?.indexOf(column) ?? -1;
  return {
    [sheet]: grid.map((cells, i) => (i === row - 1 ? cells.map((cell, j) => (j === at ? value : cell)) : cells)),
  };
};
const inventoryOf = async (bytes: Buffer) => {
  const { files, problems } = await readWorkbook(bytes);
  return readInventory(files, loadRegions(), problems);
};
const problemsOf = async (changes: Record<string, Grid | undefined>) => {
  try {
    await inventoryOf(await workbookOf(sheets(changes)));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};
const want = readInventory(PLAIN, loadRegions()).contents;

describe("a workbook with an inventory", () => {
  it.each([
    { what: "in Chinese", names: inChinese },
    { what: "in English", names: inEnglish },
    { what: "like the files", names: (file: string) => file },
    { what: "with capitals and blanks", names: (file: string) => ` ${inEnglish(file).toUpperCase()}` },
  ])("says the same as its files, with sheets named $what", async ({ names }) => {
    expect((await inventoryOf(await workbookOf(sheets({}, names)))).contents).toEqual(want);
  });

  it("may have empty sheets, notes, and blank rows and columns", async () => {
    const devices = sheets().设备 ?? [];
    const spaced: Grid = [...devices.slice(0, 2), [null, null], ...devices.slice(2)].map((row) => [...row, null, null]);
    const bytes = await workbookOf(
      sheets({ 设备: [...spaced, [null]], Sheet1: [[null]], 说明: [["这张表怎么填"]], Notes: [["how to"]] }),
    );
    expect((await inventoryOf(bytes)).contents).toEqual(want);
  });

  it("takes numbers, dates and truth values from cells that are no text", async () => {
    const typed = sheets({
      ...withCell("学校", 2, "id", Number(SCHOOL)),
      ...withCell("场所", 2, "area_m2", 62.5),
      ...withCell("场所", 2, "needs_equipment", false),
      ...withCell("校历", 2, "from", new Date("2026-10-01T00:00:00Z")),
    });
    expect((await inventoryOf(await workbookOf(typed))).contents).toEqual(want);
  });
});

describe("a fault in a cell is named with its sheet, row and column", () => {
  it.each([
    { what: "an unknown kind", changes: withCell("场所", 3, "kind", "cellar"), says: '场所 R3 kind: is "cellar"' },
    { what: "a device of no school", changes: withCell("设备", 3, "school", "2133000009"), says: "设备 R3 school: " },
    { what: "a code with a digit too few", changes: withCell("学校", 2, "id", 213300000), says: "学校 R2 id: " },
    { what: "a code with a fraction", changes: withCell("学校", 3, "id", 2133000001.5), says: "学校 R3 id: " },
    {
      what: "a code of which Excel has lost digits",
      changes: withCell("设备", 2, "asset_code", 3.301062020123112e17),
      says: "设备 R2 asset_code: is the number 330106202012311200, of which Excel keeps only 15 digits",
    },
    {
      what: "a room that Excel has made a date of",
      changes: withCell("场所", 2, "room", new Date("2026-03-02T00:00:00Z")),
      says: "场所 R2 room: is the date 2026-03-02, expected a text cell",
    },
    {
      what: "a truth value where none is asked for",
      changes: withCell("场所", 2, "room", true),
      says: "场所 R2 room: is the truth value TRUE",
    },
    { what: "an unknown column", changes: { 代理: [["id", "school", "name", "mac"]] }, says: '代理 R1: column "mac"' },
    {
      what: "a cell beside the table",
      changes: {
        代理: [
          ["id", "school", "name"],
          [null, null, null, "x"],
        ],
      },
      says: "代理 R2: has 4 cells",
    },
    { what: "a sheet without a header", changes: { 功能区: [[null]] }, says: "功能区: is empty" },
    { what: "a sheet that is missing", changes: { 设备: undefined }, says: "devices (设备): is missing" },
    { what: "a sheet twice", changes: { devices: [["id"]] }, says: "devices: is there twice: devices (设备)" },
    { what: "a sheet of another name", changes: { 教室: [["id"]] }, says: "教室: is no sheet of an inventory" },
  ])("$what", async ({ changes, says }) => {
    const problems = await problemsOf(changes);
    expect(problems.filter((problem) => problem.startsWith(says))).toHaveLength(1);
  });

  it("and all of them are told at once", async () => {
    const problems = await problemsOf({
      ...withCell("学校", 2, "students", "many"),
      ...withCell("设备", 2, "asset_code", 1e16),
      教室: [["id"]],
    });
    expect(problems.map((problem) => problem.split(": ")[0]).sort()).toEqual([
      "学校 R2 students",
      "教室",
      "设备 R2 asset_code",
    ]);
  });

  it("and a sheet that is missing is not told again for every row that refers to it", async () => {
    expect(await problemsOf({ 场所: undefined })).toEqual(["venues (场所): is missing"]);
  });
});

describe("cells as other programs write them", () => {
  const agents = async (rows: string, options?: { date1904?: boolean }) => {
    const { files } = await readWorkbook(rawWorkbook("agents", rows, options));
    const table = files.get("agents.csv");
    return typeof table === "object" ? { records: table.records, problems: table.problems } : undefined;
  };
  const calendar = async (cell: string, options?: { date1904?: boolean }) => {
    const row = `<row r="1"><c r="A1" t="inlineStr"><is><t>from</t></is></c></row><row r="2">${cell}</row>`;
    const { files } = await readWorkbook(rawWorkbook("calendar", row, options));
    const table = files.get("calendar.csv");
    return typeof table === "object"
      ? [table.records[1]?.cells[0], ...table.problems.map((p) => p.message)]
      : undefined;
  };

  it("a number as a double comes as people typed it", async () => {
    const { records } =
      (await agents('<row r="1"><c r="A1"><v>64.099999999999994</v></c><c r="B1"><v>2133000001</v></c></row>')) ?? {};
    expect(records?.[0]?.cells).toEqual(["64.1", "2133000001"]);
  });

  it("rows and cells between are blank", async () => {
    const { records } = (await agents('<row r="3"><c r="B3" t="inlineStr"><is><t>x</t></is></c></row>')) ?? {};
    expect(records).toEqual([{ cells: ["", "x"], line: 3 }]);
  });

  it.each([
    { what: "a date", cell: '<c r="A2" s="1"><v>46266</v></c>', is: ["2026-09-01"] },
    { what: "a formula of a text", cell: '<c r="A2" t="str"><f>B2</f><v>2026-09-01</v></c>', is: ["2026-09-01"] },
    {
      what: "a formula that failed",
      cell: '<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
      is: ["", "is #DIV/0!, the error of a formula"],
    },
    {
      what: "a look-up that found nothing",
      cell: "<c r='A2' s='1' t='e'><v>#N/A</v></c>",
      is: ["", "is #N/A, the error of a formula"],
    },
    { what: "a text with a number sign", cell: '<c r="A2" t="str"><v>#1 hall!</v></c>', is: ["#1 hall!"] },
    {
      what: "a date with a time",
      cell: '<c r="A2" s="1"><v>46266.5</v></c>',
      is: ["", "is 2026-09-01 12:00, expected a date only"],
    },
    { what: "a formula that was never computed", cell: '<c r="A2" t="str"><f>B2</f></c>', is: [undefined] },
  ])("$what", async ({ cell, is }) => {
    expect(await calendar(cell)).toEqual(is);
  });

  it("a date of a workbook that counts from 1904", async () => {
    expect(await calendar('<c r="A2" s="1"><v>44804</v></c>', { date1904: true })).toEqual(["2026-09-01"]);
  });
});

describe("a file that is no workbook, or too large a one", () => {
  const EMPTY = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>';
  const refused = (bytes: Buffer, bounds = BOUNDS) =>
    readWorkbook(bytes, bounds).then(
      () => undefined,
      (error: unknown) => error,
    );

  it.each([
    { what: "nothing", bytes: Buffer.alloc(0) },
    { what: "a text", bytes: Buffer.from("id,school,name\n") },
    { what: "an old workbook", bytes: Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(600)]) },
    { what: "an archive of other files", bytes: zipOf(new Map([["a.txt", Buffer.from("a")]])) },
    { what: "an archive of other XML", bytes: zipOf(new Map([["a.xml", Buffer.from("<a/>")]])) },
    { what: "half a workbook", bytes: rawWorkbook("agents", EMPTY).subarray(0, 900) },
    {
      what: "a row that cannot be",
      bytes: rawWorkbook("agents", '<row r="99999999"><c r="A99999999"><v>1</v></c></row>'),
    },
    { what: "cells that say not where they are", bytes: rawWorkbook("agents", "<row><c><v>1</v></c></row>") },
    {
      what: "rows out of order",
      bytes: rawWorkbook("agents", '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'),
    },
    { what: "a text that is not there", bytes: rawWorkbook("agents", '<row r="1"><c r="A1" t="s"><v>7</v></c></row>') },
    { what: "XML that breaks off", bytes: rawWorkbook("agents", '<row r="1"><c r=') },
  ])("$what", async ({ bytes }) => {
    expect(await refused(bytes)).toMatchObject({ code: "WORKBOOK_INVALID" });
  });

  it.each([
    { what: "bytes", bounds: { ...BOUNDS, packedBytes: 100 } },
    { what: "files", bounds: { ...BOUNDS, entries: 3 } },
    { what: "unpacked", bounds: { ...BOUNDS, unpackedBytes: 500 } },
  ])("has a bound: $what", async ({ bounds }) => {
    expect(await refused(rawWorkbook("agents", EMPTY), bounds)).toMatchObject({ code: "WORKBOOK_TOO_LARGE" });
    expect(await refused(rawWorkbook("agents", EMPTY))).toBeUndefined();
  });

  it.each([
    { what: "the last row", rows: '<row r="200000"><c r="A200000"><v>1</v></c></row>', code: undefined },
    { what: "the row after it", rows: '<row r="200001"><c r="A200001"><v>1</v></c></row>', code: "WORKBOOK_TOO_LARGE" },
    {
      what: "a row far out that is only formatted",
      rows: '<row r="1048576"><c r="A1048576" s="1"/></row>',
      code: undefined,
    },
    { what: "the last column", rows: '<row r="1"><c r="GR1"><v>1</v></c></row>', code: undefined },
    { what: "the column after it", rows: '<row r="1"><c r="GS1"><v>1</v></c></row>', code: "WORKBOOK_TOO_LARGE" },
    { what: "a column far out that is only formatted", rows: '<row r="1"><c r="XFD1" s="1"/></row>', code: undefined },
  ])("$what is refused with $code", async ({ rows, code }) => {
    const error = await refused(rawWorkbook("agents", rows));
    expect(error).toEqual(code === undefined ? undefined : expect.objectContaining({ code }));
  });

  it("unpacks no more than it may, whatever the archive says of its size", async () => {
    const files = rawFiles("agents", EMPTY);
    const bomb = deflateRawSync(Buffer.alloc(2_000_000, 0x20));
    files.set("xl/worksheets/sheet1.xml", bomb);
    const archive = zipOf(files);
    // The method of the last file, here and in the list: packed.
    for (const signature of [0x04034b50, 0x02014b50]) {
      const mark = Buffer.alloc(4);
      mark.writeUInt32LE(signature);
      archive.writeUInt16LE(8, archive.lastIndexOf(mark) + (signature === 0x04034b50 ? 8 : 10));
    }
    expect(archive.length).toBeLessThan(10_000);
    expect(await refused(archive, { ...BOUNDS, unpackedBytes: 1_000_000 })).toMatchObject({
      code: "WORKBOOK_TOO_LARGE",
    });
    expect(await refused(archive)).toMatchObject({ code: "WORKBOOK_INVALID" }); // two megabytes of blanks are no XML
  });

  it("does not read a file that the archive's list leaves out", async () => {
    const listed = rawWorkbook("agents", EMPTY);
    const other = rawFiles("agents", EMPTY.replace("id", "hidden")).get("xl/worksheets/sheet1.xml") ?? Buffer.alloc(0);
    const hidden = zipOf(new Map([["xl/worksheets/sheet1.xml", other]]));
    const CENTRAL = Buffer.from([0x50, 0x4b, 0x01, 0x02]);
    const [listAt, hiddenEnd] = [listed.indexOf(CENTRAL), hidden.indexOf(CENTRAL)];
    const end = Buffer.from(listed.subarray(listAt));
    end.writeUInt32LE(listAt + hiddenEnd, end.length - 6); // where the list begins
    const both = Buffer.concat([listed.subarray(0, listAt), hidden.subarray(0, hiddenEnd), end]);
    const { files } = await readWorkbook(both);
    expect(files.get("agents.csv")).toMatchObject({ records: [{ cells: ["id"] }] });
  });

  it("leaves the sample itself sound", async () => {
    expect(await problemsOf({})).toEqual([]);
    expect(Object.keys(FILES).length + 3).toBe(Object.keys(sheets()).length);
  });
});
