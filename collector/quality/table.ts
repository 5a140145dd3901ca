// Where quality counts are kept over a restart: one row a school and day, and how far what was received has been counted.
import { type State, type StatePart, text, whole } from "../state/state.ts";
import type { CountedDay } from "./counted-days.ts";

const TABLES: StatePart = {
  name: "quality",
  steps: [
    `CREATE TABLE quality_day (
       school VARCHAR, day INTEGER, fingerprint VARCHAR NOT NULL, done INTEGER NOT NULL, counts BLOB NOT NULL,
       PRIMARY KEY (school, day)
     );
     CREATE TABLE quality_received (one BOOLEAN PRIMARY KEY, to_ms BIGINT NOT NULL)`,
  ],
};

export interface CountedRow extends Omit<CountedDay, "anewAtMs"> {
  schoolId: string;
  day: number;
}

/** @throws StateError, as all of the table's functions do */
export async function openQualityTable(state: State): Promise<QualityTable> {
  await state.prepare(TABLES);
  return new QualityTable(state);
}

export class QualityTable {
  readonly #state: State;

  /** Use `openQualityTable`. */
  constructor(state: State) {
    this.#state = state;
  }

  /** All rows, school by school, so that a province does not stand in memory twice. */
  async read(take: (row: CountedRow) => void): Promise<void> {
    const schools = await this.#state.rows("SELECT DISTINCT school FROM quality_day");
    for (const { school } of schools) {
      const rows = await this.#state.rows("SELECT * FROM quality_day WHERE school = $1", [String(school)]);
      for (const row of rows) {
        const { counts } = row;
        if (!(counts instanceof Uint8Array)) continue; // the column is BLOB NOT NULL
        take({
          schoolId: text(row, "school"),
          day: whole(row, "day"),
          fingerprint: text(row, "fingerprint"),
          done: whole(row, "done"),
          counts,
        });
      }
    }
  }

  /** In place of what was there of the same school and day; all rows or none. */
  async save(rows: readonly CountedRow[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#state.transaction(async (t) => {
      for (const { schoolId, day, fingerprint, done, counts } of rows) {
        await t.run("INSERT OR REPLACE INTO quality_day VALUES ($1, $2, $3, $4, $5)", [
          schoolId,
          day,
          fingerprint,
          done,
          counts,
        ]);
      }
    });
  }

  async dropBefore(firstDay: number): Promise<void> {
    await this.#state.run("DELETE FROM quality_day WHERE day < $1", [firstDay]);
  }

  /** Everything received before has been counted, and saved as far as need be; `undefined` when nothing ever was. */
  async receivedTo(): Promise<number | undefined> {
    const [row] = await this.#state.rows("SELECT to_ms FROM quality_received");
    return row && whole(row, "to_ms");
  }

  async setReceivedTo(receivedMs: number): Promise<void> {
    await this.#state.run("INSERT OR REPLACE INTO quality_received VALUES (true, $1)", [BigInt(receivedMs)]);
  }
}
