import { describe, expect, it } from "vitest";
import { Waiters } from "./waiters.ts";

const here = () => new AbortController().signal;
const LONG = 3_600_000;

describe("agents that wait", () => {
  it("are bounded: who is too many is answered at once", async () => {
    const waiters = new Waiters(1_000);
    const waiting = Array.from({ length: 1_000 }, (_, i) => waiters.wait(`a${i}`, "s", LONG, here()));
    await waiters.wait("one too many", "s", LONG, here());
    expect(waiters.size).toBe(1_000);
    waiters.close();
    await Promise.all(waiting);
    expect(waiters.size).toBe(0);
  });

  it("are woken alone, by school, or by their time", async () => {
    const waiters = new Waiters();
    const [a, b, other] = [
      waiters.wait("a", "s1", LONG, here()),
      waiters.wait("b", "s1", LONG, here()),
      waiters.wait("c", "s2", LONG, here()),
    ];
    waiters.wakeAgent("a");
    await a;
    expect(waiters.size).toBe(2);
    waiters.wakeSchool("s1");
    await b;
    expect(waiters.size).toBe(1);
    await waiters.wait("d", "s2", 1, here());
    waiters.close();
    await other;
  });

  it("are forgotten when they go away, and ask once at a time", async () => {
    const waiters = new Waiters();
    const gone = new AbortController();
    const first = waiters.wait("a", "s", LONG, gone.signal);
    gone.abort();
    await first;
    expect(waiters.size).toBe(0);
    const second = waiters.wait("a", "s", LONG, here());
    const third = waiters.wait("a", "s", LONG, here());
    await second;
    expect(waiters.size).toBe(1);
    waiters.close();
    await third;
    await waiters.wait("a", "s", LONG, here());
  });
});
