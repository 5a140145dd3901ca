// What happened to agents: enrolments, keys, refusals. Kept in the collector's state, bounded whatever comes in.
//
// The first refusal of an agent, kind and address is kept at once; those that follow within a minute only raise its count,
// which is written when the minute is over. Per agent the newest MAX_ROWS stay, of senders that nobody enrolled all together.
import type { FastifyBaseLogger } from "fastify";
import type { FleetEventKind } from "../../contract/fleet.ts";
import { type State, type StatePart, type StateRow, type StateTransaction, text, whole } from "../state/state.ts";

export interface FleetEvent {
  atMs: number;
  /** Absent for a sender that nobody enrolled. */
  agent?: string;
  school?: string;
  /** What a sender that nobody enrolled called itself. */
  claimed?: string;
  kind: FleetEventKind;
  /** Where it came from. */
  address: string;
  /** A sentence for people. */
  text: string;
  /** How often within a minute; at least 1. */
  count: number;
}

export type NewEvent = Omit<FleetEvent, "atMs" | "count">;

const MAX_ROWS = { perAgent: 200, ofUnknown: 1_000 };
const TOGETHER_MS = 60_000;
/** Different ones within a minute; further ones of a kind are counted together, whoever sent them. */
const MAX_OPEN = { known: 2_000, unknown: 100 };
const PRUNE_EVERY = 100;

const EVENT_TABLE: StatePart = {
  name: "fleet_events",
  steps: [
    `CREATE SEQUENCE fleet_event_number;
     CREATE TABLE fleet_event (number BIGINT NOT NULL, at_ms BIGINT NOT NULL, agent VARCHAR NOT NULL, claimed VARCHAR, school VARCHAR,
       kind VARCHAR NOT NULL, address VARCHAR NOT NULL, text VARCHAR NOT NULL, count BIGINT NOT NULL)`,
  ],
};

interface Open {
  sinceMs: number;
  /** In the table; absent until its row is written. */
  number?: number;
  count: number;
  /** As in the table. */
  written: number;
  isKnown: boolean;
}

export class FleetEvents {
  readonly #state: State;
  readonly #nowMs: () => number;
  readonly #log: FastifyBaseLogger;
  readonly #open = new Map<string, Open>();
  #openUnknown = 0;
  #rowsSincePrune = 0;
  /** Writes one after another; none of them rejects. */
  #writing: Promise<void> = Promise.resolve();

  /** Use `openEvents`. */
  constructor(state: State, { nowMs, log }: { nowMs(): number; log: FastifyBaseLogger }) {
    this.#state = state;
    this.#nowMs = nowMs;
    this.#log = log;
  }

