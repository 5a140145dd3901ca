import { describe, expect, it } from "vitest";
import { ApiError } from "../../api.ts";
import { refusalOf, refusalWords } from "./refusal.ts";

const refused = (code: string, status: number, details?: unknown) =>
  refusalOf(new ApiError(code, "why", { status, details }));

describe("a refused change", () => {
  it("has every problem", () => {
    const problems = [
      { path: "devices.csv:14 kind", message: "is empty" },
      { path: "设备 R3 key", message: "is there" },
    ];
    expect(refused("CONFIG_INVALID", 400, problems)).toEqual({ kind: "problems", problems });
  });

  it("was made on a version that another has replaced", () => {
    expect(refused("INVENTORY_CHANGED", 409, [{ present: 4 }])).toEqual({ kind: "conflict", present: 4 });
    expect(refused("INVENTORY_CHANGED", 409)).toEqual({ kind: "conflict", present: undefined });
  });

  it.each([
    { code: "FORBIDDEN", status: 403, want: "elsewhere" },
    { code: "LOCAL_ONLY", status: 403, want: "elsewhere" },
    { code: "WORKBOOK_INVALID", status: 400, want: "not_a_workbook" },
    { code: "WORKBOOK_TOO_LARGE", status: 413, want: "too_large" },
    { code: "FST_ERR_CTP_BODY_TOO_LARGE", status: 413, want: "too_large" },
    { code: "INTERNAL", status: 500, want: "other" },
    { code: "CONFIG_INVALID", status: 400, want: "other" },
  ])("$code with $status is $want", ({ code, status, want }) => {
    expect(refused(code, status).kind).toBe(want);
  });

  it.each([[[{ path: 1, message: "x" }]], [[null]], ["text"], [{}]])("takes %j for no problem", (details) => {
    expect(refused("BAD_QUERY", 400, details).kind).toBe("other");
  });

  it("is put into words, whatever it is", () => {
    const t = (key: string) => key;
    const words = [
      refused("FORBIDDEN", 403),
      refused("INVENTORY_CHANGED", 409, [{ present: 4 }]),
      refused("INVENTORY_CHANGED", 409),
      refused("WORKBOOK_INVALID", 400),
      refused("WORKBOOK_TOO_LARGE", 413),
      refused("CONFIG_INVALID", 400, [{ path: "a", message: "b" }]),
      refusalOf(new TypeError("broken")),
    ].map((refusal) => refusalWords(t, refusal));
    expect(words).toEqual([
      "inventory.localOnly",
      "inventory.conflictWith",
      "inventory.conflict",
      "inventory.notWorkbook",
      "inventory.tooLarge",
      "inventory.problemsN",
      "broken",
    ]);
  });
});
