// ReadingStore in this process's memory: for tests and trials. Durable only as long as the process lives.
import type { CampusEvent, Fact, FactName } from "../../contract/reading.ts";
import { eachSample, SampleBuilder, seriesText } from "./sample-columns.ts";
import { type ReadingStore, type Sample, type SeriesKey, type StoreBatch, StoreError } from "./store.ts";

interface StoredSeries {
  key: SeriesKey;
  values: Map<number, number>;
}

interface School {
  series: Map<string, StoredSeries>;
  /** By device, then by name. */
  facts: Map<string, Map<FactName, { atMs: number; text: string }>>;
  /** By device, kind and time. */
  events: Map<string, CampusEvent>;
}

export function createMemoryStore(): ReadingStore {
  const schools = new Map<string, School>();
  const batches = new Map<string, { lines: number }>();
  const agents = new Map<string, { agentId: string; batches: number; lastReceivedMs: number }>();
  let closed = false;
  const open = () => {
    if (closed) throw new StoreError(true, "the store is closed");
  };
  const seriesOf = (schoolId: string) => [...(schools.get(schoolId)?.series.values() ?? [])];

  return {
    async write(batch) {
      open();
      const name = JSON.stringify([batch.agentId, batch.session, batch.sequence]);
      const known = batches.get(name);
      if (known !== undefined) return { repeated: true, lines: known.lines };
      batches.set(name, { lines: batch.lines });
      const { agentId, receivedAtMs } = batch;
      const agent = agents.get(agentId) ?? { agentId, batches: 0, lastReceivedMs: receivedAtMs };
      agents.set(agentId, {
        agentId,
        batches: agent.batches + 1,
        lastReceivedMs: Math.max(agent.lastReceivedMs, receivedAtMs),
      });
      let school = schools.get(batch.schoolId);
      if (school === undefined) {
        school = { series: new Map(), facts: new Map(), events: new Map() };
        schools.set(batch.schoolId, school);
      }
      put(school, batch);
      return { repeated: false };
    },

    async series(schoolId, key, fromMs, toMs) {
      open();
      const values = schools.get(schoolId)?.series.get(seriesText(key))?.values ?? [];
      return [...values]
        .filter(([atMs]) => atMs >= fromMs && atMs < toMs)
        .map(([atMs, value]): Sample => ({ atMs, value }))
        .sort((a, b) => a.atMs - b.atMs);
    },

    async instances(schoolId, device, metric, fromMs) {
      open();
      return seriesOf(schoolId)
        .filter(({ key }) => key.device === device && key.metric === metric)
        .filter(({ values }) => [...values.keys()].some((atMs) => atMs >= fromMs))
        .flatMap(({ key }) => (key.instance === undefined ? [] : [key.instance]))
        .sort();
    },

    async latest(schoolId, sinceMs) {
      open();
      return seriesOf(schoolId).flatMap(({ key, values }) => {
        const sample = newest(values);
        return sample === undefined || sample.atMs < sinceMs ? [] : [{ key, sample }];
      });
    },

    async scan(metrics, fromMs, toMs, take) {
      open();
      const wanted = new Set<string>(metrics);
      for (const [schoolId, { series }] of schools) {
        const keys: SeriesKey[] = [];
        const samples = new SampleBuilder();
        for (const { key, values } of series.values()) {
          if (!wanted.has(key.metric)) continue;
          const index = keys.push(key) - 1;
          for (const [atMs, value] of values) if (atMs >= fromMs && atMs < toMs) samples.add(index, atMs, value);
        }
        if (samples.length > 0) take(schoolId, samples.columns(keys));
      }
    },

    async facts(schoolId) {
      open();
      return new Map([...(schools.get(schoolId)?.facts ?? [])].map(([device, texts]) => [device, textsOf(texts)]));
    },

    async events(schoolId, fromMs, toMs) {
      open();
      return [...(schools.get(schoolId)?.events.values() ?? [])]
        .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
        .sort((a, b) => a.atMs - b.atMs);
    },

    async deviceEvents(schoolId, device, sinceMs, limit) {
      open();
      return [...(schools.get(schoolId)?.events.values() ?? [])]
        .filter((event) => event.device === device && event.atMs >= sinceMs)
        .sort((a, b) => b.atMs - a.atMs)
        .slice(0, limit);
    },

    async agents() {
      open();
      return [...agents.values()];
    },

    async ready() {
      open();
    },

    async close() {
      closed = true;
    },
  };
}

function put(school: School, batch: StoreBatch): void {
  for (const { key, atMs, value } of eachSample(batch.samples)) {
    const text = seriesText(key);
    let series = school.series.get(text);
    if (series === undefined) {
      series = { key, values: new Map() };
      school.series.set(text, series);
    }
    series.values.set(atMs, value);
  }
  for (const fact of batch.facts) putFact(school, fact);
  for (const event of batch.events) {
    school.events.set(JSON.stringify([event.device, event.kind, event.atMs]), event);
  }
}

/** An older text that comes late does not replace a newer one. */
function putFact(school: School, { device, atMs, texts }: Fact): void {
  let known = school.facts.get(device);
  if (known === undefined) {
    known = new Map();
    school.facts.set(device, known);
  }
  // Object.entries forgets the key type of our own record.
  for (const [name, text] of Object.entries(texts) as [FactName, string][]) {
    if ((known.get(name)?.atMs ?? Number.NEGATIVE_INFINITY) <= atMs) known.set(name, { atMs, text });
  }
}

function textsOf(texts: Map<FactName, { text: string }>): Fact["texts"] {
  return Object.fromEntries([...texts].map(([name, { text }]) => [name, text]));
}

function newest(values: Map<number, number>): Sample | undefined {
  let sample: Sample | undefined;
  for (const [atMs, value] of values) if (sample === undefined || atMs > sample.atMs) sample = { atMs, value };
  return sample;
}
