// The ledger in InfluxDB: one point a batch (influx-lines.ts), and what is known of a session without asking each time.
import type { Lane } from "../../contract/batch.ts";
import { between, numberIn, tagIn, tagOf } from "./influx-answers.ts";
import type { InfluxClient } from "./influx-client.ts";
import { ledgerLine, tagLiteral } from "./influx-lines.ts";
import type { LedgerEntry, SessionLane } from "./store.ts";

type SessionName = Pick<LedgerEntry, "agentId" | "session">;
type BatchName = SessionName & Pick<LedgerEntry, "sequence" | "lane">;

/** What tells a new batch from one that must be looked up. */
interface Known {
  /** Highest sequence in the ledger; 0 for none. */
  highest: Record<Lane, number>;
  /** Sequences of the live lane above the highest of the backlog, which the backlog reaches one by one; absent: too many. */
  live: Set<number> | undefined;
}

/** Sessions remembered; one that was forgotten is read again. */
const MAX_SESSIONS = 10_000;
/** Live sequences remembered of a session; of more than that the ledger is asked. */
const MAX_LIVE = 5_000;
const COLUMNS = [
  "agent",
  "session",
  "school",
  "lane",
  "sequence",
  "lines",
  "received",
  "sent",
  "digest",
  "first",
  "last",
];
const SELECT = `SELECT ${COLUMNS.map((name) => `"${name}"`).join(", ")} FROM "batch"`;

export class InfluxLedger {
  readonly #client: InfluxClient;
  readonly #known = new Map<string, Promise<Known>>();

  constructor(client: InfluxClient) {
    this.#client = client;
  }

  /** The entry of a batch's first delivery; `undefined` for one that is not there. */
  async find(batch: BatchName): Promise<LedgerEntry | undefined> {
    const { highest, live } = await this.#session(batch);
    const { sequence, lane } = batch;
    const other = highest[lane === "live" ? "backlog" : "live"];
    if (sequence > highest[lane] && (sequence > other || (lane === "backlog" && live?.has(sequence) === false)))
      return undefined;
    return (await this.#between(batch, sequence, sequence))[0];
  }

  async knows(agentId: string, session: string, sequence: number): Promise<boolean> {
    const name = { agentId, session };
    const { highest, live } = await this.#session(name);
    if (sequence > Math.max(highest.backlog, highest.live)) return false;
    if (sequence > highest.backlog && live !== undefined) return live.has(sequence);
    return (await this.#between(name, sequence, sequence)).length > 0;
  }

  /** Adds those that are not there; what is there stays as it is. */
  async adopt(entries: readonly LedgerEntry[]): Promise<void> {
    const bySession = new Map<string, Map<number, LedgerEntry>>();
    for (const entry of entries) {
      const fresh = bySession.get(nameOf(entry)) ?? new Map<number, LedgerEntry>();
      fresh.set(entry.sequence, entry);
      bySession.set(nameOf(entry), fresh);
    }
    const missing: LedgerEntry[] = [];
    for (const fresh of bySession.values()) {
      const [some] = fresh.values();
      const sequences = [...fresh.keys()];
      if (some === undefined) continue;
      const there = await this.#between(some, Math.min(...sequences), Math.max(...sequences));
      for (const { sequence } of there) fresh.delete(sequence);
      missing.push(...fresh.values());
    }
    if (missing.length > 0) await this.add(missing);
  }

  async #between(name: SessionName, first: number, last: number): Promise<LedgerEntry[]> {
    const where = `${ofSession(name)} AND "sequence" >= ${first} AND "sequence" <= ${last}`;
    const found = await this.#client.query("kept", `${SELECT} WHERE ${where}`);
    return found.flatMap(({ columns, values }) => values.flatMap((row) => entryIn(columns, row) ?? []));
  }

  /** Resolves when the entries are durable. */
  async add(entries: readonly LedgerEntry[]): Promise<void> {
    try {
      await this.#client.write("kept", [entries.map(ledgerLine).join("\n")], "us");
    } catch (error) {
      for (const entry of entries) this.#known.delete(nameOf(entry)); // whether they are there, only the ledger knows
      throw error;
    }
    for (const entry of entries) await this.#remember(entry);
  }

  async #remember(entry: BatchName): Promise<void> {
    const known = await this.#known.get(nameOf(entry));
    if (known === undefined) return;
    known.highest[entry.lane] = Math.max(known.highest[entry.lane], entry.sequence);
    if (known.highest.live <= known.highest.backlog) known.live = new Set();
    else if (entry.lane === "live") known.live?.add(entry.sequence);
    if ((known.live?.size ?? 0) > MAX_LIVE) known.live = undefined;
  }

