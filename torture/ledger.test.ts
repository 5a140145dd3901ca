// The ledger on made-up runs: one agent, one device, a clock that shows real time, flush 250 ms, deadline 2 s.
import { describe, expect, it } from "vitest";
import type { Given } from "./campus.ts";
import { closeLedger, type LedgerInput } from "./ledger.ts";

const DEVICE = "a0-d0";
const WINDOW_MS = 2_250;

const given = (serial: number, atMs = serial * 1_000): Given => ({ device: DEVICE, serial, atMs });
const row = (serial: number, atMs = serial * 1_000, school = "s0") => ({ device: DEVICE, serial, atMs, school });

function close(input: Partial<LedgerInput>) {
  return closeLedger({
    given: [],
    stored: { serials: [], failures: [] },
    refused: { serials: [], failures: [] },
    spooled: { serials: [], failures: [] },
    lives: [{ agent: 0, startedAtMs: 0, offsetMs: 0 }],
    fullDisks: [],
    unkept: new Set(),
    agentOf: () => 0,
    schoolOf: () => "s0",
    showsMs: (realMs, offsetMs) => realMs + offsetMs,
    flushMs: 250,
    deadlineMs: 2_000,
    ...input,
  });
}

const stored = (...serials: ReturnType<typeof row>[]) => ({ serials, failures: [] });
/** Serials 1 to 10, one a second, of which the last three are missing. */
const TEN = Array.from({ length: 10 }, (_, i) => given(i + 1));
const SEVEN = stored(...TEN.slice(0, 7).map(({ serial }) => row(serial)));

describe("the ledger", () => {
  it("counts each serial once, where it is found first", () => {
    const { ledger, invented } = close({
      given: [given(1), given(2), given(3), given(4)],
      stored: stored(row(1)),
      refused: { serials: [row(1), row(2)], failures: [] },
      spooled: { serials: [row(1), row(2), row(3)], failures: [] },
    });
    expect(ledger).toEqual({ given: 4, stored: 1, refused: 1, spooled: 1, dropped: 0, lost: 1, doubled: 0 });
    expect(invented).toBe(0);
  });

  it.each([
    { what: "at two times", rows: [row(1), row(1, 1_001)] },
    { what: "in two rows of one time", rows: [row(1), row(1)] },
    { what: "in two schools", rows: [row(1), row(1, 1_000, "s1")] },
  ])("counts a serial that is stored $what as doubled", ({ rows }) => {
    expect(close({ given: [given(1)], stored: stored(...rows) }).ledger).toMatchObject({
      stored: 1,
      lost: 0,
      doubled: 1,
    });
  });

  it("counts a serial that only another school has as lost", () => {
    const { ledger } = close({ given: [given(1)], stored: stored(row(1, 1_000, "s1")) });
    expect(ledger).toMatchObject({ stored: 0, lost: 1 });
  });

  it("counts what no device gave as invented", () => {
    expect(close({ given: [given(1)], stored: stored(row(1), row(2)) })).toMatchObject({ invented: 1 });
  });
});

