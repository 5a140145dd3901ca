import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProbeError } from "../probes/probe.ts";
import { Budget } from "./budget.ts";

describe("the budget of a run", () => {
  let stop: AbortController;
  beforeEach(() => {
    vi.useFakeTimers();
    stop = new AbortController();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** What has become of it. */
  function open(deadlineMs: number) {
    const budget = new Budget(
      deadlineMs,
      stop.signal,
      () => Date.now(),
      () => new ProbeError("timeout", "spent"),
    );
    const seen: { error?: unknown } = {};
    void budget.over.catch((error: unknown) => {
      seen.error = error;
    });
    return { budget, seen };
  }

  it("aborts the probe when it is spent, and gives it a moment to say what it has", async () => {
    const { budget, seen } = open(1_000);
    await vi.advanceTimersByTimeAsync(999);
    expect(budget.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(budget.signal.aborted).toBe(true);
    expect(seen.error).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(seen.error).toMatchObject({ reason: "timeout" });
  });

  it("does not count the time in which the target waits for a place", async () => {
    const { budget } = open(1_000);
    await vi.advanceTimersByTimeAsync(600);
    budget.pause();
    await vi.advanceTimersByTimeAsync(60_000);
    budget.resume();
    await vi.advanceTimersByTimeAsync(399);
    expect(budget.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(budget.signal.aborted).toBe(true);
  });

  it("ends at once when the agent stops, also while it waits", async () => {
    const { budget, seen } = open(1_000);
    budget.pause();
    stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen.error).toMatchObject({ code: "AGENT_STOPPED" });
    expect(budget.signal.aborted).toBe(true);
    budget.resume();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves no timer behind when the run is over before", () => {
    const { budget } = open(1_000);
    budget.close();
    expect(vi.getTimerCount()).toBe(0);
    stop.abort();
    expect(budget.signal.aborted).toBe(false);
  });
});
