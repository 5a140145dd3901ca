// Standard tables that rules in a profile cannot express, each read by a file here; the explicit table of them.
import type { Read } from "../../profiles/profile.ts";
import type { Oid } from "../../snmp/oid.ts";
import type { SnmpTable } from "../../snmp/table.ts";
import type { SnmpFindings } from "../snmp-findings.ts";
import { readBridge } from "./bridge.ts";
import { readCdp } from "./cdp.ts";
import { readCiscoEntitySensors, readEntitySensors } from "./entity-sensors.ts";
import type { OwnInterfaces } from "./interfaces.ts";
import { readIpNeighbours } from "./ip-neighbours.ts";
import { readLldp } from "./lldp.ts";
import { readOwnAddresses } from "./own-addresses.ts";
import { readPrinterSupplies } from "./printer-supplies.ts";
import { readStorage } from "./storage.ts";
import { readTplinkLldp } from "./tplink-lldp.ts";

/** What a reader may ask of the device. */
export interface StandardQuestions {
  /** Whole columns that share their index. @throws ProbeError when they cannot be read to their end. */
  walk(columns: readonly Oid[]): Promise<SnmpTable>;
  /** The device's own interfaces, asked at most once a run. @throws ProbeError */
  interfaces(): Promise<OwnInterfaces>;
}

/** Adds what the device says to the findings; a device that does not have the table adds nothing. @throws ProbeError */
export type StandardReader = (device: StandardQuestions, findings: SnmpFindings) => Promise<void>;

export interface StandardTable {
  read: StandardReader;
  /** Asked no more often than this; absent: in every run. */
  everyMs?: number;
}

const MINUTE_MS = 60_000;

/** Who is where is asked less often than how things are: the address table of a core switch has thousands of rows. */
export const STANDARD_READERS: { readonly [R in Read]: StandardTable } = {
  "entity-sensors": { read: readEntitySensors },
  "cisco-entity-sensors": { read: readCiscoEntitySensors },
  storage: { read: readStorage },
  "printer-supplies": { read: readPrinterSupplies },
  "own-addresses": { read: readOwnAddresses, everyMs: 30 * MINUTE_MS },
  lldp: { read: readLldp, everyMs: 5 * MINUTE_MS },
  cdp: { read: readCdp, everyMs: 5 * MINUTE_MS },
  "tplink-lldp": { read: readTplinkLldp, everyMs: 5 * MINUTE_MS },
  bridge: { read: readBridge, everyMs: 10 * MINUTE_MS },
  "ip-neighbours": { read: readIpNeighbours, everyMs: 10 * MINUTE_MS },
};
