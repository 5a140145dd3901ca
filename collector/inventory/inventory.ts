// What should be there: schools, venues, devices and which access point serves which venue. Immutable, with its indexes.
import { deviceKey, normalizeMac } from "../../contract/mac.ts";
import { publicHolidaysKnown } from "./holidays-known.ts";
import { Membership, type RuralList } from "./membership.ts";
import { PUBLIC_HOLIDAYS, type PublicHolidays } from "./public-holidays.ts";
import type { Regions } from "./regions.ts";

/** Minutes after midnight, a multiple of five; `toMinute` is the end and not part of it. */
export interface HourRange {
  fromMinute: number;
  toMinute: number;
}

export const AREAS = ["urban", "town", "rural", "unclassified"] as const;
export type Area = (typeof AREAS)[number];

/** What a school teaches, which its category digits do not always tell: nine-year schools stand under primary or junior. */
export const STAGES = [
  "kindergarten",
  "primary",
  "junior",
  "nine_year",
  "senior",
  "twelve_year",
  "vocational",
  "special",
  "university",
  "other",
] as const;
export type Stage = (typeof STAGES)[number];

export interface School {
  /** 学校（机构）标识码, ten digits. */
  id: string;
  name: string;
  nameEn?: string;
  /** GB/T 2260 code of the county. */
  county: string;
  /** Absent: nobody has said. */
  stage?: Stage;
  /** Id of the functional zone that runs the school; it rolls up to its county all the same. */
  zone?: string;
  /** Where the urban–rural class is taken from, as it is shown. */
  areaSource?: string;
  /** Urban–rural class of the statistical code; absent means unclassified. */
  areaCode?: string;
  area: Area;
  students?: number;
  hours: readonly HourRange[];
  /** Day on which the school last confirmed its list of venues; absent means never. */
  inventoryConfirmedAt?: string;
}

/** Kinds of venue, and whether such a room is a main teaching venue unless the inventory says otherwise (scoring model 5.1). */
export const VENUE_KINDS = {
  classroom: true,
  science_lab: true,
  computer_room: true,
  language_room: true,
  music_room: true,
  art_room: true,
  dance_room: true,
  library: true,
  lecture_hall: true,
  recording_room: true,
  counselling_room: true,
  gymnasium: true,
  training_room: true,
  new_space: true,
  maker_space: true,
  office: false,
  corridor: false,
  dormitory: false,
  canteen: false,
  storage: false,
  other: false,
} as const satisfies Record<string, boolean>;

export type VenueKind = keyof typeof VENUE_KINDS;

/** A functional zone 功能区 (开发区、新区) that runs schools without a GB/T 2260 code of its own. */
export interface Zone {
  id: string;
  name: string;
  /** The county it rolls up to. */
  county: string;
}

export const CAMPUS_KINDS = ["campus", "teaching_point"] as const;

/** A campus 校区 or teaching point 教学点 of a school; its rooms count for the school. */
export interface Campus {
  /** The school's id, a dash and a suffix. */
  id: string;
  school: string;
  name: string;
  kind: (typeof CAMPUS_KINDS)[number];
}

/** What was assessed of a room as a digital teaching space; absent: not assessed. 可连接 is seen by telemetry, not entered. */
export interface RoomTraits {
  reconfigurable?: boolean;
  compatible?: boolean;
  recordable?: boolean;
}

export interface Venue {
  id: string;
  school: string;
  /** Absent: the main campus. */
  campus?: string;
  traits?: RoomTraits;
  /** Whether it needs display, compute and audio; absent: by its kind. */
  needsEquipment?: boolean;
  /** Of a new-type teaching space 新型教学空间: day and document of its approval. */
  approvedOn?: string;
  approval?: string;
  building?: string;
  room?: string;
  name: string;
  kind: VenueKind;
  mainTeaching: boolean;
  /** The inventory says otherwise than the kind: such a venue is listed in reports. */
  mainTeachingOverridden: boolean;
  areaM2?: number;
  seats?: number;
}

export const EXPECTED_ON = ["always", "on_demand"] as const;
export const DEVICE_ROLES = ["core", "egress"] as const;

export interface InventoryDevice {
  id: string;
  school: string;
  kind: string;
  name: string;
  /** Under which readings name it, in the form of contract/mac.ts `deviceKey`. */
  key: string;
  venue?: string;
  /** Id of the device upstream, in the same school. */
  parent?: string;
  /** Network segment whose self-test speaks for it. */
  segment: string;
  /** `on_demand`: off is not broken. */
  expectedOn: (typeof EXPECTED_ON)[number];
  owner?: string;
  operator?: string;
  assetCode?: string;
  /** Where it stands, in words, when that is no venue. */
  location?: string;
  /** Day on which it was put into service. */
  installedOn?: string;
  /** `core` counts for AVAIL; `egress` is core too, and its `uplink` interface is the school's way out. */
  role?: (typeof DEVICE_ROLES)[number];
  uplink?: { instance: string; contractMbps?: number };
}

