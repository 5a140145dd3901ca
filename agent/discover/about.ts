// What tells what a device is although no profile asks it: a few single values, and its parts by ENTITY-MIB.
import { macFromBytes } from "../../contract/mac.ts";
import { ProbeError } from "../probes/probe.ts";
import { decodeText } from "../probes/snmp-value.ts";
import type { SnmpEngine } from "../snmp/engine.ts";
import { parseOid } from "../snmp/oid.ts";
import type { SnmpPeer } from "../snmp/peer.ts";
import { bytesOf, type SnmpValue } from "../snmp/value.ts";
import type { DeviceTexts } from "./found.ts";
import type { Evidence } from "./kind.ts";
import { plainText } from "./plain.ts";

export interface About {
  texts: DeviceTexts;
  evidence: Pick<Evidence, "sysServices" | "lldpCapabilities" | "bridgePorts" | "forwards" | "isPrinter" | "isUps">;
}

/** In this order in `SINGLE`. */
const OBJECTS = {
  sysServices: "1.3.6.1.2.1.1.7.0",
  ipForwarding: "1.3.6.1.2.1.4.1.0",
  dot1dBaseBridgeAddress: "1.3.6.1.2.1.17.1.1.0",
  dot1dBaseNumPorts: "1.3.6.1.2.1.17.1.2.0",
  lldpLocChassisIdSubtype: "1.0.8802.1.1.2.1.3.1.0",
  lldpLocChassisId: "1.0.8802.1.1.2.1.3.2.0",
  lldpLocSysCapEnabled: "1.0.8802.1.1.2.1.3.6.0",
  prtGeneralSerialNumber: "1.3.6.1.2.1.43.5.1.1.17.1",
  prtMarkerLifeCount: "1.3.6.1.2.1.43.10.2.1.4.1.1",
  /** The first printer is mostly hrDeviceIndex 1. */
  hrDeviceDescr: "1.3.6.1.2.1.25.3.2.1.3.1",
  upsIdentManufacturer: "1.3.6.1.2.1.33.1.1.1.0",
  upsIdentModel: "1.3.6.1.2.1.33.1.1.2.0",
  upsIdentUPSSoftwareVersion: "1.3.6.1.2.1.33.1.1.3.0",
} as const;
const NAMES = Object.keys(OBJECTS) as (keyof typeof OBJECTS)[]; // the keys of our own constant
const SINGLE = Object.values(OBJECTS).map(parseOid);

/** ENTITY-MIB: entPhysicalClass, …SoftwareRev, …SerialNum, …ModelName. */
const ENTITY = ["5", "10", "11", "13"].map((column) => parseOid(`1.3.6.1.2.1.47.1.1.1.1.${column}`));
/** IF-MIB::ifPhysAddress. */
const INTERFACE_MACS = [parseOid("1.3.6.1.2.1.2.2.1.6")];
/** entPhysicalClass of the thing as a whole; a stack comes before what it is made of. */
const WHOLES = [11, 3];
const CHASSIS_IS_MAC = 4;

/** What of it is answered; a device that refuses or is silent here has said less, which is no failure. */
export async function askAbout(engine: SnmpEngine, peer: SnmpPeer, signal: AbortSignal): Promise<About> {
  const singles = (await orNothing(engine.get(peer, SINGLE, signal)))?.values ?? [];
  const said = new Map(NAMES.map((name, i) => [name, singles[i]]));
  const entity = await orNothing(engine.walkColumns(peer, ENTITY, signal));
  const whole = wholeOf(entity?.columns ?? []);
  const ownMac = macOf(said);
  const macs = ownMac === undefined ? await orNothing(engine.walkColumns(peer, INTERFACE_MACS, signal)) : undefined;
  return { texts: textsOf(said, whole, ownMac ?? lowestMac(macs?.columns[0] ?? [])), evidence: evidenceOf(said) };
}

type Said = ReadonlyMap<keyof typeof OBJECTS, SnmpValue | undefined>;

