// The tables of results: what was computed of a scope at the end of a day, revision by revision, and the runs that computed it.
//
// Rows are only ever added; of a run its progress is written over. There are no keys: one process writes, one transaction at a time,
// and a revision is counted up within the transaction that adds it. Days are text, `2026-10-31`, so that they sort as they are.
import type { StatePart } from "../state/state.ts";

export const RESULTS: StatePart = {
  name: "results",
  steps: [
    `CREATE TABLE result (
       scope VARCHAR NOT NULL, kind VARCHAR NOT NULL, as_of VARCHAR NOT NULL, model VARCHAR NOT NULL, revision INTEGER NOT NULL,
       sha256 VARCHAR NOT NULL, computed_at_ms BIGINT NOT NULL, inputs VARCHAR NOT NULL, bytes BLOB NOT NULL)`,
    `CREATE TABLE result_run (
       id INTEGER NOT NULL, as_of VARCHAR NOT NULL, scope VARCHAR, reason VARCHAR NOT NULL, model VARCHAR NOT NULL,
       state VARCHAR NOT NULL, asked_at_ms BIGINT NOT NULL, ended_at_ms BIGINT, progress VARCHAR NOT NULL)`,
    `CREATE TABLE target_evaluation (
       target VARCHAR NOT NULL, part INTEGER NOT NULL, view VARCHAR NOT NULL, as_of VARCHAR NOT NULL, model VARCHAR NOT NULL,
       revision INTEGER NOT NULL, recorded_on VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, computed_at_ms BIGINT NOT NULL,
       figure VARCHAR NOT NULL)`,
    `CREATE TABLE target_fixed (
       target VARCHAR NOT NULL, view VARCHAR NOT NULL, fixed_on VARCHAR NOT NULL, parts VARCHAR NOT NULL)`,
  ],
};
