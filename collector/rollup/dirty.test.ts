import { describe, expect, it } from "vitest";
import { DirtyWindows } from "./dirty.ts";

describe("DirtyWindows", () => {
  it("knows the windows of each school, and the schools of each window", () => {
    const dirty = new DirtyWindows();
    dirty.mark("b", 600, 10);
    dirty.mark("a", 300, 20);
    dirty.mark("a", 600, 5);
    dirty.mark("a", 600, 50);
    expect(dirty.starts()).toEqual([300, 600]);
    expect(dirty.schoolsOf(600).sort()).toEqual(["a", "b"]);
    expect(dirty.startsOf("a")).toEqual([300, 600]);
    expect(dirty.startsOf("b")).toEqual([600]);
    expect(dirty.startsOf("c")).toEqual([]);
    expect(dirty.schoolsOf(900)).toEqual([]);
    expect(dirty.oldestReceivedMs()).toBe(5);
  });

  it.each([1, 31, 32, 33, 64, 65, 1000])("keeps %d schools apart", (count) => {
    const dirty = new DirtyWindows();
    const schools = Array.from({ length: count }, (_, i) => `s${i}`);
    for (const school of schools) dirty.mark(school, 0);
    for (const school of schools.slice(0, -1)) dirty.mark(school, 300);
    expect(dirty.countOf(0)).toBe(count);
    expect(dirty.countOf(300)).toBe(count - 1);
    expect(dirty.schoolsOf(300)).toEqual(schools.slice(0, -1));
    for (const school of schools) expect(dirty.takeOf(school, [0])).toHaveLength(1);
    expect(dirty.starts()).toEqual(count === 1 ? [] : [300]);
  });

  it("gives a window away once, and takes back what was not done", () => {
    const dirty = new DirtyWindows();
    dirty.mark("a", 300, 7, 10);
    dirty.mark("b", 300, 9, 30);
    const taken = dirty.takeWindow(300);
    expect(taken).toEqual({ startMs: 300, schools: ["a", "b"], receivedMs: 7, samples: 40 });
    expect(dirty.size).toBe(0);
    expect(dirty.takeWindow(300).schools).toEqual([]);
    dirty.putBack({ ...taken, schools: ["b"] });
    expect(dirty.schoolsOf(300)).toEqual(["b"]);
    expect(dirty.oldestReceivedMs()).toBe(7);
    dirty.putBack({ ...taken, schools: [] });
    expect(dirty.schoolsOf(300)).toEqual(["b"]);
  });

  it("gives away only the windows a school has", () => {
    const dirty = new DirtyWindows();
    dirty.mark("a", 300);
    dirty.mark("b", 600);
    expect(dirty.takeOf("a", [300, 600, 900]).map(({ startMs }) => startMs)).toEqual([300]);
    expect(dirty.takeOf("c", [600])).toEqual([]);
    expect(dirty.starts()).toEqual([600]);
    expect(dirty.oldestReceivedMs()).toBeUndefined();
  });
});