  #session(batch: SessionName): Promise<Known> {
    const name = nameOf(batch);
    const known = this.#known.get(name);
    if (known !== undefined) {
      this.#known.delete(name); // to the end of the line, because the first in it is forgotten first
      this.#known.set(name, known);
      return known;
    }
    const reading = this.#read(batch);
    this.#known.set(name, reading);
    reading.catch(() => this.#known.get(name) === reading && this.#known.delete(name)); // the caller gets the error
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_SESSIONS && oldest !== undefined) this.#known.delete(oldest);
    return reading;
  }

  async #read(batch: SessionName): Promise<Known> {
    const where = ofSession(batch);
    const found = await this.#client.query(
      "kept",
      `SELECT max("sequence") FROM "batch" WHERE ${where} GROUP BY "lane"`,
    );
    const highest: Known["highest"] = { backlog: 0, live: 0 };
    for (const { tags, values } of found) highest[laneIn(tags?.lane)] = numberIn(values[0]?.[1]) ?? 0;
    if (highest.live <= highest.backlog) return { highest, live: new Set() };
    const series = await this.#client.query(
      "kept",
      `SELECT "sequence" FROM "batch" WHERE ${where} AND "lane" = 'live' AND "sequence" > ${highest.backlog} LIMIT ${MAX_LIVE + 1}`,
    );
    const live = series.flatMap(({ values }) => values.flatMap((row) => numberIn(row[1]) ?? []));
    return { highest, live: live.length > MAX_LIVE ? undefined : new Set(live) };
  }

  /** A batch whose first ledger line got no answer, and whose repeat was quicker, has two: it counts once. */
  async agents(): Promise<{ agentId: string; batches: number; lastReceivedMs: number }[]> {
    const found = await this.#client.query(
      "kept",
      `SELECT count(distinct("sequence")), max("received") FROM "batch" GROUP BY "agent", "session"`,
    );
    const agents = new Map<string, { agentId: string; batches: number; lastReceivedMs: number }>();
    for (const { tags, values } of found) {
      const agentId = tagIn(tags, "agent");
      const batches = numberIn(values[0]?.[1]);
      const lastReceivedMs = numberIn(values[0]?.[2]);
      if (agentId === undefined || batches === undefined || lastReceivedMs === undefined) continue;
      const before = agents.get(agentId) ?? { agentId, batches: 0, lastReceivedMs };
      agents.set(agentId, {
        agentId,
        batches: before.batches + batches,
        lastReceivedMs: Math.max(before.lastReceivedMs, lastReceivedMs),
      });
    }
    return [...agents.values()];
  }

  async sessions(agentId: string): Promise<SessionLane[]> {
    const found = await this.#client.query(
      "kept",
      `SELECT max("sequence"), min("received") FROM "batch" WHERE "agent" = ${tagLiteral(agentId)} GROUP BY "session", "lane"`,
    );
    return found
      .flatMap(({ tags, values }) => {
        const session = tagIn(tags, "session");
        const highest = numberIn(values[0]?.[1]);
        const sinceMs = numberIn(values[0]?.[2]);
        if (session === undefined || highest === undefined || sinceMs === undefined) return [];
        return [{ session, lane: laneIn(tags?.lane), highest, sinceMs }];
      })
      .sort((a, b) => a.sinceMs - b.sinceMs);
  }

  async scan(fromMs: number, toMs: number, take: (entries: readonly LedgerEntry[]) => void): Promise<void> {
    for await (const { columns, values } of this.#client.stream("kept", `${SELECT} WHERE ${between(fromMs, toMs)}`)) {
      const entries = values.flatMap((row) => entryIn(columns, row) ?? []);
      if (entries.length > 0) take(entries);
    }
  }
}

function nameOf({ agentId, session }: SessionName): string {
  return `${agentId}\0${session}`;
}

function ofSession({ agentId, session }: SessionName): string {
  return `"agent" = ${tagLiteral(agentId)} AND "session" = ${tagLiteral(session)}`;
}

function laneIn(value: unknown): Lane {
  return value === "live" ? "live" : "backlog";
}

/** `undefined` for a point that somebody else wrote. */
function entryIn(columns: readonly string[], row: readonly unknown[]): LedgerEntry | undefined {
  const at = (name: string) => row[columns.indexOf(name)];
  const [agentId, session, schoolId, digest] = [
    tagOf(at("agent")),
    tagOf(at("session")),
    tagOf(at("school")),
    at("digest"),
  ];
  const [sequence, lines, receivedAtMs] = [numberIn(at("sequence")), numberIn(at("lines")), numberIn(at("received"))];
  if (agentId === undefined || session === undefined || schoolId === undefined || typeof digest !== "string") return;
  if (sequence === undefined || lines === undefined || receivedAtMs === undefined) return;
  const [sentAtMs, firstMs, lastMs] = [numberIn(at("sent")), numberIn(at("first")), numberIn(at("last"))];
  return {
    ...{ agentId, session, sequence, schoolId, lane: laneIn(at("lane")), receivedAtMs, digest, lines },
    ...(sentAtMs === undefined ? {} : { sentAtMs }),
    ...(firstMs === undefined ? {} : { firstMs }),
    ...(lastMs === undefined ? {} : { lastMs }),
  };
}
