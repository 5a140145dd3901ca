// In which order one agent's batches may come: sequences grow within (session, lane), and a session that another one of its
// lane has followed has ended. How far lanes have come is read from the ledger once and then kept in mind.
import type { Lane } from "../../contract/batch.ts";
import type { ReadingStore, SessionLane } from "../store/store.ts";

export type Ledger = Pick<ReadingStore, "sessions" | "knows">;

/** `later`: the session of the lane that began after the batch's own. `highest`: the lane's highest stored sequence. */
export type OrderVerdict =
  | { kind: "next" }
  | { kind: "known" }
  | { kind: "below"; highest: number }
  | { kind: "superseded"; later: string; sinceMs: number };

interface Name {
  session: string;
  sequence: number;
  lane: Lane;
}

/** Of one lane, remembered at most; an agent begins one whenever it starts. */
const MAX_SESSIONS = 1_000;

export class AgentOrder {
  readonly #agentId: string;
  readonly #ledger: Ledger;
  readonly #nowMs: () => number;
  /** Of each lane, the one that began first at the front. */
  readonly #lanes: Record<Lane, SessionLane[]> = { backlog: [], live: [] };

  /** Use `restoreOrder`. */
  constructor(agentId: string, ledger: Ledger, nowMs: () => number, sessions: readonly SessionLane[]) {
    this.#agentId = agentId;
    this.#ledger = ledger;
    this.#nowMs = nowMs;
    for (const known of sessions) this.#lanes[known.lane].push({ ...known });
  }

  /**
   * @param resetMs sessions that began before do not end each other: since then the agent has been enrolled anew, and a
   *   person has decided who goes on
   * @throws StoreError when the ledger has to be asked and cannot be
   */
  async judge(name: Name, resetMs: number): Promise<OrderVerdict> {
    const verdict = this.#judge(name, resetMs);
    if (verdict.kind === "next") return verdict;
    return (await this.#ledger.knows(this.#agentId, name.session, name.sequence)) ? { kind: "known" } : verdict;
  }

  /** The batch is durable. */
  stored({ session, sequence, lane }: Name): void {
    const lanes = this.#lanes[lane];
    const own = lanes.find((known) => known.session === session);
    if (own === undefined) lanes.push({ session, lane, highest: sequence, sinceMs: this.#nowMs() });
    else own.highest = Math.max(own.highest, sequence);
    if (lanes.length > MAX_SESSIONS) lanes.shift();
  }

  #judge({ session, sequence, lane }: Name, resetMs: number): OrderVerdict {
    const lanes = this.#lanes[lane];
    const place = lanes.findIndex((known) => known.session === session);
    const own = lanes[place];
    if (own === undefined) return { kind: "next" };
    const later = lanes
      .slice(place + 1)
      .reverse()
      .find(({ sinceMs }) => sinceMs >= resetMs);
    if (later !== undefined) return { kind: "superseded", later: later.session, sinceMs: later.sinceMs };
    return sequence > own.highest ? { kind: "next" } : { kind: "below", highest: own.highest };
  }
}

/** @throws StoreError */
export async function restoreOrder(agentId: string, ledger: Ledger, nowMs: () => number): Promise<AgentOrder> {
  return new AgentOrder(agentId, ledger, nowMs, await ledger.sessions(agentId));
}
