// What holds from one date to another, where dates are known to the day, the month or only the year: then it may be not known.
import { addMonths, dayOf } from "../../inventory/day.ts";
import type { Truth } from "../truth.ts";

/** The days that a date may mean: the same one twice when it is known to the day. Days since 1970. */
export interface DaySpan {
  first: number;
  last: number;
}

/** By the length of its text: what is missing of a date's first day, and how many months it spans. */
const WRITTEN: Readonly<Record<number, { rest: string; months: number }>> = {
  4: { rest: "-01-01", months: 12 },
  7: { rest: "-01", months: 1 },
  10: { rest: "", months: 0 },
};

/** `2024-08-15`, `2024-08` or `2024`. @throws RangeError for any other text and for dates that do not exist */
export function spanOf(text: string): DaySpan {
  const { rest, months } = WRITTEN[text.length] ?? { rest: "", months: 0 };
  const first = dayOf(text + rest);
  if (first === undefined) throw new RangeError(`"${text}" is not a date, expected 2024-08-15, 2024-08 or 2024`);
  return { first, last: months === 0 ? first : addMonths(first, months) - 1 };
}

export interface Period {
  /** The date from which it holds; absent: since ever. */
  from?: string;
  /** The date from which it holds no more; absent: it still does. */
  to?: string;
}

/** Whether a period had begun and not ended on a date. Within a month in which it began or ended, that is not known. */
export function holdsOn({ from, to }: Period, date: string): Truth {
  const begun = from === undefined ? true : hasCome(from, date);
  const ended = to === undefined ? false : hasCome(to, date);
  if (begun === false || ended === true) return false;
  return begun === undefined || ended === undefined ? undefined : true;
}

/** Whether an event of one date had happened on another. */
export function hasCome(event: string, date: string): Truth {
  const [at, on] = [spanOf(event), spanOf(date)];
  if (on.first >= at.last) return true;
  return on.last < at.first ? false : undefined;
}
