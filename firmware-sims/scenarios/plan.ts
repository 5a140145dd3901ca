// A scenario worked out: every room, device and access point with its id, and every fault with its instant.
import type { SchoolClockRule } from "../../contract/clock.ts";
import { EQUIPMENT, type Equipment } from "../models/equipment.ts";
import type { Fault } from "../snmp/fault.ts";
import type { ApInRoom, Scenario, ScenarioFault, ScenarioSchool } from "./schema.ts";
import { hourRanges, momentMs } from "./school-time.ts";

export interface PlannedVenue {
  id: string;
  building: string;
  room: string;
  name: string;
  kind: string;
  mainTeaching?: boolean;
  areaM2?: number;
  seats?: number;
  reconfigurable?: boolean;
  compatible?: boolean;
  recordable?: boolean;
  needsEquipment?: boolean;
  approvedOn?: string;
  approval?: string;
}

export interface PlannedAp {
  id: string;
  name: string;
  /** Locally administered, so it is no real device's. */
  mac: string;
  serial: string;
  venue: string;
  location: string;
  people: number;
}

/** Equipment of a room that answers for itself. */
export interface PlannedEquipment {
  id: string;
  kind: Equipment;
  name: string;
  mac: string;
  venue: string;
  location: string;
  installedOn?: string;
}

export interface PlannedServes {
  device: string;
  venue: string;
  role: "primary" | "secondary";
  walkTestDbm?: number;
  walkTestDate?: string;
}

export interface PlannedSchool {
  school: ScenarioSchool;
  gatewayId: string;
  /** The one switch that is asked; the first access points hang on it, the others on switches that nobody asks. */
  switchId: string;
  /** Absent where each access point is asked for itself. */
  controllerId?: string;
  venues: PlannedVenue[];
  aps: PlannedAp[];
  equipment: PlannedEquipment[];
  serves: PlannedServes[];
}

export interface PlannedFault {
  /** Empty where it is an agent's machine that breaks. */
  devices: string[];
  /** Id of the agent whose machine is off. */
  agent?: string;
  fault: Fault;
  atMs: number;
  untilMs?: number;
  teaches: string;
}

export interface Plan {
  scenario: Scenario;
  schools: PlannedSchool[];
  faults: PlannedFault[];
  /** The clock without the instant at which it starts. */
  clock: Omit<SchoolClockRule, "startedAt">;
}

/** Works out a scenario that has passed its checks. The same scenario gives the same plan. */
export function planScenario(scenario: Scenario): Plan {
  const schools = scenario.schools.map(planSchool);
  const { shows, phases, open, skips } = scenario.clock;
  return {
    scenario,
    schools,
    faults: scenario.faults.map((fault) => planFault(fault, schools, scenario.clock)),
    clock: { shows, phases, open: hourRanges(open), ...(skips && { skips }) },
  };
}

/** The access point that stands as number `ap` in a room; `undefined` when there is none. */
export function apInRoom({ aps }: Pick<PlannedSchool, "aps">, { room, ap }: ApInRoom): PlannedAp | undefined {
  return aps.filter(({ venue }) => venue === room)[ap - 1];
}

/** Ids of the devices that answer SNMP themselves: the agent's targets. */
export function targetIds({ gatewayId, switchId, controllerId, aps, equipment }: PlannedSchool): string[] {
  const wifi = controllerId === undefined ? aps.map(({ id }) => id) : [controllerId];
  return [gatewayId, switchId, ...wifi, ...equipment.map(({ id }) => id)];
}

/** Ids of all devices of a school. */
export function deviceIds(planned: PlannedSchool): string[] {
  const targets = targetIds(planned);
  return planned.controllerId === undefined ? targets : [...targets, ...planned.aps.map(({ id }) => id)];
}

/** The room numbers of `101-103 201 hall`: 101, 102, 103, 201, hall. */
export function roomNumbers(rooms: string): string[] {
  return rooms.split(" ").flatMap((part) => {
    const [first = "", last] = part.split("-");
    if (last === undefined) return [first];
    const length = Math.max(0, Number(last) - Number(first) + 1);
    return Array.from({ length }, (_, i) => String(Number(first) + i));
  });
}

