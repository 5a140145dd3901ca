// What a DuckDB file's writer and readers keep in memory: which number stands for which series, and how far rows count.
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { isMetricName } from "../../contract/metrics.ts";
import { seriesKey, seriesText } from "./sample-columns.ts";
import type { SeriesKey } from "./store.ts";

export interface KnownSeries {
  id: number;
  schoolId: string;
  key: SeriesKey;
}

/** What one transaction adds. `committed` makes it known to readers; a transaction that is rolled back just drops it. */
export interface CatalogueChange {
  idOf(schoolId: string, key: SeriesKey): number;
  readonly added: readonly KnownSeries[];
  /** Ordinal of the next row. */
  nextOrdinal: number;
  committed(): void;
}

export class DuckDbCatalogue {
  readonly #byText = new Map<string, KnownSeries>();
  readonly #byId = new Map<number, KnownSeries>();
  #nextId = 1;
  #nextOrdinal: number;

  constructor(nextOrdinal: number) {
    this.#nextOrdinal = nextOrdinal;
  }

  static async read(connection: DuckDBConnection): Promise<DuckDbCatalogue> {
    const ordinals = await connection.runAndReadAll("SELECT coalesce(max(ordinal_end), 0)::DOUBLE FROM batch");
    const catalogue = new DuckDbCatalogue(Number(ordinals.getRows()[0]?.[0] ?? 0));
    const series = await connection.runAndReadAll("SELECT id, school, metric, device, instance FROM series");
    for (const row of series.getRows()) catalogue.#addRow(row);
    return catalogue;
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
    const change: CatalogueChange = {
      added,
      nextOrdinal: this.#nextOrdinal,
      idOf: (schoolId, key) => {
        const text = textOf(schoolId, key);
        const known = this.#byText.get(text) ?? byText.get(text);
        if (known !== undefined) return known.id;
        const series = { id: this.#nextId + added.length, schoolId, key };
        byText.set(text, series);
        added.push(series);
        return series.id;
      },
      committed: () => {
        for (const series of added) this.#add(series);
        this.#nextId += added.length;
        this.#nextOrdinal = change.nextOrdinal;
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
    this.#byText.set(textOf(series.schoolId, series.key), series);
    this.#byId.set(series.id, series);
  }
}

function textOf(schoolId: string, key: SeriesKey): string {
  return `${schoolId}\0${seriesText(key)}`;
}
