import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COLUMNS, type Column } from "./cells.ts";
import { parsePolicyTargets } from "./parse.ts";

type Cells = Partial<Record<Column, string>>;

const RATE: Cells = {
  id: "B66",
  doc: "《浙江省教育信息化“十四五”发展计划》",
  section: "五（四）2 推进智慧校园建设",
  phrase_zh: "全省95%的学校建成智慧校园",
  meaning_en: "95% of schools have built a smart campus",
  kind: "rate",
  comparator: ">=",
  value: "0.95",
  unit: "share of schools",
  deadline: "2025-12-31",
  scope: "all schools of the province",
  group: "school:*",
  evidence: "M+D",
  primary_evidence: "D",
  indicator: "SMART_RATE",
  how_evidenced: "recognition list",
};
const TREND: Cells = { ...RATE, kind: "trend", comparator: "increasing", value: "", unit: "quality score" };

const fileOf = (...rows: Cells[]) =>
  `${[COLUMNS.join(), ...rows.map((row) => COLUMNS.map((column) => `"${row[column] ?? ""}"`).join())].join("\n")}\n`;

/** What the one error says. */
function refusal(text: string): { code: unknown; message: string } {
  try {
    parsePolicyTargets(text);
  } catch (error) {
    if (error instanceof Error && "code" in error) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: undefined, message: "" };
}

