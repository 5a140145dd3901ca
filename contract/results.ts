// Results that the collector keeps: runs that compute them, and the series of months that they make.
import Type, { type Static } from "typebox";
import { FIGURE_STATES, KeptSchema, ResultInputsSchema } from "./scorecard.ts";

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const Month = Type.String({ pattern: "^\\d{4}-\\d{2}$" });

/** Why a run was begun: a month has ended; batches came late, within the time in which they are taken; somebody asked for it. */
export const RUN_REASONS = ["month_end", "late_data", "on_demand"] as const;
export type RunReason = (typeof RUN_REASONS)[number];

/**
 * `waiting` behind another run; `running`; `done`; `failed` with the reason in `problem`. One that a stop or a crash ended goes on as
 * `running` when the collector is there again: what it has computed stays.
 */
export const RUN_STATES = ["waiting", "running", "done", "failed"] as const;
export type RunState = (typeof RUN_STATES)[number];

const ProgressSchema = Type.Object({
  /** Of how many, and how many are done: those with a new revision, and those whose result was the same as before. */
  all: Count,
  added: Count,
  same: Count,
  /** Could not be computed, such as for want of evidence that is kept; `problems` has the first of them. */
  failed: Count,
});

/** One computing of results: of all schools and all groups, or of one scope. */
export const ResultRunSchema = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  /** The day whose end the results speak of. */
  asOf: Day,
  /** Absent: everything. */
  scope: Type.Optional(Text),
  reason: Type.Enum([...RUN_REASONS]),
  modelVersion: Text,
  state: Type.Enum([...RUN_STATES]),
  askedAt: Text,
  endedAt: Type.Optional(Text),
  schools: ProgressSchema,
  groups: ProgressSchema,
  /** Evaluations of policy targets that were added. */
  evaluations: Count,
  problems: Type.Array(Type.Object({ scope: Text, code: Text, message: Text })),
  problem: Type.Optional(Text),
});

/** GET /v1/results/runs: newest first, at most 50. */
export const ResultRunListSchema = Type.Object({ runs: Type.Array(ResultRunSchema) });

/** POST /v1/results/runs, from the collector's own machine: answers 201 with the run. */
export const ResultRunOrderSchema = Type.Object(
  {
    asOf: Day,
    /** A school's id, a region's code, a zone or a group; its schools are computed too. Absent: everything. */
    scope: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
);

/** A figure of one month, without what it was made of. */
export const MonthFigureSchema = Type.Object({
  id: Text,
  variant: Type.Optional(Text),
  state: Type.Enum([...FIGURE_STATES]),
  value: Type.Optional(Type.Number()),
  lo: Type.Optional(Type.Number()),
  hi: Type.Optional(Type.Number()),
});

/** The newest result of a month and of one model version. */
export const MonthResultSchema = Type.Object({
  month: Month,
  asOf: Day,
  modelVersion: Text,
  kept: KeptSchema,
  inputs: ResultInputsSchema,
  /** How many revisions there are. */
  revisions: Type.Integer({ minimum: 1 }),
  /** Of a school. */
  point: Type.Optional(Type.Number()),
  lo: Type.Optional(Type.Number()),
  hi: Type.Optional(Type.Number()),
  band: Type.Optional(Text),
  /** All indicators of the card; gaps among them. */
  figures: Type.Array(MonthFigureSchema),
});

/**
 * GET /v1/scorecards/:scope/history?months=12: oldest first. Results of different model versions are never put in one line: `lines`
 * has one entry a model version, the present one last.
 */
export const HistorySchema = Type.Object({
  scope: Text,
  lines: Type.Array(Type.Object({ modelVersion: Text, months: Type.Array(MonthResultSchema) })),
});

/** GET /v1/scorecards/:scope/revisions?asOf=: all that were kept of one day, oldest first. Each is read with `?asOf=&revision=`. */
export const RevisionListSchema = Type.Object({
  scope: Text,
  asOf: Day,
  revisions: Type.Array(Type.Intersect([KeptSchema, Type.Object({ modelVersion: Text, inputs: ResultInputsSchema })])),
});

export type ResultRun = Static<typeof ResultRunSchema>;
export type RunProgress = ResultRun["schools"];
export type ResultRunList = Static<typeof ResultRunListSchema>;
export type ResultRunOrder = Static<typeof ResultRunOrderSchema>;
export type MonthFigure = Static<typeof MonthFigureSchema>;
export type MonthResult = Static<typeof MonthResultSchema>;
export type History = Static<typeof HistorySchema>;
export type RevisionList = Static<typeof RevisionListSchema>;
