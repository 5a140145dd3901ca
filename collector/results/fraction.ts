// Exact numbers as text, for what is kept: `19/20`, in lowest terms.
import { CampusError } from "../../contract/errors.ts";
import { Exact } from "../score/exact.ts";

const FRACTION = /^(-?)(\d+)\/([1-9]\d*)$/;
/** So many digits are a whole number that a double holds. */
const DIGITS = 15;

export function fractionText({ numerator, denominator }: Exact): string {
  return `${numerator}/${denominator}`;
}

/** @throws CampusError `RESULT_DAMAGED` for any other text */
export function fractionIn(text: string): Exact {
  const [, sign, numerator, denominator] = FRACTION.exec(text) ?? [];
  if (numerator === undefined || denominator === undefined) {
    throw new CampusError("RESULT_DAMAGED", `"${text}" stands for a number in a result, expected one such as 19/20`);
  }
  const size = wholeIn(numerator).over(wholeIn(denominator));
  return sign === "-" ? ZERO.minus(size) : size;
}

/** A whole number of any length, some digits at a time. */
function wholeIn(digits: string): Exact {
  if (digits.length <= DIGITS) return Exact.ratio(Number(digits), 1);
  const head = wholeIn(digits.slice(0, -DIGITS));
  return head.times(SHIFT).plus(Exact.ratio(Number(digits.slice(-DIGITS)), 1));
}

const ZERO = Exact.ratio(0, 1);
const SHIFT = Exact.ratio(10 ** DIGITS, 1);
