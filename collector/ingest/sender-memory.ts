// What is remembered of each sender's lines: heads by their bytes, and the series that their fields are.
//
// Bounded for each sender and for all together: whoever was heard longest ago is forgotten first, whole, which costs that
// sender one batch that is read slowly.
import { seriesKey } from "../store/sample-columns.ts";
import type { SeriesKey } from "../store/store.ts";
import { FieldNames } from "./line-fields.ts";
import { OWN_DIALECT } from "./line-head.ts";
import { type Field, type Head, type MetricField, type ReadingHead, slotsOf } from "./line-meaning.ts";
import { LineMemory } from "./line-memory.ts";

/** A county of 300 schools with 150 devices each takes about 70 MB; a school with 5,000 devices 8 MB. */
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_SENDER_BYTES = 32 * 1024 * 1024;
/** What a series takes, its key and its place in the list; what a sender takes before its first line: about. */
const SERIES_BYTES = 70;
const SENDER_BYTES = 4_096;

export class SenderMemory {
  readonly lines: LineMemory<Head, Field>;
  /** Only ever grows: what stands at an index stays (SampleColumns.series). */
  readonly series: SeriesKey[] = [];
  /** For each head the indexes of its series + 1, metric by metric; 0 of those that never came. */
  #indexes = new Int32Array(64);
  #places = 0;
  #ownIndex = -1;
  #device = "";

  constructor() {
    this.lines = new LineMemory(OWN_DIALECT.maxRememberedBytes);
  }

  /** Memory that it takes, about. */
  get usedBytes(): number {
    return SENDER_BYTES + this.lines.usedBytes + this.series.length * SERIES_BYTES + this.#indexes.byteLength;
  }

  /** A head that has just been read gets room for its series. */
  learned(head: Head): void {
    if (head.kind !== "reading") return;
    // Heads of a device mostly follow each other: one copy of its name is enough.
    if (head.device === this.#device) head.device = this.#device;
    else this.#device = head.device;
    head.place = this.#places;
    this.#places += slotsOf(head.measurement);
    if (this.#places <= this.#indexes.length) return;
    const larger = new Int32Array(Math.max(this.#places, this.#indexes.length * 2));
    larger.set(this.#indexes);
    this.#indexes = larger;
  }

  /** Index of the series that a field of a head is. */
  seriesOf(head: ReadingHead, { metric, slot }: MetricField): number {
    const at = head.place + slot;
    const known = this.#indexes[at] ?? 0;
    if (known > 0) return known - 1;
    const length = this.series.push(seriesKey(metric, head.device, head.instance));
    this.#indexes[at] = length;
    return length - 1;
  }

  /** Index of the series in which the collector itself keeps what it measures of the sender. */
  ownSeries(key: SeriesKey): number {
    const known = this.series[this.#ownIndex];
    if (known?.metric !== key.metric || known.device !== key.device) this.#ownIndex = this.series.push(key) - 1;
    return this.#ownIndex;
  }
}

export class SenderMemories {
  /** The one heard longest ago at the front. */
  readonly #senders = new Map<string, { memory: SenderMemory; bytes: number }>();
  /** Fields mean the same for all senders. */
  readonly #fields = new Map<string, FieldNames<Field>>();
  readonly #maxBytes: number;
  readonly #maxSenderBytes: number;
  #usedBytes = 0;

  constructor(maxBytes = MAX_BYTES, maxSenderBytes = MAX_SENDER_BYTES) {
    this.#maxBytes = maxBytes;
    this.#maxSenderBytes = maxSenderBytes;
  }

  /** Memory that all of them take, about. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  of(sender: string): SenderMemory {
    return this.#senders.get(sender)?.memory ?? new SenderMemory();
  }

  /** Fields that lines of such a head have. */
  fieldsOf(head: Head): FieldNames<Field> {
    const kind = head.kind === "reading" ? head.measurement : head.kind;
    let fields = this.#fields.get(kind);
    if (fields === undefined) {
      fields = new FieldNames();
      this.#fields.set(kind, fields);
    }
    return fields;
  }

  /** After a batch: the sender was heard just now, and may have outgrown what there is. */
  settle(sender: string, memory: SenderMemory): void {
    this.#forget(sender);
    const bytes = memory.usedBytes;
    if (bytes > this.#maxSenderBytes) return; // begins anew with the next batch
    this.#senders.set(sender, { memory, bytes });
    this.#usedBytes += bytes;
    for (const [oldest] of this.#senders) {
      if (this.#usedBytes <= this.#maxBytes) break;
      this.#forget(oldest);
    }
  }

  #forget(sender: string): void {
    this.#usedBytes -= this.#senders.get(sender)?.bytes ?? 0;
    this.#senders.delete(sender);
  }
}
