// Reads lines of others: what our dictionary has a metric for becomes columns, the rest is counted, what is wrong is refused.
import type { RefusalCode, RefusedLine } from "../../contract/batch.ts";
import { boundsProblem, METRICS } from "../../contract/metrics.ts";
import type { Fact } from "../../contract/reading.ts";
import { FUTURE_TOLERANCE_MS } from "../ingest/check.ts";
import type { Dialect } from "../ingest/line-head.ts";
import { type Refusal, refuse } from "../ingest/line-meaning.ts";
import { LineParser } from "../ingest/line-parser.ts";
import type { LineFields, LineReader } from "../ingest/line-reader.ts";
import type { Precision } from "../ingest/line-time.ts";
import { SampleBuilder } from "../store/sample-columns.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";
import {
  type MappedHead,
  type MetricField,
  readWriteHead,
  type Scope,
  UNMAPPED,
  type WriteField,
  type WriteHead,
} from "./meaning.ts";

/** As InfluxDB takes them: 64 KB of text, and tags as long as those of containers; what is remembered of them is bounded. */
const TELEGRAF_DIALECT: Dialect = {
  maxHeadBytes: 16 * 1024,
  maxTextBytes: 64 * 1024,
  maxFields: 4_096,
  loosensTexts: true,
  tellsIntegers: true,
  maxRememberedBytes: 2 * 1024 * 1024,
};
/** Refused lines that are named; an answer names only a few of them. */
const MAX_LISTED = 10;
/** Of a text that is kept: descriptions of devices are shorter. */
const MAX_FACT_CHARACTERS = 4_096;

export interface WriteContext {
  precision: Precision;
  /** The collector's clock: also the time of lines without one. */
  nowMs: number;
  /** Whether the inventory has the device in other schools only. */
  isForeign(device: string): boolean;
}

export interface CheckedWrite {
  samples: SampleColumns;
  facts: Fact[];
  /** Lines with at least one value or fact of ours. */
  accepted: number;
  /** Lines with nothing of ours. */
  unmappedLines: number;
  /** Values of no use to us, by measurement. */
  unmapped: Map<string, number>;
  /** The first few. */
  refused: RefusedLine[];
  refusedCount: number;
}

/** Keeps what it learned about heads from request to request; one per token, because a scope is part of what heads mean. */
export class WriteChecker implements LineReader<WriteHead, WriteField> {
  readonly #parser = new LineParser<WriteHead, WriteField>(this, TELEGRAF_DIALECT);
  readonly #scope: Scope;
  readonly #lateAcceptMs: number;
  /** Grows by one per request: a field's `seriesIndex` counts only in the request it was given in. */
  #batch = 0;
  #context: WriteContext = { precision: "ns", nowMs: 0, isForeign: () => false };
  #series: SeriesKey[] = [];
  #samples = new SampleBuilder();
  #checked = nothing();

  constructor(scope: Scope, lateAcceptMs: number) {
    this.#scope = scope;
    this.#lateAcceptMs = lateAcceptMs;
  }

