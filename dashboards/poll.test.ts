import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startPoll } from "./poll.ts";

interface Pending {
  resolve(value: string): void;
  reject(error: Error): void;
  signal: AbortSignal;
}

function setUp() {
  const pending: Pending[] = [];
  const told: string[] = [];
  const poll = startPoll<string>({
    ask: (signal) => new Promise((resolve, reject) => pending.push({ resolve, reject, signal })),
    onAnswer: (answer) => told.push(answer),
    onFailure: (error) => told.push(`failed: ${error instanceof Error ? error.message : String(error)}`),
    intervalMs: () => 5_000,
    deadlineMs: 15_000,
  });
  const settle = async (act: (newest: Pending) => void) => {
    const newest = pending.at(-1);
    if (newest) act(newest);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { pending, told, poll, settle };
}

describe("startPoll", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("never has two requests under way", async () => {
    const { pending, told, poll, settle } = setUp();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(pending).toHaveLength(1);
    await settle((p) => p.resolve("one"));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(pending).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(pending).toHaveLength(2);
    expect(told).toEqual(["one"]);
    poll.stop();
  });

  it("goes on after a failure", async () => {
    const { pending, told, poll, settle } = setUp();
    await settle((p) => p.reject(new Error("refused")));
    await vi.advanceTimersByTimeAsync(5_000);
    await settle((p) => p.resolve("back"));
    expect(pending).toHaveLength(2);
    expect(told).toEqual(["failed: refused", "back"]);
    poll.stop();
  });

  it("aborts a request that takes too long", async () => {
    const { pending, poll } = setUp();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(pending[0]?.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(pending[0]?.signal.aborted).toBe(true);
    poll.stop();
  });

  it("drops the request under way when asked to ask at once, and does not listen to it any more", async () => {
    const { pending, told, poll, settle } = setUp();
    poll.askNow();
    expect(pending.map((p) => p.signal.aborted)).toEqual([true, false]);
    pending[0]?.resolve("the old question");
    await settle((p) => p.resolve("the new question"));
    expect(told).toEqual(["the new question"]);
    poll.stop();
  });

  it("is quiet once stopped", async () => {
    const { pending, told, poll } = setUp();
    poll.stop();
    pending[0]?.resolve("late");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pending).toHaveLength(1);
    expect(told).toEqual([]);
  });
});
