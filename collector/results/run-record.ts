// Runs as they are kept: what was asked for, how far it is, and how it ended.
import type { ResultRun, RunReason, RunState } from "../../contract/results.ts";
import { instantText } from "../inventory/day.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { type State, type StateRow, type StateTransaction, text, whole } from "../state/state.ts";
import { canonicalText } from "./canonical.ts";

/** What of a run is written over as it goes on. */
export interface RunProgress extends Pick<ResultRun, "schools" | "groups" | "evaluations" | "problems"> {
  /** The last school, in the order of ids, whose result is kept; absent at the begin. */
  doneUpTo?: string;
  problem?: string;
}

export interface RunRecord {
  id: number;
  asOf: string;
  scope?: string;
  reason: RunReason;
  modelVersion: string;
  state: RunState;
  askedAtMs: number;
  endedAtMs?: number;
  progress: RunProgress;
}

export type RunOrder = Pick<RunRecord, "asOf" | "scope" | "reason">;

const NOTHING = { all: 0, added: 0, same: 0, failed: 0 };
const SHOWN = 50;

export class RunRecords {
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** The waiting or running one of the same day and scope, or a new one that waits. */
  async order({ asOf, scope, reason }: RunOrder, nowMs: number): Promise<RunRecord> {
    return this.#state.transaction(async (t) => {
      const [open] = await t.rows(
        `SELECT * FROM result_run WHERE as_of = $1 AND coalesce(scope, '') = $2 AND model = $3
         AND state IN ('waiting', 'running') LIMIT 1`,
        [asOf, scope ?? "", MODEL_VERSION],
      );
      if (open) return record(open);
      const [last] = await t.rows("SELECT coalesce(max(id), 0) AS id FROM result_run");
      const id = (last ? whole(last, "id") : 0) + 1;
      const progress = { schools: NOTHING, groups: NOTHING, evaluations: 0, problems: [] };
      await t.run("INSERT INTO result_run VALUES ($1, $2, $3, $4, $5, 'waiting', $6, NULL, $7)", [
        ...[id, asOf, scope ?? null, reason, MODEL_VERSION, BigInt(nowMs)],
        canonicalText(progress),
      ]);
      return { id, asOf, ...(scope !== undefined && { scope }), reason, ...fresh(nowMs), progress };
    });
  }

  /** Those that have not ended, in the order in which they were asked for. */
  async open(): Promise<RunRecord[]> {
    const rows = await this.#state.rows("SELECT * FROM result_run WHERE state IN ('waiting', 'running') ORDER BY id");
    return rows.map(record);
  }

  /** The newest ones of everything, the newest first. */
  async newest(count = SHOWN): Promise<RunRecord[]> {
    const rows = await this.#state.rows("SELECT * FROM result_run ORDER BY id DESC LIMIT $1", [count]);
    return rows.map(record);
  }

  /** Those of a day, of everything and of the present model, the newest first. */
  async ofDay(asOf: string): Promise<RunRecord[]> {
    const rows = await this.#state.rows(
      "SELECT * FROM result_run WHERE as_of = $1 AND model = $2 AND scope IS NULL ORDER BY id DESC",
      [asOf, MODEL_VERSION],
    );
    return rows.map(record);
  }

  /** Writes how far it is; within the transaction that keeps what it has computed, where there is one. */
  async note({ id, state, progress, endedAtMs }: RunRecord, t: Pick<StateTransaction, "run"> = this.#state) {
    await t.run("UPDATE result_run SET state = $2, progress = $3, ended_at_ms = $4 WHERE id = $1", [
      ...[id, state, canonicalText(progress)],
      endedAtMs === undefined ? null : BigInt(endedAtMs),
    ]);
  }
}

function fresh(askedAtMs: number): Pick<RunRecord, "modelVersion" | "state" | "askedAtMs"> {
  return { modelVersion: MODEL_VERSION, state: "waiting", askedAtMs };
}

function record(row: StateRow): RunRecord {
  const { scope, ended_at_ms: ended } = row;
  return {
    id: whole(row, "id"),
    asOf: text(row, "as_of"),
    ...(scope !== undefined && { scope: String(scope) }),
    // What we have written ourselves.
    reason: text(row, "reason") as RunReason,
    modelVersion: text(row, "model"),
    state: text(row, "state") as RunState, // as above
    askedAtMs: whole(row, "asked_at_ms"),
    ...(ended !== undefined && { endedAtMs: Number(ended) }),
    progress: JSON.parse(text(row, "progress")) as RunProgress, // as above
  };
}

export function runView(run: RunRecord): ResultRun {
  const { id, asOf, scope, reason, modelVersion, state, askedAtMs, endedAtMs, progress } = run;
  const { schools, groups, evaluations, problems, problem } = progress;
  return {
    id,
    asOf,
    ...(scope !== undefined && { scope }),
    reason,
    modelVersion,
    state,
    askedAt: instantText(askedAtMs),
    ...(endedAtMs !== undefined && { endedAt: instantText(endedAtMs) }),
    schools,
    groups,
    evaluations,
    problems,
    ...(problem !== undefined && { problem }),
  };
}
