// Rules 1 to 6 of section 10: the program and the SQL of this folder give the same states for generated monthly series.
import { describe, expect, it } from "vitest";
import { rowsOf } from "../../store/duckdb-transaction.ts";
import { judgeFloor } from "../policy/floor.ts";
import type { PartResult } from "../policy/result.ts";
import { judgeThreshold } from "../policy/threshold.ts";
import { differences } from "./answers-suite.ts";
import { evaluationOf, exact, type GeneratedTarget, generateTargets, targetTables } from "./series-suite.ts";
import { type Change, inMemory, stepText } from "./sql-suite.ts";

/** Any other number is another series of targets: more of them may stand here at any time. */
const SEEDS = [1, 6, 8];
const TARGETS = 1_500;

async function bySql(
  targets: readonly GeneratedTarget[],
  change: Change = (sql) => sql,
): Promise<Map<string, unknown>> {
  return inMemory(async (connection) => {
    await connection.run(targetTables(targets));
    await connection.run(change(await stepText("70-targets")));
    const rows = await rowsOf(connection, "SELECT id, state, rule, note, label FROM target_state");
    return new Map(rows.map(([id, ...answer]) => [String(id), answer]));
  });
}

function byProgram(targets: readonly GeneratedTarget[]): Map<string, unknown> {
  return new Map(
    targets.map((target) => {
      const { state, rule, note, label } = judge(target);
      const isOpenFloor = target.isFloor && state === "insufficient" && rule !== 2;
      return [
        target.id,
        // Section 10 knows the note of rule 4 only.
        [
          state,
          isOpenFloor ? null : rule,
          rule === 4 ? (note ?? null) : null,
          label === undefined ? null : textOf(label),
        ],
      ];
    }),
  );
}

function judge({ id: _, ...target }: GeneratedTarget): PartResult {
  const evaluations = target.evaluations.map(evaluationOf);
  if (target.isFloor) return judgeFloor(exact(target.asked), evaluations, target.asOf);
  const { baseline } = target;
  return judgeThreshold(
    { comparator: target.comparator, value: exact(target.asked), isShare: target.isShare, deadline: target.deadline },
    { evaluations, ...(baseline && { baseline: { on: baseline.on, value: exact(baseline.value) } }) },
    target.asOf,
  );
}

function textOf(label: NonNullable<PartResult["label"]>): string {
  return label.kind === "reached_late" ? `${label.kind} ${label.month}` : label.kind;
}

/** Wrong versions of single rules. */
const MISTAKES: ReadonlyMap<string, Change> = new Map([
  [
    "1: what came after the deadline counts",
    (sql) => sql.replace("SELECT id, 'deadline', deadline FROM", "SELECT id, 'deadline', deadline + 30 FROM"),
  ],
  ["1: late batches are never refused", (sql) => sql.replace("t.deadline + 7", "t.deadline + 700")],
  ["2: values hold for 61 days", (sql) => sql.replace("t.as_of - p.day <= 62", "t.as_of - p.day <= 61")],
  ["3: one good month is enough", (sql) => sql.replace("WHEN n.good1 AND n.good2 THEN 3", "WHEN n.good1 THEN 3")],
  ["4: five points make a trend", (sql) => sql.replace("count(*) >= 6", "count(*) >= 5")],
  ["4: a mean in the place of the median", (sql) => sql.replace("median((b.middle", "avg((b.middle")],
  ["5: no tolerance", (sql) => sql.replace("- (t.deadline - t.baseline_on) * abs(t.asked - t.baseline)::HUGEINT", "")],
  ["6: one bad month is forgiven", (sql) => sql.replace("WHEN NOT n.good1 AND n.good2 AND n.good3 THEN 6", "")],
  ["<= is >=", (sql) => sql.replace("WHEN '<=' THEN -1", "WHEN '<=' THEN 1")],
]);

describe("target states", () => {
  it.each(SEEDS)("agree on 1,500 generated targets, seed %i", async (seed) => {
    const targets = generateTargets(seed, TARGETS);
    const byId = new Map(targets.map((target) => [target.id, target]));
    const found = differences(await bySql(targets), byProgram(targets));
    expect(found.map((line) => [line, byId.get(line.split(":")[0] ?? "")])).toEqual([]);
  });

  it("show when a rule is not kept", async () => {
    const targets = generateTargets(1, TARGETS);
    const program = byProgram(targets);
    const unnoticed: string[] = [];
    for (const [name, change] of MISTAKES) {
      if (differences(await bySql(targets, change), program).length === 0) unnoticed.push(name);
    }
    expect(unnoticed).toEqual([]);
  }, 300_000);
});
