// Days of evidence beyond memory: packed, in the collector's state.
//
// A day of a school is one row; days are written rarely and read by the day (at a start) or by school and stretch of days, so they
// need no index. The numbers of a school's devices, which packed days hold, are written in the same transaction as its days.
import { type State, type StatePart, type StateTransaction, type StateValue, whole } from "../../state/state.ts";
import type { SchoolDay } from "../evidence.ts";
import { damaged } from "./bytes.ts";
import { checkVersion } from "./packed-day.ts";

const TABLES: StatePart = {
  name: "evidence",
  steps: [
    `CREATE TABLE evidence_day (day INTEGER NOT NULL, school VARCHAR NOT NULL, packed BLOB NOT NULL);
     CREATE TABLE evidence_school (school VARCHAR PRIMARY KEY, keys VARCHAR NOT NULL);
     CREATE TABLE evidence_mark (kept_up_to BIGINT NOT NULL)`,
  ],
};

export interface ArchivedDay extends SchoolDay {
  packed: Uint8Array;
}

/** @throws StateError when the state cannot be used, or is of a later version */
export async function openArchive(state: State): Promise<EvidenceArchive> {
  await state.prepare(TABLES);
  return new EvidenceArchive(state);
}

/** All that it promises is durable when it resolves. */
export class EvidenceArchive {
  readonly #state: State;

  /** Use `openArchive`. */
  constructor(state: State) {
    this.#state = state;
  }

  /** Puts days in the place of those that are there, and the keys of devices of their schools. All of it, or nothing. */
  async save(days: readonly ArchivedDay[], keys: ReadonlyMap<string, readonly string[]>): Promise<void> {
    await this.#state.transaction(async (t) => {
      await saveKeys(t, keys);
      for (const [day, ofDay] of byDay(days)) {
        const schools = ofDay.map(({ schoolId }) => schoolId);
        await t.run(`DELETE FROM evidence_day WHERE day = $1 AND school IN (${places(schools.length, 1)})`, [
          day,
          ...schools,
        ]);
        const rows = ofDay.map((_, i) => `($1, $${2 * i + 2}, $${2 * i + 3})`).join(", ");
        const values = ofDay.flatMap(({ schoolId, packed }): StateValue[] => [schoolId, packed]);
        await t.run(`INSERT INTO evidence_day VALUES ${rows}`, [day, ...values]);
      }
    });
  }

  /** Hands over the keys of devices by number, of every school. */
  async keys(take: (schoolId: string, keys: readonly string[]) => void): Promise<void> {
    for (const { school, keys } of await this.#state.rows("SELECT school, keys FROM evidence_school")) {
      take(String(school), keysIn(keys));
    }
  }

  /** Hands over all days from `fromDay` on, day by day. */
  async daysFrom(fromDay: number, take: (day: ArchivedDay) => void): Promise<void> {
    const days = await this.#state.rows("SELECT DISTINCT day FROM evidence_day WHERE day >= $1 ORDER BY day", [
      fromDay,
    ]);
    for (const row of days) {
      const day = whole(row, "day");
      const found = await this.#state.rows("SELECT school, packed FROM evidence_day WHERE day = $1", [day]);
      for (const { school, packed } of found) take({ schoolId: String(school), day, packed: packedIn(packed) });
    }
  }

  /** Days of one school, `toDay` included; in no order. */
  async daysOf(schoolId: string, fromDay: number, toDay: number): Promise<ArchivedDay[]> {
    const rows = await this.#state.rows(
      "SELECT day, packed FROM evidence_day WHERE day BETWEEN $1 AND $2 AND school = $3",
      [fromDay, toDay, schoolId],
    );
    return rows.map((row) => ({ schoolId, day: whole(row, "day"), packed: packedIn(row.packed) }));
  }

  async dropBefore(day: number): Promise<void> {
    await this.#state.run("DELETE FROM evidence_day WHERE day < $1", [day]);
  }

  /** Everything that was received before is in the archive; `undefined` when nothing ever was. Milliseconds since 1970. */
  async keptUpTo(): Promise<number | undefined> {
    const [row] = await this.#state.rows("SELECT kept_up_to FROM evidence_mark");
    return row && whole(row, "kept_up_to");
  }

  async setKeptUpTo(receivedMs: number): Promise<void> {
    await this.#state.transaction(async (t) => {
      await t.run("DELETE FROM evidence_mark");
      await t.run("INSERT INTO evidence_mark VALUES ($1)", [BigInt(Math.floor(receivedMs))]);
    });
  }
}

async function saveKeys(t: StateTransaction, keys: ReadonlyMap<string, readonly string[]>): Promise<void> {
  for (const [schoolId, ofSchool] of keys) {
    await t.run("INSERT OR REPLACE INTO evidence_school VALUES ($1, $2)", [schoolId, JSON.stringify(ofSchool)]);
  }
}

function byDay(days: readonly ArchivedDay[]): Map<number, ArchivedDay[]> {
  const found = new Map<number, ArchivedDay[]>();
  for (const day of days) {
    const ofDay = found.get(day.day) ?? [];
    ofDay.push(day);
    found.set(day.day, ofDay);
  }
  return found;
}

/** `$2, $3, …` */
function places(count: number, after: number): string {
  return Array.from({ length: count }, (_, i) => `$${after + 1 + i}`).join(", ");
}

function keysIn(text: unknown): string[] {
  const keys: unknown = JSON.parse(String(text));
  if (!Array.isArray(keys)) throw damaged("the keys of a school's devices are no list");
  return keys.map(String);
}

function packedIn(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw damaged("it is not bytes");
  checkVersion(value[0]);
  return value;
}
