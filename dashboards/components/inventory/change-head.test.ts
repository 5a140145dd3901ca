import { describe, expect, it } from "vitest";
import { dayOfRows, emptyHead, headOf, previewHead } from "./change-head.ts";

describe("who changes the inventory, and when", () => {
  it("is sent as far as it was said", () => {
    expect(headOf(emptyHead())).toEqual({});
    expect(headOf({ author: " 李 ", note: " ", validFrom: "" })).toEqual({ author: "李" });
    const said = { author: "李", note: "new rooms", validFrom: "2026-09-01" };
    expect(headOf(said)).toEqual(said);
    expect(previewHead(said)).toEqual({ validFrom: "2026-09-01" });
    expect(previewHead(emptyHead())).toEqual({});
  });

  it.each([
    { validFrom: "", want: undefined },
    { validFrom: "2026-09-06", want: undefined },
    { validFrom: "2026-09-07", want: undefined },
    { validFrom: "2026-09-08", want: "2026-09-08" },
  ])("from $validFrom is made on the rows of $want", ({ validFrom, want }) => {
    expect(dayOfRows({ ...emptyHead(), validFrom }, "2026-09-07")).toBe(want);
  });
});
