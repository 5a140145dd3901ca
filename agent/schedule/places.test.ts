import { describe, expect, it } from "vitest";
import { Places } from "./places.ts";

const never = new AbortController().signal;

/** What has happened to a place that was asked for. */
function asked(places: Places, isLaggard = false, signal = never) {
  const state: { leave?: () => void; error?: unknown } = {};
  void places.take(isLaggard, signal).then(
    (leave) => {
      state.leave = leave;
    },
    (error: unknown) => {
      state.error = error;
    },
  );
  return state;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("places", () => {
  it("are given in the order of asking, and again when one is given back", async () => {
    const places = new Places(2);
    const runs = Array.from({ length: 4 }, () => asked(places));
    await settled();
    expect(runs.map(({ leave }) => leave !== undefined)).toEqual([true, true, false, false]);
    runs[1]?.leave?.();
    runs[1]?.leave?.();
    await settled();
    expect(runs.map(({ leave }) => leave !== undefined)).toEqual([true, true, true, false]);
    expect(places.waiting).toBe(1);
  });

  it("go to at most half to those that lag, who are passed by the others", async () => {
    const places = new Places(4);
    const lagging = Array.from({ length: 3 }, () => asked(places, true));
    const others = Array.from({ length: 2 }, () => asked(places));
    await settled();
    expect(lagging.map(({ leave }) => leave !== undefined)).toEqual([true, true, false]);
    expect(others.every(({ leave }) => leave)).toBe(true);
    lagging[0]?.leave?.();
    await settled();
    expect(lagging[2]?.leave).toBeDefined();
  });

  it("are not kept for somebody who has gone", async () => {
    const places = new Places(1);
    const first = asked(places);
    const gone = new AbortController();
    const second = asked(places, false, gone.signal);
    const third = asked(places);
    await settled();
    gone.abort(new Error("stopped"));
    first.leave?.();
    await settled();
    expect(second).toMatchObject({ error: { message: "stopped" } });
    expect(third.leave).toBeDefined();
    await expect(places.take(false, gone.signal)).rejects.toThrow("stopped");
  });
});
