import { describe, expect, it } from "vitest";
import { rulesOf } from "../../../contract/declared.ts";
import { type DeclareFields, declarationOf, emptyFields, mediaTypeOfName } from "./declare-form.ts";

const file = { name: "list.pdf", mediaType: "application/pdf", sha256: "a".repeat(64), bytes: 3 };
const base = { scope: " 2133000001 ", author: "Zhang", signedOn: "2026-09-01", attachments: [file] };
const fields = (rest: Partial<DeclareFields>): DeclareFields => ({ ...emptyFields(), ...base, ...rest });
const sent = {
  scope: "2133000001",
  author: "Zhang",
  signedOn: "2026-09-01",
  attachments: [{ sha256: file.sha256, name: "list.pdf" }],
};

describe("what is sent of the form", () => {
  it("is what the indicator asks for, and what was filled in for another is left out", () => {
    const all = { numerator: "9", denominator: " 10 ", count: "3", holds: "yes" as const, part: "door", note: " " };
    const [rate] = rulesOf("CIO_RATE");
    const [zero] = rulesOf("IOT_INTEGRATION");
    const [flag] = rulesOf("SMART_RATE");
    if (!rate || !zero || !flag) throw new Error("a rule is missing");
    const declared = (indicator: string, rule: typeof rate) => declarationOf(fields({ ...all, indicator }), rule);
    expect(declared("CIO_RATE", rate)).toEqual({
      ...sent,
      indicator: "CIO_RATE",
      kind: "rate",
      numerator: 9,
      denominator: 10,
    });
    expect(declared("IOT_INTEGRATION", zero)).toEqual({
      ...sent,
      indicator: "IOT_INTEGRATION",
      kind: "zero",
      part: "door",
    });
    expect(declared("SMART_RATE", flag)).toEqual({ ...sent, indicator: "SMART_RATE", kind: "flag", holds: true });
  });

  it.each(["", "nine", "9.5", "-1", "1e3"])("never makes a number of %j", (count) => {
    const [rule] = rulesOf("SMART_CASE_COUNT");
    if (!rule) throw new Error("a rule is missing");
    expect(declarationOf(fields({ indicator: "SMART_CASE_COUNT", count }), rule)).not.toHaveProperty("count");
  });

  it("has the systems of a list, and days only where they are given", () => {
    const [rule] = rulesOf("MLPS_FILED");
    if (!rule) throw new Error("a rule is missing");
    const systems = [
      { id: " oa ", graded: true, filed: false, assessedUntil: "" },
      { id: "web", graded: true, filed: true, assessedUntil: "2027-01-01" },
    ];
    expect(declarationOf(fields({ indicator: "MLPS_FILED", systems, validTo: "2027-01-01" }), rule)).toMatchObject({
      systems: [
        { id: "oa", graded: true, filed: false },
        { id: "web", graded: true, filed: true, assessedUntil: "2027-01-01" },
      ],
      validTo: "2027-01-01",
    });
  });
});

describe("mediaTypeOfName", () => {
  it.each([
    ["Scan.PDF", "application/pdf"],
    ["a.b.jpeg", "image/jpeg"],
    ["名单.csv", "text/csv"],
    ["page.html", undefined],
    ["pdf", undefined],
  ])("%s is %s", (name, type) => {
    expect(mediaTypeOfName(name)).toBe(type);
  });
});
