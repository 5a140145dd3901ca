// The ledger of a DuckDB store: its rows, and the names that outlive them.
import { type DuckDBConnection, type DuckDBValue, VARCHAR } from "@duckdb/node-api";
import { append } from "./duckdb-append.ts";
import { inTransaction, numberIn, rowsOf, textIn } from "./duckdb-transaction.ts";
import { LedgerNames } from "./ledger-names.ts";
import type { LedgerEntry, WriteResult } from "./store.ts";

/** Names and ordinals as they are after everything that is committed. */
export interface LedgerState {
  names: LedgerNames;
  /** Sessions that have rows whose names are in no range yet: `[agent, session]`. */
  unnamed: Map<string, readonly [agentId: string, session: string]>;
  nextOrdinal: number;
}

type First = (WriteResult & { repeated: true })["first"];

export async function readLedger(connection: DuckDBConnection): Promise<LedgerState> {
  const namedTo = (await readMark(connection, NAMED_TO)) ?? -1;
  const nextOrdinal = Math.max(namedTo + 1, (await readMark(connection, NEXT_ORDINAL)) ?? 0);
  const state: LedgerState = { names: new LedgerNames(), unnamed: new Map(), nextOrdinal };
  for (const [agent, session, first, last] of await rowsOf(connection, "SELECT * FROM ledger_range")) {
    state.names.addRange(textIn(agent), textIn(session), [numberIn(first), numberIn(last)]);
  }
  for (const row of await rowsOf(connection, "SELECT * FROM ledger_lane ORDER BY since_ms")) addLane(state.names, row);
  const islands = await rowsOf(
    connection,
    `SELECT agent, session, min(sequence), max(sequence) FROM
       (SELECT agent, session, sequence, sequence - row_number() OVER (PARTITION BY agent, session ORDER BY sequence) AS island
        FROM ledger WHERE ordinal > ${namedTo})
     GROUP BY agent, session, island`,
  );
  for (const [agent, session, first, last] of islands) {
    state.names.addRange(textIn(agent), textIn(session), [numberIn(first), numberIn(last)]);
    noteUnnamed(state, textIn(agent), textIn(session));
  }
  const lanes = await rowsOf(
    connection,
    `SELECT agent, session, lane, max(sequence), arg_min(received_ms, ordinal), max(received_ms) FROM ledger
     WHERE ordinal > ${namedTo} GROUP BY agent, session, lane ORDER BY min(ordinal)`,
  );
  for (const row of lanes) addLane(state.names, row);
  const [ordinal] = await rowsOf(connection, "SELECT max(ordinal) FROM ledger");
  if (ordinal?.[0] !== null) state.nextOrdinal = Math.max(state.nextOrdinal, numberIn(ordinal?.[0]) + 1);
  return state;
}

function addLane(names: LedgerNames, [agentIn, sessionIn, laneIn, highest, sinceMs, lastMs]: DuckDBValue[]): void {
  const [agent, session, lane] = [textIn(agentIn), textIn(sessionIn), laneOf(laneIn)];
  const known = names.lanes(agent, session).find((reach) => reach.lane === lane);
  names.setLane(agent, {
    session,
    lane,
    highest: Math.max(known?.highest ?? 0, numberIn(highest)),
    sinceMs: known?.sinceMs ?? numberIn(sinceMs),
    lastMs: Math.max(known?.lastMs ?? Number.NEGATIVE_INFINITY, numberIn(lastMs)),
  });
}

export function noteUnnamed({ unnamed }: LedgerState, agentId: string, session: string): void {
  unnamed.set(`${agentId}\0${session}`, [agentId, session]);
}

/** What the ledger says of a batch's first delivery; absent when it keeps its name only. */
export async function firstOf(
  connection: DuckDBConnection,
  { agentId, session, sequence }: Pick<LedgerEntry, "agentId" | "session" | "sequence">,
): Promise<First> {
  const [row] = await rowsOf(
    connection,
    `SELECT digest, lines, sent_ms, school FROM ledger WHERE sequence = ${sequence} AND agent = $1 AND session = $2`,
    [agentId, session],
  );
  if (row === undefined || row[0] === "") return undefined; // version 1 kept no digest
  const [digest, lines, sentMs, schoolId] = row;
  const first = { digest: textIn(digest), lines: numberIn(lines), schoolId: textIn(schoolId) };
  return sentMs === null ? first : { ...first, sentAtMs: numberIn(sentMs) };
}

/** Appends rows within the caller's transaction. @param ordinalOf gives each row the next ordinal */
export async function appendLedger(
  connection: DuckDBConnection,
  entries: readonly LedgerEntry[],
  ordinalOf: () => number,
): Promise<void> {
  await append(connection, "ledger", (appender) => {
    const optional = (ms: number | undefined) => (ms === undefined ? appender.appendNull() : appender.appendDouble(ms));
    for (const entry of entries) {
      appender.appendVarchar(entry.agentId);
      appender.appendVarchar(entry.session);
      appender.appendDouble(entry.sequence);
      appender.appendVarchar(entry.schoolId);
      appender.appendVarchar(entry.lane);
      appender.appendDouble(Math.round(entry.receivedAtMs));
      optional(entry.sentAtMs);
      appender.appendVarchar(entry.digest);
      appender.appendDouble(entry.lines);
      optional(entry.firstMs);
      optional(entry.lastMs);
      appender.appendDouble(ordinalOf());
      appender.endRow();
    }
  });
}

