// A Ruijie access controller: RUIJIE-AC-MGMT-MIB with its access points, RUIJIE-RRM-MIB, and its own processor and memory.
// Numbers, indexes and enumerations by the MIB modules; what a value looks like where no recording shows one is our guess.
import type { MibRow } from "../snmp/mib.ts";
import { macIndex } from "../snmp/oid.ts";
import { counter32, gauge32, integer, ipAddress, octets, text, timeTicks, type Value } from "../snmp/value.ts";
import type { ApMeasure, ApState } from "./access-point.ts";
import {
  type ControllerOptions,
  type ControllerParts,
  controllerOf,
  createControllerParts,
  type SimulatedController,
} from "./controller.ts";
import { scalars, tableRow } from "./rows.ts";

/** Enterprise Ruijie, its management modules. */
const R = "1.3.6.1.4.1.4881.1.1.10.2";
const ONLINE = 1;
const OFFLINE = 2;

export function createRuijieAc(options: ControllerOptions): SimulatedController {
  const parts = createControllerParts(options, {
    name: "ruijie-ac",
    serial: "SIMRJAC000001",
    description: "Ruijie Wireless Switch (WS5708) By Ruijie Networks",
    objectId: "1.3.6.1.4.1.4881.1.3.1.1.1",
    portName: (n) => `GigabitEthernet 0/${n}`,
    ap: { model: "AP820-L(V3)", firmware: "AP_RGOS 11.9(6)W1B1, Release(07242718)" },
  });
  return controllerOf(parts, [
    ...controllerRows(parts),
    ...wlanRows(parts),
    ...healthRows(parts),
    ...parts.accessPoints.all.flatMap((ap) => apRows(ap, parts)),
  ]);
}

function controllerRows({ name, serial, accessPoints, online, clients, health }: ControllerParts): MibRow[] {
  const total = accessPoints.all.length;
  return scalars(`${R}.56.1.1`, {
    8: text(name),
    11: () => gauge32(online()),
    15: () => gauge32(clients()),
    20: text(serial),
    21: () => integer(health().temperatureCelsius),
    34: text("AC_RGOS 11.9(6)W1B1, Release(07242718)"),
    80: () => gauge32(total - online()),
    81: gauge32(total),
    83: gauge32(0),
    84: gauge32(0),
  });
}

function wlanRows({ ssids, clients }: ControllerParts): MibRow[] {
  return ssids.flatMap((name, ssid) => [
    ...tableRow(`${R}.56.4.1.1.1`, [ssid + 1], { 9: integer(1), 13: () => gauge32(clients({ ssid })) }),
    ...tableRow(`${R}.56.4.1.2.1`, [ssid + 1], { 1: text(name) }),
  ]);
}

const MEMORY_TOTAL_KB = 2_097_152;

function healthRows({ health }: ControllerParts): MibRow[] {
  const cpu = () => gauge32(health().cpuPercent);
  const usedKb = () => Math.round((MEMORY_TOTAL_KB * health().memoryPercent) / 100);
  return [
    ...scalars(`${R}.36.1.1`, { 1: cpu, 2: cpu, 3: cpu }),
    ...tableRow(`${R}.36.1.2.1`, [1], { 2: text("CPU 0"), 3: cpu, 4: cpu, 5: cpu }),
    ...tableRow(`${R}.35.1.1.1`, [1], {
      2: text("Processor"),
      3: () => gauge32(health().memoryPercent),
      12: gauge32(MEMORY_TOTAL_KB),
      13: () => gauge32(usedKb()),
      14: () => gauge32(MEMORY_TOTAL_KB - usedKb()),
    }),
  ];
}

function apRows(ap: Readonly<ApState>, parts: ControllerParts): MibRow[] {
  const index = macIndex(ap.mac);
  const measure = () => parts.accessPoints.measure(ap);
  return [
    ...apListRows(ap, index, measure, () => parts.accessPoints.uptimeMs(ap)),
    ...apOverviewRows(ap, index, measure, parts.nowMs),
    ...offlineRows(ap, index, parts.nowMs),
    ...tableRow(`${R}.36.1.3.1`, index, { 5: whileOnline(ap, () => gauge32(measure().cpuPercent)) }),
    ...ap.radios.flatMap((_, radio) => radioRows(ap, radio === 0 ? 0 : 1, index, measure)),
  ];
}

