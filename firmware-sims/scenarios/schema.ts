// What a scenario file may say: schools with their rooms and devices, the clock they live on, and what breaks when.
import Type, { type Static, type TProperties } from "typebox";
import { EQUIPMENT_KINDS } from "../models/equipment.ts";
import { FaultSchema } from "../snmp/fault.ts";

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Name = Type.String({ minLength: 1 });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
/** Part of an id: short, lower case. */
const Key = Type.String({ pattern: "^[a-z][a-z0-9]{0,15}$" });
const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,63}$" });
const Duration = Type.String({ pattern: "^\\d+(ms|s|m|h)$" });
/** `day 2 10:00`: the second day that the clock shows, at ten by its time. Days that the clock skips do not count. */
const Moment = Type.String({ pattern: "^day [1-9]\\d{0,2} ([01]\\d|2[0-3]):[0-5]\\d$" });
/** `08:00-12:00 13:00-17:00`. */
const Hours = Type.String({
  pattern:
    "^([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-4]):[0-5]\\d( ([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-4]):[0-5]\\d)*$",
});

const VENUE_KINDS = [
  "classroom",
  "science_lab",
  "computer_room",
  "language_room",
  "music_room",
  "art_room",
  "dance_room",
  "library",
  "lecture_hall",
  "recording_room",
  "counselling_room",
  "gymnasium",
  "training_room",
  "new_space",
  "maker_space",
  "office",
  "corridor",
  "dormitory",
  "canteen",
  "storage",
  "other",
] as const;

const STAGES = [
  "kindergarten",
  "primary",
  "junior",
  "nine_year",
  "senior",
  "twelve_year",
  "vocational",
  "special",
  "other",
] as const;

const RoomsSchema = closed({
  /** Room numbers and ranges: `101-106 201-206 hall`. */
  rooms: Type.String({ pattern: "^[A-Za-z0-9]+(-\\d+)?( [A-Za-z0-9]+(-\\d+)?)*$" }),
  name: Name,
  kind: Type.Enum([...VENUE_KINDS]),
  /** Access points in each of these rooms. */
  aps: Type.Integer({ minimum: 0, maximum: 8 }),
  /** Absent: by kind. */
  mainTeaching: Type.Optional(Type.Boolean()),
  areaM2: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  seats: Type.Optional(Type.Integer({ minimum: 1 })),
  /** What was assessed of them as digital teaching spaces; absent: not assessed. */
  reconfigurable: Type.Optional(Type.Boolean()),
  compatible: Type.Optional(Type.Boolean()),
  recordable: Type.Optional(Type.Boolean()),
  /** Whether they need display, compute and audio; absent: by kind. */
  needsEquipment: Type.Optional(Type.Boolean()),
  /** Of new-type teaching spaces: day and document of the approval. */
  approvedOn: Type.Optional(Day),
  approval: Type.Optional(Name),
});

/** The access point number `ap` (from 1) that stands in a room. */
const ApInRoomSchema = closed({ room: Id, ap: Type.Integer({ minimum: 1, default: 1 }) });

