// Makers' own tables of neighbours, each row under the interface that hears him: what CDP's and TP-Link's have in common.
import type { Oid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpValue } from "../../snmp/value.ts";
import { MOST_NEIGHBOURS, type Neighbour } from "../../topology/sightings.ts";
import type { StandardReader } from "./standard.ts";

/** A neighbour by the cells of his row, on this port. */
export type NeighbourOf = (port: string, cells: readonly (SnmpValue | undefined)[]) => Neighbour;

/**
 * Reads a table whose index begins with ifIndex. A device that shows no row adds nothing: whether it has the table is not
 * known. A row on an interface that the device does not have is left out.
 */
export function neighbourReader(columns: readonly Oid[], neighbourOf: NeighbourOf): StandardReader {
  return async (device, findings) => {
    const table = await device.walk(columns);
    if (table.rowKeys.length === 0) return;
    const { nameOf } = await device.interfaces();
    const neighbours = table.rowKeys.slice(0, MOST_NEIGHBOURS).flatMap((key, row): Neighbour[] => {
      const port = nameOf.get(readArcsOf(key)?.[0] ?? -1);
      const cells = table.columns.map((column) => column[row]);
      return port === undefined ? [] : [neighbourOf(port, cells)];
    });
    findings.see({ neighbours });
  };
}