/** ruijieApListTable: the row stays when the access point is offline, with its last address. */
function apListRows(
  ap: Readonly<ApState>,
  index: number[],
  measure: () => ApMeasure,
  uptimeMs: () => number,
): MibRow[] {
  return tableRow(`${R}.56.2.1.1.1`, index, {
    2: () => text(ap.name),
    3: () => text(ap.group),
    12: () => text(ap.location),
    14: integer(1),
    18: () => integer(ap.online ? 1 : 2),
    25: () => integer(ap.online ? 2 : 3),
    32: () => text(ap.serial),
    33: () => ipAddress(ap.ip),
    34: () => gauge32(measure().clients),
    37: () => text(ap.firmware),
    39: () => text(ap.model),
    40: text("1.00"),
    45: () => gauge32(uptimeMs() / 1_000),
    47: () => text(elapsedText(uptimeMs())),
    48: () => integer(ap.online ? ONLINE : OFFLINE),
    51: () => timeTicks(uptimeMs()),
    52: () => timeTicks(uptimeMs()),
    54: octets(new Uint8Array(16)),
    60: text(ap.mac),
    61: text(ap.mac.replaceAll(":", "-")),
    62: text(ap.mac.replaceAll(":", "").replace(/(.{4})(.{4})(.{4})/, "$1.$2.$3")),
    65: () => gauge32(ap.online ? 2 : 0),
    67: gauge32(0),
    68: gauge32(0),
    69: gauge32(0),
  });
}

/** The overview table, which is not on every firmware. */
function apOverviewRows(
  ap: Readonly<ApState>,
  index: number[],
  measure: () => ApMeasure,
  nowMs: () => number,
): MibRow[] {
  return tableRow(`${R}.56.2.1.8.1`, index, {
    2: () => text(ap.name),
    3: () => integer(ap.online ? ONLINE : OFFLINE),
    4: () => text(elapsedText(nowMs() - ap.changedAtMs)),
    6: () => ipAddress(ap.ip),
    10: () => text(ap.location),
    11: whileOnline(ap, () => gauge32(measure().cpuPercent)),
    12: whileOnline(ap, () => gauge32(measure().cpuPercent)),
    13: whileOnline(ap, () => gauge32(measure().memoryPercent)),
    14: whileOnline(ap, () => gauge32(measure().memoryPercent)),
    // A Counter32 that is used as a gauge: the MIB's slip, not ours.
    15: () => counter32(measure().clients),
    16: () => gauge32(measure().clients * 12_000),
    17: () => gauge32(measure().clients * 48_000),
    18: whileOnline(ap, () => gauge32(ap.radios[0].channel)),
    19: whileOnline(ap, () => gauge32(ap.radios[1].channel)),
  });
}

/** ruijieApOfflineTable: a row for each access point that is offline, and for no other. */
function offlineRows(ap: Readonly<ApState>, index: number[], nowMs: () => number): MibRow[] {
  const whileOffline = (value: () => Value) => () => (ap.online ? undefined : value());
  return tableRow(`${R}.56.2.1.5.1`, index, {
    1: whileOffline(() => timeTicks(nowMs() - ap.changedAtMs)),
    2: whileOffline(() => text(ap.name)),
    4: whileOffline(() => ipAddress(ap.ip)),
    8: whileOffline(() => text(elapsedText(nowMs() - ap.changedAtMs))),
  });
}

/** ruijieApRadioTable (radio ids from 1) and, while the radio works, RUIJIE-RRM-MIB's load and noise. */
function radioRows(ap: Readonly<ApState>, i: 0 | 1, apIndex: number[], measure: () => ApMeasure): MibRow[] {
  const radio = ap.radios[i];
  const index = [...apIndex, i + 1];
  const now = () => measure().radios[i];
  const whileUp = (value: () => Value) => () => (now().up ? value() : undefined);
  return [
    ...tableRow(`${R}.56.2.1.2.1`, index, {
      2: () => integer(now().up ? 1 : 0),
      3: integer(100),
      9: integer(1),
      11: integer(radio.channel),
      13: integer(radio.band === "2.4" ? 1 : 2),
      15: integer(1),
      16: integer(100),
      // Milliwatts, not dBm.
      17: () => integer(now().up ? 10 ** (radio.powerDbm / 10) : 0),
    }),
    ...tableRow(`${R}.63.1.4.4.1`, index, {
      1: whileUp(() => gauge32(now().receivePercent)),
      2: whileUp(() => gauge32(now().sendPercent)),
      3: whileUp(() => gauge32(now().busyPercent)),
      4: whileUp(() => gauge32(now().clients)),
      5: whileUp(() => gauge32(Math.floor(now().clients / 12))),
    }),
    ...tableRow(`${R}.63.1.4.6.1`, [...index, radio.channel], { 2: whileUp(() => integer(now().noiseDbm)) }),
  ];
}

/** Values that are gone while the access point is offline. */
function whileOnline(ap: Readonly<ApState>, value: () => Value): () => Value | undefined {
  return () => (ap.online ? value() : undefined);
}

/** Days, hours, minutes and seconds as `d:hh:mm:ss`. */
function elapsedText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (n: number) => String(n % 60).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  return `${Math.floor(hours / 24)}:${String(hours % 24).padStart(2, "0")}:${two(Math.floor(seconds / 60))}:${two(seconds)}`;
}
