import { describe, expect, it } from "vitest";
import { letterAt, slotEndMs, slotRuns, slotStartMs } from "./slots.ts";

const FULL_DAY = [
  { fromMinute: 480, toMinute: 720 },
  { fromMinute: 780, toMinute: 1020 },
];

function at(index: number, hours = FULL_DAY): string | undefined {
  const startMs = slotStartMs("2026-09-07", index, hours);
  return startMs === undefined ? undefined : new Date(startMs + 8 * 3_600_000).toISOString().slice(0, 16);
}

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
  it("goes through the ranges of the school day one after another", () => {
    expect(at(0)).toBe("2026-09-07T08:00");
    expect(at(47)).toBe("2026-09-07T11:55");
    expect(at(48)).toBe("2026-09-07T13:00");
    expect(at(95)).toBe("2026-09-07T16:55");
    expect(slotEndMs(0)).toBe(300_000);
  });

  it("follows other hours, and knows no slot outside them", () => {
    const hours = [{ fromMinute: 450, toMinute: 750 }];
    expect(at(59, hours)).toBe("2026-09-07T12:25");
    expect(at(60, hours)).toBeUndefined();
  });
});
