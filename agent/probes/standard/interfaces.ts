// Names and hardware addresses of a device's own interfaces (IF-MIB, RFC 2863), by which its other tables can be read.

import { parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpTable } from "../../snmp/table.ts";
import { bytesOf } from "../../snmp/value.ts";
import { hardwareAddress } from "../../topology/hardware-address.ts";
import { readName } from "../snmp-value.ts";

/** ifName, ifDescr, ifPhysAddress. Index: ifIndex. */
export const INTERFACE_COLUMNS = ["1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.6"].map(parseOid);

export interface OwnInterfaces {
  /** Names by ifIndex: ifName, or ifDescr where there is none; with ifIndex where several have the same. */
  readonly nameOf: ReadonlyMap<number, string>;
  /** The interface that a name or a description means; texts that several interfaces share are not in it. */
  readonly byText: ReadonlyMap<string, string>;
  /** Own hardware addresses with the name of the interface; an empty name where several share the address. */
  readonly byMac: ReadonlyMap<number, string>;
}

export function readInterfaces({ rowKeys, columns }: SnmpTable): OwnInterfaces {
  const [names, descriptions] = [0, 1].map((column) => rowKeys.map((_, row) => readName(columns[column]?.[row])));
  const shown = rowKeys.map((_, row) => names?.[row] ?? descriptions?.[row]);
  const uses = countOf(shown);
  const nameOf = new Map<number, string>();
  const byName = new Map<string, string>();
  const byDescription = new Map<string, string>();
  const byMac = new Map<number, string>();
  rowKeys.forEach((key, row) => {
    const index = readArcsOf(key)?.[0];
    const text = shown[row];
    if (text === undefined || index === undefined) return;
    // As a profile's `uniqueBy` names them.
    const name = uses.get(text) === 1 ? text : `${text} ${index}`;
    nameOf.set(index, name);
    put(byName, text, name);
    const description = descriptions?.[row];
    if (description !== undefined) put(byDescription, description, name);
    const octets = columns[2]?.[row];
    const mac = typeof octets === "string" ? hardwareAddress(bytesOf(octets)) : undefined;
    if (mac !== undefined) put(byMac, mac, name);
  });
  const byText = new Map([...byDescription, ...byName]);
  for (const [text, name] of byText) if (name === "") byText.delete(text);
  return { nameOf, byText, byMac };
}

function countOf(texts: readonly (string | undefined)[]): Map<string | undefined, number> {
  const uses = new Map<string | undefined, number>();
  for (const text of texts) uses.set(text, (uses.get(text) ?? 0) + 1);
  return uses;
}

/** An empty name where there was one already. */
function put<K>(names: Map<K, string>, key: K, name: string): void {
  names.set(key, names.has(key) ? "" : name);
}
