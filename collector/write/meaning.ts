// What a line of others means in our dictionary: which device, which metric, how converted; or that we have no use for it.
import { deviceKey } from "../../contract/mac.ts";
import { MEASUREMENTS, type Measurement } from "../../contract/metrics/measurements.ts";
import { isMetricName, METRICS, type MetricName } from "../../contract/metrics.ts";
import { type FactName, isFactName } from "../../contract/reading.ts";
import { type Refusal, refuse } from "../ingest/line-meaning.ts";
import { EVIDENCE_METRICS } from "../score/evidence.ts";
import { seriesKey } from "../store/sample-columns.ts";
import type { SeriesKey } from "../store/store.ts";
import { CONVERSIONS, type Conversion } from "./convert.ts";
import { type FieldMapping, PLUGINS, type PluginMapping, TOPIC_FIELDS } from "./mapping.ts";
import { namesIn, type TopicNames } from "./topic.ts";

/** For whom a token speaks. */
export interface Scope {
  schoolId: string;
  /** Stands before every device's name. */
  prefix: string;
  /** Patterns of topic.ts, for mqtt_consumer. */
  topics: readonly string[];
}

export type WriteHead = { kind: "unmapped"; measurement: string } | { kind: "refused"; refusal: Refusal } | MappedHead;

export interface MappedHead {
  kind: "mapped";
  /** As it came over the wire. */
  measurement: string;
  device: string;
  /** Texts in tags. */
  facts: readonly [FactName, string][];
  fieldOf(name: string): WriteField;
  /** The batch in which `isForeign` was asked. */
  askedIn?: number;
  isForeign?: boolean;
}

export interface MetricField {
  kind: "metric";
  metric: MetricName;
  convert: Conversion;
  key: SeriesKey;
  /** `seriesIndex` counts only in the batch it was given in. */
  batch: number;
  seriesIndex: number;
}

export type WriteField = MetricField | { kind: "fact"; name: FactName } | { kind: "unmapped" };

export const UNMAPPED: WriteField = { kind: "unmapped" };

const BY_MEASUREMENT = new Map(PLUGINS.map((plugin) => [plugin.measurement, plugin]));
/** Figures stand on what agents sign; who holds a token cannot add to it. */
const EVIDENCE = new Set<MetricName>(EVIDENCE_METRICS);

/** Of a device or an instance, in characters: they are kept for ever, and InfluxDB as a store has its own bound. */
const MAX_NAME = 255;

type Tags = ReadonlyMap<string, string>;

export function readWriteHead(
  measurement: string,
  pairs: readonly (readonly [string, string])[],
  scope: Scope,
): WriteHead {
  const tags: Tags = new Map(pairs);
  if (measurement === "mqtt_consumer") return topicHead(tags, scope);
  const device = tags.get("device");
  if (device !== undefined && isOwnMeasurement(measurement)) return ownHead(measurement, device, tags, scope);
  if (device !== undefined && measurement === "fact") return factHead(device, scope);
  const plugin = BY_MEASUREMENT.get(measurement);
  if (plugin === undefined || !fits(plugin, tags)) return { kind: "unmapped", measurement };
  return pluginHead(plugin, tags, scope);
}

function fits({ only = {} }: PluginMapping, tags: Tags): boolean {
  return Object.entries(only).every(([name, value]) => tags.get(name) === value);
}

function pluginHead(plugin: PluginMapping, tags: Tags, scope: Scope): WriteHead {
  const { measurement } = plugin;
  const device = deviceOf(first(plugin.device, tags), scope);
  if (device === undefined) return missing(measurement, plugin.device);
  const instances = plugin.instance?.map((names) => first(names, tags));
  const absent = instances?.indexOf(undefined) ?? -1;
  if (absent >= 0) return missing(measurement, plugin.instance?.[absent] ?? []);
  const facts = Object.entries(plugin.facts ?? {}).flatMap(([tag, name]): [FactName, string][] => {
    const text = tags.get(tag);
    return text === undefined ? [] : [[name, text]];
  });
  const instance = instances?.join(" ");
  const fields = new Map<string, WriteField>();
  return mapped(measurement, { device, instance }, facts, (name) => {
    const fact = own(plugin.facts ?? {}, name);
    if (fact !== undefined) return { kind: "fact", name: fact };
    const field = own(plugin.fields, name) ?? (plugin.ownNames ? ownField(name, plugin.into) : undefined);
    return metricField(fields, name, field, device, instance);
  });
}

