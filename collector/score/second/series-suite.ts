// Generated targets with monthly series around their limits, for both implementations.
import { addMonths, dayOf, dayText } from "../../inventory/day.ts";
import { quoted } from "../../store/duckdb-transaction.ts";
import { Exact } from "../exact.ts";
import type { MonthlyEvaluation } from "../policy/evaluation.ts";
import { Dice } from "./dice-suite.ts";

/** Numbers are ten-thousandths. */
export interface GeneratedEvaluation {
  asOf: string;
  /** Absent without minimum evidence. */
  value?: number;
  /** Absent for a plain value. */
  bounds?: { lo: number; hi: number };
  recordedOn?: string;
}

export interface GeneratedTarget {
  id: string;
  isFloor: boolean;
  comparator: ">=" | "<=";
  isShare: boolean;
  asked: number;
  deadline: string;
  asOf: string;
  baseline?: { on: string; value: number };
  evaluations: readonly GeneratedEvaluation[];
}

export function generateTargets(seed: number, count: number): GeneratedTarget[] {
  const dice = new Dice(seed);
  return Array.from({ length: count }, (_, i) => generateTarget(dice, `t${i + 1}`));
}

function generateTarget(dice: Dice, id: string): GeneratedTarget {
  const first = day("2025-01-31");
  const months = dice.whole(0, 20);
  const isFloor = dice.chance(0.25);
  const asked = dice.pick([9_500, 9_000, 6_000, 5_000, 10_000]);
  const comparator = isFloor || dice.chance(0.7) ? ">=" : "<=";
  const evaluations = seriesOf(dice, first, months, asked);
  const last = evaluations.at(-1)?.asOf ?? dayText(first);
  // As of the day of the latest evaluation, some time later, and at the limit of 62 days.
  const asOf = day(last) + dice.pick([0, 0, 0, 5, 30, 61, 62, 63, 100]);
  const deadline = isFloor
    ? asOf
    : dice.chance(0.35)
      ? asOf - dice.whole(1, 300)
      : asOf + dice.pick([0, 1, 14, 60, 200, 400, 431]);
  const baseline = day("2024-06-30") + dice.whole(0, 100);
  return {
    id,
    isFloor,
    comparator,
    isShare: dice.chance(0.8),
    asked,
    deadline: dayText(deadline),
    asOf: dayText(asOf),
    ...(dice.chance(0.7) &&
      deadline > baseline && {
        baseline: { on: dayText(baseline), value: asked + dice.pick([-3_000, -1_000, -500, 0, 500, 2_000]) },
      }),
    evaluations,
  };
}

/** One month after the other with gaps, around the limit: a drift in small steps, so that trends lie on the limit too. */
function seriesOf(dice: Dice, first: number, months: number, asked: number): GeneratedEvaluation[] {
  const drift = dice.pick([-50, -10, 0, 0, 5, 10, 40, 50, 100]);
  const noise = dice.pick([0, 0, 10, 50, 300]);
  const start = asked + dice.pick([-1_500, -700, -200, -50, -1, 0, 0, 1, 50, 200]);
  const plain = dice.chance(0.4);
  const gaps = dice.pick([0, 0, 0.1, 0.4]);
  const evaluations: GeneratedEvaluation[] = [];
  for (let month = 0; month < months; month += 1) {
    if (dice.chance(gaps)) continue;
    const end = addMonths(first, month);
    const asOf = dice.chance(0.15) ? end - dice.whole(1, 20) : end;
    const middle = Math.min(10_000, Math.max(0, start + drift * month + dice.whole(-noise, noise)));
    evaluations.push(evaluationAt(dice, asOf, middle, plain));
    if (asOf < end && dice.chance(0.3)) evaluations.push(evaluationAt(dice, end, middle, plain));
  }
  return evaluations;
}

function evaluationAt(dice: Dice, at: number, middle: number, plain: boolean): GeneratedEvaluation {
  const late = dice.chance(0.05) ? { recordedOn: dayText(at + dice.pick([1, 7, 8, 40])) } : {};
  const asOf = dayText(at);
  if (plain || dice.chance(0.3)) return { asOf, value: middle, ...late };
  const bounds = {
    lo: Math.max(0, middle - dice.pick([0, 1, 20, 100, 1_000])),
    hi: Math.min(10_000, middle + dice.pick([0, 1, 20, 100, 1_000])),
  };
  return { asOf, bounds, ...(dice.chance(0.85) && { value: middle }), ...late };
}

export function exact(tenThousandths: number): Exact {
  return Exact.ratio(tenThousandths, 10_000);
}

export function evaluationOf({ asOf, value, bounds, recordedOn }: GeneratedEvaluation): MonthlyEvaluation {
  return {
    month: asOf.slice(0, 7),
    asOf,
    meetsMinimum: value !== undefined,
    ...(value !== undefined && { value: exact(value) }),
    ...(bounds && { lo: exact(bounds.lo), hi: exact(bounds.hi) }),
    ...(recordedOn !== undefined && { recordedOn }),
  };
}

/** The two tables that 70-targets.sql begins with. */
export function targetTables(targets: readonly GeneratedTarget[]): string {
  const number = (tenThousandths: number | undefined) =>
    tenThousandths === undefined ? "NULL" : String(tenThousandths * 2);
  const date = (text: string | undefined) => (text === undefined ? "NULL" : quoted(text));
  const rows = targets.map(
    ({ id, isFloor, comparator, asked, deadline, asOf, baseline }) =>
      `(${quoted(id)}, ${isFloor}, ${quoted(comparator)}, ${number(asked)}, ${date(isFloor ? undefined : deadline)}, ${date(asOf)},
        ${date(baseline?.on)}, ${number(baseline?.value)})`,
  );
  const evaluations = targets.flatMap(({ id, evaluations }) =>
    evaluations.map(
      ({ asOf, value, bounds, recordedOn }) =>
        `(${quoted(id)}, ${date(asOf)}, ${number(bounds?.lo)}, ${number(value)}, ${number(bounds?.hi)}, ${value !== undefined}, ${date(recordedOn)})`,
    ),
  );
  return `
    CREATE TABLE target (id VARCHAR, is_floor BOOLEAN, comparator VARCHAR, asked BIGINT, deadline DATE, as_of DATE,
      baseline_on DATE, baseline BIGINT);
    CREATE TABLE evaluation (target VARCHAR, as_of DATE, lo BIGINT, value BIGINT, hi BIGINT, meets_minimum BOOLEAN,
      recorded_on DATE);
    INSERT INTO target VALUES ${rows.join(",")};
    INSERT INTO evaluation VALUES ${evaluations.join(",")};`;
}

function day(text: string): number {
  return dayOf(text) ?? Number.NaN;
}
