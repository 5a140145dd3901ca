import { describe, expect, it } from "vitest";
import { Closers } from "./closers.ts";

describe("what has been opened", () => {
  it("is closed in the opposite order, once, whatever fails on the way", async () => {
    const closed: string[] = [];
    const closers = new Closers();
    for (const name of ["store", "state", "app"]) {
      const opened = closers.add(name, async (it) => {
        closed.push(it);
        if (it !== "store") throw new Error(`${it} would not close`);
      });
      expect(opened).toBe(name);
    }
    await expect(closers.closeAll()).rejects.toThrow("app would not close");
    expect(closed).toEqual(["app", "state", "store"]);
    await closers.closeAll();
    expect(closed).toHaveLength(3);
  });
});
