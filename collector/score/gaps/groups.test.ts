import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { loadGroups, readGroups } from "./groups.ts";

const groups = loadGroups();
/** 淳安 on both lists, 平阳 left, 洞头 joined, 西湖 on neither. */
const [STAYED, LEFT, JOINED, NEITHER] = ["330127", "330326", "330305", "330106"];

describe("the lists", () => {
  it("say what the table of regions says", () => {
    const file = new URL("../../inventory/regions.csv", import.meta.url);
    const regions: Record<string, string>[] = parse(readFileSync(file, "utf8"), { bom: true, columns: true });
    const rows = readGroups(readFileSync(new URL("./groups.csv", import.meta.url), "utf8"));
    const columns = { mountain26: "is_mountain26", mountain_island25: "is_mountain_island25", island: "is_island" };
    for (const [list, column] of Object.entries(columns)) {
      const want = regions.filter((row) => row[column] === "1").map((row) => [row.code, row.name_zh]);
      expect(rows.filter((row) => row.list === list).map(({ code, name }) => [code, name])).toEqual(want);
    }
  });

  it("hold 26 counties in 2021, 25 from 2024-08, and six islands at any time", () => {
    const counts = (date: string) => {
      const { members, unknown } = groups.members("mountain26", date);
      return [members.length, unknown.length];
    };
    expect(counts("2021-11-25")).toEqual([26, 0]);
    expect(counts("2024-01")).toEqual([26, 0]);
    expect(counts("2024-07-31")).toEqual([26, 0]);
    expect(counts("2024-08-15")).toEqual([23, 5]);
    expect(counts("2024-08-31")).toEqual([25, 0]);
    expect(counts("2025-12-31")).toEqual([25, 0]);
    expect(groups.members("island", "2021").members).toHaveLength(6);
  });

  it("lost 平阳, 柯城, 莲都 and won 洞头, 嵊泗 within a month of which the day is not known", () => {
    const { unknown } = groups.members("mountain26", "2024-08-15");
    expect([...unknown].sort()).toEqual(["330305", "330326", "330802", "330922", "331102"]);
  });
});

describe("membership on a date", () => {
  it.each([
    { date: "2021-11-24", member: [undefined, undefined, undefined, undefined] },
    { date: "2021-11", member: [undefined, undefined, undefined, undefined] },
    { date: "2021-11-25", member: [true, true, false, false] },
    { date: "2024-07-31", member: [true, true, false, false] },
    { date: "2024-08", member: [true, undefined, undefined, false] },
    { date: "2024-08-31", member: [true, false, true, false] },
    { date: "2026-11-22", member: [true, false, true, false] },
  ])("$date: stayed, left, joined, neither are $member", ({ date, member }) => {
    const codes = [STAYED, LEFT, JOINED, NEITHER];
    expect(codes.map((code) => groups.membership("mountain26", code, date).member)).toEqual(member);
  });

  it("names the lists behind it, and how old the last confirmation is", () => {
    const on = (date: string) => {
      const { lists, confirmedOn } = groups.membership("mountain26", NEITHER, date);
      return { lists, confirmedOn };
    };
    expect(on("2021-11-24")).toEqual({ lists: [], confirmedOn: undefined });
    expect(on("2022-01-01")).toEqual({ lists: ["mountain26"], confirmedOn: undefined });
    expect(on("2024-08-15").lists).toEqual(["mountain26", "mountain_island25"]);
    expect(on("2025-01-07")).toEqual({ lists: ["mountain_island25"], confirmedOn: undefined });
    expect(on("2025-01-08")).toEqual({ lists: ["mountain_island25"], confirmedOn: "2025-01-07" });
  });

  it("refuses a date that is none", () => {
    expect(() => groups.membership("mountain26", STAYED, "last year")).toThrow(RangeError);
  });
});

describe("a target", () => {
  const views = (county: string, issued?: string) => {
    const { judged, current } = groups.views("mountain26", county, {
      ...(issued !== undefined && { issued }),
      asOf: "2026-11-22",
    });
    return [judged.member, current.member];
  };

  it("is judged on the list valid when its document was issued, with today's beside it", () => {
    expect(views(LEFT, "2021-11-25")).toEqual([true, false]);
    expect(views(JOINED, "2021-11-25")).toEqual([false, true]);
    expect(views(LEFT, "2024-01")).toEqual([true, false]);
    expect(views(STAYED, "2024-01")).toEqual([true, true]);
  });

  it("of a document without a date, or from before the first list, is not judged", () => {
    expect(views(STAYED)).toEqual([undefined, true]);
    expect(views(NEITHER)).toEqual([undefined, false]);
    expect(views(STAYED, "2019-04-23")).toEqual([undefined, true]);
  });
});

describe("a file of groups", () => {
  const header = "group,code,name,from,to";

  it.each([
    { what: "another header", text: "list,code\n" },
    { what: "an unknown group", text: `${header}\nmountain27,330127,淳安县,,\n` },
    { what: "a code that is none", text: `${header}\nisland,33012,淳安县,,\n` },
    { what: "a date that is none", text: `${header}\nisland,330127,淳安县,2024-13,\n` },
    { what: "nothing", text: "" },
  ])("with $what is refused", ({ text }) => {
    expect(() => readGroups(text)).toThrow(expect.objectContaining({ code: "GROUPS_INVALID" }));
  });
});
