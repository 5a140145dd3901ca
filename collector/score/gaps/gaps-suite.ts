// What the tests of the gaps share: units with values, schools with an index, the limits' names.
import { Exact } from "../exact.ts";
import type { Unit } from "./cv.ts";
import type { IndexedSchool } from "./indicators.ts";

/** Units u1, u2 … with these values; `undefined` is not known. */
export function unitsOf(values: readonly (number | undefined)[], students?: readonly (number | undefined)[]): Unit[] {
  return values.map((value, i) => {
    const its = students?.[i];
    return {
      id: `u${i + 1}`,
      ...(value !== undefined && { value: Exact.of(value) }),
      ...(its !== undefined && { students: its }),
    };
  });
}

/** Four units whose CV with equal weights is exactly this: half of them above a mean of 1, half below. */
export function unitsWithCv(cv: number): Unit[] {
  const [above, below] = [Exact.of(1).plus(Exact.of(cv)), Exact.of(1).minus(Exact.of(cv))];
  return [above, above, below, below].map((value, i) => ({ id: `u${i + 1}`, value }));
}

export function indexed(id: string, changes: Partial<IndexedSchool> = {}): IndexedSchool {
  return { id, county: "330106", stage: "primary", students: 100, side: "urban", ...changes };
}
