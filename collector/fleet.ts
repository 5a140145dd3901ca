// What the collector has heard of each agent: when, how many batches, its clock, and its newest self-test.
import type { AgentView } from "../contract/api.ts";
import { isoInstant } from "./api/instants.ts";
import type { StoredInfo } from "./ingest/ingest.ts";
import type { AgentEntry } from "./inventory/inventory.ts";
import { SLOT_MS } from "./score/parameters.ts";
import type { SampleColumns } from "./store/store.ts";

/** An agent that was not heard for so long is offline. */
const OFFLINE_AFTER_MS = 3 * SLOT_MS;

interface Heard {
  batches: number;
  lastReceivedMs: number;
  clockOffsetMs?: number;
  /** Newest self-test by segment. */
  selfTests: Map<string, { atMs: number; passed: boolean }>;
}

export class Fleet {
  readonly #heard = new Map<string, Heard>();

  /** What was stored before this process began. */
  restore(agents: readonly { agentId: string; batches: number; lastReceivedMs: number }[]): void {
    for (const { agentId, batches, lastReceivedMs } of agents)
      Object.assign(this.#of(agentId), { batches, lastReceivedMs });
  }

  /** A batch was stored just now. */
  stored({ agentId, receivedAtMs, clockOffsetMs }: StoredInfo): void {
    const heard = this.#of(agentId);
    heard.batches += 1;
    heard.lastReceivedMs = Math.max(heard.lastReceivedMs, receivedAtMs);
    if (clockOffsetMs !== undefined) heard.clockOffsetMs = clockOffsetMs;
  }

  /** Picks the self-tests out of stored samples; late ones never replace newer ones. */
  take(samples: SampleColumns): void {
    for (let i = 0; i < samples.length; i += 1) {
      const key = samples.series[samples.seriesIndex[i] ?? -1];
      const atMs = samples.atMs[i];
      if (key?.metric !== "agent_selftest_passed" || atMs === undefined) continue;
      const { selfTests } = this.#of(key.device);
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
      state: stateOf(heard, nowMs),
      lastBatchAt: isoInstant(lastReceivedMs),
      ...(clockOffsetMs === undefined ? {} : { clockOffsetSeconds: clockOffsetMs / 1_000 }),
      batches,
    };
  }

  #of(agentId: string): Heard {
    let heard = this.#heard.get(agentId);
    if (!heard) {
      heard = { batches: 0, lastReceivedMs: 0, selfTests: new Map() };
      this.#heard.set(agentId, heard);
    }
    return heard;
  }
}

/** An agent that is heard but has proved nothing yet does not see: it counts as blind in any segment that failed or is unproven. */
function stateOf({ lastReceivedMs, selfTests }: Heard, nowMs: number): AgentView["state"] {
  if (nowMs - lastReceivedMs > OFFLINE_AFTER_MS) return "offline";
  return selfTests.size > 0 && [...selfTests.values()].every(({ passed }) => passed) ? "seeing" : "blind";
}