  /** Something that may come often. Nobody waits for it: that a refusal could not be kept is logged. */
  note(event: NewEvent): void {
    const atMs = this.#nowMs();
    this.#closeBefore(atMs - TOGETHER_MS);
    const isKnown = event.agent !== undefined;
    const isFull = isKnown
      ? this.#open.size - this.#openUnknown >= MAX_OPEN.known
      : this.#openUnknown >= MAX_OPEN.unknown;
    let key = keyOf(event);
    let kept = event;
    if (isFull && !this.#open.has(key)) {
      kept = { kind: event.kind, address: "several", text: `${event.text} (and others, from several addresses)` };
      key = keyOf(kept);
    }
    const open = this.#open.get(key);
    if (open !== undefined) {
      open.count += 1;
      return;
    }
    const first: Open = { sinceMs: atMs, count: 1, written: 1, isKnown };
    this.#open.set(key, first);
    if (!isKnown) this.#openUnknown += 1;
    this.#write(async (t) => {
      first.number = await insert(t, { ...kept, atMs, count: 1 });
    });
  }

  /** Something that belongs to a change: kept with it or not at all. */
  async keep(t: StateTransaction, event: NewEvent): Promise<void> {
    await insert(t, { ...event, atMs: this.#nowMs(), count: 1 });
  }

  /** Of one agent, the newest first, at most `limit`. */
  async of(agent: string, limit: number): Promise<FleetEvent[]> {
    await this.flush();
    const sql = "SELECT * FROM fleet_event WHERE agent = $1 ORDER BY number DESC LIMIT $2";
    return (await this.#state.rows(sql, [agent, limit])).map(eventOf);
  }

  /** Of all, also of senders that nobody enrolled; the newest first, at most `limit`. */
  async newest(limit: number): Promise<FleetEvent[]> {
    await this.flush();
    return (await this.#state.rows("SELECT * FROM fleet_event ORDER BY number DESC LIMIT $1", [limit])).map(eventOf);
  }

  /** Resolves when everything noted is in the state, or the log says why not. */
  async flush(): Promise<void> {
    for (const open of this.#open.values()) this.#writeCount(open);
    await this.#writing;
  }

  #closeBefore(atMs: number): void {
    for (const [key, open] of this.#open) {
      if (open.sinceMs > atMs) break; // they stand in the order of their first
      this.#open.delete(key);
      if (!open.isKnown) this.#openUnknown -= 1;
      this.#writeCount(open);
    }
  }

  #writeCount(open: Open): void {
    if (open.count === open.written) return;
    open.written = open.count;
    const { count } = open;
    this.#write(async (t) => {
      if (open.number === undefined) return; // its row could not be written, which was said
      await t.run("UPDATE fleet_event SET count = $2 WHERE number = $1", [open.number, count]);
    });
  }

  #write(work: (t: StateTransaction) => Promise<void>): void {
    this.#writing = this.#writing
      .then(() => this.#state.transaction(work))
      .then(() => this.#pruneSometimes())
      .catch((error: unknown) => this.#log.error({ err: error }, "an event of the fleet could not be kept"));
  }

  async #pruneSometimes(): Promise<void> {
    this.#rowsSincePrune += 1;
    if (this.#rowsSincePrune < PRUNE_EVERY) return;
    this.#rowsSincePrune = 0;
    await this.#state.run(
      `DELETE FROM fleet_event WHERE number IN (SELECT number FROM
         (SELECT number, agent, row_number() OVER (PARTITION BY agent ORDER BY number DESC) AS place FROM fleet_event)
       WHERE place > CASE WHEN agent = '' THEN $1 ELSE $2 END)`,
      [MAX_ROWS.ofUnknown, MAX_ROWS.perAgent],
    );
  }
}

/** @throws StateError */
export async function openEvents(
  state: State,
  options: { nowMs(): number; log: FastifyBaseLogger },
): Promise<FleetEvents> {
  await state.prepare(EVENT_TABLE);
  return new FleetEvents(state, options);
}

function keyOf({ agent = "", kind, address }: NewEvent): string {
  return `${kind} ${agent} ${address}`;
}

async function insert(t: StateTransaction, event: FleetEvent): Promise<number> {
  const { atMs, agent, claimed, school, kind, address, text, count } = event;
  const [row] = await t.rows(
    "INSERT INTO fleet_event VALUES (nextval('fleet_event_number'), $1, $2, $3, $4, $5, $6, $7, $8) RETURNING number",
    [Math.round(atMs), agent ?? "", claimed ?? null, school ?? null, kind, address, text, count],
  );
  return Number(row?.number);
}

function eventOf(row: StateRow): FleetEvent {
  const { agent, claimed, school } = row;
  return {
    atMs: whole(row, "at_ms"),
    ...(typeof agent === "string" && agent !== "" ? { agent } : {}),
    ...(typeof claimed === "string" ? { claimed } : {}),
    ...(typeof school === "string" ? { school } : {}),
    kind: text(row, "kind") as FleetEventKind, // what was written was one
    address: text(row, "address"),
    text: text(row, "text"),
    count: whole(row, "count"),
  };
}
