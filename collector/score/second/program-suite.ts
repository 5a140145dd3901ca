// The program's answers for a generated county, in the form in which the SQL gives its own.
import type { Figure, SchoolCoverage } from "../../../contract/api.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { groupCoverage } from "../coverage.ts";
import type { Evidence } from "../evidence.ts";
import { judgeSchool, type SchoolJudgement } from "../judge.ts";
import type { Maintenance } from "../maintenance.ts";
import type { Quality } from "../venue.ts";
import type { Answers } from "./answers-suite.ts";

export interface ProgramInput {
  inventory: Inventory;
  evidence: Evidence;
  asOfMs: number;
  maintenance: readonly Maintenance[];
  quality: ReadonlyMap<string, Quality>;
}

export function answersOfProgram({ inventory, evidence, asOfMs, maintenance, quality }: ProgramInput): Answers {
  const answers = new Map<string, unknown>();
  const judged = new Map<string, SchoolJudgement>();
  for (const { id: schoolId } of inventory.schools) {
    const judgement = judgeSchool({
      inventory,
      evidence,
      schoolId,
      asOfMs,
      maintenance,
      qualityOf: ({ id }) => quality.get(id) ?? "unproven",
    });
    judged.set(schoolId, judgement);
    addSchool(answers, judgement);
  }
  const regions = new Set(inventory.schools.flatMap(({ county }) => inventory.regions.path(county).map((r) => r.code)));
  for (const region of regions) addGroup(answers, region, inventory, judged, asOfMs);
  return answers;
}

function addSchool(answers: Map<string, unknown>, judgement: SchoolJudgement): void {
  const { schoolId, window, frozen, coverage } = judgement;
  answers.set(`window ${schoolId}`, {
    first: window.fromDay ?? null,
    last: window.toDay ?? null,
    days: window.teachingDays,
    slots: window.expectedSlots,
    frozen,
  });
  for (const [id, { slots }] of judgement.devices) {
    const { expected, up, down, unknown } = slots;
    answers.set(`device ${id}`, { expected, up, down, unknown });
  }
  for (const [id, { slots, verdict, share, evidenceShare, lo, hi }] of judgement.venues) {
    const { expected, served, unserved, unknown } = slots;
    const bounds = expected > 0 ? { lo, hi } : { lo: null, hi: null };
    answers.set(`venue ${id}`, {
      served,
      unserved,
      unknown,
      verdict,
      share: share ?? null,
      known: evidenceShare ?? null,
      ...bounds,
    });
  }
  answers.set(`school ${schoolId}`, schoolFigures(coverage));
}

function schoolFigures({ venues, covered, notCovered, insufficient, full, rate }: SchoolCoverage) {
  const bounds = venues > 0 ? boundsOf(rate) : { lo: null, hi: null };
  return { venues, covered, notCovered, insufficient, full, rate: rate.value ?? null, ...bounds };
}

function boundsOf({ lo, hi }: Figure) {
  return { lo, hi };
}

function addGroup(
  answers: Map<string, unknown>,
  region: string,
  inventory: Inventory,
  judged: ReadonlyMap<string, SchoolJudgement>,
  asOfMs: number,
): void {
  const members = inventory.schoolsIn(region).flatMap(({ id, students }) => {
    const judgement = judged.get(id);
    if (judgement === undefined) return [];
    return [{ coverage: judgement.coverage, frozen: judgement.frozen, ...(students !== undefined && { students }) }];
  });
  const { full, fullShare, venueShare, studentShare } = groupCoverage(members, asOfMs);
  answers.set(`group ${region}`, {
    schools: members.length,
    t: full.yes,
    f: full.no,
    u: full.unknown,
    share: fullShare.value ?? null,
    ...boundsOf(fullShare),
    covered: venueShare.numerator,
    judged: venueShare.denominator,
    venues: members.reduce((sum, { coverage }) => sum + coverage.venues, 0),
    studentsTrue: studentShare?.numerator ?? null,
    studentsKnown: studentShare?.denominator ?? null,
  });
}
