// Strict checks of lines against the dictionary: what is right becomes columns, what is wrong is refused by its number.
import type { RefusalCode, RefusedLine } from "../../contract/batch.ts";
import { boundsProblem } from "../../contract/metrics.ts";
import type { CampusEvent, Fact } from "../../contract/reading.ts";
import { SampleBuilder } from "../store/sample-columns.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";
import { type Field, type Head, type Refusal, readField, readHead, refusalOf, refuse } from "./line-meaning.ts";
import { type LineFields, LineParser, type LineReader } from "./line-parser.ts";

/** How far an agent's clock may be ahead before its lines are refused. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;
/** Refused lines that an answer names; a batch of garbage would otherwise make an answer larger than itself. */
export const MAX_REFUSED_LISTED = 10_000;

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
}

/** What a batch is checked against. */
export interface CheckContext {
  /** The collector's clock. */
  nowMs: number;
  /** Whether the inventory has the device in other schools only; absent: not asked. */
  isForeign?(device: string): boolean;
  /** A sample of the collector's own about the sender, stored with the batch. */
  own?: { key: SeriesKey; atMs: number; value: number };
}

/** Keeps what it learned about heads from batch to batch; one per collector. */
export class LineChecker implements LineReader<Head, Field> {
  readonly #parser = new LineParser<Head, Field>(this);
  readonly #lateAcceptMs: number;
  /** Grows by one per batch: a field's `seriesIndex` counts only in the batch it was given in. */
  #batch = 0;
  #oldestMs = 0;
  #newestMs = 0;
  #series: SeriesKey[] = [];
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
  check(lines: Uint8Array, { nowMs, isForeign, own }: CheckContext): CheckedLines {
    this.#batch++;
    this.#isForeign = isForeign;
    this.#oldestMs = nowMs - this.#lateAcceptMs;
    this.#newestMs = nowMs + FUTURE_TOLERANCE_MS;
    this.#series = [];
    this.#samples = new SampleBuilder(Math.ceil(lines.length / 24));
    this.#facts = [];
    this.#events = [];
    this.#accepted = 0;
    this.#refused = [];
    this.#refusedCount = 0;
    this.#parser.parse(lines);
    if (own !== undefined) this.#samples.add(this.#series.push(own.key) - 1, own.atMs, own.value);
    return {
      samples: this.#samples.columns(this.#series),
      facts: this.#facts,
      events: this.#events,
      accepted: this.#accepted,
      refused: this.#refused,
      refusedCount: this.#refusedCount,
    };
  }

  head(measurement: string, tags: readonly [string, string][]): Head {
    return readHead(measurement, tags);
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

  /** Asked once per device and batch. */
  #refusalOfDevice(head: Head): Refusal | undefined {
    if (head.kind === "refused" || this.#isForeign === undefined) return undefined;
    if (head.askedIn !== this.#batch) {
      head.askedIn = this.#batch;
      head.isForeign = this.#isForeign(head.device);
    }
    if (!head.isForeign) return undefined;
    return refuse("FOREIGN_DEVICE", `the inventory lists ${head.device} in other schools only`);
  }

  #take(head: Head, fields: LineFields<Field>, atMs: number): Refusal | undefined {
    switch (head.kind) {
      case "reading":
        return this.#takeReading(fields, atMs);
      case "fact":
        return this.#takeFact(head.device, fields, atMs);
      case "event":
        return this.#takeEvent(head.device, head.eventKind, fields, atMs);
      case "refused":
        return head.refusal;
    }
  }

  #takeReading(fields: LineFields<Field>, atMs: number): Refusal | undefined {
    const before = this.#samples.length;
    for (let i = 0; i < fields.count; i++) {
      const refusal = this.#takeNumber(
        fields.meaning[i],
        fields.kind[i] === "number" ? fields.number[i] : undefined,
        atMs,
      );
      if (refusal !== undefined) {
        this.#samples.truncate(before);
        return refusal;
      }
    }
    return undefined;
  }

  /** @param value `undefined` for a text or a boolean, NaN for what is written as NaN or infinite. */
  #takeNumber(field: Field | undefined, value: number | undefined, atMs: number): Refusal | undefined {
    if (field?.kind !== "metric") return refusalOf(field);
    const { metric } = field;
    if (value === undefined) return refuse("NOT_A_NUMBER", `${metric} is not a number`);
    if (Number.isNaN(value))
      return refuse("NOT_A_NUMBER", `${metric} is NaN or infinite; what is not known is left out`);
    const problem = boundsProblem(metric, value);
    if (problem !== undefined) return refuse("OUT_OF_RANGE", problem);
    if (field.batch !== this.#batch) {
      field.batch = this.#batch;
      field.seriesIndex = this.#series.push(field.key) - 1;
    }
    this.#samples.add(field.seriesIndex, atMs, value + 0); // + 0 makes minus zero zero, as every store would not
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
