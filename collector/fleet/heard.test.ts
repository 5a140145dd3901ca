import { beforeEach, describe, expect, it } from "vitest";
import { SampleBuilder } from "../store/sample-columns.ts";
import { Fleet } from "./heard.ts";

const NOW = Date.parse("2026-09-07T09:00:00+08:00");
const MINUTE = 60_000;
const GATEWAY = { id: "gw", school: "2133000001", name: "gateway" };

let fleet: Fleet;
beforeEach(() => {
  fleet = new Fleet();
});

const batch = (receivedAtMs: number, clockOffsetMs?: number) =>
  fleet.stored({ agentId: "gw", receivedAtMs, ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }) });
const stateAt = (nowMs: number) => fleet.view(GATEWAY, nowMs).state;

function selfTest(passed: 0 | 1, atMs: number, segment?: string, school = GATEWAY.school): void {
  const samples = new SampleBuilder();
  samples.add(0, atMs, passed);
  const key = { metric: "agent_selftest_passed", device: "gw" } as const;
  fleet.take(school, samples.columns([segment === undefined ? key : { ...key, instance: segment }]));
}

describe("an agent", () => {
  it("was never heard before its first batch, whatever else is known", () => {
    selfTest(1, NOW);
    expect(fleet.view(GATEWAY, NOW)).toEqual({ id: "gw", school: GATEWAY.school, state: "never", batches: 0 });
  });

  it("says its program's version with a batch, and keeps it when a batch does not say", () => {
    expect(fleet.version("gw")).toBeUndefined();
    fleet.stored({ agentId: "gw", receivedAtMs: NOW, version: "1.2.3" });
    batch(NOW + MINUTE);
    expect(fleet.version("gw")).toBe("1.2.3");
  });

  it("is blind until it has proved that it sees", () => {
    batch(NOW);
    expect(stateAt(NOW)).toBe("blind");
    selfTest(1, NOW);
    expect(stateAt(NOW)).toBe("seeing");
  });

  it.each([
    { silentMs: 15 * MINUTE - 1, state: "seeing" },
    { silentMs: 15 * MINUTE, state: "seeing" },
    { silentMs: 15 * MINUTE + 1, state: "offline" },
  ])("is $state when nothing came for $silentMs ms", ({ silentMs, state }) => {
    selfTest(1, NOW);
    batch(NOW);
    expect(stateAt(NOW + silentMs)).toBe(state);
  });

  it("is blind when it cannot see one of its segments", () => {
    batch(NOW);
    selfTest(1, NOW, "main");
    selfTest(0, NOW, "cameras");
    expect(stateAt(NOW)).toBe("blind");
    selfTest(1, NOW + MINUTE, "cameras");
    expect(stateAt(NOW + MINUTE)).toBe("seeing");
  });

  it("is judged by its newest self-test, not by one that came late", () => {
    batch(NOW);
    selfTest(0, NOW, "main");
    selfTest(1, NOW - MINUTE, "main");
    expect(stateAt(NOW)).toBe("blind");
  });

  it.each([
    { agoMs: 15 * MINUTE, state: "blind" },
    { agoMs: 15 * MINUTE + 1, state: "seeing" },
  ])("is $state when a segment failed that it last tested $agoMs ms before the others", ({ agoMs, state }) => {
    batch(NOW);
    selfTest(0, NOW - agoMs, "renamed");
    selfTest(1, NOW, "main");
    expect(stateAt(NOW)).toBe(state);
  });

  it("is not spoken for by another school", () => {
    batch(NOW);
    selfTest(1, NOW, "main", "2133000002");
    expect(stateAt(NOW)).toBe("blind");
  });

  it("keeps its count and the time of its newest batch through a restart", () => {
    fleet.restore([{ agentId: "gw", batches: 41, lastReceivedMs: NOW }]);
    batch(NOW - MINUTE, -2_500);
    expect(fleet.view(GATEWAY, NOW)).toEqual({
      id: "gw",
      school: GATEWAY.school,
      state: "blind",
      batches: 42,
      lastBatchAt: "2026-09-07T09:00:00+08:00",
      clockOffsetSeconds: -2.5,
    });
  });

  it("does not forget how far its clock is off when a batch does not say", () => {
    batch(NOW, 400_000);
    batch(NOW + 1);
    expect(fleet.view(GATEWAY, NOW).clockOffsetSeconds).toBe(400);
  });
});
