// What a DuckDB file's writer and readers keep in memory: which number stands for which series, where readings are, and which
// batches are known. Read anew whenever the file is opened, so that it never differs from what is on disk.
import { randomInt } from "node:crypto";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { isMetricName } from "../../contract/metrics.ts";
import { DuckDbDays } from "./duckdb-days.ts";
import { type LedgerState, readLedger } from "./duckdb-ledger.ts";
import { seriesKey, seriesText } from "./sample-columns.ts";
import { type KnownSeries, SeriesIndex } from "./series-index.ts";
import type { SeriesKey } from "./store.ts";

interface SchoolSeries {
  firstId: number;
  lastId: number;
  count: number;
}

/** The numbers of a list of series, by its indexes; 0 where none is known yet. */
interface ListIds {
  schoolId: string;
  ids: Int32Array;
}

/** What one transaction adds. `committed` makes it known to readers; a transaction that is rolled back just drops it. */
export interface CatalogueChange {
  /** The numbers of a school's series, in their order; what is new gets one. */
  idsOf(schoolId: string, keys: readonly SeriesKey[]): number[];
  /** The number of one series of a list, by its index. Lists come again (SampleColumns.series): what was found is kept. */
  idIn(schoolId: string, list: readonly SeriesKey[]): (index: number) => number;
  readonly added: readonly KnownSeries[];
  /** Ordinal of the next row. */
  nextOrdinal: number;
  committed(): void;
}

export class DuckDbCatalogue {
  readonly days: DuckDbDays;
  readonly ledger: LedgerState;
  readonly #index = new SeriesIndex(randomInt(2 ** 31));
  readonly #lists = new WeakMap<readonly SeriesKey[], ListIds>();
  readonly #bySchool = new Map<string, SchoolSeries>();
  #nextId = 1;

  constructor(days: DuckDbDays, ledger: LedgerState) {
    this.days = days;
    this.ledger = ledger;
  }

  static async read(connection: DuckDBConnection, path: string): Promise<DuckDbCatalogue> {
    const catalogue = new DuckDbCatalogue(await DuckDbDays.read(connection, path), await readLedger(connection));
    const series = await connection.runAndReadAll("SELECT id, school, metric, device, instance FROM series");
    for (const row of series.getRows()) catalogue.#addRow(row);
    return catalogue;
  }

  /** Series numbers are below this. */
  get endId(): number {
    return this.#nextId;
  }

  /** Between which numbers a school's series are, and how many there are; absent when it has none. */
  school(schoolId: string): Readonly<SchoolSeries> | undefined {
    return this.#bySchool.get(schoolId);
  }

  find(schoolId: string, key: SeriesKey): KnownSeries | undefined {
    return this.#index.byId(this.#index.idOf(schoolId, key));
  }

  byId(id: number): KnownSeries | undefined {
    return this.#index.byId(id);
  }

  /** One change at a time: there is one writer. */
  begin(): CatalogueChange {
    const fresh = new Map<string, number>();
    const added: KnownSeries[] = [];
    const idOf = (schoolId: string, key: SeriesKey): number => {
      const known = this.#index.idOf(schoolId, key);
      if (known > 0) return known;
      const text = `${schoolId}\0${seriesText(key)}`;
      const given = fresh.get(text);
      if (given !== undefined) return given;
      const id = this.#nextId + added.length;
      fresh.set(text, id);
      added.push({ id, schoolId, key });
      return id;
    };
    const change: CatalogueChange = {
      added,
      nextOrdinal: this.ledger.nextOrdinal,
      idsOf: (schoolId, keys) => keys.map((key) => idOf(schoolId, key)),
      idIn: (schoolId, list) => {
        const ids = this.#idsOfList(schoolId, list);
        const endId = this.#nextId;
        return (index) => {
          const known = ids[index] ?? 0;
          if (known > 0) return known;
          const key = list[index];
          if (key === undefined) return 0;
          const id = idOf(schoolId, key);
          if (id < endId) ids[index] = id; // what is new counts from its commit on
          return id;
        };
      },
      committed: () => {
        for (const series of added) this.#add(series);
        this.ledger.nextOrdinal = change.nextOrdinal;
      },
    };
    return change;
  }

  #idsOfList(schoolId: string, list: readonly SeriesKey[]): Int32Array {
    const known = this.#lists.get(list);
    if (known?.schoolId === schoolId && known.ids.length >= list.length) return known.ids;
    const ids = new Int32Array(known === undefined ? list.length : Math.max(list.length, known.ids.length * 2));
    if (known?.schoolId === schoolId) ids.set(known.ids);
    this.#lists.set(list, { schoolId, ids });
    return ids;
  }

  #addRow([id, schoolId, metric, device, instance]: DuckDBValue[]): void {
    if (typeof id !== "number" || typeof schoolId !== "string") return;
    this.#nextId = Math.max(this.#nextId, id + 1);
    // A metric that the dictionary no longer has keeps its number and its readings, and is not read.
    if (typeof device !== "string" || typeof metric !== "string" || !isMetricName(metric)) return;
    this.#add({ id, schoolId, key: seriesKey(metric, device, typeof instance === "string" ? instance : undefined) });
  }

  #add(series: KnownSeries): void {
    this.#nextId = Math.max(this.#nextId, series.id + 1);
    const school = this.#bySchool.get(series.schoolId);
    if (school === undefined) {
      const { id } = series;
      this.#bySchool.set(series.schoolId, { firstId: id, lastId: id, count: 1 });
    } else {
      school.firstId = Math.min(school.firstId, series.id);
      school.lastId = Math.max(school.lastId, series.id);
      school.count++;
    }
    this.#index.add(series);
  }
}
