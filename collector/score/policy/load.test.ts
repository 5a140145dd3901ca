import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { COLUMNS } from "./cells.ts";
import { loadPolicyTargets } from "./load.ts";
import type { PolicyTarget } from "./target.ts";

const bytes = readFileSync(new URL("./targets.csv", import.meta.url));
const rows: Record<string, string>[] = parse(bytes, { columns: true });
const targets = loadPolicyTargets();
const all = [...targets.values()];

function target(id: string): PolicyTarget {
  const found = targets.get(id);
  if (!found) throw new Error(`no target ${id}`);
  return found;
}

function countBy(of: (target: PolicyTarget) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) counts[of(one)] = (counts[of(one)] ?? 0) + 1;
  return counts;
}

describe("the policy targets", () => {
  it("are all 206 rows of the file as it was handed over", () => {
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "d2a72077fb0e2d6790bb70dd73b65e75aea44579189cffbfefc2319c9fb7ae45",
    );
    expect(all.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    expect(countBy(({ document }) => document.prefix)).toEqual({ A: 37, B: 69, C: 8, D: 70, E: 22 });
    expect(countBy(({ kind }) => kind)).toEqual({
      rate: 35,
      count: 51,
      trend: 15,
      capability: 28,
      process: 23,
      allocation: 17,
      baseline: 12,
      qualitative: 25,
    });
  });

  it("say what the file says, every column of it", () => {
    for (const row of rows) {
      const one = target(row.id ?? "");
      const numbers = one.values.map(({ text }) => text);
      const cells: Record<(typeof COLUMNS)[number], string | undefined> = {
        id: one.id,
        doc: one.document.text,
        section: one.section,
        phrase_zh: one.phraseZh,
        meaning_en: one.meaningEn,
        kind: one.kind,
        comparator: one.comparator,
        value: numbers[0],
        unit: one.unit,
        value2: numbers.slice(1).join("/"),
        unit2: one.values
          .slice(1)
          .map(({ unit }) => unit)
          .join("/"),
        deadline: one.deadline ?? one.baselineOn,
        scope: one.scope,
        group: one.group,
        evidence: one.evidence.join("+"),
        primary_evidence: one.primaryEvidence,
        indicator: one.indicators.map(({ key, group }) => key + (group === undefined ? "" : `{${group}}`)).join(";"),
        how_evidenced: one.howEvidenced,
        note: one.note,
      };
      for (const column of COLUMNS) expect(cells[column] ?? "", `${one.id} ${column}`).toBe(row[column]);
      expect(one.populations.map(({ text }) => text).join(";")).toBe(row.group);
    }
  });

  it("name their document, its number where it has one, and when it was issued where that is known", () => {
    const of = (id: string) => target(id).document;
    expect(["A01", "B01", "C01", "D01", "E01"].map((id) => of(id).number)).toEqual([
      "浙教技中心〔2021〕120号",
      undefined,
      undefined,
      undefined,
      "浙教办技〔2019〕38号",
    ]);
    for (const { document } of all) expect(document.text).toContain((document.number ?? "") + document.title);
    expect(["A01", "B01", "C01", "D01", "E01"].map((id) => of(id).issued)).toEqual([
      "2021-11-25",
      undefined,
      "2022-08-01",
      "2024-01",
      "2019-04-23",
    ]);
  });

  it("have a deadline, except baselines, which have the day they speak of, and three facts", () => {
    expect(all.filter(({ deadline }) => deadline === undefined).map(({ id }) => id)).toEqual([
      ...["B01", "B02", "B03", "B04", "B05", "B06", "B07"],
      ...["C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08"],
    ]);
    expect(target("B03").baselineOn).toBe("2020-12-31");
    expect(all.every(({ kind, baselineOn }) => (kind === "baseline") === (baselineOn !== undefined))).toBe(true);
  });

  it("have their numbers with units, several where the clause names several", () => {
    const values = (id: string) => target(id).values.map(({ number, unit }) => [number.toNumber(), unit]);
    expect(values("A08")).toEqual([[0.95, "share of schools"]]);
    expect(values("B41")).toEqual([
      [1000, "communities"],
      [1, "share of rural schools using a community"],
    ]);
    expect(values("E02")).toEqual([
      [100, "pilots (20/20/60)"],
      [20, "regions"],
      [20, "universities"],
      [60, "schools"],
    ]);
    expect(values("E09")).toEqual([[18036, "date"]]);
    expect(values("A03")).toEqual([]);
    expect(target("A03").unit).toBe("CV (0..)");
  });

  it("have their group taken apart", () => {
    const groups = (id: string) => target(id).populations.map(({ allOf }) => allOf);
    expect(groups("A04")).toEqual([[["mountain26", "rural"], ["compulsory"]]]);
    expect(groups("D40")).toEqual([[["school:primary", "school:secondary"]], [["university"]]]);
    expect(groups("D71")).toEqual([[["county:*", "school:*"]]]);
    expect(groups("E11")).toEqual([[["city:330100"]]]);
    expect(groups("A03")).toEqual([[["county:*"]], [["urban/rural"]]]);
  });

  it("have their indicators with the group of each", () => {
    expect(target("B25").indicators).toEqual([
      { key: "RURAL_SPEED" },
      { key: "WIFI_FULL_SHARE", group: "rural|mountain|island" },
    ]);
    expect(target("A01").indicators).toEqual([]);
  });

  it("cannot be changed, nor anything inside them", () => {
    const isFrozen = (value: unknown): boolean => {
      if (typeof value !== "object" || value === null || value instanceof Exact) return true;
      return Object.isFrozen(value) && Object.values(value).every(isFrozen);
    };
    expect(all.filter((one) => !isFrozen(one))).toEqual([]);
  });
});
