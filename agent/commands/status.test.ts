import { expect, it } from "vitest";
import type { TargetStatus } from "../status.ts";
import { slowestLines } from "./status.ts";

const target = (id: string, durationSeconds?: number, answered = true): TargetStatus => ({
  id,
  url: "snmp://192.0.2.1:161",
  interval: "60s",
  state: "ok",
  answered,
  ...(durationSeconds !== undefined && { durationSeconds }),
});

it("names the five slowest targets among those that answered", () => {
  const targets = [
    target("a", 0.01),
    target("b", 4.5),
    target("dead", 9.5, false),
    target("c", 12),
    target("d", 0.3),
    target("new"),
    target("e", 0.2),
    target("f", 0.1),
  ];
  expect(slowestLines({ targets, skippedRounds: 0 })).toEqual([
    "slowest: c 12.00 s, b 4.50 s, d 0.30 s, e 0.20 s, f 0.10 s",
  ]);
});

it("says nothing before anybody answered, and how many rounds were skipped", () => {
  expect(slowestLines({ targets: [target("dead", 9.5, false)], skippedRounds: 0 })).toEqual([]);
  expect(slowestLines({ targets: [], skippedRounds: 3 })).toEqual([
    "rounds skipped since start because the run before was under way: 3",
  ]);
});
