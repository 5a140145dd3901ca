// What the collector has heard of each agent: when, how many batches, its clock, and its newest self-test.
import type { AgentView } from "../../contract/api.ts";
import type { StoredInfo } from "../ingest/ingest.ts";
import { instantText } from "../inventory/day.ts";
import type { AgentEntry } from "../inventory/inventory.ts";
import { SLOT_MS } from "../score/parameters.ts";
import type { SampleColumns, SeriesKey } from "../store/store.ts";

/** An agent that was not heard for so long is offline. */
const OFFLINE_AFTER_MS = 3 * SLOT_MS;

interface Heard {
  batches: number;
  lastReceivedMs: number;
  clockOffsetMs?: number;
  version?: string;
}

/** Newest self-test by segment. */
type SelfTests = Map<string, { atMs: number; passed: boolean }>;

type SpoolMetric = "agent_spool_bytes" | "agent_spool_dropped_total";
/** Newest of each. */
type Spool = Partial<Record<SpoolMetric, { atMs: number; value: number }>>;

const SELF_TEST = "agent_selftest_passed";

function isSpoolMetric(metric: string): metric is SpoolMetric {
  return metric === "agent_spool_bytes" || metric === "agent_spool_dropped_total";
}

export class Fleet {
  readonly #heard = new Map<string, Heard>();
  /** By school and agent: what one school delivers says nothing about another school's agent. */
  readonly #selfTests = new Map<string, SelfTests>();
  readonly #spools = new Map<string, Spool>();
  /**
   * Which series of a list agents say of themselves: 1 of these. By the list that samples come with, because it mostly comes again
   * and only grows (SampleColumns.series).
   */
  readonly #marks = new WeakMap<readonly SeriesKey[], Uint8Array>();

  /** What was stored before this process began. */
  restore(agents: readonly { agentId: string; batches: number; lastReceivedMs: number }[]): void {
    for (const { agentId, batches, lastReceivedMs } of agents)
      Object.assign(this.#of(agentId), { batches, lastReceivedMs });
  }

  /** A batch was stored just now. */
  stored({ agentId, receivedAtMs, clockOffsetMs, version }: StoredInfo): void {
    const heard = this.#of(agentId);
    heard.batches += 1;
    heard.lastReceivedMs = Math.max(heard.lastReceivedMs, receivedAtMs);
    if (clockOffsetMs !== undefined) heard.clockOffsetMs = clockOffsetMs;
    if (version !== undefined) heard.version = version;
  }

  /** Picks the self-tests and what is said of spools out of stored samples; late ones never replace newer ones. */
  take(schoolId: string, samples: SampleColumns): void {
    const marks = this.#marksOf(samples.series);
    for (let i = 0; i < samples.length; i += 1) {
      const index = samples.seriesIndex[i] ?? -1;
      if (marks[index] !== 1) continue;
      const key = samples.series[index];
      const atMs = samples.atMs[i];
      if (key === undefined || atMs === undefined) continue;
      if (isSpoolMetric(key.metric)) this.#takeSpool(within(schoolId, key.device), key.metric, atMs, samples.value[i]);
      if (key.metric !== SELF_TEST) continue;
      const selfTests = this.#selfTestsOf(schoolId, key.device);
      const segment = key.instance ?? "";
      if (atMs >= (selfTests.get(segment)?.atMs ?? 0)) selfTests.set(segment, { atMs, passed: samples.value[i] === 1 });
    }
  }

  view({ id, school }: AgentEntry, nowMs: number): AgentView {
    const heard = this.#heard.get(id);
    if (!heard || heard.batches === 0) return { id, school, state: "never", batches: 0 };
    const { batches, lastReceivedMs, clockOffsetMs } = heard;
    return {
      id,
      school,
      state: stateOf(lastReceivedMs, this.#selfTests.get(within(school, id)), nowMs),
      lastBatchAt: instantText(lastReceivedMs),
      ...(clockOffsetMs === undefined ? {} : { clockOffsetSeconds: clockOffsetMs / 1_000 }),
      batches,
    };
  }

  /** Its clock minus ours at its last batch; `undefined` when it never said. */
  clockOffsetMs(agentId: string): number | undefined {
    return this.#heard.get(agentId)?.clockOffsetMs;
  }

  /** What an agent last said of its spool; empty until it did. Of what it dropped only what came since this process began. */
  spool(school: string, id: string): { queueBytes?: number; droppedBatches?: number } {
    const { agent_spool_bytes: bytes, agent_spool_dropped_total: dropped } = this.#spools.get(within(school, id)) ?? {};
    return { ...(bytes && { queueBytes: bytes.value }), ...(dropped && { droppedBatches: dropped.value }) };
  }

  /** Version of an agent's program, as it last said; `undefined` before it did since the collector started. */
  version(agentId: string): string | undefined {
    return this.#heard.get(agentId)?.version;
  }

  #marksOf(series: readonly SeriesKey[]): Uint8Array {
    const known = this.#marks.get(series) ?? new Uint8Array(0);
    if (known.length === series.length) return known;
    const marks = new Uint8Array(series.length);
    marks.set(known);
    for (let i = known.length; i < series.length; i += 1) {
      const { metric } = series[i] ?? {};
      if (metric !== undefined && (metric === SELF_TEST || isSpoolMetric(metric))) marks[i] = 1;
    }
    this.#marks.set(series, marks);
    return marks;
  }

  #takeSpool(agent: string, metric: SpoolMetric, atMs: number, value: number | undefined): void {
    if (value === undefined) return;
    const spool = this.#spools.get(agent) ?? {};
    if (atMs >= (spool[metric]?.atMs ?? 0)) spool[metric] = { atMs, value };
    this.#spools.set(agent, spool);
  }

  #of(agentId: string): Heard {
    let heard = this.#heard.get(agentId);
    if (!heard) {
      heard = { batches: 0, lastReceivedMs: 0 };
      this.#heard.set(agentId, heard);
    }
    return heard;
  }

  #selfTestsOf(schoolId: string, agentId: string): SelfTests {
    const key = within(schoolId, agentId);
    let selfTests = this.#selfTests.get(key);
    if (!selfTests) {
      selfTests = new Map();
      this.#selfTests.set(key, selfTests);
    }
    return selfTests;
  }
}

function within(schoolId: string, agentId: string): string {
  return `${schoolId} ${agentId}`;
}

/**
 * An agent that is heard but has proved nothing yet does not see: it is blind when any segment's newest self-test failed. A
 * segment it has stopped testing, because it is no longer in its configuration, says nothing.
 */
function stateOf(lastReceivedMs: number, selfTests: SelfTests | undefined, nowMs: number): AgentView["state"] {
  if (nowMs - lastReceivedMs > OFFLINE_AFTER_MS) return "offline";
  const all = [...(selfTests?.values() ?? [])];
  const newestMs = all.reduce((newest, { atMs }) => Math.max(newest, atMs), Number.NEGATIVE_INFINITY);
  const current = all.filter(({ atMs }) => newestMs - atMs <= OFFLINE_AFTER_MS);
  return current.length > 0 && current.every(({ passed }) => passed) ? "seeing" : "blind";
}
