// The clock part of a configuration file: absent for the system clock, a school clock for demos.
import Type from "typebox";
import { type Clock, type SchoolClockRule, schoolClock, systemClock } from "./clock.ts";
import type { Problem } from "./errors.ts";

const INSTANT = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})$";
const DAY = { pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "YYYY-MM-DD" };
const Minute = Type.Integer({ minimum: 0, maximum: 1_440 });

export const ClockConfigSchema = Type.Object(
  {
    school: Type.Object(
      {
        startedAt: Type.String({ pattern: INSTANT, description: "ISO 8601 with offset" }),
        shows: Type.String({ pattern: INSTANT, description: "ISO 8601 with offset" }),
        phases: Type.Array(
          Type.Object(
            {
              forSeconds: Type.Number({ exclusiveMinimum: 0 }),
              speed: Type.Number({ minimum: 0.001, maximum: 10_000 }),
            },
            { additionalProperties: false },
          ),
          { minItems: 1 },
        ),
        open: Type.Array(Type.Object({ fromMinute: Minute, toMinute: Minute }, { additionalProperties: false }), {
          minItems: 1,
        }),
        skips: Type.Optional(
          Type.Array(Type.Object({ from: Type.String(DAY), to: Type.String(DAY) }, { additionalProperties: false })),
        ),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export interface ClockConfig {
  school: SchoolClockRule;
}

/** What the schema cannot say: instants are instants and days are days, and open ranges go forward one after another. */
export function clockProblems(clock: ClockConfig | undefined, path = "clock.school"): Problem[] {
  if (!clock) return [];
  const problems: Problem[] = [];
  for (const key of ["startedAt", "shows"] as const) {
    const text = clock.school[key];
    if (Number.isNaN(Date.parse(text)))
      problems.push({ path: `${path}.${key}`, message: `"${text}" is not an ISO 8601 instant` });
  }
  let lastMinute = 0;
  for (const [i, { fromMinute, toMinute }] of clock.school.open.entries()) {
    if (fromMinute < lastMinute || toMinute <= fromMinute) {
      problems.push({
        path: `${path}.open[${i}]`,
        message: `${fromMinute} to ${toMinute} must go forward and begin after the range before it`,
      });
    }
    lastMinute = toMinute;
  }
  for (const [i, { from, to }] of (clock.school.skips ?? []).entries()) {
    const [fromMs, toMs] = [from, to].map((day) => Date.parse(`${day}T00:00:00Z`));
    if (fromMs === undefined || toMs === undefined || !(fromMs <= toMs)) {
      problems.push({
        path: `${path}.skips[${i}]`,
        message: `${from} to ${to} must be days, the last one not before the first`,
      });
    }
  }
  return problems;
}

/** The clock a program runs on. `speed()` is 1 on the system clock. */
export function clockOf(config: ClockConfig | undefined): Clock & { kind: "system" | "school"; speed(): number } {
  if (!config) return { ...systemClock, kind: "system", speed: () => 1 };
  return { ...schoolClock(config.school), kind: "school" };
}