/** See ReadingStore.scanLedger. */
export async function scanLedgerRows(
  connection: DuckDBConnection,
  fromMs: number,
  toMs: number,
  take: (entries: readonly LedgerEntry[]) => void,
): Promise<void> {
  const result = await connection.stream(
    `SELECT agent, session, sequence, school, lane, received_ms, sent_ms, digest, lines, first_ms, last_ms FROM ledger
     WHERE received_ms >= ${fromMs} AND received_ms < ${toMs} ORDER BY received_ms, ordinal`,
  );
  for (let rows = await result.fetchChunk(); rows !== null && rows.rowCount > 0; rows = await result.fetchChunk()) {
    take(rows.getRows().map(entryIn));
  }
}

function entryIn([
  agentId,
  session,
  sequence,
  school,
  lane,
  received,
  sent,
  digest,
  lines,
  first,
  last,
]: DuckDBValue[]) {
  const entry: LedgerEntry = {
    agentId: textIn(agentId),
    session: textIn(session),
    sequence: numberIn(sequence),
    schoolId: textIn(school),
    lane: laneOf(lane),
    receivedAtMs: numberIn(received),
    digest: textIn(digest),
    lines: numberIn(lines),
  };
  if (sent !== null) entry.sentAtMs = numberIn(sent);
  if (first !== null) entry.firstMs = numberIn(first);
  if (last !== null) entry.lastMs = numberIn(last);
  return entry;
}

function laneOf(value: DuckDBValue | undefined): LedgerEntry["lane"] {
  return value === "live" ? "live" : "backlog";
}

/**
 * Puts the names of all rows into ranges and lanes, then forgets the rows that were received before `keptMs`. While nothing
 * is being written.
 */
export async function foldLedger(connection: DuckDBConnection, state: LedgerState, keptMs: number): Promise<void> {
  const sessions = [...state.unnamed.values()];
  await inTransaction(connection, async () => {
    if (sessions.length > 0) await renewNames(connection, state.names, sessions);
    await setMark(connection, NAMED_TO, state.nextOrdinal - 1);
    await connection.run(`DELETE FROM ledger WHERE received_ms < ${keptMs}`);
  });
  state.unnamed.clear();
}

async function renewNames(
  connection: DuckDBConnection,
  names: LedgerNames,
  sessions: readonly (readonly [agentId: string, session: string])[],
): Promise<void> {
  await connection.run("CREATE OR REPLACE TEMP TABLE folded (agent VARCHAR, session VARCHAR)");
  await append(connection, "folded", (appender) => {
    for (const [agentId, session] of sessions) {
      appender.appendVarchar(agentId);
      appender.appendVarchar(session);
      appender.endRow();
    }
  });
  for (const table of ["ledger_range", "ledger_lane"]) {
    await connection.run(`DELETE FROM ${table} USING folded
      WHERE ${table}.agent = folded.agent AND ${table}.session = folded.session`);
  }
  await append(connection, "ledger_range", (appender) => {
    for (const [agentId, session] of sessions) {
      for (const [first, last] of names.ranges(agentId, session)) {
        appender.appendVarchar(agentId);
        appender.appendVarchar(session);
        for (const bound of [first, last]) appender.appendDouble(bound);
        appender.endRow();
      }
    }
  });
  await append(connection, "ledger_lane", (appender) => {
    for (const [agentId, session] of sessions) {
      for (const { lane, highest, sinceMs, lastMs } of names.lanes(agentId, session)) {
        for (const text of [agentId, session, lane]) appender.appendVarchar(text);
        for (const number of [highest, sinceMs, lastMs]) appender.appendDouble(number);
        appender.endRow();
      }
    }
  });
  await connection.run("DROP TABLE folded");
}

/** Ordinal up to which rows are named in ranges and lanes. */
const NAMED_TO = "named_to";
/** Ordinal of the next row, as it was when something was stored without a ledger row. */
export const NEXT_ORDINAL = "next_ordinal";
/** See ReadingStore.rolledUpTo. */
export const ROLLED_UP_TO = "rolled_up_to_ms";

export async function readMark(connection: DuckDBConnection, name: string): Promise<number | undefined> {
  const [row] = await rowsOf(connection, "SELECT value FROM mark WHERE name = $1", [name]);
  return row === undefined ? undefined : numberIn(row[0]);
}

/** Within the caller's transaction. */
export async function setMark(connection: DuckDBConnection, name: string, value: number): Promise<void> {
  await connection.run("DELETE FROM mark WHERE name = $1", [name], [VARCHAR]);
  await connection.run(`INSERT INTO mark VALUES ($1, ${Math.round(value)})`, [name], [VARCHAR]);
}
