// ReadingStore in this process's memory: for tests and trials. Durable only as long as the process lives.
import { LedgerNames } from "./ledger-names.ts";
import { MemorySchool, newestIn, samplesIn } from "./memory-school.ts";
import { SampleBuilder, seriesText } from "./sample-columns.ts";
import { type LedgerEntry, type ReadingStore, type SeriesKey, type StoreBatch, StoreError } from "./store.ts";

/** Age beyond which only a batch's name is kept. */
const LEDGER_MS = 86_400_000;

export function createMemoryStore(): ReadingStore {
  const schools = new Map<string, MemorySchool>();
  const names = new LedgerNames();
  let ledger = new Map<string, LedgerEntry>();
  let rolledUpToMs: number | undefined;
  let closed = false;
  const open = () => {
    if (closed) throw new StoreError(true, "the store is closed");
  };
  const seriesOf = (schoolId: string) => [...(schools.get(schoolId)?.series.values() ?? [])];
  const schoolOf = (schoolId: string) => {
    const school = schools.get(schoolId) ?? new MemorySchool();
    schools.set(schoolId, school);
    return school;
  };

  return {
    async write(batch) {
      open();
      const name = nameOf(batch);
      if (names.has(batch)) {
        const known = ledger.get(name);
        if (known === undefined) return { repeated: true };
        const { digest, lines, sentAtMs, schoolId } = known;
        return { repeated: true, first: { digest, lines, schoolId, ...(sentAtMs !== undefined && { sentAtMs }) } };
      }
      names.add(batch);
      ledger.set(name, entryOf(batch));
      schoolOf(batch.schoolId).put(batch);
      return { repeated: false };
    },

    async series(schoolId, key, fromMs, toMs) {
      open();
      const series = schools.get(schoolId)?.series.get(seriesText(key));
      return series === undefined ? [] : samplesIn(series, fromMs, toMs);
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
      return seriesOf(schoolId).flatMap((series) => {
        const sample = newestIn(series);
        return sample === undefined || sample.atMs < sinceMs ? [] : [{ key: series.key, sample }];
      });
    },

    async scan(metrics, fromMs, toMs, take, only) {
      open();
      const wanted = new Set<string>(metrics);
      for (const [schoolId, { series }] of schools) {
        if (only !== undefined && schoolId !== only) continue;
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
      return schools.get(schoolId)?.facts() ?? new Map();
    },

    async events(schoolId, fromMs, toMs) {
      open();
      return (schools.get(schoolId)?.events() ?? [])
        .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
        .sort((a, b) => a.atMs - b.atMs);
    },

    async deviceEvents(schoolId, device, sinceMs, limit) {
      open();
      return (schools.get(schoolId)?.events() ?? [])
        .filter((event) => event.device === device && event.atMs >= sinceMs)
        .sort((a, b) => b.atMs - a.atMs)
        .slice(0, limit);
    },

    async agents() {
      open();
      return names.agents();
    },

    async knows(agentId, session, sequence) {
      open();
      return names.has({ agentId, session, sequence });
    },

    async sessions(agentId) {
      open();
      return names.sessions(agentId);
    },

    async scanLedger(fromMs, toMs, take) {
      open();
      const found = [...ledger.values()]
        .filter(({ receivedAtMs }) => receivedAtMs >= fromMs && receivedAtMs < toMs)
        .sort((a, b) => a.receivedAtMs - b.receivedAtMs);
      if (found.length > 0) take(found);
    },

    async schools() {
      open();
      return [...schools.keys()].sort();
    },

    async writeRollups(schoolId, resolution, rollups) {
      open();
      if (rollups.length > 0) schoolOf(schoolId).putRollups(resolution, rollups);
    },

    async rollups(schoolId, key, resolution, fromMs, toMs) {
      open();
      return (schools.get(schoolId)?.rollups(resolution, fromMs, toMs, key) ?? [])
        .map(({ rollup }) => rollup)
        .sort((a, b) => a.startMs - b.startMs);
    },

    async scanRollups(schoolId, resolution, fromMs, toMs, take) {
      open();
      const found = schools.get(schoolId)?.rollups(resolution, fromMs, toMs) ?? [];
      if (found.length > 0) take(found);
    },

    async rolledUpTo() {
      open();
      return rolledUpToMs;
    },

    async setRolledUpTo(receivedMs) {
      open();
      rolledUpToMs = receivedMs;
    },

    async datedFacts(schoolId) {
      open();
      return schools.get(schoolId)?.datedFacts() ?? [];
    },

    async adopt(schoolId, part) {
      open();
      schoolOf(schoolId).put(part);
    },

    async adoptLedger(entries) {
      open();
      for (const entry of entries) {
        if (names.has(entry)) continue;
        names.add(entry);
        ledger.set(nameOf(entry), entry);
      }
    },

    async maintain(nowMs, retention) {
      open();
      for (const school of schools.values()) school.forget(nowMs, retention);
      const keptMs = Math.min(nowMs - LEDGER_MS, rolledUpToMs ?? Number.NEGATIVE_INFINITY);
      ledger = new Map([...ledger].filter(([, { receivedAtMs }]) => receivedAtMs >= keptMs));
    },

    async ready() {
      open();
    },

    async close() {
      closed = true;
    },
  };
}

function nameOf({ agentId, session, sequence }: LedgerEntry): string {
  return JSON.stringify([agentId, session, sequence]);
}

/** Without what else the batch holds. */
function entryOf({ samples: _, facts: _facts, events: _events, ...entry }: StoreBatch): LedgerEntry {
  return entry;
}
