// A school that is cut off for 24 hours: its backlog drains in order behind the newest, others notice nothing, and a spool that
// is too small for the day never passes its bound.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CUT_AGENT, type DayCut, dayCut, LIVE_AGENTS, SMALL_SPOOL_BYTES } from "../torture/day-cut.ts";

const SLOT_MS = 300_000;
/** Readings of a device that waited behind the newest when the line went down. */
const AHEAD_AT_MOST = 10;
const folder = mkdtempSync(join(tmpdir(), "campanile-day-cut-"));
let cut: DayCut;

beforeAll(async () => {
  cut = await dayCut({ folder, signal: new AbortController().signal });
}, 400_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("after a cut of 24 hours", () => {
  it("everything that the cut school's devices said is stored, once", () => {
    expect(cut.cutMs).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(cut.isDrained).toBe(true);
    expect(cut.ledger, cut.examples.join("\n")).toMatchObject({
      spooled: 0,
      dropped: 0,
      refused: 0,
      lost: 0,
      doubled: 0,
    });
    expect(cut.ledger.stored).toBeGreaterThan(10_000);
  });

  it("the backlog arrived in order, and the newest before it", () => {
    const since = cut.batches.filter(({ agent, receivedMs }) => agent === CUT_AGENT && receivedMs >= cut.healedAtMs);
    const backlog = since.filter(({ lane }) => lane === "backlog");
    const sequences = backlog.map(({ sequence }) => sequence);
    expect(sequences.length).toBeGreaterThan(50);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    // The first of the live lane is of now, while the backlog still speaks of a day ago.
    const live = since.findIndex(({ lane, lastMs }) => lane === "live" && (lastMs ?? 0) > cut.healedAtMs - SLOT_MS);
    const last = since.map(({ lane }) => lane).lastIndexOf("backlog");
    expect(live).toBeGreaterThanOrEqual(0);
    expect(live).toBeLessThan(last);
  });

  it("no other school's readings were late by as much as a slot while it drained", () => {
    for (const agent of LIVE_AGENTS) {
      const since = cut.batches.filter((batch) => batch.agent === agent && batch.receivedMs >= cut.healedAtMs);
      const ages = since.map(({ receivedMs, lastMs }) => receivedMs - (lastMs ?? receivedMs));
      expect(since.length).toBeGreaterThan(5);
      expect(Math.max(...ages)).toBeLessThan(SLOT_MS);
    }
  });

  it("a spool too small for the day stayed within its bound, and lost the oldest and no more than it says", () => {
    expect(cut.mostSpoolBytes).toBeGreaterThan(SMALL_SPOOL_BYTES / 2);
    expect(cut.mostSpoolBytes).toBeLessThanOrEqual(SMALL_SPOOL_BYTES);
    expect(cut.droppedBatches).toBeGreaterThan(0);
    expect(cut.missing.size).toBeGreaterThan(0);
    for (const serials of cut.missing.values()) {
      // One stretch, from what came first after the cut on. What was the newest as the line went down may have gone ahead of it.
      const breaks = serials.flatMap((serial, i) => (i > 0 && serial !== (serials[i - 1] ?? 0) + 1 ? [i] : []));
      expect(breaks.length).toBeLessThanOrEqual(1);
      expect(breaks[0] ?? 0).toBeLessThanOrEqual(AHEAD_AT_MOST);
    }
  });
});
