// What became of writes since the process began, counted for GET /metrics.

/** Names of measurements come from outside: beyond so many, all are one. */
const MAX_MEASUREMENTS = 200;
const OTHERS = "others";

export class WriteCounts {
  /** `failed` ones were not acknowledged and come again. */
  readonly requests = { stored: 0, partial: 0, failed: 0, unauthorized: 0, busy: 0 };
  /** Lines of the requests that were stored. */
  readonly lines = { stored: 0, refused: 0, unmapped: 0 };
  /** Values that the dictionary has no metric for, by measurement. */
  readonly unmapped = new Map<string, number>();

  addUnmapped(values: ReadonlyMap<string, number>): void {
    for (const [measurement, count] of values) {
      const name = measurement.replace(/[^A-Za-z0-9_.:-]/g, "_").slice(0, 64);
      const isRoom = this.unmapped.has(name) || this.unmapped.size < MAX_MEASUREMENTS;
      const label = isRoom ? name : OTHERS;
      this.unmapped.set(label, (this.unmapped.get(label) ?? 0) + count);
    }
  }
}
