// An OpenWrt access point that answers for itself: Net-SNMP with the "extend" scripts that LibreNMS hands out, which put a line
// of text each into NET-SNMP-EXTEND-MIB, and one script of the school's own, busy-wlanN: percent of time the channel of a radio
// is busy, out of `iw dev wlanN survey dump`.
import { systemClock } from "../../contract/clock.ts";
import { createStaticMib, type MibRow } from "../snmp/mib.ts";
import { textIndex } from "../snmp/oid.ts";
import { text } from "../snmp/value.ts";
import { type ApMeasure, type ApState, createAccessPoints } from "./access-point.ts";
import { createInterfaces } from "./interfaces.ts";
import { processorRows, type SystemState, systemRows, ucdMemoryRows } from "./mib2.ts";
import { tableRow } from "./rows.ts";
import type { SimulatedAp, UnifiApOptions } from "./unifi-ap.ts";

/** NET-SNMP-EXTEND-MIB::nsExtendOutput1Entry; its first column is the first line that a script printed. */
const OUTPUT = "1.3.6.1.4.1.8072.1.3.2.3.1";
const MEMORY_TOTAL_KB = 249_856;

/** Names of networks are not read from it. */
export type OpenwrtApOptions = Omit<UnifiApOptions, "ssids">;

export function createOpenwrtAp({
  ap: spec,
  position = 0,
  clock = systemClock,
  seed = 1,
}: OpenwrtApOptions): SimulatedAp {
  const vendor = { model: "Xiaomi Redmi Router AX6S", firmware: "23.05.3" };
  const accessPoints = createAccessPoints({ specs: [spec], vendor, clock, seed, firstPosition: position });
  const ap = accessPoints.get(spec.mac);
  const nowMs = () => clock.nowMs();
  const measure = () => accessPoints.measure(ap);
  const system: SystemState = {
    name: ap.name,
    description: "Linux OpenWrt 5.15.150 #0 SMP Fri Mar 22 22:09:42 2024 aarch64",
    objectId: "1.3.6.1.4.1.8072.3.2.10",
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
      ...scriptRows(ap, measure),
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

function scriptRows(ap: Readonly<ApState>, measure: () => ApMeasure): MibRow[] {
  return [
    ...script("distro", () => `OpenWrt ${ap.firmware}`),
    ...script("hardware", () => ap.model),
    ...script("clients-wlan", () => String(measure().clients)),
    ...([0, 1] as const).flatMap((i) => radioRows(ap, i, measure)),
  ];
}

/** wlan0 is 2.4 GHz, wlan1 5 GHz. A script about a radio that is off prints an empty line, and so does the one about nobody's SNR. */
function radioRows(ap: Readonly<ApState>, i: 0 | 1, measure: () => ApMeasure): MibRow[] {
  const now = () => measure().radios[i];
  const whileUp = (value: () => number) => () => (now().up ? String(value()) : "");
  const { band, channel } = ap.radios[i];
  return [
    ...script(`clients-wlan${i}`, () => String(now().clients)),
    ...script(
      `frequency-wlan${i}`,
      whileUp(() => (band === "2.4" ? 2_407 : 5_000) + 5 * channel),
    ),
    ...script(
      `noise-floor-wlan${i}`,
      whileUp(() => now().noiseDbm),
    ),
    ...script(`snr-wlan${i}-avg`, () => (now().clients > 0 ? String(now().snrDb) : "")),
    ...script(
      `busy-wlan${i}`,
      whileUp(() => now().busyPercent),
    ),
  ];
}

function script(name: string, prints: () => string): MibRow[] {
  return tableRow(OUTPUT, textIndex(name), { 1: () => text(prints()) });
}
