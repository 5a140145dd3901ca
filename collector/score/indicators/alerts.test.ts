import { describe, expect, it } from "vitest";
import { type AlertRecord, alertAcknowledgedRate, minutesToAcknowledge, minutesToResolve } from "./alerts.ts";
import { plain } from "./value.ts";

const MINUTE = 60_000;
const AS_OF = 10_000 * MINUTE;
const alert = (minutes: number | undefined, more: Partial<AlertRecord> = {}): AlertRecord => ({
  severity: "P1",
  firedAtMs: 1_000 * MINUTE,
  inSchoolHours: true,
  exercise: false,
  ...(minutes !== undefined && {
    acknowledgedAtMs: (1_000 + minutes) * MINUTE,
    resolvedAtMs: (1_000 + 2 * minutes) * MINUTE,
  }),
  ...more,
});
const FIVE = [4, 8, 15, 16, 42].map((minutes) => alert(minutes));

describe("ALERT_MTTA and ALERT_MTTR", () => {
  it("are medians in minutes", () => {
    expect(plain(minutesToAcknowledge(FIVE, AS_OF))).toEqual({ value: 15, lo: 15, hi: 15 });
    expect(plain(minutesToResolve(FIVE, AS_OF))).toEqual({ value: 30, lo: 30, hi: 30 });
  });

  it.each([
    { count: 4, enough: false },
    { count: 5, enough: true },
    { count: 6, enough: true },
  ])("need five alerts, have $count", ({ count, enough }) => {
    const value = minutesToAcknowledge(
      Array.from({ length: count }, () => alert(7)),
      AS_OF,
    );
    expect(value.enough).toBe(enough);
    expect(value.reasons).toEqual(enough ? [] : [{ reason: "few_alerts", count: 1 }]);
  });

  it("look at P1 and P2 in school hours, and at no drill", () => {
    const others = [
      alert(999, { severity: "P3" }),
      alert(999, { severity: "P4" }),
      alert(999, { inSchoolHours: false }),
      alert(999, { exercise: true }),
      alert(999, { firedAtMs: AS_OF + 1 }),
    ];
    expect(plain(minutesToAcknowledge([...FIVE, ...others], AS_OF)).value).toBe(15);
    expect(plain(minutesToAcknowledge([...FIVE.slice(1), alert(4, { severity: "P2" })], AS_OF)).value).toBe(15);
  });

  it("count an open alert as longer than all that ended", () => {
    const value = minutesToAcknowledge([...FIVE.slice(0, 4), alert(undefined)], AS_OF);
    expect(plain(value)).toEqual({ value: 15, lo: 15, hi: 15 });
    expect(value.reasons).toEqual([{ reason: "still_open", count: 1 }]);
  });

  it("have no median while half is open, only what it is at least", () => {
    const value = minutesToAcknowledge([...FIVE.slice(0, 2), ...[1, 2, 3].map(() => alert(undefined))], AS_OF);
    expect(value.enough).toBe(false);
    expect(plain(value)).toEqual({ lo: 9_000 });
  });

  it("know nothing of an end after the evaluation", () => {
    const value = minutesToAcknowledge([...FIVE.slice(0, 4), alert(9_001)], AS_OF);
    expect(value.reasons).toEqual([{ reason: "still_open", count: 1 }]);
  });

  it("of no alert at all are few alerts", () => {
    expect(minutesToResolve([], AS_OF)).toMatchObject({ enough: false, reasons: [{ reason: "few_alerts", count: 5 }] });
    expect(plain(minutesToResolve([], AS_OF))).toEqual({});
  });
});

describe("ALERT_ACK_RATE", () => {
  const late = (ms: number) => alert(undefined, { acknowledgedAtMs: 1_000 * MINUTE + ms });

  it.each([
    { ms: 30 * MINUTE - 1, value: 1 },
    { ms: 30 * MINUTE, value: 1 },
    { ms: 30 * MINUTE + 1, value: 0.8 },
  ])("with one acknowledged after $ms ms is $value", ({ ms, value }) => {
    expect(
      plain(
        alertAcknowledgedRate(
          [...FIVE.slice(0, 4), late(ms)].map((a, i) => (i < 4 ? alert(1) : a)),
          AS_OF,
        ),
      ).value,
    ).toBe(value);
  });

  it("looks at any hour, and waits for one that is still in time", () => {
    const young = alert(undefined, { firedAtMs: AS_OF - 30 * MINUTE });
    const old = alert(undefined, { firedAtMs: AS_OF - 30 * MINUTE - 1 });
    const night = [1, 2, 3, 4].map((minutes) => alert(minutes, { inSchoolHours: false }));
    const value = alertAcknowledgedRate([...night, young, old], AS_OF);
    expect(plain(value)).toEqual({ value: 0.8, lo: 4 / 6, hi: 5 / 6, numerator: 4, denominator: 5 });
    expect(value.reasons).toEqual([{ reason: "still_open", count: 1 }]);
  });

  it.each([
    { count: 4, enough: false },
    { count: 5, enough: true },
    { count: 6, enough: true },
  ])("needs five decided alerts, has $count", ({ count, enough }) => {
    const alerts = Array.from({ length: count }, () => alert(7));
    expect(alertAcknowledgedRate(alerts, AS_OF).enough).toBe(enough);
  });
});
