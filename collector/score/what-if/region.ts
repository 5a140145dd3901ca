// Which schools, made full, would bring the share of fully covered schools of a region to a target, at the least cost.
import type { SchoolCoverage } from "../../../contract/api.ts";
import { atLeast, type Fraction, type ModelParameters, PARAMETERS } from "../parameters.ts";

export interface SchoolInRegion {
  id: string;
  full: SchoolCoverage["full"];
  /** What it costs to make the school full; absent when nothing does, or it is full. In whole units. */
  cost?: number;
  /** No set of measures costs less. */
  costAtLeast?: number;
  /** Further slots of service that it takes; of two that cost the same, the shorter one comes first. */
  slots?: number;
}

export interface RegionWhatIf {
  /** `already`: nothing is needed. `no`: not even with all schools that can be made full. */
  reached: "already" | "with_these" | "no";
  /** Ids of the schools to be made full, the cheapest first. */
  schools: string[];
  cost: number;
  /** No set of schools and measures costs less. */
  costAtLeast: number;
}

interface Candidate {
  id: string;
  cost: number;
  slots: number;
}

/**
 * WIFI_FULL_SHARE reaches the target and is printed (scoring model 5.5): a school that is not known counts only once it is
 * known, so it raises both sides of the share. Exact: of the schools that are not full, and of those that are not known, the
 * cheapest so many are best, and all numbers of each are tried.
 */
export function whatIfRegion(
  schools: readonly SchoolInRegion[],
  share: Fraction,
  { countyKnownSchools }: Pick<ModelParameters, "countyKnownSchools"> = PARAMETERS,
): RegionWhatIf {
  const question = (costOf: (school: SchoolInRegion) => number | undefined): Question => ({
    yes: count(schools, "true"),
    no: count(schools, "false"),
    all: schools.length,
    notFull: candidates(schools, "false", costOf),
    notKnown: candidates(schools, "unknown", costOf),
    share,
    knownShare: countyKnownSchools,
  });
  const best = cheapest(question(({ cost }) => cost));
  if (!best) return { reached: "no", schools: [], cost: 0, costAtLeast: 0 };
  const least = cheapest(question(({ costAtLeast, cost }) => costAtLeast ?? cost));
  return {
    reached: best.chosen.length === 0 ? "already" : "with_these",
    schools: best.chosen.map(({ id }) => id),
    cost: best.cost,
    costAtLeast: Math.min(best.cost, least?.cost ?? best.cost),
  };
}

interface Question {
  yes: number;
  no: number;
  all: number;
  /** The cheapest first. */
  notFull: readonly Candidate[];
  notKnown: readonly Candidate[];
  share: Fraction;
  knownShare: Fraction;
}

function cheapest(question: Question): { chosen: Candidate[]; cost: number } | undefined {
  const { yes, no, all, notFull, notKnown, share, knownShare } = question;
  const ofNotFull = prefixCosts(notFull);
  const ofNotKnown = prefixCosts(notKnown);
  let best: { a: number; b: number; cost: number } | undefined;
  for (let b = 0; b <= notKnown.length; b += 1) {
    const known = yes + no + b;
    if (all === 0 || !atLeast(known, all, knownShare)) continue;
    const wanted = Math.ceil((known * share.numerator) / share.denominator);
    // Division may have lost the last digit of what is compared in whole numbers.
    const fewest = [wanted - 1, wanted, wanted + 1].find((part) => atLeast(part, known, share)) ?? wanted;
    const a = Math.max(0, fewest - yes - b);
    const cost = (ofNotFull[a] ?? Number.POSITIVE_INFINITY) + (ofNotKnown[b] ?? Number.POSITIVE_INFINITY);
    if (a > notFull.length) continue;
    if (best === undefined || cost < best.cost || (cost === best.cost && a + b < best.a + best.b))
      best = { a, b, cost };
  }
  if (!best) return undefined;
  const chosen = [...notFull.slice(0, best.a), ...notKnown.slice(0, best.b)].sort(cheapestFirst);
  return { chosen, cost: best.cost };
}

function candidates(
  schools: readonly SchoolInRegion[],
  full: SchoolCoverage["full"],
  costOf: (school: SchoolInRegion) => number | undefined,
): Candidate[] {
  return schools
    .flatMap((school) => {
      const cost = costOf(school);
      return school.full === full && cost !== undefined ? [{ id: school.id, cost, slots: school.slots ?? 0 }] : [];
    })
    .sort(cheapestFirst);
}

export function cheapestFirst(a: Candidate, b: Candidate): number {
  return a.cost - b.cost || a.slots - b.slots || (a.id < b.id ? -1 : 1);
}

/** Entry n: what the first n cost together. */
function prefixCosts(list: readonly Candidate[]): number[] {
  const sums = [0];
  for (const { cost } of list) sums.push((sums.at(-1) ?? 0) + cost);
  return sums;
}

function count(schools: readonly SchoolInRegion[], full: SchoolCoverage["full"]): number {
  return schools.filter((school) => school.full === full).length;
}
