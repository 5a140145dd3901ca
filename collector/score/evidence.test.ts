import { describe, expect, it } from "vitest";
import { dayAt } from "../inventory/day.ts";
import { columns, SCHOOL, type TestSample } from "./campus-suite.ts";
import { Evidence } from "./evidence.ts";
import { SCHOOL as SCHOOL_BITS, SEEN, SELF_TEST } from "./seen.ts";

/** 08:00 on 2026-09-07: slot 96 of its day. */
const SLOT = 96;
const BEGIN = Date.parse("2026-09-07T08:00:00+08:00");
const DAY = dayAt(BEGIN);

const probe = (offsetMs: number, ok: 0 | 1, of = "ap"): TestSample => ({
  metric: "probe_ok",
  device: of,
  atMs: BEGIN + offsetMs,
  value: ok,
});
const failure = (offsetMs: number, code: number): TestSample => ({
  metric: "probe_failure",
  device: "ap",
  atMs: BEGIN + offsetMs,
  value: code,
});
const report = (offsetMs: number, up: 0 | 1, of = "ap"): TestSample => ({
  metric: "wifi_ap_up",
  device: of,
  atMs: BEGIN + offsetMs,
  value: up,
});
const selfTest = (passed: 0 | 1, instance?: string): TestSample => ({
  metric: "agent_selftest_passed",
  device: "gw-1",
  ...(instance !== undefined && { instance }),
  atMs: BEGIN,
  value: passed,
});

function taken(...samples: TestSample[]): Evidence {
  const evidence = new Evidence();
  evidence.take(SCHOOL, columns(samples));
  return evidence;
}