/** Dated membership in a group that is not built in: rural lists of a county, the schools of a project. */
export interface GroupMember {
  group: string;
  /** A county's code or a school's id. */
  member: string;
  /** First and last day, both part of it; absent: open. */
  from?: string;
  to?: string;
  /** The document that says so. */
  source: string;
}

export const SERVES_ROLES = ["primary", "secondary"] as const;

/** An access point serves a venue. A secondary one counts only with a walk test (scoring model 5.2). */
export interface Serves {
  device: string;
  venue: string;
  role: (typeof SERVES_ROLES)[number];
  walkTest?: { dbm: number; day: string };
}

export interface AgentEntry {
  id: string;
  school: string;
  name: string;
}

export const CALENDAR_KINDS = ["term", "holiday", "makeup"] as const;

export interface CalendarEntry {
  /** `*`, a region code or a school's id. */
  scope: string;
  /** First and last day, both part of it. */
  from: string;
  to: string;
  kind: (typeof CALENDAR_KINDS)[number];
  name?: string;
}

export interface InventoryContents {
  schools: readonly School[];
  venues: readonly Venue[];
  devices: readonly InventoryDevice[];
  serves: readonly Serves[];
  agents: readonly AgentEntry[];
  calendar: readonly CalendarEntry[];
  zones?: readonly Zone[];
  campuses?: readonly Campus[];
  groups?: readonly GroupMember[];
}

/** Lookups over checked contents: references hold, ids and keys are unique. What is not there is `undefined` or empty. */
export class Inventory {
  readonly contents: InventoryContents;
  readonly regions: Regions;
  readonly publicHolidays: PublicHolidays;
  readonly #schools: ReadonlyMap<string, School>;
  readonly #venues: ReadonlyMap<string, Venue>;
  readonly #devices: ReadonlyMap<string, InventoryDevice>;
  readonly #agents: ReadonlyMap<string, AgentEntry>;
  readonly #venuesOf: ReadonlyMap<string, readonly Venue[]>;
  readonly #devicesOf: ReadonlyMap<string, readonly InventoryDevice[]>;
  /** By school, then by key. */
  readonly #byKey = new Map<string, Map<string, InventoryDevice>>();
  readonly #servesOfVenue: ReadonlyMap<string, readonly Serves[]>;
  readonly #servesOfDevice: ReadonlyMap<string, readonly Serves[]>;
  /** Keys of all devices, whichever school's. */
  readonly #keys: ReadonlySet<string>;
  readonly #agentsOf: ReadonlyMap<string, readonly AgentEntry[]>;
  readonly #schoolsIn: ReadonlyMap<string, readonly School[]>;
  readonly #calendarByScope: ReadonlyMap<string, readonly CalendarEntry[]>;
  readonly #zones: ReadonlyMap<string, Zone>;
  readonly #schoolsOfZone: ReadonlyMap<string, readonly School[]>;
  readonly #campusesOf: ReadonlyMap<string, readonly Campus[]>;
  readonly #membership: Membership;

