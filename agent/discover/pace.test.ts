import { describe, expect, it } from "vitest";
import { createPace } from "./pace.ts";

/** A clock that moves only when somebody sleeps. */
function fakeTime() {
  let atMs = 1_000;
  return {
    nowMs: () => atMs,
    pass: (ms: number) => {
      atMs += ms;
    },
    sleep: async (ms: number) => {
      atMs += ms;
    },
  };
}

describe("the pace", () => {
  const never = new AbortController().signal;

  it("spaces turns evenly, the first one at once", async () => {
    const time = fakeTime();
    const pace = createPace({ perSecond: 50, ...time });
    const turns: number[] = [];
    for (let i = 0; i < 5; i++) {
      await pace.turn(never);
      turns.push(time.nowMs() - 1_000);
    }
    expect(turns).toEqual([0, 20, 40, 60, 80]);
  });

  it("does not save up time in which nobody asked", async () => {
    const time = fakeTime();
    const pace = createPace({ perSecond: 10, ...time });
    await pace.turn(never);
    time.pass(5_000);
    await pace.turn(never);
    expect(time.nowMs()).toBe(6_000);
    await pace.turn(never);
    expect(time.nowMs()).toBe(6_100);
  });

  it("gives each of many who ask at the same moment a turn of their own", async () => {
    const waits: number[] = [];
    const sleep = async (ms: number) => {
      waits.push(ms);
    };
    const pace = createPace({ perSecond: 100, nowMs: () => 0, sleep });
    await Promise.all(Array.from({ length: 4 }, () => pace.turn(never)));
    expect(waits).toEqual([10, 20, 30]);
  });

  it("hands the signal on, so that a stop ends the waiting", async () => {
    const stop = new AbortController();
    const signals: AbortSignal[] = [];
    const sleep = async (_ms: number, signal: AbortSignal) => {
      signals.push(signal);
    };
    const pace = createPace({ perSecond: 1, nowMs: () => 0, sleep });
    await pace.turn(stop.signal);
    await pace.turn(stop.signal);
    expect(signals).toEqual([stop.signal]);
  });
});
