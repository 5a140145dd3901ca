// A log in the collector's state to which only is added: what people declare or object to, and what became of it.
//
// One table a log. A change has a number that grows by one, so the number of the last one says which state of things a result
// was computed from; everything else is told again from the changes when the collector starts.

import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { Turns } from "../../contract/turns.ts";
import { type State, StateError, type StateRow, text, whole } from "../state/state.ts";

export interface Change {
  /** From 1. */
  revision: number;
  kind: string;
  /** Whose change it is: an entry's id, an attachment's hash. */
  subject: string;
  atMs: number;
  body: unknown;
}

export type NewChange = Omit<Change, "revision">;

export class ChangeLog {
  readonly #state: State;
  readonly #table: string;
  readonly #turns = new Turns();
  #revision: number;

  /** Use `openChangeLog`. */
  constructor(state: State, table: string, revision: number) {
    this.#state = state;
    this.#table = table;
    this.#revision = revision;
  }

  /** Number of the last change; 0 before the first. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Adds what `decide` wants added, nothing when it throws, and then tells `take`. One at a time: what `decide` looks at does not
   * change under it.
   * @throws StateError; what `decide` throws
   */
  add(decide: () => NewChange | Promise<NewChange>, take: (change: Change) => void): Promise<void> {
    return this.#turns.take(async () => {
      const wanted = await decide();
      const change = { ...wanted, atMs: Math.round(wanted.atMs), revision: await this.#insert(wanted) };
      this.#revision = change.revision;
      take(change);
    });
  }

  /** The number is the table's to give: one that was stored though it looked as if it failed is not given again. */
  #insert({ kind, subject, atMs, body }: NewChange): Promise<number> {
    return this.#state.transaction(async ({ rows, run }) => {
      const [row] = await rows(`SELECT coalesce(max(revision), 0) + 1 AS next FROM ${this.#table}`);
      const revision = Number(row?.next);
      const values = [revision, kind, subject, Math.round(atMs), JSON.stringify(body)];
      await run(`INSERT INTO ${this.#table} VALUES (CAST($1 AS BIGINT), $2, $3, CAST($4 AS BIGINT), $5)`, values);
      return revision;
    });
  }
}

/** @param name of the part of the state, and of its table; a word. @throws StateError */
export async function openChangeLog(state: State, name: string): Promise<{ log: ChangeLog; changes: Change[] }> {
  const table = `${name}_change`;
  await state.prepare({
    name,
    steps: [
      `CREATE TABLE ${table} (
         revision BIGINT PRIMARY KEY, kind VARCHAR NOT NULL, subject VARCHAR NOT NULL, at_ms BIGINT NOT NULL,
         body VARCHAR NOT NULL)`,
    ],
  });
  const rows = await state.rows(`SELECT * FROM ${table} ORDER BY revision`);
  const changes = rows.map((row) => changeOf(row, `${state.path}: ${table}`));
  return { log: new ChangeLog(state, table, changes.at(-1)?.revision ?? 0), changes };
}

/** What a change says, once it has its shape. @throws StateError for what this program did not write */
export function bodyOf<S extends TSchema>(change: Change, schema: S): Static<S> {
  if (Value.Check(schema, change.body)) return change.body;
  throw new StateError(`change ${change.revision} (${change.kind} ${change.subject}) does not have its shape`);
}

function changeOf(row: StateRow, where: string): Change {
  const revision = whole(row, "revision");
  try {
    const body: unknown = JSON.parse(text(row, "body"));
    return { revision, kind: text(row, "kind"), subject: text(row, "subject"), atMs: whole(row, "at_ms"), body };
  } catch (cause) {
    throw new StateError(`${where}: change ${revision} is no JSON`, { cause });
  }
}
