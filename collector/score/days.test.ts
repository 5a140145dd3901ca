import { describe, expect, it } from "vitest";
import { Days } from "./days.ts";

describe("things by day", () => {
  const make = (name: string) => () => name;

  it("are made once, in whatever order they are asked for", () => {
    const days = new Days<string>();
    expect(days.isEmpty).toBe(true);
    expect(days.of(20_000, make("a"))).toBe("a");
    expect(days.of(20_003, make("d"))).toBe("d");
    expect(days.of(19_998, make("y"))).toBe("y");
    expect(days.of(20_000, make("other"))).toBe("a");
    expect([19_997, 19_998, 19_999, 20_000, 20_003, 20_004].map((day) => days.get(day))).toEqual([
      undefined,
      "y",
      undefined,
      "a",
      "d",
      undefined,
    ]);
  });

  it("are dropped before a day, and counted", () => {
    const days = new Days<string>();
    for (const day of [3, 5, 9]) days.of(day, make(`d${day}`));
    expect(days.dropBefore(3)).toBe(0);
    expect(days.dropBefore(6)).toBe(2);
    expect(days.get(5)).toBeUndefined();
    expect(days.get(9)).toBe("d9");
    expect(days.of(7, make("d7"))).toBe("d7");
    expect(days.dropBefore(100)).toBe(2);
    expect(days.isEmpty).toBe(true);
    expect(days.of(1, make("again"))).toBe("again");
  });
});
