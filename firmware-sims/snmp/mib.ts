// The variables a device answers for: a sorted table, of fixed values or of values asked for anew each time.
import { lengthBytes, writeHeader } from "./ber.ts";
import { compareOids, encodeOid, type Oid } from "./oid.ts";
import type { Value } from "./value.ts";

/** One variable as a person writes it. A value that is a function is called for each answer; `undefined` means: not there now. */
export interface MibRow {
  oid: Oid;
  value: Value | (() => Value | undefined);
}

/** One variable as it is answered. */
export interface Variable {
  oid: Oid;
  /** The OID with tag and length, encoded once. */
  oidTlv: Buffer;
  value: Value;
}

export interface Mib {
  /** Rows, those that are not there now included. */
  readonly size: number;
  /** The variable with exactly this OID. */
  get(oid: Oid): Variable | undefined;
  /** The first variable after this OID. */
  next(oid: Oid): Variable | undefined;
}

/** A Mib of rows in any order; of two equal OIDs the last one wins. Values may be fixed or functions. */
export function createStaticMib(rows: readonly MibRow[]): Mib {
  const sorted = sortRows(rows).map(({ oid, value }) => ({ oid, oidTlv: oidTlv(oid), value }));
  const at = (position: number): Variable | undefined => {
    const row = sorted[position];
    if (row === undefined) return undefined;
    if (typeof row.value !== "function") return { oid: row.oid, oidTlv: row.oidTlv, value: row.value };
    const value = row.value();
    return value && { oid: row.oid, oidTlv: row.oidTlv, value };
  };
  return {
    size: sorted.length,
    get: (oid) => {
      const position = firstNotBefore(sorted, oid);
      const row = sorted[position];
      return row && compareOids(row.oid, oid) === 0 ? at(position) : undefined;
    },
    next: (oid) => {
      let position = firstNotBefore(sorted, oid);
      const row = sorted[position];
      if (row && compareOids(row.oid, oid) === 0) position += 1;
      for (; position < sorted.length; position++) {
        const variable = at(position);
        if (variable) return variable;
      }
      return undefined;
    },
  };
}

/** An OID with tag and length. */
export function oidTlv(oid: Oid): Buffer {
  const content = encodeOid(oid);
  const tlv = Buffer.alloc(1 + lengthBytes(content.length) + content.length);
  tlv.set(content, writeHeader(tlv, 0, 0x06, content.length));
  return tlv;
}

function sortRows(rows: readonly MibRow[]): MibRow[] {
  // Array.prototype.sort is stable, so of equal OIDs the one that came last stands last.
  const sorted = [...rows].sort((a, b) => compareOids(a.oid, b.oid));
  return sorted.filter((row, i) => {
    const after = sorted[i + 1];
    return after === undefined || compareOids(row.oid, after.oid) !== 0;
  });
}

/** Position of the first row that is not before `oid`, by halving. */
function firstNotBefore(rows: readonly { oid: Oid }[], oid: Oid): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row && compareOids(row.oid, oid) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
