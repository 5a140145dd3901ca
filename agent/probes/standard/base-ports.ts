// Numbers of bridge ports and the interfaces they are (BRIDGE-MIB::dot1dBasePortTable, RFC 4188).
import { parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpTable } from "../../snmp/table.ts";

/** dot1dBasePortIfIndex. Index: bridge port. */
export const BASE_PORT_COLUMNS = [parseOid("1.3.6.1.2.1.17.1.4.1.2")];

/** ifIndex by bridge port. */
export function readBasePorts({ rowKeys, columns: [indexes = []] }: SnmpTable): ReadonlyMap<number, number> {
  const ports = new Map<number, number>();
  rowKeys.forEach((key, row) => {
    const [port] = readArcsOf(key) ?? [];
    const index = indexes[row];
    if (port !== undefined && typeof index === "number") ports.set(port, index);
  });
  return ports;
}
