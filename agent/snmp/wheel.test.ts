import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TimeoutWheel } from "./wheel.ts";

interface Entry {
  name: string;
  dueTick: number;
}

const TICK_MS = 10;

describe("TimeoutWheel", () => {
  let expired: string[];
  let wheel: TimeoutWheel<Entry>;

  beforeEach(() => {
    vi.useFakeTimers();
    expired = [];
    wheel = new TimeoutWheel<Entry>({
      tickMs: TICK_MS,
      nowMs: () => Date.now(),
      onExpire: ({ name }) => expired.push(name),
    });
  });
  afterEach(() => {
    wheel.close();
    vi.useRealTimers();
  });

  const add = (name: string, delayMs: number) => {
    const entry: Entry = { name, dueTick: 0 };
    wheel.add(entry, delayMs);
    return entry;
  };

  it("expires nothing early, and each in its turn", () => {
    add("late", 100);
    add("soon", 30);
    vi.advanceTimersByTime(29);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(30);
    expect(expired).toEqual(["soon"]);
    vi.advanceTimersByTime(60);
    expect(expired).toEqual(["soon", "late"]);
  });

  it("keeps what lies more than a turn of the wheel ahead", () => {
    add("far", 256 * TICK_MS * 3);
    vi.advanceTimersByTime(256 * TICK_MS * 2 + 500);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(256 * TICK_MS);
    expect(expired).toEqual(["far"]);
  });

  it("does not expire what was removed", () => {
    const entry = add("answered", 30);
    wheel.remove(entry);
    vi.advanceTimersByTime(1_000);
    expect(expired).toEqual([]);
  });

  it("catches up after the event loop stood still for more than a turn", () => {
    add("a", 20);
    add("b", 500);
    vi.setSystemTime(Date.now() + 256 * TICK_MS * 4);
    vi.advanceTimersByTime(2 * TICK_MS);
    expect(expired.sort()).toEqual(["a", "b"]);
  });

  it("runs no timer while nothing waits", () => {
    add("only", 20);
    vi.advanceTimersByTime(100);
    expect(expired).toEqual(["only"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
