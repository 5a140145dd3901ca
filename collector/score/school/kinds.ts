// What kinds of devices and rooms mean for the indicators that count them. Kinds are free text in an inventory: those of
// contract/device-kinds.ts, and names of its own, of which the usual ones stand here as well.
//
// The model names roles (core device, terminal of a class, display, audio) and no kinds: these lists are this project's reading.
import type { InventoryDevice, Venue, VenueKind } from "../../inventory/inventory.ts";
import type { TerminalClass } from "../indicators/iot.ts";

/** What carries the network and the computing of a school: no terminals. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set([
  "ap",
  "access_point",
  "wifi_controller",
  "switch",
  "gateway",
  "router",
  "firewall",
  "ids",
  "ips",
  "waf",
  "audit",
  "server",
  "agent",
]);
const CORE: ReadonlySet<string> = new Set(["gateway", "wifi_controller"]);
const SECURITY: ReadonlySet<string> = new Set(["firewall", "ids", "ips", "waf", "audit"]);

/** Terminals of the internet of things by class: 监控, 门禁, 电器, and others. Computers and telephones are none. */
const CLASS_OF: ReadonlyMap<string, TerminalClass> = new Map([
  ["camera", "monitoring"],
  ["recorder", "monitoring"],
  ["door", "door"],
  ["sensor", "appliance"],
  ["ups", "appliance"],
  ["pdu", "appliance"],
  ["energy_meter", "appliance"],
  ["air_conditioner", "appliance"],
  ["lighting", "appliance"],
  ["socket", "appliance"],
  ["water_heater", "appliance"],
  ["fan", "appliance"],
]);
const NO_IOT: ReadonlySet<string> = new Set(["pc", "laptop", "tablet", "phone"]);

const DISPLAY: ReadonlySet<string> = new Set(["interactive_panel", "projector", "display"]);
/** An interactive panel for classrooms is an all-in-one machine (交互式一体机): it computes and speaks for itself. */
const COMPUTE: ReadonlySet<string> = new Set(["pc", "laptop", "thin_client", "interactive_panel"]);
const AUDIO: ReadonlySet<string> = new Set([
  "speaker",
  "amplifier",
  "sound_system",
  "video_endpoint",
  "interactive_panel",
]);
const TEACHING: ReadonlySet<string> = new Set([
  ...DISPLAY,
  ...COMPUTE,
  ...AUDIO,
  "tablet",
  "printer",
  "document_camera",
  "lesson_recorder",
]);

/** Rooms in which lessons are held with what display, compute and audio give, unless the inventory says otherwise. */
const EQUIPPED_KINDS: ReadonlySet<VenueKind> = new Set([
  "classroom",
  "science_lab",
  "computer_room",
  "language_room",
  "music_room",
  "art_room",
  "lecture_hall",
  "recording_room",
  "training_room",
  "new_space",
  "maker_space",
]);

/** AVAIL: a role decides; without one gateways and wireless controllers are core. */
export function isCore({ kind, role }: InventoryDevice): boolean {
  return role !== undefined || CORE.has(kind);
}

/** SEC_EQUIP_ONLINE. */
export function isSecurityDevice({ kind }: InventoryDevice): boolean {
  return SECURITY.has(kind);
}

/** TERMINAL_INVENTORY: everything registered that is no infrastructure and has no role in it. */
export function isTerminal({ kind, role }: InventoryDevice): boolean {
  return role === undefined && !INFRASTRUCTURE.has(kind);
}

/** IOT_INTEGRATION, DATA_COLLECT; `undefined` for what is no terminal of the internet of things. */
export function terminalClassOf(device: InventoryDevice): TerminalClass | undefined {
  if (!isTerminal(device) || NO_IOT.has(device.kind)) return undefined;
  return CLASS_OF.get(device.kind) ?? "other";
}

/** What a room is equipped with by its devices. */
export function equipmentOf(devices: readonly InventoryDevice[]): {
  display: boolean;
  compute: boolean;
  audio: boolean;
} {
  const has = (kinds: ReadonlySet<string>) => devices.some(({ kind }) => kinds.has(kind));
  return { display: has(DISPLAY), compute: has(COMPUTE), audio: has(AUDIO) };
}

/** EQUIP_AGE: what is taught with, unless it stands in a room where nobody teaches. */
export function isTeachingEquipment({ kind }: InventoryDevice, venue: Venue | undefined): boolean {
  return TEACHING.has(kind) && venue?.mainTeaching !== false;
}

/** CLASS_EQUIP_RATE: what the inventory says of the room, else its kind where it is taught in. */
export function needsEquipment({ needsEquipment: said, kind, mainTeaching }: Venue): boolean {
  return said ?? (mainTeaching && EQUIPPED_KINDS.has(kind));
}

/** CLASS_DEV_HEALTH: switched on when needed, in a room where lessons are held. */
export function isClassroomDevice({ expectedOn }: InventoryDevice, venue: Venue | undefined): boolean {
  return expectedOn === "on_demand" && venue?.mainTeaching === true;
}
