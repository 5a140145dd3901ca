// Standard tables that rules in a profile cannot express, each read by a file here; the explicit table of them.
import type { Read } from "../../profiles/profile.ts";
import type { Oid } from "../../snmp/oid.ts";
import type { SnmpTable } from "../../snmp/table.ts";
import type { SnmpFindings } from "../snmp-findings.ts";
import { readCiscoEntitySensors, readEntitySensors } from "./entity-sensors.ts";
import { readPrinterSupplies } from "./printer-supplies.ts";
import { readStorage } from "./storage.ts";

/** What a reader may ask of the device. */
export interface StandardQuestions {
  /** Whole columns that share their index. @throws ProbeError when they cannot be read to their end. */
  walk(columns: readonly Oid[]): Promise<SnmpTable>;
}

/** Adds what the device says to the findings; a device that does not have the table adds nothing. @throws ProbeError */
export type StandardReader = (device: StandardQuestions, findings: SnmpFindings) => Promise<void>;

export const STANDARD_READERS: { readonly [R in Read]: StandardReader } = {
  "entity-sensors": readEntitySensors,
  "cisco-entity-sensors": readCiscoEntitySensors,
  storage: readStorage,
  "printer-supplies": readPrinterSupplies,
};
