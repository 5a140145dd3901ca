// How long readings, rollups and events are kept: the part `retention` of the collector's configuration.
import Type, { type Static } from "typebox";
import { parseDurationMs } from "../../contract/duration.ts";
import type { Problem } from "../../contract/errors.ts";
import type { Retention } from "../store/store.ts";

const DAY_MS = 86_400_000;

/** At least two days: things are put in order and forgotten as whole days. */
const kept = (days: string) => Type.String({ default: days, duration: { minimum: "2d", maximum: "36600d" } });

export const RetentionSchema = Type.Object(
  {
    /** Readings themselves. Verdicts look back on those of 120 days (a long break and the teaching days before it). */
    raw: kept("120d"),
    fiveMinutes: kept("400d"),
    hours: kept("1100d"),
    days: kept("3660d"),
    events: kept("400d"),
  },
  { additionalProperties: false, default: {} },
);

export type RetentionSettings = Static<typeof RetentionSchema>;

export function retentionOf({ raw, fiveMinutes, hours, days, events }: RetentionSettings): Retention {
  return {
    rawMs: parseDurationMs(raw),
    rollupMs: { "5m": parseDurationMs(fiveMinutes), "1h": parseDurationMs(hours), "1d": parseDurationMs(days) },
    eventsMs: parseDurationMs(events),
  };
}

/** Windows that late readings come into are made anew from all of what is shorter, which must still be there. */
export function retentionProblems({ raw, fiveMinutes, hours }: RetentionSettings, lateAccept: string): Problem[] {
  return Object.entries({ raw, fiveMinutes, hours }).flatMap(([name, kept]) => {
    if (parseDurationMs(kept) >= parseDurationMs(lateAccept) + DAY_MS) return [];
    const message = `${kept} is too short: expected at least a day more than lateAccept (${lateAccept})`;
    return [{ path: `retention.${name}`, message }];
  });
}
