// PILOT_QUOTA: places given to cities in proportion to their units, by largest remainder (scoring model section 8, E21).
import { Exact } from "../exact.ts";
import { MODEL_VERSION } from "../parameters.ts";

export interface QuotaCity {
  /** GB/T 2260 code. */
  code: string;
  /** Its units, such as counties or schools, in the year of the call; absent: not known. */
  units?: number;
}

export interface QuotaPlaces {
  code: string;
  units: number;
  /** total · units / all units. */
  exact: Exact;
  /** What of it is whole, and what is left. */
  whole: number;
  remainder: Exact;
  places: number;
}

interface QuotaInputs {
  /** Places to give. */
  total: number;
  modelVersion: string;
}

export type Quota =
  | (QuotaInputs & {
      status: "value";
      /** Units of all cities. */
      units: number;
      /** In the order they were given in. */
      cities: QuotaPlaces[];
      /** Codes of cities with the same remainder, of which only some got a place: the rule does not say which. Empty without a tie. */
      tied: string[];
    })
  | (QuotaInputs & { status: "insufficient"; reason: "units_unknown" | "no_units"; without: string[] });

/**
 * Each city gets the whole part of its exact share, and what is left goes one by one to the largest remainders. Equal remainders are
 * served by more units, then by code, and named as tied, because the documents do not say who comes first.
 *
 * @param total a whole number from 0
 */
export function pilotQuota(total: number, cities: readonly QuotaCity[]): Quota {
  const inputs: QuotaInputs = { total, modelVersion: MODEL_VERSION };
  const without = cities.flatMap(({ code, units }) => (units === undefined ? [code] : []));
  // The share of every city depends on the sum, so one unknown count leaves none known.
  if (without.length > 0) return { status: "insufficient", reason: "units_unknown", without, ...inputs };
  const all = cities.reduce((sum, { units = 0 }) => sum + units, 0);
  if (all === 0) return { status: "insufficient", reason: "no_units", without, ...inputs };
  const rows = cities.map(({ code, units = 0 }) => {
    const left = (total * units) % all;
    const whole = (total * units - left) / all;
    return { code, units, exact: Exact.ratio(total * units, all), whole, left };
  });
  const ranked = [...rows].sort((a, b) => b.left - a.left || b.units - a.units || (a.code < b.code ? -1 : 1));
  const rest = total - rows.reduce((sum, { whole }) => sum + whole, 0);
  const served = new Set(ranked.slice(0, rest).map(({ code }) => code));
  const edge = ranked[rest - 1]?.left;
  const isTied = edge !== undefined && ranked[rest]?.left === edge;
  return {
    status: "value",
    units: all,
    cities: rows.map(({ left, ...row }) => ({
      ...row,
      remainder: Exact.ratio(left, all),
      places: row.whole + (served.has(row.code) ? 1 : 0),
    })),
    tied: isTied ? ranked.filter(({ left }) => left === edge).map(({ code }) => code) : [],
    ...inputs,
  };
}
