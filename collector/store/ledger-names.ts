// Every batch's name in memory: which sequences of a session are stored, and how far each of its lanes has come.
//
// Sequences that follow each other are one range, so a session costs a few hundred bytes however long it lasts.
import type { Lane } from "../../contract/batch.ts";
import type { LedgerEntry, SessionLane } from "./store.ts";

/** `[first, last]`, both stored and everything between them too. */
export type Range = readonly [first: number, last: number];

export interface LaneReach extends SessionLane {
  /** When its newest batch arrived. */
  lastMs: number;
}

interface Session {
  /** In growing order, apart from each other by at least one sequence. */
  firsts: number[];
  lasts: number[];
  lanes: Map<Lane, LaneReach>;
}

type Named = Pick<LedgerEntry, "agentId" | "session" | "sequence">;

export class LedgerNames {
  readonly #agents = new Map<string, Map<string, Session>>();

  has({ agentId, session, sequence }: Named): boolean {
    const known = this.#agents.get(agentId)?.get(session);
    if (known === undefined) return false;
    const at = rangeAt(known, sequence);
    return at >= 0 && sequence <= (known.lasts[at] ?? 0);
  }

  add(entry: Named & Pick<LedgerEntry, "lane" | "receivedAtMs">): void {
    const { agentId, session, sequence, lane, receivedAtMs } = entry;
    this.addRange(agentId, session, [sequence, sequence]);
    const reach = this.#session(agentId, session).lanes.get(lane);
    this.setLane(agentId, {
      session,
      lane,
      highest: Math.max(reach?.highest ?? 0, sequence),
      sinceMs: reach?.sinceMs ?? receivedAtMs,
      lastMs: Math.max(reach?.lastMs ?? receivedAtMs, receivedAtMs),
    });
  }

  addRange(agentId: string, session: string, [first, last]: Range): void {
    const { firsts, lasts } = this.#session(agentId, session);
    let from = rangeAt({ firsts, lasts }, first);
    if (from < 0 || (lasts[from] ?? 0) < first - 1) from++; // does not touch the range before it
    let to = from;
    while (to < firsts.length && (firsts[to] ?? 0) <= last + 1) to++;
    const merged: Range = [
      Math.min(first, firsts[from] ?? first),
      Math.max(last, to > from ? (lasts[to - 1] ?? 0) : 0),
    ];
    firsts.splice(from, to - from, merged[0]);
    lasts.splice(from, to - from, merged[1]);
  }

  setLane(agentId: string, reach: LaneReach): void {
    this.#session(agentId, reach.session).lanes.set(reach.lane, reach);
  }

  ranges(agentId: string, session: string): Range[] {
    const { firsts, lasts } = this.#session(agentId, session);
    return firsts.map((first, i): Range => [first, lasts[i] ?? first]);
  }

  lanes(agentId: string, session: string): LaneReach[] {
    return [...this.#session(agentId, session).lanes.values()];
  }

  /** The one that began first at the front. */
  sessions(agentId: string): SessionLane[] {
    return [...(this.#agents.get(agentId)?.values() ?? [])]
      .flatMap(({ lanes }) => [...lanes.values()])
      .map(({ session, lane, highest, sinceMs }) => ({ session, lane, highest, sinceMs }))
      .sort((a, b) => a.sinceMs - b.sinceMs);
  }

  agents(): { agentId: string; batches: number; lastReceivedMs: number }[] {
    return [...this.#agents].map(([agentId, sessions]) => {
      let batches = 0;
      let lastReceivedMs = Number.NEGATIVE_INFINITY;
      for (const { firsts, lasts, lanes } of sessions.values()) {
        for (const [i, first] of firsts.entries()) batches += (lasts[i] ?? first) - first + 1;
        for (const { lastMs } of lanes.values()) lastReceivedMs = Math.max(lastReceivedMs, lastMs);
      }
      return { agentId, batches, lastReceivedMs };
    });
  }

  #session(agentId: string, session: string): Session {
    let sessions = this.#agents.get(agentId);
    if (sessions === undefined) {
      sessions = new Map();
      this.#agents.set(agentId, sessions);
    }
    let known = sessions.get(session);
    if (known === undefined) {
      known = { firsts: [], lasts: [], lanes: new Map() };
      sessions.set(session, known);
    }
    return known;
  }
}

/** Position of the last range that begins at or before the sequence; -1 when all begin after it. */
function rangeAt({ firsts }: Pick<Session, "firsts" | "lasts">, sequence: number): number {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
