// Columns of a table walked side by side with GETBULK (v1: GETNEXT), each to its proper end.
import { ProbeError } from "../probes/probe.ts";
import type { AnswerSizes } from "./answer-size.ts";
import type { Asker, Question } from "./asker.ts";
import { PDU, TAG } from "./ber.ts";
import { ERROR_STATUS, statusError } from "./failure.ts";
import { compareOids, type Oid } from "./oid.ts";
import { type SnmpPeer, subjectOf } from "./peer.ts";
import { encodeRequest, envelopeOf, type OidSpan, type RequestTemplate } from "./request.ts";
import type { Response } from "./response.ts";
import { type SnmpTable, TableBuilder } from "./table.ts";
import { WalkSize } from "./walk-size.ts";

/** How far one column has been read: the span is its last OID. */
interface Cursor extends OidSpan {
  readonly column: number;
  readonly prefix: Uint8Array;
  isDone: boolean;
}

/** A table that goes on beyond this is a fault; the largest known, radios of an Aruba controller, has 22,080 rows. */
const MAX_ROWS = 100_000;
const NOTHING: RequestTemplate = { bytes: Buffer.alloc(0), pduAt: 0, idAt: 0, spare: [] };

/**
 * Reads whole columns. A column that the device does not have stays empty.
 * @throws ProbeError `timeout`, `protocol` when the agent does not advance or answers an error, `auth`: what has been read
 *         until then is never handed out, because what is missing from it is not known to be gone.
 */
export function walkColumns(
  asker: Asker,
  sizes: AnswerSizes,
  peer: SnmpPeer,
  columns: readonly Oid[],
  signal: AbortSignal,
): Promise<SnmpTable> {
  return new Promise((resolve, reject) => {
    new Walk({ asker, sizes, peer, columns, signal, resolve, reject }).goOn();
  });
}

interface WalkOptions {
  asker: Asker;
  sizes: AnswerSizes;
  peer: SnmpPeer;
  columns: readonly Oid[];
  signal: AbortSignal;
  resolve: (table: SnmpTable) => void;
  reject: (error: unknown) => void;
}

/** A walk under way: the question it asks next, and what the answers have brought. */
class Walk implements Question {
  readonly peer: SnmpPeer;
  readonly signal: AbortSignal;
  template: RequestTemplate = NOTHING;
  readonly #asker: Asker;
  readonly #size: WalkSize;
  readonly #table: TableBuilder;
  readonly #resolve: (table: SnmpTable) => void;
  readonly #reject: (error: unknown) => void;
  /** Columns that have not ended. */
  #active: readonly Cursor[];
  /** Columns of the question. */
  #group: readonly Cursor[] = [];

  constructor({ asker, sizes, peer, columns, signal, resolve, reject }: WalkOptions) {
    this.peer = peer;
    this.signal = signal;
    this.#asker = asker;
    this.#size = new WalkSize(sizes, peer);
    this.#table = new TableBuilder(columns.length);
    this.#resolve = resolve;
    this.#reject = reject;
    this.#active = columns.map(({ bytes }, column) => cursorAt(bytes, column));
  }

  get tries(): number {
    return this.#size.tries;
  }

  /** Asks for the rows that follow, or hands out the table when nothing follows. */
  goOn(): void {
    if (this.#active.length === 0) {
      this.#asker.stats.valuesRefused += this.#table.refused;
      this.#resolve(this.#table);
      return;
    }
    const size = this.#size;
    size.choose(this.#active.length);
    this.#group = size.columns < this.#active.length ? this.#active.slice(0, size.columns) : this.#active;
    const { version, community } = envelopeOf(this.peer);
    const isBulk = version !== "v1";
    this.template = encodeRequest({
      pdu: isBulk ? PDU.getBulk : PDU.getNext,
      repetitions: isBulk ? size.repetitions : 0,
      version,
      community,
      names: this.#group,
    });
    this.#asker.ask(this);
  }

  answered(response: Response): void {
    const { errorStatus, count } = response;
    // RFC 3416 section 4.2.3 lets an agent answer nothing at all where not even one variable fits.
    const isTooBig = errorStatus === ERROR_STATUS.tooBig || (errorStatus === ERROR_STATUS.none && count === 0);
    if (!isTooBig || !this.#size.tooLarge()) {
      this.#take(response);
      this.#size.answered(count, response.bytes.length);
    }
    this.goOn();
  }

  /** Some agents say that they cannot answer so much, others stay silent. */
  failed(error: unknown): void {
    const isSilence = error instanceof ProbeError && error.reason === "timeout" && !this.signal.aborted;
    if (!isSilence) this.#reject(error);
    else if (this.#size.silent()) this.goOn();
    else this.#reject(new ProbeError("timeout", `${subjectOf(this.peer)}: no answer in the middle of a table`));
  }

  #take(response: Response): void {
    const { errorStatus, errorIndex } = response;
    const blamed = this.#group[errorIndex - 1];
    if (errorStatus === ERROR_STATUS.noSuchName && blamed) {
      // How SNMPv1 says that nothing follows (RFC 1157 section 4.1.3).
      blamed.isDone = true;
    } else if (errorStatus !== ERROR_STATUS.none) {
      throw statusError(subjectOf(this.peer), errorStatus, errorIndex);
    } else if (response.count === 0) {
      throw new ProbeError("protocol", `${subjectOf(this.peer)}: an answer without any variable`);
    } else {
      this.#takeVariables(response);
    }
    if (this.#group.some(({ isDone }) => isDone)) this.#active = this.#active.filter(({ isDone }) => !isDone);
  }

  #takeVariables(response: Response): void {
    const group = this.#group;
    const count = Math.min(response.count, group.length * this.#size.repetitions);
    let inGroup = 0;
    for (let i = 0; i < count; i++) {
      const cursor = group[inGroup];
      if (cursor && !cursor.isDone) this.#takeVariable(cursor, response, i);
      inGroup = inGroup + 1 === group.length ? 0 : inGroup + 1;
    }
  }

  #takeVariable(cursor: Cursor, response: Response, i: number): void {
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
      throw new ProbeError("protocol", `${subjectOf(this.peer)}: the agent does not advance in its tables`);
    }
    if (!isInside) {
      cursor.isDone = true;
      return;
    }
    const table = this.#table;
    table.put(cursor.column, bytes, start + prefix.length, end, response.value(i, table));
    if (table.rowKeys.length > MAX_ROWS) {
      throw new ProbeError("protocol", `${subjectOf(this.peer)}: a table of more than ${MAX_ROWS} rows`);
    }
    cursor.bytes = bytes;
    cursor.start = start;
    cursor.end = end;
  }
}

function cursorAt(prefix: Uint8Array, column: number): Cursor {
  return { bytes: prefix, start: 0, end: prefix.length, column, prefix, isDone: false };
}
