// Short ways of writing down the rows of a Mib.
import type { MibRow } from "../snmp/mib.ts";
import { type Oid, parseOid } from "../snmp/oid.ts";

type Cell = MibRow["value"];

/** Scalars below `prefix`, keyed by what stands between the prefix and the final `.0`. */
export function scalars(prefix: string, cells: Readonly<Record<string, Cell>>): MibRow[] {
  return Object.entries(cells).map(([object, value]) => ({ oid: parseOid(`${prefix}.${object}.0`), value }));
}

/** One conceptual row of the table whose entry is `entry`: cells by column number, all with the same index arcs. */
export function tableRow(entry: string, index: Oid, cells: Readonly<Record<number, Cell>>): MibRow[] {
  const prefix = parseOid(entry);
  return Object.entries(cells).map(([column, value]) => ({ oid: [...prefix, Number(column), ...index], value }));
}
