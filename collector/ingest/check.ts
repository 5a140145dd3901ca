// Strict checks of lines against the dictionary: what is right becomes columns, what is wrong is refused by its number.
import type { RefusalCode, RefusedLine } from "../../contract/batch.ts";
import { boundsProblem } from "../../contract/metrics.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";
import { SampleBuilder } from "../store/sample-columns.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";
import type { FieldNames } from "./line-fields.ts";
import {
  type Field,
  type Head,
  type ReadingHead,
  type Refusal,
  readField,
  readHead,
  refusalOf,
  refuse,
} from "./line-meaning.ts";
import { LineParser } from "./line-parser.ts";
import type { LineFields, LineReader } from "./line-reader.ts";
import { SenderMemories, type SenderMemory } from "./sender-memory.ts";
import { SpareBuilders } from "./spare-builders.ts";

/** How far an agent's clock may be ahead before its lines are refused. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;
/** Refused lines that an answer names; a batch of garbage would otherwise make an answer larger than itself. */
export const MAX_REFUSED_LISTED = 10_000;

/** Of a line, about. */
const BYTES_PER_SAMPLE = 24;

/** What one batch of lines came to. */
export interface CheckedLines {
  samples: SampleColumns;
  facts: Fact[];
  events: CampusEvent[];
  /** Lines behind samples, facts and events. */
  accepted: number;
  /** The first MAX_REFUSED_LISTED refused lines. */
  refused: RefusedLine[];
  refusedCount: number;
  /** Nobody looks at the samples any more: their memory may be used for another batch. Without it the next has memory of its own. */
  letGo(): void;
}

/** What a batch is checked against. */
export interface CheckContext {
  /** The collector's clock. */
  nowMs: number;
  /** Who speaks for which school: what is learned of lines is kept apart by it. */
  sender?: string;
  /** Whether the inventory has the device in other schools only; absent: not asked. */
  isForeign?(device: string): boolean;
  /** The inventory that `isForeign` goes by: a device that is found to be in order is not asked for again until it is another. */
  inventory?: object | undefined;
  /** A sample of the collector's own about the sender, stored with the batch. */
  own?: { key: SeriesKey; atMs: number; value: number };
}

/** Keeps what it learned about each sender's heads from batch to batch; one per collector. */
export class LineChecker implements LineReader<Head, Field> {
  readonly #parser = new LineParser<Head, Field>(this);
  readonly #lateAcceptMs: number;
  readonly #senders = new SenderMemories();
  readonly #spare = new SpareBuilders();
  #sender: SenderMemory = this.#senders.of("");
  /** Counts inventories; a head that was found to be its school's own remembers by which. */
  #inventories = 1;
  #inventory: object | undefined;
  #oldestMs = 0;
  #newestMs = 0;
  #samples = new SampleBuilder();
  #facts: Fact[] = [];
  #events: CampusEvent[] = [];
  #accepted = 0;
  #refused: RefusedLine[] = [];
  #refusedCount = 0;
  #isForeign: CheckContext["isForeign"];

  constructor({ lateAcceptMs }: { lateAcceptMs: number }) {
    this.#lateAcceptMs = lateAcceptMs;
  }