const SchoolSchema = closed({
  /** Begins every id of this school. */
  key: Key,
  /** 学校（机构）标识码. */
  id: Type.String({ pattern: "^\\d{2}33\\d{6}$" }),
  name: Name,
  nameEn: Name,
  county: Type.String({ pattern: "^33\\d{4}$" }),
  areaCode: Type.Enum(["111", "112", "121", "122", "123", "210", "220"]),
  areaSource: Type.Optional(Name),
  stage: Type.Optional(Type.Enum([...STAGES])),
  students: Type.Integer({ minimum: 1 }),
  schoolHours: Hours,
  inventoryConfirmedAt: Type.Optional(Day),
  agent: closed({ id: Id, name: Name }),
  wifi: closed({
    kind: Type.Enum(["ruijie-ac", "huawei-ac", "unifi", "openwrt"]),
    ssids: Type.Array(Name, { minItems: 1, default: ["campus", "guest"] }),
  }),
  /** Who owns and who looks after its devices, and since when they are in service. */
  assets: Type.Optional(closed({ owner: Name, operator: Name, installedOn: Day })),
  /** The line out, by its contract. */
  contractMbps: Type.Optional(Type.Integer({ minimum: 1 })),
  buildings: Type.Array(closed({ code: Key, name: Name, rooms: Type.Array(RoomsSchema, { minItems: 1 }) }), {
    minItems: 1,
  }),
  /** Rooms that an access point serves beside the one it stands in. */
  serves: Type.Array(
    closed({
      from: ApInRoomSchema,
      room: Id,
      role: Type.Enum(["primary", "secondary"]),
      walkTestDbm: Type.Optional(Type.Integer({ minimum: -100, maximum: -20 })),
      walkTestDate: Type.Optional(Day),
    }),
    { default: [] },
  ),
  /** What stands in a room beside the network. */
  equipment: Type.Array(closed({ kind: Type.Enum([...EQUIPMENT_KINDS]), room: Id, installedOn: Type.Optional(Day) }), {
    default: [],
  }),
});

const ScenarioFaultSchema = closed({
  /**
   * Exactly one of the four says what breaks: an access point, one device by its id, all devices of a school, or the machine that
   * a school's agent runs on.
   */
  accessPoint: Type.Optional(ApInRoomSchema),
  device: Type.Optional(Id),
  school: Type.Optional(Key),
  /** Key of the school. Who runs the agents is told when to stop and when to start it. */
  agent: Type.Optional(Key),
  at: Moment,
  /** Absent: for good. */
  until: Type.Optional(Moment),
  /** What is wrong with them; an agent's machine has only one fault, that it is off. */
  fault: Type.Optional(FaultSchema),
  /** What a person should learn from it. */
  teaches: Name,
});

const DeclaredSchema = closed({
  /** Key of the school. */
  school: Key,
  /** An indicator that takes a flag, as SMART_RATE: recognised as a smart campus. */
  indicator: Type.String({ pattern: "^[A-Z][A-Z0-9_]+$" }),
  author: Name,
  signedOn: Day,
  /** What the file says that it rests on. */
  attachment: Name,
});

export const ScenarioSchema = closed({
  name: Name,
  nameEn: Name,
  /** Makes all chance of this scenario. */
  seed: Type.Integer({ minimum: 0 }),
  community: Name,
  clock: closed({
    shows: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\+08:00$" }),
    phases: Type.Array(
      closed({
        forSeconds: Type.Number({ minimum: 0 }),
        speed: Type.Number({ minimum: 1, maximum: 10_000 }),
      }),
      { minItems: 1 },
    ),
    open: Hours,
    /** Holidays that do not exist on the clock: first and last day. */
    skips: Type.Optional(Type.Array(closed({ from: Day, to: Day }))),
  }),
  /** What every agent's configuration says about asking. */
  asking: closed({
    interval: Duration,
    deadline: Duration,
    timeout: Duration,
    retries: Type.Integer({ minimum: 0, maximum: 5 }),
  }),
  calendar: Type.Array(
    closed({ scope: Name, from: Day, to: Day, kind: Type.Enum(["term", "holiday", "makeup"]), name: Name }),
  ),
  schools: Type.Array(SchoolSchema, { minItems: 1 }),
  faults: Type.Array(ScenarioFaultSchema, { default: [] }),
  /** What schools have declared of themselves, to be entered as people would. */
  declared: Type.Array(DeclaredSchema, { default: [] }),
});

export type Scenario = Static<typeof ScenarioSchema>;
export type ScenarioSchool = Static<typeof SchoolSchema>;
export type ScenarioFault = Static<typeof ScenarioFaultSchema>;
export type ApInRoom = Static<typeof ApInRoomSchema>;
