// What a scenario file may say: schools with their rooms and devices, the clock they live on, and what breaks when.
import Type, { type Static, type TProperties } from "typebox";
import { FaultSchema } from "../snmp/fault.ts";

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const Name = Type.String({ minLength: 1 });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
/** Part of an id: short, lower case. */
const Key = Type.String({ pattern: "^[a-z][a-z0-9]{0,15}$" });
const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,63}$" });
const Duration = Type.String({ pattern: "^\\d+(ms|s|m|h)$" });
/** `day 1 10:00`: the first day that the clock shows, at ten by its time. */
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
  students: Type.Integer({ minimum: 1 }),
  schoolHours: Hours,
  inventoryConfirmedAt: Type.Optional(Day),
  agent: closed({ id: Id, name: Name }),
  wifi: closed({
    kind: Type.Enum(["ruijie-ac", "huawei-ac", "unifi"]),
    ssids: Type.Array(Name, { minItems: 1, default: ["campus", "guest"] }),
  }),
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
});

const ScenarioFaultSchema = closed({
  /** Exactly one of the three says what breaks: an access point, one device by its id, or all devices of a school. */
  accessPoint: Type.Optional(ApInRoomSchema),
  device: Type.Optional(Id),
  school: Type.Optional(Key),
  at: Moment,
  /** Absent: for good. */
  until: Type.Optional(Moment),
  fault: FaultSchema,
  /** What a person should learn from it. */
  teaches: Name,
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
});

export type Scenario = Static<typeof ScenarioSchema>;
export type ScenarioSchool = Static<typeof SchoolSchema>;
export type ScenarioFault = Static<typeof ScenarioFaultSchema>;
export type ApInRoom = Static<typeof ApInRoomSchema>;
