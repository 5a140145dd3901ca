import { expect, it } from "vitest";
import type { TargetStatus } from "../status.ts";
import { slowestLines, uplinkLines } from "./status.ts";

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

it("tells of a backlog once its oldest batch is late", () => {
  const now = "2026-03-02T10:00:00.000Z";
  const about = { collector: "http://c", now, outbox: { waitingLines: 0, droppedLines: 0 } };
  const uplink = {
    ...{ state: "sending" as const, failures: 0, batchesStored: 7, liveDelivered: 3, recordsPerRequest: 64 },
    refused: { batches: 1, lines: 12 },
  };
  expect(uplinkLines({ ...about, uplink: { ...uplink, backlogSince: "2026-03-02T09:59:00.001Z" } })).toEqual([
    "uplink: sending, http://c; 7 batches stored since start",
    "refused by the collector since start: 1 batches, 12 lines",
  ]);
  expect(uplinkLines({ ...about, uplink: { ...uplink, backlogSince: "2026-03-01T10:00:00.000Z" } })[1]).toBe(
    "backlog: the oldest batch has waited for 1d, 3 newer ones went before it; up to 64 batches per request",
  );
});
