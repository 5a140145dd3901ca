// How a batch looks in InfluxDB, and how names travel there and back.
//
//   MEASUREMENT,school=…,device=…[,instance=…] metric=number…   shelf raw; a point per measurement, device, instance and time
//   MEASUREMENT_5m,school=…,device=…[,instance=…] metric_count=…,metric_sum=…   shelves 5m, 1h, 1d: influx-rollups.ts
//   fact,school=…,device=… name="text"…                         shelf kept, as all below
//   event,school=…,device=…,kind=… text="…"
//   batch,agent=…,session=…,school=…,lane=… sequence=…,lines=…,received=…,digest="…"[,sent=…][,first=…,last=…]
//                                                               the ledger, written when all else of the batch is stored
//   mark,name=rolled_up_to received=…                           at time 0
//
// InfluxDB keys a point by measurement, tags and time, so a reading written again overwrites itself. DELETE knows no
// retention policy, so no two shelves have a measurement of one name.
import { METRICS } from "../../contract/metrics.ts";
import type { LedgerEntry, SampleColumns, SeriesKey, StoreBatch } from "./store.ts";

/** A tag value: what InfluxDB 1.x cannot hold or reads in two ways (backslash, control characters) percent-encoded. */
export function encodeTag(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is encoded
  return value.replace(/[%\\\u0000-\u001f\u007f]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

export function decodeTag(value: string): string {
  if (!value.includes("%")) return value;
  return value.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** An InfluxQL string that equals the tag value. */
export function tagLiteral(value: string): string {
  return `'${encodeTag(value).replace(/'/g, "\\'")}'`;
}

/** A tag value as it stands in a line. */
export function tag(value: string): string {
  return PLAIN.test(value) ? value : encodeTag(value).replace(/[,= ]/g, "\\$&");
}

/** What needs no encoding; most names are so, and looking is quicker than replacing. */
const PLAIN = /^[\w:./@+-]+$/;

/** Lines of one text that is handed over at once; several texts make a request. */
const TEXT_CHARACTERS = 500_000;

/** The samples as texts of whole lines; times in milliseconds. Neighbours of one point become one line. */
export function sampleTexts(schoolId: string, samples: SampleColumns): string[] {
  const { series, length, seriesIndex, atMs, value } = samples;
  const heads = new Heads(schoolId, series);
  /** Which line a series is in already: of two values of one series and time the later stands in a later line. */
  const inLine = new Int32Array(series.length);
  const texts: string[] = [];
  let text = "";
  let line = 0;
  let lineHead = -1;
  let lineAtMs = 0;
  for (let i = 0; i < length; i++) {
    const index = seriesIndex[i] ?? 0;
    const at = atMs[i] ?? 0;
    const head = heads.of(index);
    if (head === lineHead && at === lineAtMs && inLine[index] !== line) {
      text += `,${heads.metric(index)}=${value[i]}`;
    } else {
      if (line > 0) text += ` ${lineAtMs}`;
      if (text.length > TEXT_CHARACTERS) {
        texts.push(text);
        text = "";
      }
      text += `${text === "" ? "" : "\n"}${heads.text(head)} ${heads.metric(index)}=${value[i]}`;
      line += 1;
      lineHead = head;
      lineAtMs = at;
    }
    inLine[index] = line;
  }
  if (line > 0) texts.push(`${text} ${lineAtMs}`);
  return texts;
}

/** Measurement and tags by series: many series share them, one for each metric of a device. */
class Heads {
  readonly #school: string;
  readonly #series: readonly SeriesKey[];
  readonly #numbers: Int32Array;
  readonly #texts: string[] = [];
  readonly #known = new Map<string, number>();

  constructor(schoolId: string, series: readonly SeriesKey[]) {
    this.#school = tag(schoolId);
    this.#series = series;
    this.#numbers = new Int32Array(series.length).fill(-1);
  }

  of(index: number): number {
    const number = this.#numbers[index] ?? -1;
    return number >= 0 ? number : this.#add(index);
  }

  text(head: number): string {
    return this.#texts[head] ?? "";
  }

  metric(index: number): string {
    return this.#series[index]?.metric ?? "";
  }

  #add(index: number): number {
    const key = this.#series[index];
    if (key === undefined) throw new RangeError(`a sample points to series ${index} of ${this.#series.length}`);
    const text = headOf(METRICS[key.metric].measurement, this.#school, key);
    const number = this.#known.get(text) ?? this.#texts.push(text) - 1;
    this.#known.set(text, number);
    this.#numbers[index] = number;
    return number;
  }
}

/** @param school as `tag` writes it */
export function headOf(measurement: string, school: string, { device, instance }: SeriesKey): string {
  const more = instance === undefined ? "" : `,instance=${tag(instance)}`;
  return `${measurement},school=${school},device=${tag(device)}${more}`;
}

/** Facts and events as lines; times in milliseconds. */
export function textLines({ schoolId, facts, events }: Pick<StoreBatch, "schoolId" | "facts" | "events">): string[] {
  const school = `school=${tag(schoolId)}`;
  const lines: string[] = [];
  for (const { device, atMs, texts } of facts) {
    const fields = Object.entries(texts).map(([name, text]) => `${name}=${quote(text)}`);
    if (fields.length > 0) lines.push(`fact,${school},device=${tag(device)} ${fields.join(",")} ${atMs}`);
  }
  for (const { device, kind, atMs, text } of events) {
    lines.push(`event,${school},device=${tag(device)},kind=${tag(kind)} text=${quote(text)} ${atMs}`);
  }
  return lines;
}

/**
 * The ledger line; its time in microseconds: the sequence stands in the last three digits, so that two batches of one
 * session that arrive within a millisecond do not overwrite each other.
 */
export function ledgerLine(entry: LedgerEntry): string {
  const { agentId, session, schoolId, lane, sequence, lines, receivedAtMs, sentAtMs, digest, firstMs, lastMs } = entry;
  const atUs = Math.round(receivedAtMs) * 1000 + (sequence % 1000);
  const tags = `agent=${tag(agentId)},session=${tag(session)},school=${tag(schoolId)},lane=${lane}`;
  const optional = [number("sent", sentAtMs), number("first", firstMs), number("last", lastMs)].join("");
  const fields = `sequence=${sequence},lines=${lines},received=${receivedAtMs},digest=${quote(digest)}${optional}`;
  return `batch,${tags} ${fields} ${atUs}`;
}

function number(name: string, value: number | undefined): string {
  return value === undefined ? "" : `,${name}=${value}`;
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
