// A UniFi access point that answers for itself: UBNT-UniFi-MIB, FROGFOOT-RESOURCES-MIB, hrProcessorLoad, UCD memory, IF-MIB.
// It has no way of saying that it is down: a dead one is silent, which is a fault of the device and not of its Mib.
import { type Clock, systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib, type MibRow } from "../snmp/mib.ts";
import { counter32, gauge32, integer, ipAddress, macOctets, text } from "../snmp/value.ts";
import {
  type ApMeasure,
  type ApPatch,
  type ApSpec,
  type ApState,
  createAccessPoints,
  macAfter,
} from "./access-point.ts";
import { clientsOfSsid } from "./controller.ts";
import { createInterfaces } from "./interfaces.ts";
import { processorRows, type SystemState, systemRows, ucdMemoryRows } from "./mib2.ts";
import { scalars, tableRow } from "./rows.ts";

/** Enterprise Ubiquiti, UniFi. */
const N = "1.3.6.1.4.1.41112.1.6";
const FROGFOOT = "1.3.6.1.4.1.10002.1.1.1.1";
const MEMORY_TOTAL_KB = 249_856;

export interface UnifiApOptions {
  ap: ApSpec;
  /** Its place among the access points of its school, from 0: neighbours get other channels. */
  position?: number;
  ssids?: readonly string[];
  clock?: Pick<Clock, "nowMs">;
  seed?: number;
}

export interface SimulatedAp {
  readonly mib: Mib;
  readonly ap: Readonly<ApState>;
  setAp(patch: ApPatch): void;
}

export function createUnifiAp({
  ap: spec,
  position = 0,
  ssids = ["campus", "guest"],
  clock = systemClock,
  seed = 1,
}: UnifiApOptions): SimulatedAp {
  const vendor = { model: "U6-Pro", firmware: "6.6.77.15402" };
  const accessPoints = createAccessPoints({ specs: [spec], vendor, clock, seed, firstPosition: position });
  const ap = accessPoints.get(spec.mac);
  const nowMs = () => clock.nowMs();
  const measure = () => accessPoints.measure(ap);
  const system: SystemState = {
    name: ap.name,
    description: `${ap.model} ${ap.firmware}`,
    objectId: "1.3.6.1.4.1.41112",
    location: ap.location,
    contact: "",
    bootedAtMs: ap.changedAtMs,
  };
  return {
    mib: createStaticMib([
      ...systemRows(system, nowMs),
      ...wiredPort(ap, nowMs).rows,
      ...processorRows([() => measure().cpuPercent, () => measure().cpuPercent]),
      ...ucdMemoryRows(MEMORY_TOTAL_KB, () => measure().memoryPercent),
      ...scalars(FROGFOOT, {
        1: gauge32(MEMORY_TOTAL_KB),
        2: () => gauge32(MEMORY_TOTAL_KB * (1 - measure().memoryPercent / 100)),
      }),
      ...radioRows(measure),
      ...virtualApRows(ap, ssids, measure),
      ...scalars(`${N}.3`, {
        1: () => ipAddress(ap.ip),
        2: integer(2),
        3: () => text(ap.model),
        5: () => counter32((nowMs() - system.bootedAtMs) / 1_000),
        6: () => text(ap.firmware),
      }),
    ]),
    ap,
    setAp: (patch) => accessPoints.set(ap.mac, patch),
  };
}

function wiredPort({ mac, people, changedAtMs }: Readonly<ApState>, nowMs: () => number) {
  const port = { name: "eth0", description: "eth0", mac, speedMbps: 1_000, adminUp: true, up: true };
  return createInterfaces(
    [{ ...port, inBytesPerSecond: people * 4_000, outBytesPerSecond: people * 1_500 }],
    changedAtMs,
    nowMs,
  );
}

/** unifiRadioTable: index 1 is 2.4 GHz ("ng"), 2 is 5 GHz ("na"). */
function radioRows(measure: () => ApMeasure): MibRow[] {
  return ([0, 1] as const).flatMap((i) => {
    const now = () => measure().radios[i];
    return tableRow(`${N}.1.1.1`, [i + 1], {
      2: text(`wifi${i}`),
      3: text(i === 0 ? "ng" : "na"),
      6: () => integer(now().busyPercent),
      7: () => integer(now().receivePercent),
      8: () => integer(now().sendPercent),
      9: () => integer(now().interferencePercent),
    });
  });
}

/** unifiVapTable: every network on every radio. Channel and power repeat for each network of a radio. */
function virtualApRows(ap: Readonly<ApState>, ssids: readonly string[], measure: () => ApMeasure): MibRow[] {
  return ([0, 1] as const).flatMap((i) =>
    ssids.flatMap((ssid, n) => {
      const position = i * ssids.length + n;
      const radio = ap.radios[i];
      return tableRow(`${N}.1.2.1`, [position + 1], {
        2: macOctets(macAfter(ap.mac, position + 1)),
        // Tenths of a percent.
        3: () => integer(1_000 - 4 * measure().radios[i].interferencePercent),
        4: integer(radio.channel),
        6: text(ssid),
        7: text(`ath${position}`),
        8: () => integer(clientsOfSsid(measure().radios[i].clients, n, ssids.length)),
        9: text(i === 0 ? "ng" : "na"),
        21: () => integer(radio.powerDbm),
        22: () => integer(measure().radios[i].up ? 1 : 2),
      });
    }),
  );
}
