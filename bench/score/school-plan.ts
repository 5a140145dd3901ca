// What a school of the generated province consists of: 200 devices, 60 rooms, and what becomes of it over time.
import type { InventoryDevice, School, Serves, Venue } from "../../collector/inventory/inventory.ts";

export const DEVICES = 200;
export const ACCESS_POINTS = 60;
const ROOMS = 60;
const CLASSROOMS = 48;
const ROOM_NAMES = Array.from({ length: ROOMS }, (_, room) => `room ${room + 1}`);
/** Rooms without an access point; those of the last access points stand in rooms that have one already. */
const BARE_ROOMS = 2;

/** Kinds in the order of their numbers. */
const KINDS: readonly { kind: string; count: number; onDemand?: true }[] = [
  { kind: "gateway", count: 1 },
  { kind: "wifi_controller", count: 1 },
  { kind: "switch", count: 7 },
  { kind: "access_point", count: ACCESS_POINTS },
  { kind: "interactive_panel", count: 60, onDemand: true },
  { kind: "projector", count: 10, onDemand: true },
  { kind: "camera", count: 40 },
  { kind: "door", count: 10 },
  { kind: "sensor", count: 11 },
];

interface Plan {
  kind: string;
  onDemand: boolean;
  /** Of its kind, from 0. */
  nth: number;
}

export const PLAN: readonly Plan[] = KINDS.flatMap(({ kind, count, onDemand = false }) =>
  Array.from({ length: count }, (_, nth) => ({ kind, onDemand, nth })),
);

const GATEWAY = 0;
const CORE_SWITCH = 2;
const FIRST_ACCESS_SWITCH = 3;
const ACCESS_SWITCHES = 6;
const FIRST_ACCESS_POINT = 9;

export const schoolId = (school: number): string => `2133${String(school + 1).padStart(6, "0")}`;
export const agentId = (school: number): string => `gw-${school + 1}`;
export const deviceKey = (school: number, device: number): string =>
  flat(`02:${hex(school >> 8)}:${hex(school & 0xff)}:00:${hex(device >> 8)}:${hex(device & 0xff)}`);

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** One piece of text: what was put together from pieces holds them all. */
function flat(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** A device's name is another's parent: a province has to share its texts. */
function idsOf(school: number, kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, nth) => flat(`${schoolId(school)}-${kind}${nth}`));
}

const NAMES = KINDS.flatMap(({ kind, count }) =>
  Array.from({ length: count }, (_, nth) => flat(`${kind.replaceAll("_", " ")} ${nth + 1}`)),
);

const HOURS = [
  { fromMinute: 480, toMinute: 720 },
  { fromMinute: 780, toMinute: 1020 },
];

function schoolOf(school: number, county: string): School {
  return {
    id: schoolId(school),
    name: `第${school + 1}小学`,
    county,
    area: (["urban", "town", "rural"] as const)[school % 3] ?? "unclassified",
    stage: "primary",
    students: 300 + ((school * 37) % 1_200),
    hours: HOURS,
    inventoryConfirmedAt: "2026-09-01",
  };
}

/** What one school adds to the inventory. */
export interface SchoolContents {
  school: School;
  devices: InventoryDevice[];
  venues: Venue[];
  serves: Serves[];
}

export function contentsOf(number: number, county: string): SchoolContents {
  const school = schoolOf(number, county);
  const deviceIds = idsOf(number, "d", DEVICES);
  const venueIds = idsOf(number, "v", ROOMS);
  return {
    school,
    devices: PLAN.map((_, device) => deviceOf(number, device, school.id, deviceIds, venueIds)),
    venues: venueIds.map((id, room) => venueOf(id, room, school.id)),
    serves: Array.from({ length: ACCESS_POINTS }, (_, nth) => ({
      device: deviceIds[FIRST_ACCESS_POINT + nth] ?? "",
      venue: venueIds[nth % (ROOMS - BARE_ROOMS)] ?? "",
      role: "primary",
    })),
  };
}

function deviceOf(
  school: number,
  device: number,
  schoolId: string,
  deviceIds: readonly string[],
  venueIds: readonly string[],
): InventoryDevice {
  const { kind = "other", onDemand = false, nth = 0 } = PLAN[device] ?? {};
  const parent = deviceIds[parentOf(device) ?? -1];
  const venue = venueIds[nth];
  const id = deviceIds[device] ?? "";
  const name = NAMES[device] ?? kind;
  const key = deviceKey(school, device);
  // Written out: objects that are put together from others take half as much again.
  if (parent === undefined) {
    return { id, school: schoolId, kind, name, key, segment: "main", expectedOn: "always", role: "egress" };
  }
  if (!onDemand || venue === undefined) {
    return { id, school: schoolId, kind, name, key, segment: "main", expectedOn: "always", parent };
  }
  return { id, school: schoolId, kind, name, key, segment: "main", expectedOn: "on_demand", parent, venue };
}

function parentOf(device: number): number | undefined {
  if (device === GATEWAY) return undefined;
  if (device <= CORE_SWITCH) return GATEWAY;
  return device < FIRST_ACCESS_SWITCH + ACCESS_SWITCHES
    ? CORE_SWITCH
    : FIRST_ACCESS_SWITCH + (device % ACCESS_SWITCHES);
}

function venueOf(id: string, room: number, school: string): Venue {
  return {
    id,
    school,
    name: ROOM_NAMES[room] ?? id,
    kind: room < CLASSROOMS ? "classroom" : "science_lab",
    mainTeaching: true,
    mainTeachingOverridden: false,
  };
}

/** What is the matter with a school; most are well. */
export type Condition = "well" | "no-agent" | "agent-was-offline" | "agent-is-blind-at-times";

export function conditionOf(school: number): Condition {
  if (school % 20 === 7) return "no-agent";
  if (school % 10 === 3) return "agent-was-offline";
  return school % 25 === 11 ? "agent-is-blind-at-times" : "well";
}