/** A line in our own words, with the tag `device`, from whoever writes them. */
function ownHead(measurement: Measurement, name: string, tags: Tags, scope: Scope): WriteHead {
  const device = deviceOf(name, scope);
  if (device === undefined) return missing(measurement, ["device"]);
  const instance = "instanceOf" in MEASUREMENTS[measurement] ? tags.get("instance") : undefined;
  if (instance === undefined && "instanceOf" in MEASUREMENTS[measurement]) return missing(measurement, ["instance"]);
  const fields = new Map<string, WriteField>();
  return mapped(measurement, { device, instance }, [], (field) =>
    metricField(fields, field, ownField(field, measurement), device, instance),
  );
}

function factHead(name: string, scope: Scope): WriteHead {
  const device = deviceOf(name, scope);
  if (device === undefined) return missing("fact", ["device"]);
  return mapped("fact", { device }, [], (field) => (isFactName(field) ? { kind: "fact", name: field } : UNMAPPED));
}

/** One topic's fields may be of several measurements: each metric knows its own. */
function topicHead(tags: Tags, scope: Scope): WriteHead {
  const measurement = "mqtt_consumer";
  const topic = tags.get("topic");
  if (topic === undefined) return missing(measurement, ["topic"]);
  const names: TopicNames | undefined = namesIn(topic, scope.topics);
  const device = deviceOf(names?.device, scope);
  if (names === undefined || device === undefined) return { kind: "unmapped", measurement };
  const fields = new Map<string, WriteField>();
  return mapped(measurement, { device, instance: names.instance }, [], (written) => {
    const name = written === "value" && names.field !== undefined ? names.field : written;
    const field = own(TOPIC_FIELDS, name) ?? ownField(name, undefined);
    if (field === undefined) return UNMAPPED;
    const hasInstances = "instanceOf" in MEASUREMENTS[METRICS[field.metric].measurement];
    return metricField(fields, written, field, device, hasInstances ? (names.instance ?? name) : undefined);
  });
}

function mapped(
  measurement: string,
  { device, instance = "" }: { device: string; instance?: string | undefined },
  facts: readonly [FactName, string][],
  fieldOf: (name: string) => WriteField,
): WriteHead {
  if (device.length > MAX_NAME || instance.length > MAX_NAME) {
    const message = `device or instance are longer than ${MAX_NAME} characters`;
    return { kind: "refused", refusal: refuse("LINE_SYNTAX", message) };
  }
  return { kind: "mapped", measurement, device, facts, fieldOf };
}

/** A field that is called as a metric of ours. */
function ownField(name: string, of: Measurement | undefined): FieldMapping | undefined {
  if (!isMetricName(name) || EVIDENCE.has(name)) return undefined;
  const { measurement } = METRICS[name];
  if (!isOwnMeasurement(measurement) || (of !== undefined && measurement !== of)) return undefined;
  return { metric: name, convert: "same" };
}

/** The same object for one name of one head, so that it gets one series in a batch. */
function metricField(
  known: Map<string, WriteField>,
  name: string,
  mapping: FieldMapping | undefined,
  device: string,
  instance: string | undefined,
): WriteField {
  if (mapping === undefined) return UNMAPPED;
  const before = known.get(name);
  if (before !== undefined) return before;
  const { metric, convert } = mapping;
  const key = seriesKey(metric, device, instance);
  const field: WriteField = {
    kind: "metric",
    metric,
    convert: CONVERSIONS[convert],
    key,
    batch: 0,
    seriesIndex: -1,
  };
  known.set(name, field);
  return field;
}

/** What is said of devices; runs of probes and agents speak for themselves, signed. */
function isOwnMeasurement(name: string): name is Measurement {
  return Object.hasOwn(MEASUREMENTS, name) && name !== "probe" && name !== "agent";
}

function first(names: readonly string[], tags: Tags): string | undefined {
  return names.map((name) => tags.get(name)).find((value) => value !== undefined);
}

function deviceOf(name: string | undefined, { prefix }: Scope): string | undefined {
  const key = name === undefined || name.trim() === "" ? "" : deviceKey(`${prefix}${name}`);
  return key === "" ? undefined : key;
}

function own<T>(fields: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function missing(measurement: string, tags: readonly string[]): WriteHead {
  return { kind: "refused", refusal: refuse("MISSING_TAG", `${measurement} needs the tag ${tags.join(" or ")}`) };
}
