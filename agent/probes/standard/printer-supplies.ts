// Supplies of a printer by Printer-MIB::prtMarkerSuppliesTable (RFC 3805): toner, drums, waste boxes.
import { parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import { readName } from "../snmp-value.ts";
import type { StandardReader } from "./standard.ts";

/** prtMarkerSuppliesDescription, -SupplyUnit, -MaxCapacity, -Level. Index: hrDeviceIndex, number of the supply. */
const COLUMNS = [6, 7, 8, 9].map((column) => parseOid(`1.3.6.1.2.1.43.11.1.1.${column}`));
/** PrtMarkerSuppliesSupplyUnitTC. */
const PERCENT = 19;

/**
 * What is left of each supply; of a receptacle that is filled, as a waste box, the room left (prtMarkerSuppliesLevel says so).
 * Levels −1 other, −2 unknown and −3 "some remains" are no numbers, so nothing is said of such a supply.
 */
export const readPrinterSupplies: StandardReader = async (device, findings) => {
  const { rowKeys, columns } = await device.walk(COLUMNS);
  rowKeys.forEach((key, row) => {
    const [description, unit, capacity, level] = columns.map((column) => column[row]);
    const name = readName(description) ?? `supply ${readArcsOf(key)?.[1] ?? ""}`;
    if (typeof level !== "number" || level < 0) return;
    if (unit === PERCENT) findings.add("supply_level_ratio", level / 100, name);
    else if (typeof capacity === "number" && capacity > 0) findings.add("supply_level_ratio", level / capacity, name);
  });
};