describe("a file of targets", () => {
  it("is read when every column is as it should be", () => {
    const [target] = parsePolicyTargets(fileOf(RATE));
    expect(target).toMatchObject({ id: "B66", kind: "rate", phraseZh: RATE.phrase_zh, deadline: "2025-12-31" });
    expect(target?.values[0]?.number.toNumber()).toBe(0.95);
    expect(target).not.toHaveProperty("note");
    expect(target).not.toHaveProperty("baselineOn");
  });

  it.each<{ case: string; row: Cells; column: Column }>([
    { case: "an id of no document", row: { ...RATE, id: "F01" }, column: "id" },
    { case: "another document", row: { ...RATE, id: "D66" }, column: "doc" },
    { case: "a document retyped", row: { ...RATE, doc: "浙江省教育信息化“十四五”发展计划" }, column: "doc" },
    { case: "no section", row: { ...RATE, section: "" }, column: "section" },
    { case: "a phrase that is not Chinese", row: { ...RATE, phrase_zh: "95%" }, column: "phrase_zh" },
    { case: "a phrase with a lost character", row: { ...RATE, phrase_zh: "全省\uFFFD" }, column: "phrase_zh" },
    { case: "a phrase with a line break", row: { ...RATE, phrase_zh: "全省\n学校" }, column: "phrase_zh" },
    { case: "blanks around a phrase", row: { ...RATE, phrase_zh: " 全省95%" }, column: "phrase_zh" },
    { case: "a meaning that is not English", row: { ...RATE, meaning_en: "学校" }, column: "meaning_en" },
    { case: "an unknown kind", row: { ...RATE, kind: "ratio" }, column: "kind" },
    { case: "an unknown comparator", row: { ...RATE, comparator: "≥" }, column: "comparator" },
    {
      case: "a comparator of another kind",
      row: { ...RATE, comparator: "increasing", value: "" },
      column: "comparator",
    },
    { case: "no comparator", row: { ...RATE, comparator: "" }, column: "comparator" },
    { case: "a value that is no number", row: { ...RATE, value: "95%" }, column: "value" },
    { case: "a negative value", row: { ...RATE, value: "-0.95" }, column: "value" },
    { case: "a share above 1", row: { ...RATE, value: "1.01" }, column: "value" },
    { case: "a count without a number", row: { ...RATE, kind: "count", value: "" }, column: "value" },
    { case: "a trend with a number", row: { ...TREND, value: "1" }, column: "value" },
    { case: "a date that is a number", row: { ...RATE, kind: "process", unit: "date" }, column: "value" },
    { case: "no unit", row: { ...RATE, unit: "" }, column: "unit" },
    { case: "a second value without unit", row: { ...RATE, value2: "5" }, column: "unit2" },
    { case: "a second unit without value", row: { ...RATE, unit2: "spaces" }, column: "value2" },
    {
      case: "a second value without the first",
      row: { ...RATE, value: "", value2: "5", unit2: "a" },
      column: "value2",
    },
    { case: "more values than units", row: { ...RATE, value2: "0.5/0.45", unit2: "schools" }, column: "unit2" },
    { case: "parts that do not add up", row: { ...RATE, value2: "0.5/0.5", unit2: "a/b" }, column: "value2" },
    { case: "a day that does not exist", row: { ...RATE, deadline: "2025-02-30" }, column: "deadline" },
    { case: "no deadline", row: { ...RATE, deadline: "" }, column: "deadline" },
    { case: "a baseline without its day", row: { ...RATE, kind: "baseline", deadline: "" }, column: "deadline" },
    { case: "no scope", row: { ...RATE, scope: "" }, column: "scope" },
    { case: "no group", row: { ...RATE, group: "" }, column: "group" },
    { case: "a group that nobody knows", row: { ...RATE, group: "rural|mountain25" }, column: "group" },
    { case: "a city with a short code", row: { ...RATE, group: "city:3301" }, column: "group" },
    {
      case: "more numbers than populations",
      row: { ...RATE, value2: "0.45/0.25/0.25", unit2: "a/b/c", group: "rural;island" },
      column: "group",
    },
    { case: "unknown evidence", row: { ...RATE, evidence: "M+Q" }, column: "evidence" },
    { case: "evidence twice", row: { ...RATE, evidence: "D+D" }, column: "evidence" },
    { case: "no evidence", row: { ...RATE, evidence: "" }, column: "evidence" },
    { case: "out of reach and measured", row: { ...RATE, evidence: "M+X", primary_evidence: "M" }, column: "evidence" },
    { case: "a primary that is not among it", row: { ...RATE, primary_evidence: "I" }, column: "primary_evidence" },
    { case: "an indicator out of reach", row: { ...RATE, evidence: "X", primary_evidence: "X" }, column: "indicator" },
    { case: "an indicator misspelt", row: { ...RATE, indicator: "SMART-RATE" }, column: "indicator" },
    { case: "a group filter not closed", row: { ...RATE, indicator: "SMART_RATE{rural" }, column: "indicator" },
    { case: "an empty one of several", row: { ...RATE, indicator: "SMART_RATE;" }, column: "indicator" },
    { case: "nothing of how it is evidenced", row: { ...RATE, how_evidenced: "" }, column: "how_evidenced" },
    { case: "blanks for a note", row: { ...RATE, note: "  " }, column: "note" },
  ])("with $case is refused by row and column", ({ row, column }) => {
    const { code, message } = refusal(fileOf({ ...RATE, id: "B12" }, row));
    expect(code).toBe("POLICY_TARGETS_INVALID");
    expect(message).toContain(`row 3 column ${column}:`);
    expect(message).not.toContain("row 2");
  });

  it("names everything that is wrong in one error", () => {
    const { message } = refusal(fileOf({ ...RATE, kind: "ratio", scope: "" }, RATE, { ...RATE, value: "many" }));
    expect(message).toContain("row 2 column kind:");
    expect(message).toContain("row 2 column scope:");
    expect(message).toContain("row 4 column value:");
    expect(message).toContain('row 4 column id: "B66" is there twice, first in row 2');
  });

  it.each([
    { case: "nothing", text: "" },
    { case: "no targets", text: fileOf() },
    { case: "a column missing", text: fileOf(RATE).replace(",note", "") },
    { case: "columns in another order", text: fileOf(RATE).replace("id,doc", "doc,id") },
    { case: "too few cells", text: `${fileOf(RATE)}B67,x\n` },
    { case: "too many cells", text: fileOf(RATE).replace(/\n$/, ',"more"\n') },
    { case: "a quote that does not close", text: `${fileOf(RATE)}"B67` },
  ])("with $case is refused by its row", ({ text }) => {
    const { code, message } = refusal(text);
    expect(code).toBe("POLICY_TARGETS_INVALID");
    expect(message).toMatch(/row \d+/);
  });

  it("of a fact may be without a deadline", () => {
    const [fact] = parsePolicyTargets(
      fileOf({
        ...RATE,
        id: "C05",
        doc: "《浙江省以教育数字化促进教育现代化》（中国教育在线转浙江省教育厅，2022-08-01）",
        deadline: "",
      }),
    );
    expect(fact).not.toHaveProperty("deadline");
  });
});

describe("the file that comes with the program", () => {
  const text = readFileSync(new URL("./targets.csv", import.meta.url), "utf8");

  it("is refused when one cell of it is spoiled", () => {
    const spoiled = text.replace(",100 shared quality courses,", ",100 shared quality courses ,");
    expect(refusal(text).code).toBeUndefined();
    expect(refusal(spoiled).message).toContain("row 10 column meaning_en:");
  });
});
