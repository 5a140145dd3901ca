// Columns of a table walked side by side with GETBULK (v1: GETNEXT), each to its proper end.
import { ProbeError } from "../probes/probe.ts";
import { type AnswerSizes, repetitionsFor, smallerThan } from "./answer-size.ts";
import { PDU, TAG } from "./ber.ts";
import { type Exchange, type SnmpPeer, subjectOf } from "./exchange.ts";
import { ERROR_STATUS, statusError } from "./failure.ts";
import { compareOids, type Oid } from "./oid.ts";
import { encodeRequest, type OidSpan } from "./request.ts";
import type { Response } from "./response.ts";
import { type SnmpTable, TableBuilder } from "./table.ts";

/** How far one column has been read: the span is its last OID. */
interface Cursor extends OidSpan {
  readonly column: number;
  readonly prefix: Uint8Array;
  isDone: boolean;
}

/** A table that goes on beyond this is a fault; the largest known, radios of an Aruba controller, has 22,080 rows. */
const MAX_ROWS = 100_000;

type Outcome = "advanced" | "too large" | "silent";

/**
 * Reads whole columns. A column that the device does not have stays empty.
 * @throws ProbeError `timeout`, `protocol` when the agent does not advance or answers an error, `auth`: what has been read
 *         until then is never handed out, because what is missing from it is not known to be gone.
 */
export async function walkColumns(
  exchange: Exchange,
  sizes: AnswerSizes,
  peer: SnmpPeer,
  columns: readonly Oid[],
  signal: AbortSignal,
): Promise<SnmpTable> {
  const table = new TableBuilder(columns.length);
  const subject = subjectOf(peer);
  let active = columns.map(({ bytes }, column) => cursorAt(bytes, column));
  while (active.length > 0) {
    const size = sizes.of(subject);
    const group = active.slice(0, size.columns);
    const repetitions = peer.version === "v1" ? 1 : repetitionsFor(group.length, size);
    const smaller = smallerThan(group.length, repetitions);
    const outcome = await step(
      exchange,
      {
        peer,
        table,
        group,
        repetitions,
        isSmallest: smaller === undefined,
        tries: smaller === undefined ? peer.retries + 1 : sizes.tries(subject),
      },
      signal,
    );
    if (outcome === "advanced") {
      sizes.answered(subject);
      active = active.filter(({ isDone }) => !isDone);
    } else if (smaller) {
      if (outcome === "silent") sizes.silent(subject, smaller);
      else sizes.tooLarge(subject, smaller);
    } else {
      sizes.forget(subject);
      throw new ProbeError("timeout", `${subject}: no answer in the middle of a table`);
    }
  }
  exchange.stats.valuesRefused += table.refused;
  return table;
}

interface Step {
  peer: SnmpPeer;
  table: TableBuilder;
  group: readonly Cursor[];
  repetitions: number;
  /** Nothing smaller can be asked, so that silence means silence. */
  isSmallest: boolean;
  /** How often it is sent before that is silence. */
  tries: number;
}

/** One request and what it brings. Some agents say that they cannot answer so much, others stay silent. */
async function step(exchange: Exchange, request: Step, signal: AbortSignal): Promise<Outcome> {
  const { peer, group, repetitions, tries } = request;
  const { community, version = "v2c" } = peer;
  const bulk = { pdu: PDU.getBulk, repetitions };
  const kind = version === "v1" ? { pdu: PDU.getNext, repetitions: 0 } : bulk;
  try {
    return await exchange.ask({
      peer,
      template: encodeRequest({ ...kind, version, community, names: group }),
      tries,
      signal,
      take: (response) => takeAnswer(request, response),
    });
  } catch (error) {
    if (error instanceof ProbeError && error.reason === "timeout" && !signal.aborted) return "silent";
    throw error;
  }
}

function takeAnswer(request: Step, response: Response): Outcome {
  const { peer, group, repetitions, isSmallest } = request;
  const { errorStatus, errorIndex } = response;
  // RFC 3416 section 4.2.3 lets an agent answer nothing at all where not even one variable fits.
  const isTooBig = errorStatus === ERROR_STATUS.tooBig || (errorStatus === ERROR_STATUS.none && response.count === 0);
  if (isTooBig && !isSmallest) return "too large";
  const blamed = group[errorIndex - 1];
  if (errorStatus === ERROR_STATUS.noSuchName && blamed) {
    // How SNMPv1 says that nothing follows (RFC 1157 section 4.1.3).
    blamed.isDone = true;
    return "advanced";
  }
  if (errorStatus !== ERROR_STATUS.none) throw statusError(subjectOf(peer), errorStatus, errorIndex);
  if (response.count === 0) throw new ProbeError("protocol", `${subjectOf(peer)}: an answer without any variable`);
  const count = Math.min(response.count, group.length * repetitions);
  for (let i = 0; i < count; i++) {
    const cursor = group[i % group.length];
    if (cursor && !cursor.isDone) takeVariable(request, cursor, response, i);
  }
  return "advanced";
}

function takeVariable({ peer, table }: Step, cursor: Cursor, response: Response, i: number): void {
  const { bytes } = response;
  const { prefix } = cursor;
  const hasRows = cursor.bytes !== prefix;
  const tag = response.tag(i);
  // noSuchObject and noSuchInstance do not belong here; where a column begins with one, the agent does not have it.
  if (tag === TAG.endOfMibView || (!hasRows && (tag === TAG.noSuchObject || tag === TAG.noSuchInstance))) {
    cursor.isDone = true;
    return;
  }
  const start = response.nameStart(i);
  const end = response.nameEnd(i);
  const isInside = response.isBelow(i, prefix);
  const skip = isInside ? prefix.length : 0;
  if (compareOids(bytes, start + skip, end, cursor.bytes, cursor.start + skip, cursor.end) <= 0) {
    throw new ProbeError("protocol", `${subjectOf(peer)}: the agent does not advance in its tables`);
  }
  if (!isInside) {
    cursor.isDone = true;
    return;
  }
  table.put(cursor.column, bytes, start + prefix.length, end, response.value(i, table));
  if (table.rowKeys.length > MAX_ROWS) {
    throw new ProbeError("protocol", `${subjectOf(peer)}: a table of more than ${MAX_ROWS} rows`);
  }
  cursor.bytes = bytes;
  cursor.start = start;
  cursor.end = end;
}

function cursorAt(prefix: Uint8Array, column: number): Cursor {
  return { bytes: prefix, start: 0, end: prefix.length, column, prefix, isDone: false };
}
