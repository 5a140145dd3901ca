// A Huawei access controller: HUAWEI-WLAN-* MIBs with its access points, and its own boards in HUAWEI-ENTITY-EXTENT-MIB.
// Numbers, indexes and enumerations by the MIB modules and a recording of an AC6605.
import type { MibRow } from "../snmp/mib.ts";
import { macIndex, textIndex } from "../snmp/oid.ts";
import { gauge32, integer, ipAddress, macOctets, octets, text, timeTicks, type Value } from "../snmp/value.ts";
import { type ApMeasure, type ApState, macAfter, type RadioMeasure } from "./access-point.ts";
import { chance } from "./chance.ts";
import {
  type ControllerOptions,
  type ControllerParts,
  clientsOfSsid,
  controllerOf,
  createControllerParts,
  type SimulatedController,
} from "./controller.ts";
import { scalars, tableRow } from "./rows.ts";

/** Enterprise Huawei, WLAN. */
const W = "1.3.6.1.4.1.2011.6.139";
const STATE = { fault: 4, normal: 8 } as const;
/** "Not known" in Huawei's tables. */
const INVALID = 255;

export function createHuaweiAc(options: ControllerOptions): SimulatedController {
  const parts = createControllerParts(options, {
    name: "huawei-ac",
    serial: "SIMHWAC000001",
    description:
      "Huawei AC6605-26-PWR Huawei Versatile Routing Platform Software VRP (R) software,Version 5.170 (AC6605-26-PWR V200R010C00SPC500)",
    objectId: "1.3.6.1.4.1.2011.2.240.6",
    portName: (n) => `GigabitEthernet0/0/${n}`,
    ap: { model: "AP7050DN-E", firmware: "V200R010C00SPC500" },
  });
  return controllerOf(parts, [
    ...controllerRows(parts),
    ...ssidRows(parts),
    ...boardRows(parts),
    ...parts.accessPoints.all.flatMap((ap) => apRows(ap, parts)),
  ]);
}

function controllerRows({ online, clients }: ControllerParts): MibRow[] {
  return [
    ...scalars(`${W}.12.1.1`, { 2: gauge32(512), 3: gauge32(10_240) }),
    ...scalars(`${W}.12.1.2`, {
      1: () => integer(online()),
      2: () => gauge32(clients()),
      3: () => gauge32(clients()),
      5: () => gauge32(clients({ radio: 0 })),
      6: () => gauge32(clients({ radio: 1 })),
      13: gauge32(0),
    }),
  ];
}

/** Clients by network name over the whole controller. */
function ssidRows({ ssids, clients, online }: ControllerParts): MibRow[] {
  return ssids.flatMap((name, ssid) =>
    tableRow(`${W}.17.1.2.1`, textIndex(name), {
      2: () => gauge32(clients({ radio: 0, ssid })),
      3: () => gauge32(clients({ radio: 1, ssid })),
      4: () => gauge32(online()),
      17: gauge32(0),
    }),
  );
}

/** entPhysicalIndex of the chassis and of the main board, as an AC6605 numbers them. */
const CHASSIS = 3;
const MAIN_BOARD = 9;

/** ENTITY-MIB and HUAWEI-ENTITY-EXTENT-MIB: only the main board measures anything, the chassis row holds zeros. */
function boardRows({ name, serial, health }: ControllerParts): MibRow[] {
  const entity = (index: number, what: string, entityClass: number) =>
    tableRow("1.3.6.1.2.1.47.1.1.1.1", [index], {
      2: text(what),
      5: integer(entityClass),
      7: text(what),
      11: text(serial),
      13: text("AC6605-26-PWR"),
    });
  const extent = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1";
  return [
    ...entity(CHASSIS, `${name} chassis`, 3),
    ...entity(MAIN_BOARD, "AC6605-26-PWR Board 0", 9),
    ...tableRow(extent, [CHASSIS], { 5: integer(0), 7: integer(0), 11: integer(0) }),
    ...tableRow(extent, [MAIN_BOARD], {
      5: () => integer(health().cpuPercent),
      7: () => integer(health().memoryPercent),
      11: () => integer(health().temperatureCelsius),
    }),
  ];
}

function apRows(ap: Readonly<ApState>, parts: ControllerParts): MibRow[] {
  const index = macIndex(ap.mac);
  const measure = () => parts.accessPoints.measure(ap);
  return [
    ...apTableRows(ap, index, measure, () => parts.accessPoints.uptimeMs(ap)),
    ...offlineLogRows(ap, index),
    ...ap.radios.flatMap((_, i) => radioRows(ap, i === 0 ? 0 : 1, index, measure)),
    ...ap.radios.flatMap((_, i) => virtualApRows(ap, i === 0 ? 0 : 1, index, measure, parts.ssids)),
  ];
}

