import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Ticker } from "./ticker.ts";

const TICK_MS = 10;

describe("Ticker", () => {
  let ticks: number;
  let ticker: Ticker;

  beforeEach(() => {
    vi.useFakeTimers();
    ticks = 0;
    ticker = new Ticker(TICK_MS, () => {
      ticks += 1;
    });
  });
  afterEach(() => {
    ticker.stop();
    vi.useRealTimers();
  });

  it("ticks once a tick, however often it is started", () => {
    ticker.start();
    ticker.start();
    vi.advanceTimersByTime(5 * TICK_MS + 1);
    expect(ticks).toBe(5);
  });

  it("runs no timer while it is stopped", () => {
    expect(vi.getTimerCount()).toBe(0);
    ticker.start();
    vi.advanceTimersByTime(TICK_MS + 1);
    ticker.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(5 * TICK_MS);
    expect(ticks).toBe(1);
  });

  it("does not tick when it was stopped between the timer and the step after it", () => {
    ticker.start();
    vi.advanceTimersToNextTimer();
    ticker.stop();
    vi.advanceTimersByTime(TICK_MS);
    expect(ticks).toBe(0);
  });
});
