// Exact numbers for scores: whole numbers one by the other, because a verdict at a limit must not depend on how a computer rounds.
//
// What was measured comes as a double and counts as the decimal that people read of it: 0.95 is 95/100, not the nearest double.

export class Exact {
  readonly numerator: bigint;
  /** Above 0; it and the numerator have no common divisor. */
  readonly denominator: bigint;

  private constructor(numerator: bigint, denominator: bigint) {
    this.numerator = numerator;
    this.denominator = denominator;
  }

  /** A number as it is written in decimals. @throws RangeError for NaN and the infinite ones */
  static of(value: number): Exact {
    if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be counted with`);
    const [mantissa = "", exponent = "0"] = String(value).split("e");
    const [whole = "", decimals = ""] = mantissa.split(".");
    const power = Number(exponent) - decimals.length;
    const digits = BigInt(whole + decimals);
    return power >= 0
      ? Exact.#reduced(digits * 10n ** BigInt(power), 1n)
      : Exact.#reduced(digits, 10n ** BigInt(-power));
  }

  /** One whole number by another. @throws RangeError for what is not whole, and by 0 */
  static ratio(numerator: number, denominator: number): Exact {
    if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0) {
      throw new RangeError(`${numerator} by ${denominator} is not one whole number by another`);
    }
    return Exact.#reduced(BigInt(numerator), BigInt(denominator));
  }

  static #reduced(numerator: bigint, denominator: bigint): Exact {
    const sign = denominator < 0n ? -1n : 1n;
    const divisor = sign * commonDivisor(numerator < 0n ? -numerator : numerator, sign * denominator);
    return new Exact(numerator / divisor, denominator / divisor);
  }

  static sum(values: Iterable<Exact>): Exact {
    let sum = ZERO;
    for (const value of values) sum = sum.plus(value);
    return sum;
  }

  plus(other: Exact): Exact {
    const numerator = this.numerator * other.denominator + other.numerator * this.denominator;
    return Exact.#reduced(numerator, this.denominator * other.denominator);
  }

  minus(other: Exact): Exact {
    return this.plus(other.times(MINUS_ONE));
  }

  times(other: Exact): Exact {
    return Exact.#reduced(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  /** @throws RangeError by 0 */
  over(other: Exact): Exact {
    if (other.numerator === 0n) throw new RangeError("nothing can be divided by 0");
    return Exact.#reduced(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  isAtLeast(other: Exact): boolean {
    return this.numerator * other.denominator >= other.numerator * this.denominator;
  }

  isAbove(other: Exact): boolean {
    return !other.isAtLeast(this);
  }

  isBelow(other: Exact): boolean {
    return !this.isAtLeast(other);
  }

  /** Between 0 and 1. */
  clamped(): Exact {
    if (this.isBelow(ZERO)) return ZERO;
    return this.isAtLeast(ONE) ? ONE : this;
  }

  /** The nearest double, or one beside it. */
  toNumber(): number {
    const isNegative = this.numerator < 0n;
    const size = isNegative ? -this.numerator : this.numerator;
    const whole = size / this.denominator;
    // Below the whole part 20 decimals are more than a double holds.
    const rest = ((size % this.denominator) * 10n ** 20n) / this.denominator;
    const value = Number(`${whole}.${String(rest).padStart(20, "0")}`);
    return isNegative ? -value : value;
  }
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

export const ZERO = Exact.ratio(0, 1);
export const ONE = Exact.ratio(1, 1);
const MINUS_ONE = Exact.ratio(-1, 1);

/** f01 of the scoring model (section 8): 0 at `from`, 1 at `to`, straight between, nothing beyond. `to` may be the smaller. */
export function f01(value: Exact, from: number, to: number): Exact {
  const begin = Exact.of(from);
  return value.minus(begin).over(Exact.of(to).minus(begin)).clamped();
}

/** A share of the parameters, such as 19/20. */
export function exactly({ numerator, denominator }: { numerator: number; denominator: number }): Exact {
  return Exact.ratio(numerator, denominator);
}
