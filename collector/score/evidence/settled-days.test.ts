import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SettledDays } from "./settled-days.ts";

describe("the settled days of a school", () => {
  it("are what was put in last, day by day", () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const deed = fc.record({ day: fc.nat({ max: 9 }), bytes: fc.option(bytes, { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const days = new SettledDays();
        const plain = new Map<number, Uint8Array>();
        for (const { day, bytes: put } of deeds) {
          if (put === undefined) expect(days.drop(day)).toBe(plain.delete(day));
          else {
            days.put(day, put);
            plain.set(day, put);
          }
        }
        for (let day = 0; day < 10; day += 1) expect(days.get(day)).toEqual(plain.get(day));
        expect([...days.days].sort()).toEqual([...plain.keys()].sort());
        expect(days.isEmpty).toBe(plain.size === 0);
      }),
    );
  });

  it("take no more memory for a day that is put again and again", () => {
    const days = new SettledDays();
    days.put(1, new Uint8Array(100).fill(1));
    for (let i = 0; i < 1_000; i += 1) days.put(2 + (i % 3), new Uint8Array(100).fill(i % 3));
    expect(days.get(1)).toEqual(new Uint8Array(100).fill(1));
    expect(days.get(4)?.buffer.byteLength).toBeLessThan(600);
  });
});