describe("what is kept of samples", () => {
  it.each([
    { what: "an answer", samples: [probe(0, 1)], flags: SEEN.answered, attempts: 0 },
    { what: "a controller's good word", samples: [report(0, 1)], flags: SEEN.reportedUp, attempts: 0 },
    { what: "one failed attempt", samples: [probe(0, 0)], flags: SEEN.probeFailed, attempts: 1 },
    { what: "the same attempt twice", samples: [probe(0, 0), probe(0, 0)], flags: SEEN.probeFailed, attempts: 1 },
    { what: "two failed attempts", samples: [probe(0, 0), probe(60_000, 0)], flags: SEEN.probeFailed, attempts: 2 },
    {
      what: "three failed attempts",
      samples: [probe(60_000, 0), probe(0, 0), probe(120_000, 0)],
      flags: SEEN.probeFailed,
      attempts: 2,
    },
    {
      what: "two bad words of a controller",
      samples: [report(0, 0), report(60_000, 0)],
      flags: SEEN.reportedDown,
      attempts: 2,
    },
    {
      what: "one failed probe and one bad word",
      samples: [probe(0, 0), report(5_000, 0)],
      flags: SEEN.probeFailed | SEEN.reportedDown,
      attempts: 2,
    },
    {
      what: "failures in two slots",
      samples: [probe(299_999, 0), probe(300_000, 0)],
      flags: SEEN.probeFailed,
      attempts: 1,
    },
    {
      what: "first and last moment of the slot",
      samples: [probe(0, 0), probe(299_999, 0)],
      flags: SEEN.probeFailed,
      attempts: 2,
    },
    {
      what: "refused credentials",
      samples: [probe(0, 0), failure(0, 3)],
      flags: SEEN.probeFailed | SEEN.authFailed,
      attempts: 1,
    },
    {
      what: "a fault of the agent",
      samples: [probe(0, 0), failure(0, 7)],
      flags: SEEN.probeFailed | SEEN.unasked,
      attempts: 1,
    },
    {
      what: "a device without profile",
      samples: [probe(0, 0), failure(0, 6)],
      flags: SEEN.probeFailed | SEEN.unasked,
      attempts: 1,
    },
    {
      what: "an answer that was not complete: the device was there",
      samples: [probe(0, 0), failure(0, 8)],
      flags: SEEN.probeFailed | SEEN.answered,
      attempts: 1,
    },
    {
      what: "an answer against the protocol: the device was there",
      samples: [probe(0, 0), failure(0, 4)],
      flags: SEEN.probeFailed | SEEN.answered,
      attempts: 1,
    },
    { what: "a timeout", samples: [probe(0, 0), failure(0, 1)], flags: SEEN.probeFailed, attempts: 1 },
  ])("$what", ({ samples, flags, attempts }) => {
    const day = taken(...samples).deviceDay(SCHOOL, "ap", DAY);
    expect(day?.flags[SLOT]).toBe(flags);
    expect(day?.failedAttempts(SLOT)).toBe(attempts);
  });

  it("finds a device under the one spelling of its MAC", () => {
    const day = taken(report(0, 1, "AA-BB-CC-DD-EE-01")).deviceDay(SCHOOL, "aa:bb:cc:dd:ee:01", DAY);
    expect(day?.flags[SLOT]).toBe(SEEN.reportedUp);
  });

  it("keeps self-tests by segment, and one without a segment for the default one", () => {
    const evidence = taken(selfTest(1, "wifi"), selfTest(0, "wifi"), selfTest(1));
    expect(evidence.selfTestDay(SCHOOL, "wifi", DAY)?.[SLOT]).toBe(SELF_TEST.passed | SELF_TEST.failed);
    expect(evidence.selfTestDay(SCHOOL, "main", DAY)?.[SLOT]).toBe(SELF_TEST.passed);
    expect(evidence.selfTestDay(SCHOOL, "other", DAY)).toBeUndefined();
  });

  it("hears an agent by anything it says", () => {
    const evidence = taken({ metric: "agent_spool_bytes", device: "gw-1", atMs: BEGIN, value: 0 });
    expect(evidence.schoolDay(SCHOOL, DAY)?.[SLOT]).toBe(1);
    expect(evidence.schoolDay(SCHOOL, DAY)?.[SLOT + 1]).toBe(0);
    expect(evidence.schoolDay("another school", DAY)).toBeUndefined();
  });

  it.each([
    { offset: 300, slots: [] },
    { offset: -300, slots: [] },
    { offset: 301, slots: [SLOT, SLOT + 1] },
    { offset: -301, slots: [SLOT - 2, SLOT] },
    { offset: 3_600, slots: [SLOT, SLOT + 12] },
  ])(
    "marks slots of an agent whose clock is $offset s ahead: where it was heard, and where its clock stood",
    ({ offset, slots }) => {
      const evidence = taken({ metric: "agent_clock_offset_seconds", device: "gw-1", atMs: BEGIN, value: offset });
      const marked = [...(evidence.schoolDay(SCHOOL, DAY) ?? [])].flatMap((bits, slot) =>
        (bits & SCHOOL_BITS.clockUntrusted) === 0 ? [] : [slot],
      );
      expect(marked).toEqual(slots);
    },
  );

  it("keeps nothing of metrics that are no evidence, not even that somebody was heard by them", () => {
    const evidence = taken({ metric: "cpu_busy_ratio", device: "ap", atMs: BEGIN, value: 0.5 });
    expect(evidence.deviceDay(SCHOOL, "ap", DAY)).toBeUndefined();
    expect(evidence.schoolDay(SCHOOL, DAY)).toBeUndefined();
    expect(evidence.revision(SCHOOL)).toBe(0);
  });

  it("looks only at the samples that count", () => {
    const evidence = new Evidence();
    evidence.take(SCHOOL, { ...columns([probe(0, 1), probe(0, 1, "late")]), length: 1 });
    expect(evidence.deviceDay(SCHOOL, "late", DAY)).toBeUndefined();
  });
});

describe("the revision of a school", () => {
  it("grows by one with a batch that says something new, and not with its repetition", () => {
    const evidence = taken(probe(0, 0), probe(60_000, 0), selfTest(1));
    expect(evidence.revision(SCHOOL)).toBe(1);
    evidence.take(SCHOOL, columns([probe(0, 0), probe(60_000, 0), probe(30_000, 0), selfTest(1)]));
    expect(evidence.revision(SCHOOL)).toBe(1);
    evidence.take(SCHOOL, columns([probe(0, 1)]));
    expect(evidence.revision(SCHOOL)).toBe(2);
    expect(evidence.revision("another school")).toBe(0);
  });

  it("grows when days are forgotten, and only for schools that lose some", () => {
    const evidence = taken(probe(0, 1), probe(86_400_000, 1));
    evidence.forgetBefore(BEGIN);
    expect(evidence.revision(SCHOOL)).toBe(1);
    evidence.forgetBefore(BEGIN + 86_400_000);
    expect(evidence.revision(SCHOOL)).toBe(2);
    expect(evidence.deviceDay(SCHOOL, "ap", DAY)).toBeUndefined();
    expect(evidence.schoolDay(SCHOOL, DAY)).toBeUndefined();
    expect(evidence.deviceDay(SCHOOL, "ap", DAY + 1)?.flags[SLOT]).toBe(SEEN.answered);
    evidence.forgetBefore(BEGIN + 10 * 86_400_000);
    expect(evidence.deviceDay(SCHOOL, "ap", DAY + 1)).toBeUndefined();
  });
});
