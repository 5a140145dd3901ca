import { describe, expect, it } from "vitest";
import { read } from "../files-suite.ts";
import { RecentVersions } from "./recent.ts";
import type { Version } from "./version.ts";

/** The sample has 2 schools, 3 venues, 4 devices and 3 relations. */
const ROWS = 12;
const version = (number: number): Version => ({ number, validFrom: "2026-09-01", recordedAtMs: 0 });

/** The numbers that were read, in order. */
function recent(keptRows: number) {
  const loaded: number[] = [];
  const versions = new RecentVersions(async ({ number }) => {
    loaded.push(number);
    if (number === 9) throw new Error("damaged");
    return read();
  }, keptRows);
  return { loaded, versions, get: (number: number) => versions.get(version(number)) };
}

describe("versions that were read", () => {
  it("are read once while they are kept", async () => {
    const { loaded, get } = recent(2 * ROWS);
    for (const number of [1, 2, 1, 2, 1]) expect((await get(number)).version.number).toBe(number);
    expect(loaded).toEqual([1, 2]);
  });

  it("go when there are too many rows, the least recently used first", async () => {
    const { loaded, get } = recent(2 * ROWS);
    for (const number of [1, 2, 1, 3, 1, 2]) await get(number);
    expect(loaded).toEqual([1, 2, 3, 2]);
  });

  it("stay when it is the one asked for last, whatever its size", async () => {
    const { loaded, get } = recent(0);
    for (const number of [1, 1, 2, 2, 1]) await get(number);
    expect(loaded).toEqual([1, 2, 1]);
  });

  it("are read once for all who ask meanwhile", async () => {
    const { loaded, get } = recent(ROWS);
    const [a, b] = await Promise.all([get(1), get(1)]);
    expect(a).toBe(b);
    expect(loaded).toEqual([1]);
  });

  it("are tried again after they could not be read", async () => {
    const { loaded, get } = recent(ROWS);
    await expect(get(9)).rejects.toThrow("damaged");
    await expect(get(9)).rejects.toThrow("damaged");
    expect(loaded).toEqual([9, 9]);
  });

  it("need not be read when they were just made", async () => {
    const { loaded, versions, get } = recent(2 * ROWS);
    versions.put({ version: version(1), inventory: read() });
    await get(1);
    expect(loaded).toEqual([]);
  });
});
