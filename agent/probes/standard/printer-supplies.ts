// Supplies of a printer by Printer-MIB (RFC 3805): toner, drums, waste boxes, and paper in its trays.
import { type Oid, parseOid } from "../../snmp/oid.ts";
import { readArcsOf } from "../../snmp/row-index.ts";
import type { SnmpValue } from "../../snmp/value.ts";
import type { SnmpFindings } from "../snmp-findings.ts";
import { readName } from "../snmp-value.ts";
import type { StandardQuestions, StandardReader } from "./standard.ts";

/** Columns of a kind of supply: its name, the unit, how much it holds when full, and how much of that is there. */
interface Kind {
  columns: readonly Oid[];
  /** Stands before the number of one that has no name. */
  called: string;
}

const columns = (entry: string, numbers: readonly number[]) => numbers.map((n) => parseOid(`${entry}.${n}`));

/** prtMarkerSuppliesDescription, -SupplyUnit, -MaxCapacity, -Level. Index: hrDeviceIndex, number of the supply. */
const MARKER: Kind = { columns: columns("1.3.6.1.2.1.43.11.1.1", [6, 7, 8, 9]), called: "supply" };
/** prtInputName, -CapacityUnit, -MaxCapacity, -CurrentLevel. Index: hrDeviceIndex, number of the tray. */
const TRAY: Kind = { columns: columns("1.3.6.1.2.1.43.8.2.1", [13, 8, 9, 10]), called: "tray" };
/** PrtMarkerSuppliesSupplyUnitTC and PrtCapacityUnitTC. */
const PERCENT = 19;

/**
 * What is left of each supply; of a receptacle that is filled, as a waste box, the room left (prtMarkerSuppliesLevel says so).
 * Levels −1 other, −2 unknown and −3 "some remains" are no numbers, so nothing is said of such a supply.
 */
export const readPrinterSupplies: StandardReader = async (device, findings) => {
  await readKind(device, findings, MARKER);
  await readKind(device, findings, TRAY);
};

async function readKind(device: StandardQuestions, findings: SnmpFindings, kind: Kind): Promise<void> {
  const { rowKeys, columns: cells } = await device.walk(kind.columns);
  const [names = [], units = [], capacities = [], levels = []] = cells;
  const nameOf = (row: number) => readName(names[row]) ?? kind.called;
  const uses = new Map<string, number>();
  rowKeys.forEach((_, row) => {
    uses.set(nameOf(row), (uses.get(nameOf(row)) ?? 0) + 1);
  });
  rowKeys.forEach((key, row) => {
    const share = shareOf(units[row], capacities[row], levels[row]);
    if (share === undefined) return;
    const isAlone = readName(names[row]) !== undefined && uses.get(nameOf(row)) === 1;
    findings.add("supply_level_ratio", share, isAlone ? nameOf(row) : `${nameOf(row)} ${readArcsOf(key)?.[1] ?? ""}`);
  });
}

/** 0–1; `undefined` when the printer does not know it. */
function shareOf(
  unit: SnmpValue | undefined,
  capacity: SnmpValue | undefined,
  level: SnmpValue | undefined,
): number | undefined {
  if (typeof level !== "number" || level < 0) return undefined;
  if (unit === PERCENT) return level / 100;
  return typeof capacity === "number" && capacity > 0 ? level / capacity : undefined;
}
