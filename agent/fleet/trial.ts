// A configuration of the collector on its way: fetched, tried, confirmed or given up. Pure: what is kept in, what is kept out.
//
//   none ──begun──▶ trial ──confirmed──▶ good
//                    │ ▲ │
//         rolledBack │ │ └──restarted: begun again, at most MOST_STARTS times in all, then rolled back
//                    ▼ │ begun (a newer revision takes its place)
//                   good before, or the file alone
//
// What is kept is durable before it takes effect: at every moment a restart comes up with the trial if there is one, else
// with the good one, else with the file alone. A revision that was decided on is not tried again.
import Type, { type Static } from "typebox";
import { ConfigOutcomeSchema } from "../../contract/fleet.ts";

/** As it was fetched: its shape is checked whenever it is used, because the agent's program may be another by then. */
export const FetchedSchema = Type.Object({ revision: Type.Integer({ minimum: 1 }), config: Type.Unknown() });

export const KeptSchema = Type.Object({
  version: Type.Literal(1),
  /** Whose it is: what another collector held, or held for another agent, does not count. As in the agent's own file. */
  of: Type.Object({ agent: Type.String(), collector: Type.String() }),
  /** The last one that proved itself; absent: the file alone. */
  good: Type.Optional(FetchedSchema),
  trial: Type.Optional(
    Type.Object({
      held: FetchedSchema,
      /** How often the agent has begun with it. */
      starts: Type.Integer({ minimum: 1 }),
      /** Whether any target answered before it, so that one must answer now. */
      answeredBefore: Type.Boolean(),
    }),
  ),
  /** What became of the newest revision that was decided on. */
  verdict: Type.Optional(ConfigOutcomeSchema),
  /** What the collector has not been told yet, oldest first. */
  unreported: Type.Array(ConfigOutcomeSchema),
});

export type Fetched = Static<typeof FetchedSchema>;
export type Kept = Static<typeof KeptSchema>;
type Outcome = Static<typeof ConfigOutcomeSchema>;

export function nothingKept(of: Kept["of"]): Kept {
  return { version: 1, of, unreported: [] };
}

/** The first start and two more. */
const MOST_STARTS = 3;
/** The collector is told of the newest; older ones are history. */
const MOST_UNREPORTED = 20;
/** Bounds of contract/fleet.ts. */
const MOST_PROBLEMS = 100;
const LONGEST_PROBLEM = 1_000;

/** `undefined`: the agent's own file alone. */
export function inForce({ good, trial }: Kept): Fetched | undefined {
  return trial?.held ?? good;
}

/** The newest revision that was fetched and is not to be fetched again. */
export function knownRevision({ good, trial, verdict }: Kept): number | undefined {
  return trial?.held.revision ?? verdict?.revision ?? good?.revision;
}

/** A configuration that passed its test is about to be used. One still on trial is forgotten: nobody waits for it any more. */
export function begun(kept: Kept, held: Fetched, answeredBefore: boolean): Kept {
  const answered = answeredBefore || kept.trial?.answeredBefore === true;
  return { ...kept, trial: { held, starts: 1, answeredBefore: answered } };
}

/** A configuration cannot be used. What is in force stays, a trial as well. */
export function refused(kept: Kept, revision: number, problems: readonly string[]): Kept {
  return decided(kept, { revision, outcome: "refused", problems: bounded(problems) });
}

/** The agent has started anew. A trial that was begun too often is rolled back: it may be what ends the agent. */
export function restarted(kept: Kept): Kept {
  const { trial } = kept;
  if (!trial) return kept;
  if (trial.starts < MOST_STARTS) return { ...kept, trial: { ...trial, starts: trial.starts + 1 } };
  return rolledBack(kept, [`the agent ended ${trial.starts} times before it had proved itself`]);
}

export function confirmed(kept: Kept): Kept {
  const { trial, ...rest } = kept;
  if (!trial) return kept;
  return decided({ ...rest, good: trial.held }, { revision: trial.held.revision, outcome: "applied", problems: [] });
}

export function rolledBack(kept: Kept, why: readonly string[]): Kept {
  const { trial, ...rest } = kept;
  if (!trial) return kept;
  return decided(rest, { revision: trial.held.revision, outcome: "rolled-back", problems: bounded(why) });
}

/** The collector knows of it. */
export function reported(kept: Kept, outcome: Outcome): Kept {
  const isOther = (o: Outcome) => o.revision !== outcome.revision || o.outcome !== outcome.outcome;
  return { ...kept, unreported: kept.unreported.filter(isOther) };
}

export interface TrialSigns {
  elapsedMs: number;
  confirmWithinMs: number;
  /** Whether a collector has acknowledged a batch under the configuration. */
  isStored: boolean;
  /** Whether any target has answered under it. */
  hasAnswer: boolean;
  answeredBefore: boolean;
}

/** What the signs say; why not, for people, once the time is over. */
export function judge(signs: TrialSigns): "waiting" | "confirmed" | string[] {
  const { elapsedMs, confirmWithinMs, isStored, hasAnswer, answeredBefore } = signs;
  const isDeaf = answeredBefore && !hasAnswer;
  if (isStored && !isDeaf) return "confirmed";
  if (elapsedMs < confirmWithinMs) return "waiting";
  const seconds = Math.round(confirmWithinMs / 1_000);
  return [
    ...(isStored ? [] : [`no collector acknowledged a batch within ${seconds} s`]),
    ...(isDeaf ? [`no target answered within ${seconds} s, and some did before`] : []),
  ];
}

function decided(kept: Kept, verdict: Outcome): Kept {
  return { ...kept, verdict, unreported: [...kept.unreported, verdict].slice(-MOST_UNREPORTED) };
}

function bounded(problems: readonly string[]): string[] {
  return problems.slice(0, MOST_PROBLEMS).map((problem) => problem.slice(0, LONGEST_PROBLEM));
}