function textsOf(said: Said, whole: DeviceTexts, mac: string | undefined): DeviceTexts {
  const text = (name: keyof typeof OBJECTS) => textOf(said.get(name));
  const vendor = text("upsIdentManufacturer");
  const model = whole.model ?? text("upsIdentModel") ?? (isPrinter(said) ? text("hrDeviceDescr") : undefined);
  const firmware = whole.firmware ?? text("upsIdentUPSSoftwareVersion");
  const serial = whole.serial ?? text("prtGeneralSerialNumber");
  return {
    ...(vendor !== undefined && { vendor }),
    ...(model !== undefined && { model }),
    ...(firmware !== undefined && { firmware }),
    ...(serial !== undefined && { serial }),
    ...(mac !== undefined && { mac }),
  };
}

function evidenceOf(said: Said): About["evidence"] {
  const number = (name: keyof typeof OBJECTS) => {
    const value = said.get(name);
    return typeof value === "number" ? value : undefined;
  };
  const capabilities = said.get("lldpLocSysCapEnabled");
  const forwarding = number("ipForwarding");
  return {
    sysServices: number("sysServices"),
    bridgePorts: number("dot1dBaseNumPorts"),
    forwards: forwarding === undefined ? undefined : forwarding === 1,
    lldpCapabilities: typeof capabilities === "string" ? bytesOf(capabilities) : undefined,
    isPrinter: isPrinter(said),
    isUps: textOf(said.get("upsIdentModel")) !== undefined,
  };
}

/** Printer-MIB: it counts pages, or has a serial number there. */
function isPrinter(said: Said): boolean {
  return typeof said.get("prtMarkerLifeCount") === "number" || textOf(said.get("prtGeneralSerialNumber")) !== undefined;
}

/** The row that speaks of the device as a whole; where none says so, the first with a model. */
function wholeOf(columns: readonly (readonly (SnmpValue | undefined)[])[]): DeviceTexts {
  const [classes = [], firmwares = [], serials = [], models = []] = columns;
  const candidates = WHOLES.map((whole) => classes.findIndex((value, i) => value === whole && textOf(models[i])));
  const row = candidates.find((i) => i >= 0) ?? models.findIndex((model) => textOf(model));
  const [model, serial, firmware] = [models, serials, firmwares].map((column) => textOf(column[row]));
  return {
    ...(model !== undefined && { model }),
    ...(serial !== undefined && { serial }),
    ...(firmware !== undefined && { firmware }),
  };
}

/** The device's own address, not one of its ports: as a bridge, or as LLDP names its chassis. */
function macOf(said: Said): string | undefined {
  const chassis = said.get("lldpLocChassisIdSubtype") === CHASSIS_IS_MAC ? said.get("lldpLocChassisId") : undefined;
  for (const value of [said.get("dot1dBaseBridgeAddress"), chassis]) {
    const mac = typeof value === "string" ? macFromBytes(bytesOf(value)) : undefined;
    if (mac !== undefined) return mac;
  }
  return undefined;
}

/** Bits of a MAC's first byte. */
const MULTICAST = 1;
const MADE_UP = 2;

/** Of many ports always the same one, in whatever order they are numbered; of several, none that may be made up at each start. */
function lowestMac(values: readonly (SnmpValue | undefined)[]): string | undefined {
  const macs = values.flatMap((value) => (typeof value === "string" ? (macFromBytes(bytesOf(value)) ?? []) : []));
  const distinct = [...new Set(macs)].filter((mac) => (firstByte(mac) & MULTICAST) === 0);
  return distinct.length === 1 ? distinct[0] : distinct.filter((mac) => (firstByte(mac) & MADE_UP) === 0).sort()[0];
}

function firstByte(mac: string): number {
  return Number.parseInt(mac.slice(0, 2), 16);
}

function textOf(value: SnmpValue | undefined): string | undefined {
  return typeof value === "string" ? plainText(decodeText(value)) : undefined;
}

/** What a device does not answer is not known, whatever it answers instead. */
export async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ProbeError) return undefined;
    throw error;
  }
}
