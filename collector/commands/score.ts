// The command `score`: a scorecard and the states of policy targets, asked of the running collector.
import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { PolicyTargetListSchema } from "../../contract/policy.ts";
import { type ResultRun, ResultRunListSchema, ResultRunSchema } from "../../contract/results.ts";
import { type AnyScorecard, AnyScorecardSchema } from "../../contract/scorecard.ts";
import { askCollector } from "../ask.ts";
import { dayOf } from "../inventory/day.ts";
import { COLLECTOR, type CommandIo, mustBeWebAddress } from "./io.ts";
import { describeCard, describeTargets } from "./score-text.ts";

interface Options {
  collector: string;
  scope: string;
  asOf?: string;
  json?: true;
}

export interface ScoreIo extends CommandIo {
  /** The verdict is negative: the program will end with 1. */
  isNegative(): void;
}

const LOOK_EVERY_MS = 500;

export function addScoreCommand(program: Command, io: ScoreIo): void {
  program
    .command("score")
    .description(
      "show a scorecard and the states of policy targets; ends with 1 when a school is known not to be ready",
    )
    .requiredOption("--scope <code>", "a school's id, a region's code, a zone or a group such as mountain26")
    .option("--as-of <date>", "the end of a day, such as 2026-10-31; its results are computed and kept (default: now)")
    .option(...COLLECTOR)
    .option("--json", "print card and targets as JSON")
    .action(async (options: Options) => {
      const { collector, scope, asOf, json } = options;
      mustBeWebAddress(collector, io);
      if (asOf !== undefined && dayOf(asOf) === undefined) {
        io.fail(new Error(`--as-of "${asOf}" is not a day, expected one such as 2026-10-31`), true);
      }
      try {
        if (asOf !== undefined) await computed(collector, scope, asOf);
        const day = asOf === undefined ? "" : `?asOf=${asOf}`;
        const path = `/v1/scorecards/${encodeURIComponent(scope)}${day}`;
        const card = await askCollector(collector, { method: "GET", path }, AnyScorecardSchema);
        const targets = await askCollector(
          collector,
          { method: "GET", path: `/v1/policy-targets${day}` },
          PolicyTargetListSchema,
        );
        io.out(json ? JSON.stringify({ card, targets }) : `${describeCard(card)}\n\n${describeTargets(targets)}`);
        if (isNegative(card)) io.isNegative();
      } catch (error) {
        io.fail(error, false);
      }
    });
}

/** A school is known not to be ready; what is not known is no verdict. */
function isNegative(card: AnyScorecard): boolean {
  return card.kind === "school" ? card.smartReady.ready === "no" : card.distribution.ready.no > 0;
}

/** Has the results of a day computed and kept, and waits for them. @throws Error with what went wrong */
async function computed(collector: string, scope: string, asOf: string): Promise<void> {
  const order = { method: "POST" as const, path: "/v1/results/runs", body: { asOf, scope } };
  let run: ResultRun = await askCollector(collector, order, ResultRunSchema);
  while (run.state === "waiting" || run.state === "running") {
    await delay(LOOK_EVERY_MS);
    const { runs } = await askCollector(collector, { method: "GET", path: "/v1/results/runs" }, ResultRunListSchema);
    run = runs.find(({ id }) => id === run.id) ?? run;
  }
  const [problem] = run.problems;
  if (run.state === "failed") throw new Error(run.problem ?? "the results could not be computed");
  if (problem && run.schools.failed === run.schools.all) throw new Error(problem.message);
}