  /** Checks a whole batch. Never throws for what the bytes are. */
  check(lines: Uint8Array, { nowMs, sender = "", isForeign, inventory, own }: CheckContext): CheckedLines {
    const memory = this.#senders.of(sender);
    this.#sender = memory;
    this.#isForeign = isForeign;
    if (inventory === undefined || inventory !== this.#inventory) this.#inventories++;
    this.#inventory = inventory;
    this.#oldestMs = nowMs - this.#lateAcceptMs;
    this.#newestMs = nowMs + FUTURE_TOLERANCE_MS;
    const samples = this.#spare.take(Math.ceil(lines.length / BYTES_PER_SAMPLE));
    this.#samples = samples;
    this.#facts = [];
    this.#events = [];
    this.#accepted = 0;
    this.#refused = [];
    this.#refusedCount = 0;
    this.#parser.parse(lines, undefined, memory.lines);
    if (own !== undefined) this.#samples.add(memory.ownSeries(own.key), own.atMs, own.value);
    this.#senders.settle(sender, memory);
    return {
      samples: samples.columns(memory.series),
      facts: this.#facts,
      events: this.#events,
      accepted: this.#accepted,
      refused: this.#refused,
      refusedCount: this.#refusedCount,
      letGo: () => this.#spare.give(samples),
    };
  }

  head(measurement: string, tags: readonly [string, string][]): Head {
    const head = readHead(measurement, tags);
    this.#sender.learned(head);
    return head;
  }

  fieldsOf(head: Head): FieldNames<Field> {
    return this.#senders.fieldsOf(head);
  }

  field(head: Head, name: string): Field {
    return readField(head, name);
  }

  line(line: number, head: Head, fields: LineFields<Field>, atMs: number): void {
    const refusal = this.#refusalOfTime(atMs) ?? this.#refusalOfDevice(head) ?? this.#take(head, fields, atMs);
    if (refusal === undefined) this.#accepted++;
    else this.refuse(line, refusal.code, refusal.message);
  }

  refuse(line: number, code: RefusalCode, message: string): void {
    if (this.#refusedCount++ < MAX_REFUSED_LISTED) this.#refused.push({ line, code, message });
  }

  #refusalOfTime(atMs: number): Refusal | undefined {
    if (atMs < this.#oldestMs) return refuse("TOO_OLD", `${atMs} is more than ${this.#lateAcceptMs} ms ago`);
    if (atMs > this.#newestMs) return refuse("IN_THE_FUTURE", `${atMs} is more than ${FUTURE_TOLERANCE_MS} ms ahead`);
    return undefined;
  }

  #refusalOfDevice(head: Head): Refusal | undefined {
    if (head.kind === "refused" || this.#isForeign === undefined || head.ownIn === this.#inventories) return undefined;
    if (!this.#isForeign(head.device)) {
      head.ownIn = this.#inventories;
      return undefined;
    }
    return refuse("FOREIGN_DEVICE", `the inventory lists ${head.device} in other schools only`);
  }

  #take(head: Head, fields: LineFields<Field>, atMs: number): Refusal | undefined {
    switch (head.kind) {
      case "reading":
        return this.#takeReading(head, fields, atMs);
      case "fact":
        return this.#takeFact(head.device, fields, atMs);
      case "event":
        return this.#takeEvent(head.device, head.eventKind, fields, atMs);
      case "refused":
        return head.refusal;
    }
  }

  #takeReading(head: ReadingHead, fields: LineFields<Field>, atMs: number): Refusal | undefined {
    const before = this.#samples.length;
    for (let i = 0; i < fields.count; i++) {
      const value = fields.kind[i] === "number" ? fields.number[i] : undefined;
      const refusal = this.#takeNumber(head, fields.meaning[i], value, atMs);
      if (refusal !== undefined) {
        this.#samples.truncate(before);
        return refusal;
      }
    }
    return undefined;
  }

  /** @param value `undefined` for a text or a boolean, NaN for what is written as NaN or infinite. */
  #takeNumber(
    head: ReadingHead,
    field: Field | undefined,
    value: number | undefined,
    atMs: number,
  ): Refusal | undefined {
    if (field?.kind !== "metric") return refusalOf(field);
    const { metric } = field;
    if (value === undefined) return refuse("NOT_A_NUMBER", `${metric} is not a number`);
    if (Number.isNaN(value))
      return refuse("NOT_A_NUMBER", `${metric} is NaN or infinite; what is not known is left out`);
    if (value < field.min || value > field.max || (field.isInteger && !Number.isInteger(value)))
      return refuse("OUT_OF_RANGE", boundsProblem(metric, value) ?? `${metric} is ${value}`);
    this.#samples.add(this.#sender.seriesOf(head, field), atMs, value + 0); // + 0 makes minus zero zero, as every store would not
    return undefined;
  }

  #takeFact(device: string, fields: LineFields<Field>, atMs: number): Refusal | undefined {
    const texts: Fact["texts"] = {};
    for (let i = 0; i < fields.count; i++) {
      const field = fields.meaning[i];
      if (field?.kind !== "fact") return refusalOf(field);
      const text = textAt(fields, i);
      if (text === undefined) return refuse("NOT_A_TEXT", `${field.name} is not a quoted text`);
      texts[field.name] = text;
    }
    this.#facts.push({ device, atMs, texts });
    return undefined;
  }

  #takeEvent(device: string, kind: string, fields: LineFields<Field>, atMs: number): Refusal | undefined {
    let text: string | undefined;
    for (let i = 0; i < fields.count; i++) {
      const field = fields.meaning[i];
      if (field?.kind !== "eventText") return refusalOf(field);
      text = textAt(fields, i);
      if (text === undefined) return refuse("NOT_A_TEXT", "the text of an event is not a quoted text");
    }
    if (text === undefined) return refuse("NOT_A_TEXT", "an event without text");
    this.#events.push({ device, atMs, kind, text });
    return undefined;
  }
}

function textAt(fields: LineFields<Field>, i: number): string | undefined {
  return fields.kind[i] === "text" ? fields.text[i] : undefined;
}
