// A small campus for tests of discovery: simulated devices on loopback addresses, all on one port.

import { scalars, tableRow } from "../../firmware-sims/models/rows.ts";
import { type SnmpDevice, startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib, type Mib, type MibRow } from "../../firmware-sims/snmp/mib.ts";
import { integer, macOctets, octets, oidValue, text, timeTicks } from "../../firmware-sims/snmp/value.ts";

export interface Described {
  description?: string;
  objectId?: string;
  name?: string;
  services?: number;
  /** By ENTITY-MIB, of the chassis. */
  model?: string;
  serial?: string;
  firmware?: string;
  /** By BRIDGE-MIB. */
  mac?: string;
  ports?: number;
  /** First byte of the capabilities that LLDP tells. */
  capabilities?: number;
  more?: readonly MibRow[];
}

/** A device with the standard tables that discovery looks at, and no vendor's. */
export function describedMib(device: Described): Mib {
  const { description = "a device", objectId = "1.3.6.1.4.1.99999.1", name = "", services = 72 } = device;
  return createStaticMib([
    ...scalars("1.3.6.1.2.1.1", {
      ...{ 1: text(description), 2: oidValue(objectId), 3: timeTicks(60_000), 5: text(name), 7: integer(services) },
    }),
    ...(device.model === undefined && device.serial === undefined ? [] : entityRows(device)),
    ...scalars("1.3.6.1.2.1.17.1", {
      ...(device.mac === undefined ? {} : { 1: macOctets(device.mac) }),
      ...(device.ports === undefined ? {} : { 2: integer(device.ports) }),
    }),
    ...scalars("1.0.8802.1.1.2.1.3", {
      ...(device.capabilities === undefined ? {} : { 6: octets(Uint8Array.of(device.capabilities, 0)) }),
    }),
    ...(device.more ?? []),
  ]);
}

const CHASSIS = 3;
const MODULE = 9;

/** A module comes before the chassis, as on many a switch. */
function entityRows({ model = "", serial = "", firmware = "" }: Described): MibRow[] {
  const entry = "1.3.6.1.2.1.47.1.1.1.1";
  return [
    ...tableRow(entry, [1], { 5: integer(MODULE), 10: text(""), 11: text("MODULE0001"), 13: text("a module") }),
    ...tableRow(entry, [2], { 5: integer(CHASSIS), 10: text(firmware), 11: text(serial), 13: text(model) }),
  ];
}

/** Starts devices at 127.0.0.2 and the following on one free port. */
export async function startCampus(mibs: readonly { mib: Mib; community?: string }[]): Promise<Campus> {
  const devices: SnmpDevice[] = [];
  for (const [i, { mib, community = "campus" }] of mibs.entries()) {
    const port = devices[0]?.port ?? 0;
    devices.push(await startSnmpDevice({ mib, community, host: addressAt(i), port }));
  }
  return {
    devices,
    port: devices[0]?.port ?? 0,
    close: async () => {
      for (const device of devices) await device.close();
    },
  };
}

export interface Campus {
  devices: SnmpDevice[];
  port: number;
  close(): Promise<void>;
}

export function addressAt(i: number): string {
  return `127.0.0.${i + 2}`;
}
