import { describe, expect, it } from "vitest";
import { compare } from "./compare.ts";
import { entryOf } from "./declared-suite.ts";

const M = { as: "X", evidence: "M" };

describe("what was declared beside what is measured", () => {
  it.each([
    { case: "attested and so", holds: true, measured: true, result: "agree", contradicted: false },
    { case: "attested and not so", holds: true, measured: false, result: "disagree", contradicted: true },
    {
      case: "attested, and nobody knows",
      holds: true,
      measured: undefined,
      result: "not_comparable",
      contradicted: false,
    },
    { case: "attested not to be, and is", holds: false, measured: true, result: "disagree", contradicted: false },
    { case: "attested not to be, and is not", holds: false, measured: false, result: "agree", contradicted: false },
  ])("$case: $result", ({ holds, measured, result, contradicted }) => {
    const entry = entryOf({ indicator: "WIFI_FULL", kind: "flag", holds });
    const found = compare(entry, { ...M, ...(measured !== undefined && { holds: measured }) });
    expect(found).toMatchObject({ result, contradicted, declared: holds ? "yes" : "no", entry: entry.id });
    expect(found.measured).toBe(measured === undefined ? "unknown" : measured ? "yes" : "no");
  });

  it.each([
    { kind: "zero" as const, count: undefined, measured: 0, result: "agree", contradicted: false },
    { kind: "zero" as const, count: undefined, measured: 3, result: "disagree", contradicted: true },
    { kind: "zero" as const, count: undefined, measured: undefined, result: "not_comparable", contradicted: false },
    { kind: "count" as const, count: 3, measured: 3, result: "agree", contradicted: false },
    { kind: "count" as const, count: 3, measured: 2, result: "disagree", contradicted: true },
    { kind: "count" as const, count: 3, measured: 4, result: "disagree", contradicted: false },
    { kind: "count" as const, count: 3, measured: undefined, result: "not_comparable", contradicted: false },
  ])("$kind $count beside $measured: $result", ({ kind, count, measured, result, contradicted }) => {
    const entry = entryOf({ kind, ...(count !== undefined && { count }) });
    const found = compare(entry, { ...M, ...(measured !== undefined && { count: measured }) });
    expect(found).toMatchObject({ result, contradicted });
  });

  it("a rate and a list have nothing measured that they could be compared with", () => {
    for (const kind of ["rate", "list"] as const) {
      expect(compare(entryOf({ kind }), { ...M, count: 1 })).toMatchObject({ result: "not_comparable" });
    }
  });
});