/** hwWlanApTable: the row stays when the access point is down, in state fault and with an address of all ones. */
function apTableRows(
  ap: Readonly<ApState>,
  index: number[],
  measure: () => ApMeasure,
  uptimeMs: () => number,
): MibRow[] {
  const online = (value: () => number, offline: number) => () => gauge32(ap.online ? value() : offline);
  return tableRow(`${W}.13.3.3.1`, index, {
    2: () => text(ap.serial),
    3: () => text(ap.model),
    4: () => text(ap.name),
    5: () => text(ap.group),
    6: () => integer(ap.online ? STATE.normal : STATE.fault),
    7: () => text(ap.firmware),
    8: text("Ver.A"),
    13: () => ipAddress(ap.online ? ap.ip : "255.255.255.255"),
    18: () => timeTicks(uptimeMs()),
    21: () => gauge32(uptimeMs() / 1_000),
    28: octets(new Uint8Array(16)),
    33: gauge32(Math.floor(chance(ap.mac, "reboots") * 9)),
    34: gauge32(Math.floor(chance(ap.mac, "reboots") * 4)),
    40: online(() => measure().memoryPercent, 0),
    41: online(() => measure().cpuPercent, 0),
    43: () => integer(ap.online ? measure().temperatureCelsius : INVALID),
    44: () => gauge32(measure().clients),
    80: () => integer(ap.online ? 1 : INVALID),
  });
}

/** hwWlanApOfflineTable, a log: the newest failure of each access point that is down. */
function offlineLogRows(ap: Readonly<ApState>, index: number[]): MibRow[] {
  const whileOffline = (value: () => Value) => () => (ap.online ? undefined : value());
  return tableRow(`${W}.13.3.9.1`, index, {
    2: whileOffline(() => text(shanghaiTime(ap.changedAtMs))),
    3: whileOffline(() => text("Echo timeout")),
  });
}

/** hwWlanRadioInfoTable, radio ids 0 and 1; a radio of an access point that is down shows what "not known" looks like. */
function radioRows(ap: Readonly<ApState>, i: 0 | 1, apIndex: number[], measure: () => ApMeasure): MibRow[] {
  const radio = ap.radios[i];
  const up = (value: (now: RadioMeasure) => number, down: number) => () => {
    const now = measure().radios[i];
    return gauge32(now.up ? value(now) : down);
  };
  return tableRow(`${W}.16.1.2.1`, [...apIndex, i], {
    3: () => text(ap.name),
    // A bit mask: b 1, g 2, n 4, a 8, ac 16, ax 32.
    4: integer(radio.band === "2.4" ? 1 + 2 + 4 + 32 : 8 + 4 + 16 + 32),
    5: integer(radio.band === "2.4" ? 1 : 2),
    6: () => integer(measure().radios[i].up ? 1 : 2),
    7: up(() => radio.channel, 0),
    8: up(() => 1, 0),
    9: up(() => radio.powerDbm, 0),
    10: integer({ 20: 1, 40: 2, 80: 4 }[radio.widthMhz]),
    20: macOctets(radioMac(ap.mac, i)),
    23: up(({ busyPercent }) => Math.floor(busyPercent / 20), 0),
    24: () => integer(measure().radios[i].up ? measure().radios[i].noiseDbm : 0),
    // Values over 100 mean "none".
    25: up(({ busyPercent }) => busyPercent, INVALID),
    26: up(({ busyPercent }) => 100 - busyPercent, INVALID),
    27: up(({ sendPercent }) => sendPercent, INVALID),
    28: up(({ receivePercent }) => receivePercent, INVALID),
    29: up(({ interferencePercent }) => interferencePercent, INVALID),
    40: up(({ clients }) => clients, 0),
    45: up(() => radio.powerDbm + 3, INVALID),
  });
}

/** hwWlanVapTable: each radio offers every network; WLAN ids count from 1. */
function virtualApRows(
  ap: Readonly<ApState>,
  i: 0 | 1,
  apIndex: number[],
  measure: () => ApMeasure,
  ssids: readonly string[],
): MibRow[] {
  return ssids.flatMap((ssid, n) =>
    tableRow(`${W}.17.1.1.1`, [...apIndex, i, n + 1], {
      5: macOctets(radioMac(ap.mac, i)),
      6: text(ssid),
      7: () => text(ap.name),
      9: () => gauge32(clientsOfSsid(measure().radios[i].clients, n, ssids.length)),
      10: () => integer(measure().radios[i].up ? 1 : 2),
    }),
  );
}

/** Radio 0 has the access point's own MAC, radio 1 one sixteen higher, as in the recording. */
function radioMac(mac: string, radio: 0 | 1): string {
  return macAfter(mac, 16 * radio);
}

/** `2026-09-07 08:00:00` in Asia/Shanghai. */
function shanghaiTime(atMs: number): string {
  return new Date(atMs + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}
