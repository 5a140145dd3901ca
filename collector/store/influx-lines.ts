// How a batch looks in InfluxDB, and how names travel there and back.
//
//   MEASUREMENT,school=…,device=…[,instance=…] metric=number…   one point per measurement, device, instance and time
//   fact,school=…,device=… name="text"…
//   event,school=…,device=…,kind=… text="…"
//   batch,agent=…,session=…,school=… sequence=…,lines=…,received=…   the ledger, written when all else is stored
//
// InfluxDB keys a point by measurement, tags and time, so a reading written again overwrites itself.
import type { Measurement } from "../../contract/metrics/measurements.ts";
import { METRICS } from "../../contract/metrics.ts";
import { eachSample } from "./sample-columns.ts";
import type { StoreBatch } from "./store.ts";

/** A tag value: what InfluxDB 1.x cannot hold or reads in two ways (backslash, control characters) percent-encoded. */
export function encodeTag(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is encoded
  return value.replace(/[%\\\u0000-\u001f\u007f]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

export function decodeTag(value: string): string {
  return value.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** An InfluxQL string that equals the tag value. */
export function tagLiteral(value: string): string {
  return `'${encodeTag(value).replace(/'/g, "\\'")}'`;
}

/** All lines of a batch but its ledger line; times in milliseconds. */
export function* batchLines({ schoolId, samples, facts, events }: StoreBatch): Generator<string> {
  const school = `school=${tag(schoolId)}`;
  yield* readingLines(school, samples);
  for (const { device, atMs, texts } of facts) {
    const fields = Object.entries(texts).map(([name, text]) => `${name}=${quote(text)}`);
    if (fields.length > 0) yield `fact,${school},device=${tag(device)} ${fields.join(",")} ${atMs}`;
  }
  for (const { device, kind, atMs, text } of events) {
    yield `event,${school},device=${tag(device)},kind=${tag(kind)} text=${quote(text)} ${atMs}`;
  }
}

/**
 * The ledger line; its time in microseconds: the sequence stands in the last three digits, so that two batches of one
 * session that arrive within a millisecond do not overwrite each other.
 */
export function ledgerLine({ agentId, session, schoolId, sequence, lines, receivedAtMs }: StoreBatch): string {
  const atUs = Math.round(receivedAtMs) * 1000 + (sequence % 1000);
  const tags = `agent=${tag(agentId)},session=${tag(session)},school=${tag(schoolId)}`;
  return `batch,${tags} sequence=${sequence},lines=${lines},received=${receivedAtMs} ${atUs}`;
}

/** Samples that follow each other with the same device, instance and time become one line; of two values the later counts. */
function* readingLines(school: string, samples: StoreBatch["samples"]): Generator<string> {
  let point = "";
  let pointAtMs = 0;
  let fields = new Map<string, number>();
  for (const { key, atMs, value } of eachSample(samples)) {
    const measurement: Measurement = METRICS[key.metric].measurement;
    const instance = key.instance === undefined ? "" : `,instance=${tag(key.instance)}`;
    const head = `${measurement},${school},device=${tag(key.device)}${instance}`;
    if (head !== point || atMs !== pointAtMs) {
      if (fields.size > 0) yield pointLine(point, fields, pointAtMs);
      point = head;
      pointAtMs = atMs;
      fields = new Map();
    }
    fields.set(key.metric, value);
  }
  if (fields.size > 0) yield pointLine(point, fields, pointAtMs);
}

function pointLine(head: string, fields: Map<string, number>, atMs: number): string {
  return `${head} ${[...fields].map(([name, value]) => `${name}=${value}`).join(",")} ${atMs}`;
}

function tag(value: string): string {
  return encodeTag(value).replace(/[,= ]/g, "\\$&");
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
