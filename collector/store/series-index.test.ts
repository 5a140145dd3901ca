import { describe, expect, it } from "vitest";
import { SeriesIndex } from "./series-index.ts";
import type { SeriesKey } from "./store.ts";

describe("numbers of series", () => {
  it("are found by school and key, however many there are", () => {
    const index = new SeriesIndex(12_345);
    const key = (id: number): SeriesKey => ({ metric: "wifi_clients", device: `d${id}`, instance: `${id % 3}` });
    for (let id = 1; id <= 5_000; id++) index.add({ id, schoolId: `s${id % 7}`, key: key(id) });
    for (let id = 1; id <= 5_000; id++) {
      expect(index.idOf(`s${id % 7}`, key(id))).toBe(id);
      expect(index.byId(id)).toEqual({ id, schoolId: `s${id % 7}`, key: key(id) });
    }
    expect(index.idOf("s0", key(1))).toBe(0);
  });

  it("tell an absent instance from every instance, and parts of names from each other", () => {
    const index = new SeriesIndex(0);
    const keys: SeriesKey[] = [
      { metric: "wifi_clients", device: "a" },
      { metric: "wifi_clients", device: "a", instance: "" },
      { metric: "wifi_clients", device: "a", instance: "b" },
      { metric: "wifi_clients", device: "ab" },
    ];
    for (const [i, key] of keys.entries()) index.add({ id: i + 1, schoolId: "s", key });
    expect(keys.map((key) => index.idOf("s", key))).toEqual([1, 2, 3, 4]);
  });

  it("may be missing in between: of metrics that nobody knows any more", () => {
    const index = new SeriesIndex(1);
    const key: SeriesKey = { metric: "wifi_clients", device: "a" };
    index.add({ id: 9, schoolId: "s", key });
    expect(index.byId(8)).toBeUndefined();
    expect(index.byId(10)).toBeUndefined();
    expect(index.idOf("s", key)).toBe(9);
  });
});
