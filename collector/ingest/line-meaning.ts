// What a line's measurement, tags and field names mean in the dictionary, or why they mean nothing.
import type { RefusalCode } from "../../contract/batch.ts";
import { deviceKey } from "../../contract/mac.ts";
import { MEASUREMENTS, type Measurement } from "../../contract/metrics/measurements.ts";
import type { MetricSpec } from "../../contract/metrics/spec.ts";
import { isMetricName, METRICS, type MetricName } from "../../contract/metrics.ts";
import { type FactName, isFactName } from "../../contract/reading.ts";

export interface Refusal {
  code: RefusalCode;
  message: string;
}

/** Of a head that names a device: the inventory (as check.ts counts them) by which it is not another school's. */
interface OfDevice {
  device: string;
  ownIn: number;
}

export interface ReadingHead extends OfDevice {
  kind: "reading";
  measurement: Measurement;
  instance: string | undefined;
  /** Where its series begin in its sender's memory. */
  place: number;
}

export type Head =
  | ReadingHead
  | (OfDevice & { kind: "fact" })
  | (OfDevice & { kind: "event"; eventKind: string })
  | { kind: "refused"; refusal: Refusal };

/** What a field is in lines of one kind, whichever their device. */
export type Field =
  | MetricField
  | { kind: "fact"; name: FactName }
  | { kind: "eventText" }
  | { kind: "refused"; refusal: Refusal };

/** With the bounds that every value is held against. */
export interface MetricField {
  kind: "metric";
  metric: MetricName;
  /** Among the metrics of its measurement. */
  slot: number;
  min: number;
  max: number;
  isInteger: boolean;
}

/** Metrics of a measurement: the position of one is its slot. */
const METRICS_OF = new Map<Measurement, MetricName[]>();
for (const [name, { measurement }] of Object.entries(METRICS)) {
  const metrics = METRICS_OF.get(measurement) ?? [];
  METRICS_OF.set(measurement, isMetricName(name) ? [...metrics, name] : metrics);
}

/** How many series a head of readings can have. */
export function slotsOf(measurement: Measurement): number {
  return METRICS_OF.get(measurement)?.length ?? 0;
}

/** `kind` of contract/reading.ts CampusEvent. */
const EVENT_KIND = /^[a-z][a-z0-9_]{0,63}$/;

/** What measurement and tags say. Device keys come out in their one spelling (contract/mac.ts). */
export function readHead(measurement: string, tags: readonly [string, string][]): Head {
  const isReading = isMeasurement(measurement);
  if (!isReading && measurement !== "fact" && measurement !== "event") {
    return refusedHead("UNKNOWN_MEASUREMENT", `"${shown(measurement)}" is not in the dictionary`);
  }
  const { device, instance, kind, other } = sortTags(tags);
  if (other !== undefined) return refusedHead("UNKNOWN_TAG", `${measurement} has no tag "${shown(other)}"`);
  if (device === undefined) return refusedHead("MISSING_TAG", `${measurement} needs the tag device`);
  if (kind !== undefined && measurement !== "event")
    return refusedHead("UNKNOWN_TAG", `${measurement} has no tag "kind"`);
  if (isReading) return readingHead(measurement, device, instance);
  if (instance !== undefined) return refusedHead("UNKNOWN_TAG", `${measurement} has no tag "instance"`);
  if (measurement === "fact") return { kind: "fact", device, ownIn: 0 };
  if (kind === undefined) return refusedHead("MISSING_TAG", "event needs the tag kind");
  if (EVENT_KIND.test(kind)) return { kind: "event", device, ownIn: 0, eventKind: kind };
  return refusedHead("UNKNOWN_METRIC", `event kind "${shown(kind)}" is not snake_case of at most 64 characters`);
}

function readingHead(measurement: Measurement, device: string, instance: string | undefined): Head {
  const hasInstances = "instanceOf" in MEASUREMENTS[measurement];
  if (instance !== undefined && !hasInstances) {
    return refusedHead("UNKNOWN_TAG", `${measurement} has no tag "instance"`);
  }
  // The agent's self-test speaks of a segment or, without an instance, of the agent as a whole (contract/metrics.ts).
  if (instance === undefined && hasInstances && measurement !== "agent") {
    return refusedHead("MISSING_TAG", `${measurement} needs the tag instance`);
  }
  return { kind: "reading", device, ownIn: 0, measurement, instance, place: -1 };
}

function sortTags(
  tags: readonly [string, string][],
): Partial<Record<"device" | "instance" | "kind" | "other", string>> {
  const sorted: Partial<Record<"device" | "instance" | "kind" | "other", string>> = {};
  for (const [name, value] of tags) {
    if (name === "device") {
      const key = deviceKey(value);
      if (key !== "") sorted.device = key; // nothing but blanks names no device
    } else if (name === "instance" || name === "kind") sorted[name] = value;
    else sorted.other ??= name;
  }
  return sorted;
}

/** What a field of such a head is. */
export function readField(head: Head, name: string): Field {
  switch (head.kind) {
    case "reading":
      return readingField(head, name);
    case "fact":
      return isFactName(name)
        ? { kind: "fact", name }
        : refusedField("UNKNOWN_METRIC", `"${shown(name)}" is not a fact in the dictionary`);
    case "event":
      return name === "text"
        ? { kind: "eventText" }
        : refusedField("UNKNOWN_METRIC", `an event has the field text, not "${shown(name)}"`);
    case "refused":
      return { kind: "refused", refusal: head.refusal };
  }
}

function readingField(head: ReadingHead, name: string): Field {
  if (!isMetricName(name)) return refusedField("UNKNOWN_METRIC", `"${shown(name)}" is not a metric in the dictionary`);
  const spec: MetricSpec = METRICS[name];
  const { measurement, min, max, integer } = spec;
  if (measurement !== head.measurement) {
    return refusedField("WRONG_MEASUREMENT", `${name} belongs to ${measurement}, not to ${head.measurement}`);
  }
  const slot = METRICS_OF.get(head.measurement)?.indexOf(name) ?? -1;
  return { kind: "metric", metric: name, slot, min, max, isInteger: integer === true };
}

function isMeasurement(name: string): name is Measurement {
  return Object.hasOwn(MEASUREMENTS, name);
}

export function refuse(code: RefusalCode, message: string): Refusal {
  return { code, message };
}

function refusedHead(code: RefusalCode, message: string): Head {
  return { kind: "refused", refusal: { code, message } };
}

function refusedField(code: RefusalCode, message: string): Field {
  return { kind: "refused", refusal: { code, message } };
}

/** A field's own refusal; any other field cannot stand in this line, because heads decide what their fields are. */
export function refusalOf(field: Field | undefined): Refusal {
  return field?.kind === "refused" ? field.refusal : refuse("UNKNOWN_METRIC", "a field that this line cannot have");
}

/** Names from outside, cut so that a message stays short. */
function shown(name: string): string {
  return name.length <= 64 ? name : `${name.slice(0, 64)}…`;
}
