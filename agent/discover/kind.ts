// Guesses what a device is from what it says of itself. What nothing speaks for stays unknown.
import type { DeviceKind } from "../../contract/device-kinds.ts";

/** What speaks for one kind or another; what was not answered is absent. */
export interface Evidence {
  /** What its vendor profile says of all its devices. */
  profileKind?: DeviceKind | undefined;
  sysDescr?: string | undefined;
  sysObjectId?: string | undefined;
  /** SNMPv2-MIB::sysServices. */
  sysServices?: number | undefined;
  /** LLDP-MIB::lldpLocSysCapEnabled: bits from the first byte's highest. */
  lldpCapabilities?: Uint8Array | undefined;
  /** BRIDGE-MIB::dot1dBaseNumPorts. */
  bridgePorts?: number | undefined;
  /** IP-MIB::ipForwarding is forwarding(1). */
  forwards?: boolean | undefined;
  /** It has a Printer-MIB, or a UPS-MIB. */
  isPrinter: boolean;
  isUps: boolean;
  /** Names of the metrics that its own readings have. */
  metrics: ReadonlySet<string>;
  /** Devices that it speaks for. */
  children: number;
}

/** LldpSystemCapabilitiesMap (LLDP-MIB). */
const LLDP = { bridge: 2, wlanAccessPoint: 3, router: 4, telephone: 5 } as const;
const WINDOWS = "1.3.6.1.4.1.311.1.1.3.";

const WORDS: readonly { kind: DeviceKind; in: RegExp }[] = [
  { kind: "projector", in: /projector|投影/i },
  { kind: "recorder", in: /\b(nvr|dvr|network video recorder)\b|录像/i },
  { kind: "camera", in: /\b(ip ?camera|network camera|ipc)\b|摄像/i },
  { kind: "printer", in: /printer|laserjet|officejet|imagerunner|打印/i },
  { kind: "ups", in: /\bups\b|smart-ups|uninterruptible/i },
  { kind: "phone", in: /ip ?phone|voip/i },
  { kind: "wifi_controller", in: /access controller|wireless (lan )?controller|wlan controller/i },
  { kind: "ap", in: /access point|\bwap\b/i },
  { kind: "gateway", in: /firewall|\bgateway\b/i },
  { kind: "switch", in: /\bswitch\b|交换机/i },
];

/** Tried from what says it in so many words to what merely hints at it. */
export function guessKind(evidence: Evidence): DeviceKind {
  const { profileKind } = evidence;
  // A firewall may have access points of its own; what the network would miss first is the way out.
  if (profileKind === "gateway" || profileKind === "firewall") return profileKind;
  return (
    byTables(evidence) ??
    profileKind ??
    byCapabilities(evidence) ??
    byWords(WORDS, evidence.sysDescr) ??
    byRadio(evidence) ??
    byServices(evidence) ??
    "unknown"
  );
}

function byTables({ isPrinter, isUps, metrics, children, sysObjectId }: Evidence): DeviceKind | undefined {
  if (children > 0 || metrics.has("wifi_aps_registered") || metrics.has("wifi_aps_claimed")) return "wifi_controller";
  if (isUps) return "ups";
  if (isPrinter) return "printer";
  return sysObjectId?.startsWith(WINDOWS) ? "pc" : undefined;
}

function byCapabilities({ lldpCapabilities }: Evidence): DeviceKind | undefined {
  if (!lldpCapabilities) return undefined;
  const has = (bit: number) => (((lldpCapabilities[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
  if (has(LLDP.wlanAccessPoint)) return "ap";
  if (has(LLDP.telephone)) return "phone";
  // A switch that also routes is still a switch.
  if (has(LLDP.bridge)) return "switch";
  return has(LLDP.router) ? "gateway" : undefined;
}

function byRadio({ metrics }: Evidence): DeviceKind | undefined {
  return [...metrics].some((name) => name.startsWith("wifi_")) ? "ap" : undefined;
}

/** sysServices: layer 2 is worth 2, layer 3 is worth 4 (RFC 3418). A PC may say anything, so more has to fit. */
function byServices({ sysServices = 0, bridgePorts = 0, forwards }: Evidence): DeviceKind | undefined {
  if (bridgePorts >= MOST_PORTS_OF_A_ROUTER) return "switch";
  if ((sysServices & 6) === 4 && forwards) return "gateway";
  return (sysServices & 6) === 2 && bridgePorts > 1 ? "switch" : undefined;
}

const MOST_PORTS_OF_A_ROUTER = 8;

function byWords(words: typeof WORDS, text = ""): DeviceKind | undefined {
  return words.find(({ in: pattern }) => pattern.test(text))?.kind;
}
