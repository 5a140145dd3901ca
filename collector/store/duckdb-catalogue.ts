// What a DuckDB file's writer and readers keep in memory: which number stands for which series, where readings are, and which
// batches are known. Read anew whenever the file is opened, so that it never differs from what is on disk.
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { isMetricName } from "../../contract/metrics.ts";
import { DuckDbDays } from "./duckdb-days.ts";
import { type LedgerState, readLedger } from "./duckdb-ledger.ts";
import { seriesKey, seriesText } from "./sample-columns.ts";
import type { SeriesKey } from "./store.ts";

export interface KnownSeries {
  id: number;
  schoolId: string;
  key: SeriesKey;
}

interface SchoolSeries {
  firstId: number;
  lastId: number;
  count: number;
  /** Numbers by the very objects that were asked for before: who checks lines keeps its keys from batch to batch. */
  byKey: WeakMap<SeriesKey, number>;
}

/** What one transaction adds. `committed` makes it known to readers; a transaction that is rolled back just drops it. */
export interface CatalogueChange {
  /** The numbers of a school's series, in their order; what is new gets one. */
  idsOf(schoolId: string, keys: readonly SeriesKey[]): number[];
  readonly added: readonly KnownSeries[];
  /** Ordinal of the next row. */
  nextOrdinal: number;
  committed(): void;
}

export class DuckDbCatalogue {
  readonly days: DuckDbDays;
  readonly ledger: LedgerState;
  readonly #byText = new Map<string, KnownSeries>();
  readonly #byId = new Map<number, KnownSeries>();
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
  school(schoolId: string): Readonly<Omit<SchoolSeries, "byKey">> | undefined {
    return this.#bySchool.get(schoolId);
  }

  find(schoolId: string, key: SeriesKey): KnownSeries | undefined {
    return this.#byText.get(textOf(schoolId, key));
  }

  byId(id: number): KnownSeries | undefined {
    return this.#byId.get(id);
  }

  /** One change at a time: there is one writer. */
  begin(): CatalogueChange {
    const byText = new Map<string, KnownSeries>();
    const added: KnownSeries[] = [];
    const idOf = (schoolId: string, key: SeriesKey): number => {
      const text = textOf(schoolId, key);
      const known = this.#byText.get(text);
      if (known !== undefined) {
        this.#bySchool.get(schoolId)?.byKey.set(key, known.id);
        return known.id;
      }
      const fresh = byText.get(text);
      if (fresh !== undefined) return fresh.id;
      const series = { id: this.#nextId + added.length, schoolId, key };
      byText.set(text, series);
      added.push(series);
      return series.id;
    };
    const change: CatalogueChange = {
      added,
      nextOrdinal: this.ledger.nextOrdinal,
      idsOf: (schoolId, keys) => {
        const byKey = this.#bySchool.get(schoolId)?.byKey;
        return keys.map((key) => byKey?.get(key) ?? idOf(schoolId, key));
      },
      committed: () => {
        for (const series of added) this.#add(series);
        this.ledger.nextOrdinal = change.nextOrdinal;
      },
    };
    return change;
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
      this.#bySchool.set(series.schoolId, { firstId: id, lastId: id, count: 1, byKey: new WeakMap() });
    } else {
      school.firstId = Math.min(school.firstId, series.id);
      school.lastId = Math.max(school.lastId, series.id);
      school.count++;
    }
    this.#byText.set(textOf(series.schoolId, series.key), series);
    this.#byId.set(series.id, series);
  }
}

function textOf(schoolId: string, key: SeriesKey): string {
  return `${schoolId}\0${seriesText(key)}`;
}