  constructor(contents: InventoryContents, regions: Regions, publicHolidays: PublicHolidays = PUBLIC_HOLIDAYS) {
    const { schools, venues, devices, serves, agents } = contents;
    this.contents = contents;
    this.regions = regions;
    this.publicHolidays = publicHolidays;
    this.#schools = new Map(schools.map((school) => [school.id, school]));
    this.#venues = new Map(venues.map((venue) => [venue.id, venue]));
    this.#devices = new Map(devices.map((device) => [device.id, device]));
    this.#agents = new Map(agents.map((agent) => [agent.id, agent]));
    this.#keys = new Set(devices.map(({ key }) => key));
    this.#venuesOf = grouped(venues, ({ school }) => [school]);
    this.#devicesOf = grouped(devices, ({ school }) => [school]);
    for (const [school, its] of this.#devicesOf) this.#byKey.set(school, new Map(its.map((it) => [it.key, it])));
    this.#agentsOf = grouped(agents, ({ school }) => [school]);
    this.#servesOfVenue = grouped(serves, ({ venue }) => [venue]);
    this.#servesOfDevice = grouped(serves, ({ device }) => [device]);
    this.#calendarByScope = grouped(contents.calendar, ({ scope }) => [scope]);
    this.#schoolsIn = grouped(schools, ({ county }) => regions.path(county).map(({ code }) => code));
    this.#zones = new Map(contents.zones?.map((zone) => [zone.id, zone]));
    this.#schoolsOfZone = grouped(schools, ({ zone }) => (zone === undefined ? [] : [zone]));
    this.#campusesOf = grouped(contents.campuses ?? [], ({ school }) => [school]);
    this.#membership = new Membership(contents.groups ?? [], (id) => this.#schools.get(id));
  }

  get schools(): readonly School[] {
    return this.contents.schools;
  }

  school(id: string): School | undefined {
    return this.#schools.get(id);
  }

  venue(id: string): Venue | undefined {
    return this.#venues.get(id);
  }

  device(id: string): InventoryDevice | undefined {
    return this.#devices.get(id);
  }

  venuesOf(schoolId: string): readonly Venue[] {
    return this.#venuesOf.get(schoolId) ?? [];
  }

  devicesOf(schoolId: string): readonly InventoryDevice[] {
    return this.#devicesOf.get(schoolId) ?? [];
  }

  /** The device that readings call `key`, in any spelling of a MAC. */
  deviceByKey(schoolId: string, key: string): InventoryDevice | undefined {
    return this.#byKey.get(schoolId)?.get(deviceKey(key));
  }

  /**
   * Whether a device key belongs to other schools only. A name that is no MAC is a school's own affair until its devices are
   * listed: half the schools of a county call a switch "switch".
   */
  isForeign(schoolId: string, key: string): boolean {
    const name = deviceKey(key);
    if (!this.#keys.has(name) || this.#byKey.get(schoolId)?.has(name)) return false;
    return normalizeMac(name) !== undefined || this.devicesOf(schoolId).length > 0;
  }

  /** Which devices serve a venue. */
  servesOf(venueId: string): readonly Serves[] {
    return this.#servesOfVenue.get(venueId) ?? [];
  }

  /** Which venues a device serves. */
  venuesServedBy(deviceId: string): readonly Serves[] {
    return this.#servesOfDevice.get(deviceId) ?? [];
  }

  agentsOf(schoolId: string): readonly AgentEntry[] {
    return this.#agentsOf.get(schoolId) ?? [];
  }

  schoolOfAgent(agentId: string): School | undefined {
    const agent = this.#agents.get(agentId);
    return agent && this.#schools.get(agent.school);
  }

  /** Schools of a county, a city or the province, in the order of the file. */
  schoolsIn(regionCode: string): readonly School[] {
    return this.#schoolsIn.get(regionCode) ?? [];
  }

  zone(id: string): Zone | undefined {
    return this.#zones.get(id);
  }

  /** Schools that a functional zone runs, in the order of the file. */
  schoolsOfZone(zoneId: string): readonly School[] {
    return this.#schoolsOfZone.get(zoneId) ?? [];
  }

  /** Campuses and teaching points of a school beside its main campus. */
  campusesOf(schoolId: string): readonly Campus[] {
    return this.#campusesOf.get(schoolId) ?? [];
  }

  /** Names of the dated groups that the inventory lists, in the order of the file. */
  get groups(): string[] {
    return this.#membership.groups;
  }

  /** Who belongs to a group on a day (inventory/day.ts). */
  groupMembersOn(group: string, day: number): readonly GroupMember[] {
    return this.#membership.membersOn(group, day);
  }

  /** A county's own list of rural schools on a day; `undefined`: it has none, so the classes of the model decide. */
  ruralRuleOf(county: string, day: number): RuralList | undefined {
    return this.#membership.ruralListOf(county, day);
  }

  /**
   * Whether the public holidays about a day are known (holidays-known.ts). Without a school only entries for everybody are
   * looked at, with one those of its regions and its own as well. Where they are not, holidays count as teaching days.
   */
  publicHolidaysKnown(day: number, schoolId?: string): boolean {
    const entries = schoolId === undefined ? (this.#calendarByScope.get("*") ?? []) : this.calendarOf(schoolId);
    return publicHolidaysKnown(day, this.publicHolidays, entries);
  }

  /** Calendar entries that speak of a school: those of everybody, its own, and those of its regions. */
  calendarOf(schoolId: string): readonly CalendarEntry[] {
    const school = this.#schools.get(schoolId);
    if (!school) return [];
    const scopes = ["*", schoolId, ...this.regions.path(school.county).map(({ code }) => code)];
    return scopes.flatMap((scope) => this.#calendarByScope.get(scope) ?? []);
  }
}

function grouped<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}