  /** Checks a whole body. Never throws for what the bytes are. */
  check(lines: Uint8Array, context: WriteContext): CheckedWrite {
    this.#batch++;
    this.#context = context;
    this.#series = [];
    this.#samples = new SampleBuilder(Math.ceil(lines.length / 64));
    this.#checked = nothing();
    this.#parser.parse(lines, { precision: context.precision, missingMs: context.nowMs });
    return { ...this.#checked, samples: this.#samples.columns(this.#series) };
  }

  head(measurement: string, tags: readonly [string, string][]): WriteHead {
    return readWriteHead(measurement, tags, this.#scope);
  }

  field(head: WriteHead, name: string): WriteField {
    return head.kind === "mapped" ? head.fieldOf(name) : UNMAPPED;
  }

  line(line: number, head: WriteHead, fields: LineFields<WriteField>, atMs: number): void {
    switch (head.kind) {
      case "refused":
        this.refuse(line, head.refusal.code, head.refusal.message);
        break;
      case "unmapped":
        this.#countUnmapped(head.measurement, fields.count, true);
        break;
      case "mapped": {
        const { length } = this.#samples;
        const refusal = this.#take(head, fields, atMs);
        if (refusal === undefined) break;
        this.#samples.truncate(length);
        this.refuse(line, refusal.code, refusal.message);
      }
    }
  }

  refuse(line: number, code: RefusalCode, message: string): void {
    if (this.#checked.refusedCount++ < MAX_LISTED) this.#checked.refused.push({ line, code, message });
  }

  #take(head: MappedHead, fields: LineFields<WriteField>, atMs: number): Refusal | undefined {
    const { length } = this.#samples;
    const texts: Fact["texts"] = Object.fromEntries(head.facts);
    let unmapped = 0;
    for (let i = 0; i < fields.count; i++) {
      const field = fields.meaning[i] ?? UNMAPPED;
      const value = meant(field, fields, i);
      if (value === "unmapped") unmapped++;
      else if (field.kind === "fact") texts[field.name] = plain(fields.text[i] ?? "");
      else if (field.kind === "metric" && value !== undefined) {
        const refusal = this.#takeNumber(field, value, atMs);
        if (refusal !== undefined) return refusal;
      }
    }
    const hasFacts = Object.keys(texts).length > 0;
    const isEmpty = this.#samples.length === length && !hasFacts;
    const refusal = isEmpty ? undefined : (this.#refusalOfTime(atMs) ?? this.#refusalOfDevice(head));
    if (refusal !== undefined) return refusal;
    if (hasFacts) this.#checked.facts.push({ device: head.device, atMs, texts });
    if (!isEmpty) this.#checked.accepted++;
    this.#countUnmapped(head.measurement, unmapped, isEmpty);
    return undefined;
  }

  #takeNumber(field: MetricField, value: number, atMs: number): Refusal | undefined {
    if (Number.isNaN(value)) return refuse("NOT_A_NUMBER", `${field.metric} is NaN or infinite`);
    const problem = boundsProblem(field.metric, value);
    if (problem !== undefined) return refuse("OUT_OF_RANGE", problem);
    if (field.batch !== this.#batch) {
      field.batch = this.#batch;
      field.seriesIndex = this.#series.push(field.key) - 1;
    }
    this.#samples.add(field.seriesIndex, atMs, value + 0); // + 0 makes minus zero zero
    return undefined;
  }

  #countUnmapped(measurement: string, values: number, isWholeLine: boolean): void {
    const { unmapped } = this.#checked;
    if (isWholeLine) this.#checked.unmappedLines++;
    if (values > 0) unmapped.set(measurement, (unmapped.get(measurement) ?? 0) + values);
  }

  #refusalOfTime(atMs: number): Refusal | undefined {
    const { nowMs } = this.#context;
    if (atMs < nowMs - this.#lateAcceptMs)
      return refuse("TOO_OLD", `${atMs} is more than ${this.#lateAcceptMs} ms ago`);
    if (atMs <= nowMs + FUTURE_TOLERANCE_MS) return undefined;
    return refuse("IN_THE_FUTURE", `${atMs} is more than ${FUTURE_TOLERANCE_MS} ms ahead`);
  }

  /** Asked once per device and request. */
  #refusalOfDevice(head: MappedHead): Refusal | undefined {
    if (head.askedIn !== this.#batch) {
      head.askedIn = this.#batch;
      head.isForeign = this.#context.isForeign(head.device);
    }
    if (!head.isForeign) return undefined;
    return refuse("FOREIGN_DEVICE", `the inventory lists ${head.device} in other schools only`);
  }
}

/** A field's number in our unit; `undefined` for what stands for "not known", and for facts; "unmapped" for what is no use. */
function meant(
  field: WriteField,
  { kind, number, isInteger, text }: LineFields<WriteField>,
  i: number,
): number | undefined | "unmapped" {
  const isText = kind[i] === "text";
  switch (field.kind) {
    case "unmapped":
      return "unmapped";
    case "fact":
      return isText ? undefined : "unmapped";
    case "metric": {
      const { ofNumber, ofText } = field.convert;
      if (kind[i] === "boolean" && METRICS[field.metric].unit !== "flag") return "unmapped";
      if (isText) return ofText === undefined ? "unmapped" : ofText(text[i] ?? "");
      const value = number[i] ?? Number.NaN;
      return Number.isNaN(value) ? value : ofNumber(value, isInteger[i] === true);
    }
  }
}

/** As agents write texts: in one line. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f]+/g, " ").slice(0, MAX_FACT_CHARACTERS);
}

function nothing(): Omit<CheckedWrite, "samples"> {
  return { facts: [], accepted: 0, unmappedLines: 0, unmapped: new Map(), refused: [], refusedCount: 0 };
}
