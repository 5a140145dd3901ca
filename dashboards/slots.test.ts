import { describe, expect, it } from "vitest";
import { letterAt, slotEndMs, slotRuns, slotStartMs } from "./slots.ts";

const at = (index: number, slotsOfDay = 96) =>
  new Date(slotStartMs("2026-09-07T08:00:00+08:00", index, slotsOfDay) + 8 * 3_600_000).toISOString().slice(11, 16);

describe("slotRuns", () => {
  it("joins equal neighbours", () => {
    expect(slotRuns("SSSNU-")).toEqual([
      { letter: "S", length: 3 },
      { letter: "N", length: 1 },
      { letter: "U", length: 1 },
      { letter: "-", length: 1 },
    ]);
    expect(slotRuns("")).toEqual([]);
  });

  it("takes a letter nobody knows as unknown, never as served", () => {
    expect(slotRuns("S?S")).toEqual([
      { letter: "S", length: 1 },
      { letter: "U", length: 1 },
      { letter: "S", length: 1 },
    ]);
    expect(letterAt("SX", 1)).toBe("U");
    expect(letterAt("SM", 1)).toBe("M");
  });
});

describe("slotStartMs", () => {
  it("skips the lunch hour of a full school day", () => {
    expect(at(0)).toBe("08:00");
    expect(at(47)).toBe("11:55");
    expect(at(48)).toBe("13:00");
    expect(at(95)).toBe("16:55");
    expect(slotEndMs(0)).toBe(300_000);
  });

  it("takes a day of another length as unbroken", () => {
    expect(at(48, 60)).toBe("12:00");
  });
});