function planSchool(school: ScenarioSchool, position: number): PlannedSchool {
  const venues: PlannedVenue[] = [];
  const aps: PlannedAp[] = [];
  for (const { code, name: building, rooms: groups } of school.buildings) {
    for (const group of groups) {
      for (const room of roomNumbers(group.rooms)) {
        const venue = planVenue(`${school.key}-${code}-${room.toLowerCase()}`, building, room, group);
        venues.push(venue);
        for (let n = 1; n <= group.aps; n++) {
          aps.push(planAp(school, position, aps.length + 1, venue, `${code.toUpperCase()}${room}-${n}`, group.aps));
        }
      }
    }
  }
  return {
    school,
    gatewayId: `${school.key}-gw`,
    switchId: `${school.key}-sw1`,
    ...(isAskedOneByOne(school) ? {} : { controllerId: `${school.key}-ac1` }),
    venues,
    aps,
    equipment: planEquipment(school, position, venues),
    serves: [
      ...aps.map(({ id, venue }): PlannedServes => ({ device: id, venue, role: "primary" })),
      ...school.serves.map(({ from, room, ...more }) => ({
        device: apInRoom({ aps }, from)?.id ?? "",
        venue: room,
        ...more,
      })),
    ],
  };
}

/** Without a controller each access point answers for itself. */
function isAskedOneByOne({ wifi }: ScenarioSchool): boolean {
  return wifi.kind === "unifi" || wifi.kind === "openwrt";
}

function planVenue(
  id: string,
  building: string,
  room: string,
  { rooms: _, aps: __, name, ...about }: ScenarioSchool["buildings"][number]["rooms"][number],
): PlannedVenue {
  return { id, building, room, name: `${name} ${room}`, ...about };
}

/** Numbered by kind. A room that is not there is a problem of the scenario, which its checks name. */
function planEquipment(
  { key, equipment }: ScenarioSchool,
  school: number,
  venues: readonly PlannedVenue[],
): PlannedEquipment[] {
  const counts = new Map<Equipment, number>();
  return equipment.map(({ kind, room, installedOn }, i) => {
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const venue = venues.find(({ id }) => id === room);
    const { short, zh, en } = EQUIPMENT[kind];
    return {
      id: `${key}-${short}-${number}`,
      kind,
      name: `${zh} ${en} ${venue?.room ?? room}`,
      mac: `02:34:${hex(school + 1)}:${hex(i >> 8)}:${hex(i & 0xff)}:00`,
      venue: room,
      location: venue ? `${venue.building} ${venue.room}` : room,
      ...(installedOn !== undefined && { installedOn }),
    };
  });
}

function hex(n: number): string {
  return n.toString(16).padStart(2, "0");
}

/** People of the rooms that have no seats: those who pass or work there. */
const PEOPLE_WITHOUT_SEATS = 12;

function planAp(
  { key }: ScenarioSchool,
  school: number,
  number: number,
  venue: PlannedVenue,
  label: string,
  apsInRoom: number,
): PlannedAp {
  const three = String(number).padStart(3, "0");
  return {
    id: `${key}-ap-${three}`,
    name: `AP-${label}`,
    // Sixteen apart, so that the MACs of an access point's radios stay its own.
    mac: `02:33:${hex(school + 1)}:${hex(number >> 8)}:${hex(number & 0xff)}:00`,
    serial: `SIM${key.toUpperCase()}${three}`,
    venue: venue.id,
    location: `${venue.building} ${venue.room}`,
    people: Math.ceil((venue.seats ?? PEOPLE_WITHOUT_SEATS) / apsInRoom),
  };
}

function planFault(
  fault: ScenarioFault,
  schools: readonly PlannedSchool[],
  { shows, skips }: Scenario["clock"],
): PlannedFault {
  const agent = schools.find(({ school }) => school.key === fault.agent)?.school.agent.id;
  return {
    devices: devicesOf(fault, schools),
    ...(agent !== undefined && { agent }),
    fault: fault.fault ?? { kind: "silent" },
    atMs: momentMs(fault.at, shows, skips),
    ...(fault.until !== undefined && { untilMs: momentMs(fault.until, shows, skips) }),
    teaches: fault.teaches,
  };
}

/** Of a whole school, the devices that answer themselves: what a pulled cable cuts off. */
function devicesOf({ accessPoint, device, school, agent }: ScenarioFault, schools: readonly PlannedSchool[]): string[] {
  if (agent !== undefined) return [];
  if (accessPoint) return schools.flatMap((planned) => apInRoom(planned, accessPoint)?.id ?? []);
  if (device !== undefined) return [device];
  return schools.filter((planned) => planned.school.key === school).flatMap(targetIds);
}
