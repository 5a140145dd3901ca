// Indicators of alerts: ALERT_MTTA, ALERT_MTTR, ALERT_ACK_RATE. Drills are no alerts.
import { Exact } from "../exact.ts";
import { tallyOf } from "../share.ts";
import type { Truth } from "../truth.ts";
import { ACKNOWLEDGED_MS, ALERTS } from "./limits.ts";
import { median } from "./statistics.ts";
import { because, type IndicatorValue, indicator, rate } from "./value.ts";

/** An alert that fired in the month (`few_alerts` says how many are lacking). Times in milliseconds since 1970; absent: it has not come to that. */
export interface AlertRecord {
  severity: "P1" | "P2" | "P3" | "P4";
  firedAtMs: number;
  acknowledgedAtMs?: number;
  /** Not there for an alert that expired: nobody saw it end. */
  resolvedAtMs?: number;
  /** It fired in school hours. */
  inSchoolHours: boolean;
  exercise: boolean;
}

/** ALERT_MTTA: median minutes until somebody acknowledged. */
export function minutesToAcknowledge(alerts: readonly AlertRecord[], asOfMs: number): IndicatorValue {
  return minutesUntil("ALERT_MTTA", alerts, ({ acknowledgedAtMs }) => acknowledgedAtMs, asOfMs);
}

/** ALERT_MTTR: median minutes until it was resolved. */
export function minutesToResolve(alerts: readonly AlertRecord[], asOfMs: number): IndicatorValue {
  return minutesUntil("ALERT_MTTR", alerts, ({ resolvedAtMs }) => resolvedAtMs, asOfMs);
}

/**
 * An alert that has not come to its end counts as longer than all that have: leaving it out would reward leaving alerts alone.
 * When half of them are open there is no median, only what it is at least.
 */
function minutesUntil(
  id: "ALERT_MTTA" | "ALERT_MTTR",
  alerts: readonly AlertRecord[],
  endOf: (alert: AlertRecord) => number | undefined,
  asOfMs: number,
): IndicatorValue {
  const counted = urgent(alerts, asOfMs).filter(({ inSchoolHours }) => inSchoolHours);
  const spans = counted.map((alert) => {
    const endMs = endOf(alert);
    const ended = endMs !== undefined && endMs <= asOfMs ? minutes(endMs - alert.firedAtMs) : undefined;
    return { ended, least: ended ?? minutes(asOfMs - alert.firedAtMs) };
  });
  const value = median(spans.map(({ ended }) => ended));
  return indicator(id, {
    enough: counted.length >= ALERTS,
    value,
    lo: median(spans.map(({ least }) => least)),
    hi: value,
    reasons: [
      ...because(ALERTS - counted.length, "few_alerts"),
      ...because(spans.filter(({ ended }) => ended === undefined).length, "still_open"),
    ],
  });
}

/** ALERT_ACK_RATE: acknowledged within 30 minutes, at any hour. One that is younger and waits is not decided yet. */
export function alertAcknowledgedRate(alerts: readonly AlertRecord[], asOfMs: number): IndicatorValue {
  const tally = tallyOf(urgent(alerts, asOfMs).map((alert) => isInTime(alert, asOfMs)));
  const decided = tally.yes + tally.no;
  return rate("ALERT_ACK_RATE", tally, {
    enough: decided >= ALERTS,
    reasons: [...because(ALERTS - decided, "few_alerts"), ...because(tally.unknown, "still_open")],
  });
}

function isInTime({ firedAtMs, acknowledgedAtMs }: AlertRecord, asOfMs: number): Truth {
  const dueMs = firedAtMs + ACKNOWLEDGED_MS;
  if (acknowledgedAtMs !== undefined && acknowledgedAtMs <= asOfMs) return acknowledgedAtMs <= dueMs;
  return asOfMs > dueMs ? false : undefined;
}

/** P1 and P2 that had fired, drills left out. */
function urgent(alerts: readonly AlertRecord[], asOfMs: number): AlertRecord[] {
  return alerts.filter(
    ({ severity, exercise, firedAtMs }) => (severity === "P1" || severity === "P2") && !exercise && firedAtMs <= asOfMs,
  );
}

function minutes(ms: number): Exact {
  return Exact.ratio(ms, 60_000);
}
