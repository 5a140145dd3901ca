// What-if, as the collector's API answers: which rooms would make a school full, and which schools a region.
// Costs are in units of mending one device; slots are five minutes of school hours.
import Type, { type Static } from "typebox";

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const Cost = Type.Number({ minimum: 0 });
const Ratio = Type.Number({ minimum: 0, maximum: 1 });
/** ISO 8601 with the offset of Asia/Shanghai. */
const Instant = Type.String();

export const MEASURE_KINDS = ["confirm_inventory", "evidence", "mend", "walk_test", "new_ap"] as const;
const FullSchema = Type.Enum(["true", "false", "unknown"]);

/** What one measure of each kind costs. */
export const MeasureCostsSchema = Type.Record(Type.Enum([...MEASURE_KINDS]), Cost);

export const MeasureSchema = Type.Object({
  kind: Type.Enum([...MEASURE_KINDS]),
  /** What is to be mended, tested, or seen again. */
  device: Type.Optional(Text),
  deviceName: Type.Optional(Text),
  /** The room that a walk test or a new access point is for. */
  venue: Type.Optional(Text),
  venueName: Type.Optional(Text),
  /** Of `evidence`: why it is not seen; `agent_blind` with the network segment. */
  reason: Type.Optional(
    Type.Enum(["agent_offline", "agent_blind", "not_probed", "auth_failed", "clock_untrusted", "rejected", "no_agent"]),
  ),
  segment: Type.Optional(Text),
  cost: Cost,
});

/** How long a room must then be served without a gap until it counts as covered. */
export const ServiceSchema = Type.Object({
  slots: Count,
  /** Whole teaching days after the one that is running up to the last of these slots; 0: still on this one, or at once. */
  teachingDays: Count,
});

/** One way to cover a room: all of its measures, then the service. Without measures nothing has to be done but to go on. */
export const WaySchema = Type.Object({
  measures: Type.Array(MeasureSchema),
  cost: Cost,
  service: ServiceSchema,
  /** The cheapest set for the whole school goes this way. */
  chosen: Type.Boolean(),
});

export const RoomToCoverSchema = Type.Object({
  venue: Text,
  name: Text,
  verdict: Type.Enum(["not_covered", "not_equipped", "insufficient"]),
  /** Of the window: share of known slots served, absent when none is known, and what it can be at least and at most. */
  share: Type.Optional(Ratio),
  lo: Ratio,
  hi: Ratio,
  ways: Type.Array(WaySchema),
});

const setFields = {
  cost: Cost,
  /** No set of measures costs less; equal to `cost` when this one is known to be the cheapest. */
  costAtLeast: Cost,
  isCheapest: Type.Boolean(),
};

export const SchoolWhatIfSchema = Type.Object({
  school: Text,
  name: Text,
  asOf: Instant,
  modelVersion: Text,
  full: FullSchema,
  costs: MeasureCostsSchema,
  /** Rooms that are not covered; empty when the school is full. */
  rooms: Type.Array(RoomToCoverSchema),
  /** The cheapest set found, each measure with the ids of the rooms that need it. */
  measures: Type.Array(Type.Intersect([MeasureSchema, Type.Object({ rooms: Type.Array(Text) })])),
  ...setFields,
  /** Of the room that needs most of it. */
  service: ServiceSchema,
  /** Why nothing makes the school full. */
  obstacle: Type.Optional(Type.Enum(["no_main_venue", "no_school_hours"])),
});

/** A school that is not full, or not known to be. */
export const SchoolToFillSchema = Type.Object({
  school: Text,
  name: Text,
  full: FullSchema,
  rooms: Count,
  measures: Count,
  /** Absent, as all of these, when nothing makes it full. */
  cost: Type.Optional(Cost),
  costAtLeast: Type.Optional(Cost),
  service: Type.Optional(ServiceSchema),
  obstacle: Type.Optional(Type.Enum(["no_main_venue", "no_school_hours"])),
  /** One of the schools with which the target is reached. */
  chosen: Type.Boolean(),
});

export const RegionWhatIfSchema = Type.Object({
  region: Text,
  name: Text,
  asOf: Instant,
  modelVersion: Text,
  /** The target for WIFI_FULL_SHARE. */
  share: Ratio,
  schools: Type.Object({ yes: Count, no: Count, unknown: Count }),
  costs: MeasureCostsSchema,
  /** `already`: the share is reached and printed. `no`: not even with all schools that can be made full. */
  reached: Type.Enum(["already", "with_these", "no"]),
  ...setFields,
  /** Of the chosen school that needs most of it; absent when none is chosen. */
  service: Type.Optional(ServiceSchema),
  /** The cheapest first; those that nothing makes full at the end. */
  toFill: Type.Array(SchoolToFillSchema),
});

export type MeasureView = Static<typeof MeasureSchema>;
export type WayView = Static<typeof WaySchema>;
export type RoomToCoverView = Static<typeof RoomToCoverSchema>;
export type SchoolWhatIfView = Static<typeof SchoolWhatIfSchema>;
export type SchoolToFillView = Static<typeof SchoolToFillSchema>;
export type RegionWhatIfView = Static<typeof RegionWhatIfSchema>;
