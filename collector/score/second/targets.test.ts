// Rules 1 to 6 of section 10: the program and the SQL of this folder give the same states for generated monthly series.
import { describe, expect, it } from "vitest";
import { rowsOf } from "../../store/duckdb-transaction.ts";
import { judgeFloor } from "../policy/floor.ts";
import type { PartResult } from "../policy/result.ts";
import { judgeThreshold } from "../policy/threshold.ts";
import { differences } from "./answers-suite.ts";
import { evaluationOf, exact, type GeneratedTarget, generateTargets, targetTables } from "./series-suite.ts";
import { inMemory, stepText } from "./sql-suite.ts";

const SEEDS = [6, 8, 13, 17, 20];
const TARGETS = 1_500;

async function bySql(
  targets: readonly GeneratedTarget[],
  change = (sql: string) => sql,
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

describe("target states", () => {
  it.each(SEEDS)("agree on 1,500 generated targets, seed %i", async (seed) => {
    const targets = generateTargets(seed, TARGETS);
    const program = byProgram(targets);
    const found = differences(await bySql(targets), program);
    const bad = found
      .slice(0, 12)
      .map((line) => `${line} ${JSON.stringify(targets.find(({ id }) => line.startsWith(`${id}:`)))}`);
    expect([found.length, ...bad]).toEqual([0]);
  });
});
