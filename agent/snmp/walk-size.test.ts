import { beforeEach, describe, expect, it } from "vitest";
import { AnswerSizes } from "./answer-size.ts";
import type { CommunityPeer } from "./peer.ts";
import { WalkSize } from "./walk-size.ts";

const PEER: CommunityPeer = { host: "192.0.2.1", port: 161, community: "public", timeoutMs: 800, retries: 3 };
const HOUR_MS = 3_600_000;
const CELL_BYTES = 22;

describe("WalkSize", () => {
  let nowMs: number;
  let sizes: AnswerSizes;

  beforeEach(() => {
    nowMs = 0;
    sizes = new AnswerSizes(() => nowMs);
  });

  /** An agent that answers all it is asked for up to `most` variables, and says or does nothing beyond. */
  interface Agent {
    most?: number;
    cellBytes?: number;
    tookMs?: number;
    columns?: number;
    beyond?: "cut" | "silent" | "too large";
    peer?: CommunityPeer;
  }

  /** Rows asked for in the first steps of a walk. */
  function steps(count: number, agent: Agent = {}): number[] {
    const { most = Number.POSITIVE_INFINITY, cellBytes = CELL_BYTES, tookMs = 1, columns = 10, beyond } = agent;
    const size = new WalkSize(sizes, agent.peer ?? PEER);
    return Array.from({ length: count }, () => {
      size.choose(columns);
      const { repetitions } = size;
      const asked = size.columns * repetitions;
      nowMs += tookMs;
      if (asked > most && beyond === "silent") expect(size.silent()).toBe(true);
      else if (asked > most && beyond === "too large") expect(size.tooLarge()).toBe(true);
      else size.answered(Math.min(asked, most), Math.min(asked, most) * cellBytes);
      return repetitions;
    });
  }

  it("asks a quick agent for more in the middle of a long table, up to 180 variables", () => {
    expect(steps(5)).toEqual([6, 12, 18, 18, 18]);
    expect(steps(5, { columns: 2 })).toEqual([16, 32, 64, 90, 90]);
  });

  it("asks for no answer beyond three Ethernet frames", () => {
    expect(steps(4, { cellBytes: 60 })).toEqual([6, 7, 7, 7]);
    expect(steps(4, { cellBytes: 100 })).toEqual([6, 6, 6, 6]);
  });

  it("does not ask a slow agent for more", () => {
    expect(steps(3, { tookMs: 101 })).toEqual([6, 6, 6]);
  });

  it("does not ask an agent for more that cuts its answers", () => {
    expect(steps(3, { most: 50, beyond: "cut" })).toEqual([6, 6, 6]);
    expect(steps(4, { most: 100, beyond: "cut" })).toEqual([6, 12, 12, 12]);
  });

  it("asks SNMPv1 agents for one row", () => {
    expect(steps(3, { peer: { ...PEER, version: "v1" } })).toEqual([1, 1, 1]);
  });

  it.each(["silent", "too large"] as const)(
    "returns to what was answered where more is met by %s, and tries again after an hour",
    (beyond) => {
      expect(steps(5, { most: 120, beyond })).toEqual([6, 12, 18, 12, 12]);
      expect(steps(3, { most: 120, beyond })).toEqual([6, 6, 6]);
      nowMs += HOUR_MS;
      expect(steps(3)).toEqual([6, 12, 18]);
    },
  );

  it("sends a larger question once, because its silence says something", () => {
    const size = new WalkSize(sizes, PEER);
    const tries: number[] = [];
    for (let i = 0; i < 4; i++) {
      size.choose(10);
      tries.push(size.tries);
      size.answered(size.columns * size.repetitions, 1);
    }
    expect(tries).toEqual([2, 1, 1, 2]);
  });

  it("asks for no more where less has been found to be needed", () => {
    expect(steps(5, { most: 30, beyond: "too large" })).toEqual([6, 3, 3, 3, 3]);
    expect(steps(3, { most: 30, beyond: "too large" })).toEqual([3, 3, 3]);
  });

  it("returns to what walks begin with where a size that was answered before is not answered any more", () => {
    const size = new WalkSize(sizes, PEER);
    const asked: number[] = [];
    for (const isAnswered of [true, true, true, false, true]) {
      size.choose(10);
      asked.push(size.repetitions);
      if (isAnswered) size.answered(size.columns * size.repetitions, 1);
      else expect(size.silent()).toBe(true);
    }
    expect(asked).toEqual([6, 12, 18, 18, 6]);
  });

  it("knows of nothing smaller than one row of one column", () => {
    const size = new WalkSize(sizes, { ...PEER, version: "v1" });
    size.choose(1);
    expect(size.tries).toBe(4);
    expect(size.tooLarge()).toBe(false);
    expect(size.silent()).toBe(false);
  });
});