describe("a serial that is nowhere", () => {
  it("is lost when nothing happened", () => {
    const { ledger, examples } = close({ given: TEN, stored: SEVEN });
    expect(ledger).toMatchObject({ stored: 7, dropped: 0, lost: 3 });
    expect(examples[0]).toContain(`${DEVICE} 8`);
  });

  it.each([
    { what: "at the begin of the window", killedAtMs: 8_000 + WINDOW_MS, dropped: 3 },
    { what: "just before the window", killedAtMs: 8_001 + WINDOW_MS, dropped: 2 },
  ])("is dropped from the window before a kill on: given $what", ({ killedAtMs, dropped }) => {
    const lives = [{ agent: 0, startedAtMs: 0, killedAtMs, offsetMs: 0 }];
    expect(close({ given: TEN, stored: SEVEN, lives }).ledger).toMatchObject({ dropped, lost: 3 - dropped });
  });

  it("is lost in spite of a kill when a later one of its device outlived it", () => {
    const lives = [{ agent: 0, startedAtMs: 0, killedAtMs: 10_100, offsetMs: 0 }];
    const { ledger } = close({ given: TEN, stored: stored(...SEVEN.serials, row(10)), lives });
    expect(ledger).toMatchObject({ stored: 8, dropped: 0, lost: 2 });
  });

  it("is dropped though a later one is stored that came after the kill", () => {
    const lives = [
      { agent: 0, startedAtMs: 0, killedAtMs: 8_500, offsetMs: 0 },
      { agent: 0, startedAtMs: 8_600, offsetMs: 0 },
    ];
    const { ledger } = close({ given: TEN, stored: stored(...SEVEN.serials, row(9), row(10)), lives });
    expect(ledger).toMatchObject({ stored: 9, dropped: 1, lost: 0 });
  });

  it("is dropped from the begin of a full disk on that a killed agent had", () => {
    const lives = [{ agent: 0, startedAtMs: 0, killedAtMs: 60_000, offsetMs: 0 }];
    const full = { agent: 0, fromMs: 8_500, toMs: 59_000 };
    expect(close({ given: TEN, stored: SEVEN, lives, fullDisks: [full] }).ledger).toMatchObject({
      dropped: 3,
      lost: 0,
    });
    const over = { ...full, toMs: 60_000 - WINDOW_MS - 1 };
    expect(close({ given: TEN, stored: SEVEN, lives, fullDisks: [over] }).ledger).toMatchObject({
      dropped: 0,
      lost: 3,
    });
    const other = { ...full, agent: 1 };
    expect(close({ given: TEN, stored: SEVEN, lives, fullDisks: [other] }).ledger).toMatchObject({
      dropped: 0,
      lost: 3,
    });
  });

  it("is dropped when no agent was there to take it", () => {
    const lives = [
      { agent: 0, startedAtMs: 0, killedAtMs: 7_500, offsetMs: 0 },
      { agent: 0, startedAtMs: 9_500, offsetMs: 0 },
    ];
    expect(close({ given: TEN, stored: SEVEN, lives })).toMatchObject({
      ledger: { dropped: 2, lost: 1 },
      droppedBy: { nobody: 2 },
    });
  });

  it.each([
    { what: "a run that failed explains it", failures: [7_900], dropped: 1 },
    { what: "a failed run explains one serial and no more", failures: [9_900], dropped: 1 },
    { what: "a failed run that began long before explains nothing", failures: [4_900], dropped: 0 },
    { what: "a failed run that began after it explains nothing", failures: [10_100], dropped: 0 },
    { what: "each has its own", failures: [7_900, 8_900, 9_900], dropped: 3 },
  ])("is dropped when the agent says that the run gave nothing: $what", ({ failures, dropped }) => {
    const { ledger, droppedBy } = close({
      given: TEN,
      stored: { ...SEVEN, failures: failures.map((atMs) => ({ device: DEVICE, atMs: atMs - 3_600_000 })) },
      lives: [{ agent: 0, startedAtMs: 0, offsetMs: -3_600_000 }],
    });
    expect(ledger).toMatchObject({ dropped, lost: 3 - dropped });
    expect(droppedBy["no-reading"]).toBe(dropped);
  });

  it("is dropped when it was refused and the agent could not write that down", () => {
    const lives = [{ agent: 0, startedAtMs: 0, offsetMs: 9e9, isFarOff: true }];
    expect(close({ given: TEN, stored: SEVEN, lives, unkept: new Set([0]) }).droppedBy).toMatchObject({ unkept: 3 });
    expect(close({ given: TEN, stored: SEVEN, lives, unkept: new Set([1]) }).ledger).toMatchObject({ lost: 3 });
    const right = [{ agent: 0, startedAtMs: 0, offsetMs: 0 }];
    expect(close({ given: TEN, stored: SEVEN, lives: right, unkept: new Set([0]) }).ledger).toMatchObject({ lost: 3 });
  });
});
