// What the collector's read API answers: the shapes of JSON that the page and other programs rely on.
// Absent is absent: a figure without enough evidence has no `value`, never 0 or null.
import Type, { type Static } from "typebox";

const Text = Type.String();
const Count = Type.Integer({ minimum: 0 });
const Ratio = Type.Number({ minimum: 0, maximum: 1 });
/** ISO 8601 with the offset of Asia/Shanghai. */
const Instant = Type.String();
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

/** State of a device in a slot (scoring model section 4). */
export const DEVICE_STATES = ["up", "degraded", "down", "down-dep", "unknown", "maintenance", "not-expected"] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

/** Why a state is unknown. */
export const UNKNOWN_REASONS = [
  "agent_offline",
  "agent_blind",
  "not_probed",
  "auth_failed",
  "clock_untrusted",
  "rejected",
  "path_unknown",
] as const;
export type UnknownReason = (typeof UNKNOWN_REASONS)[number];

/** State of a venue in a slot (section 5.2); `not-equipped` when no access point serves it. */
export const VENUE_STATES = ["served", "unserved", "unknown", "not-equipped", "not-expected"] as const;
export type VenueState = (typeof VENUE_STATES)[number];

/** Verdict over a venue in the window (section 5.3). The first three count as covered. */
export const VENUE_VERDICTS = [
  "covered",
  "covered_quality_unproven",
  "covered_below_quality",
  "not_covered",
  "not_equipped",
  "insufficient",
] as const;
export type VenueVerdict = (typeof VENUE_VERDICTS)[number];

/** Why a figure is insufficient, beside the reasons of unknown slots. */
export const FIGURE_REASONS = [
  ...UNKNOWN_REASONS,
  "inventory_not_confirmed",
  "no_main_venue",
  "no_teaching_day",
  "no_agent",
  "too_few_known_venues",
  "too_few_known_schools",
] as const;
export type FigureReason = (typeof FIGURE_REASONS)[number];

const DeviceStateSchema = Type.Enum([...DEVICE_STATES]);
const UnknownReasonSchema = Type.Enum([...UNKNOWN_REASONS]);

/** How often a reason stands behind what is unknown. */
export const ReasonCountSchema = Type.Object({ reason: Type.Enum([...FIGURE_REASONS]), count: Count });

/** The window a figure looks at (section 3). Absent days mean that the calendar has no teaching day. */
export const WindowSchema = Type.Object({
  fromDay: Type.Optional(Day),
  toDay: Type.Optional(Day),
  teachingDays: Count,
  /** Slots of school hours that have ended, per device. */
  expectedSlots: Count,
  /** The public holidays of some of these days are not known here: one of them may have been counted as a teaching day. */
  holidaysUnknown: Type.Optional(Type.Literal(true)),
});

/** A rate with the evidence behind it. */
export const FigureSchema = Type.Object({
  status: Type.Enum(["value", "insufficient", "frozen"]),
  /** Only there when the minimum evidence is met. */
  value: Type.Optional(Ratio),
  lo: Ratio,
  hi: Ratio,
  numerator: Count,
  denominator: Count,
  /** Why it is insufficient, or what the unknown part consists of; the most frequent first. */
  reasons: Type.Array(ReasonCountSchema),
  /** M measured, I inventory, D declared. */
  evidence: Type.Enum(["M", "I", "D"]),
  asOf: Instant,
  modelVersion: Text,
});

/** WIFI_COVER and WIFI_FULL of a school (section 5.5). */
export const SchoolCoverageSchema = Type.Object({
  rate: FigureSchema,
  full: Type.Enum(["true", "false", "unknown"]),
  venues: Count,
  covered: Count,
  notCovered: Count,
  insufficient: Count,
  /** Mean share of known slots over the school's access points that serve main venues; absent without any. */
  evidenceShare: Type.Optional(Ratio),
  window: WindowSchema,
});

/** One thing that explains a venue's or device's state now. */
export const CauseSchema = Type.Object({
  device: Text,
  name: Text,
  state: DeviceStateSchema,
  reason: Type.Optional(UnknownReasonSchema),
  /** Begin of the first slot of the present state, as far back as the window goes. */
  since: Type.Optional(Instant),
});

export const SampleSchema = Type.Object({ at: Instant, value: Type.Number() });

export const DeviceSchema = Type.Object({
  id: Text,
  /** The key under which readings name it: a target's id, a serial or a MAC. */
  key: Text,
  name: Text,
  kind: Text,
  school: Text,
  venue: Type.Optional(Text),
  parent: Type.Optional(Text),
  serves: Type.Array(Text),
  state: DeviceStateSchema,
  reason: Type.Optional(UnknownReasonSchema),
  since: Type.Optional(Instant),
  /** Last slot in which it was seen up, in the window. */
  lastSeen: Type.Optional(Instant),
  /** Over the window: slots up, down, unknown and expected. */
  slots: Type.Object({ expected: Count, up: Count, down: Count, unknown: Count }),
  facts: Type.Record(Text, Text),
  /** Newest value of each metric of the whole device within the last 30 minutes. */
  latest: Type.Record(Text, SampleSchema),
});

/** A device with what happened to it: its newest events of the last 30 days, the newest first, at most 50. */
export const DeviceWithEventsSchema = Type.Intersect([
  DeviceSchema,
  Type.Object({
    /** `kind` is one of contract/events.ts, or of a newer agent. */
    events: Type.Array(Type.Object({ at: Instant, kind: Text, text: Text })),
  }),
]);

export const VenueSummarySchema = Type.Object({
  id: Text,
  school: Text,
  name: Text,
  building: Type.Optional(Text),
  kind: Text,
  mainTeaching: Type.Boolean(),
  verdict: Type.Enum([...VENUE_VERDICTS]),
  /** Share of known slots served; absent when no slot is known. */
  share: Type.Optional(Ratio),
  lo: Ratio,
  hi: Ratio,
  /** K: share of expected slots that are known; absent when none was expected. */
  evidenceShare: Type.Optional(Ratio),
  slots: Type.Object({ expected: Count, served: Count, unserved: Count, unknown: Count }),
  reasons: Type.Array(ReasonCountSchema),
  now: Type.Object({
    state: Type.Enum([...VENUE_STATES]),
    slot: Type.Optional(Instant),
    causes: Type.Array(CauseSchema),
  }),
  /** Ids of the access points that serve it. */
  servedBy: Type.Array(Text),
});

/** How well a venue was served over the window (section 5.4), from what its radios said in five-minute slots of school hours. */
export const VenueQualitySchema = Type.Object({
  verdict: Type.Enum(["pass", "fail", "unproven"]),
  /** It passes, and all that it passes by is good. */
  good: Type.Boolean(),
  /** Slots with at least 3 clients on the serving radios: only these say anything, and 40 are needed. */
  busySlots: Count,
  /** In the order of the model's table. */
  metrics: Type.Array(
    Type.Object({
      metric: Text,
      nameZh: Text,
      nameEn: Text,
      unit: Type.Enum(["dbm", "db", "ratio", "clients"]),
      /** The marks, in the unit, and on which side of them a value is right. */
      pass: Type.Number(),
      goodMark: Type.Number(),
      side: Type.Enum(["at_least", "at_most"]),
      /** `outranked`: a walk test speaks instead. `too_little_data`: known in too few busy slots. */
      state: Type.Enum(["pass", "fail", "no_data", "too_little_data", "too_few_busy_slots", "outranked"]),
      good: Type.Boolean(),
      /** Busy slots in which the pass mark held, and in which it did not; in the rest it is not known. */
      held: Count,
      missed: Count,
      goodHeld: Count,
      goodMissed: Count,
    }),
  ),
  /** What the verdict rests on; empty when unproven. */
  decidedBy: Type.Array(Text),
  /** Only when unproven. */
  reasons: Type.Array(Type.Enum(["too_few_busy_slots", "no_signal_or_snr", "no_utilisation"])),
});

export const VenueSchema = Type.Intersect([
  VenueSummarySchema,
  Type.Object({
    /** Absent when no access point counts for it. */
    quality: Type.Optional(VenueQualitySchema),
    devices: Type.Array(DeviceSchema),
    /** School hours as ranges of minutes after midnight; the slots of a day are those of its ranges, one after another. */
    hours: Type.Array(Type.Object({ fromMinute: Count, toMinute: Count })),
    /** One entry a teaching day, one letter a slot: S served, N unserved, U unknown, M maintenance, - not yet over. */
    days: Type.Array(Type.Object({ day: Day, slots: Text })),
  }),
]);

export const AgentSchema = Type.Object({
  id: Text,
  school: Text,
  /** `seeing` and `blind` by its newest self-test, `offline` when nothing came for three slots, `never` before the first batch. */
  state: Type.Enum(["seeing", "blind", "offline", "never"]),
  lastBatchAt: Type.Optional(Instant),
  /** Its clock minus ours at the last batch. */
  clockOffsetSeconds: Type.Optional(Type.Number()),
  batches: Count,
});

/** An agent as the fleet sees it. */
export const FleetAgentSchema = Type.Intersect([
  AgentSchema,
  Type.Object({
    schoolName: Type.Optional(Text),
    schoolNameEn: Type.Optional(Text),
    /** Whether it was enrolled and signs; an agent of agents.csv without a key does not. */
    enrolled: Type.Boolean(),
    enrolledAt: Type.Optional(Instant),
    revokedAt: Type.Optional(Instant),
    revokedReason: Type.Optional(Text),
    /** Of its program, as it last said with a batch, else at enrolment. */
    version: Type.Optional(Text),
    host: Type.Optional(Text),
    /** Id of the key it signs with. */
    key: Type.Optional(Text),
    /** Bytes waiting in its spool, as it last said. */
    queueBytes: Type.Optional(Count),
    /** Batches dropped by its spool, as it last said. */
    droppedBatches: Type.Optional(Count),
    /** Batches of it, or in its name, that were refused since the collector started, by code. */
    refused: Type.Record(Text, Count),
    configuration: Type.Optional(
      Type.Object({
        /** The newest revision that the collector holds for it. */
        revision: Type.Integer({ minimum: 1 }),
        /** What the agent last said of a revision. */
        last: Type.Optional(
          Type.Object({
            revision: Type.Integer({ minimum: 1 }),
            outcome: Type.Enum(["applied", "refused", "rolled-back"]),
            at: Instant,
            problems: Type.Array(Text),
          }),
        ),
      }),
    ),
  }),
]);

export const FleetListSchema = Type.Object({ asOf: Instant, agents: Type.Array(FleetAgentSchema) });

/** Something that was refused, newest first; the same thing again within a minute is one event with a count. */
export const FleetEventSchema = Type.Object({
  at: Instant,
  /** As it called itself: whoever was refused may not be that agent. */
  agent: Text,
  school: Type.Optional(Text),
  /** A code of contract/batch.ts IDENTITY_REFUSALS, or one of contract/fleet.ts LIFE_EVENTS. */
  kind: Text,
  /** The address it came from. */
  from: Text,
  text: Text,
  count: Count,
});

export const FleetAgentWithEventsSchema = Type.Intersect([
  FleetAgentSchema,
  Type.Object({ events: Type.Array(FleetEventSchema) }),
]);

export const SchoolSummarySchema = Type.Object({
  id: Text,
  name: Text,
  nameEn: Type.Optional(Text),
  county: Type.Object({ code: Text, name: Text, nameEn: Text }),
  area: Type.Enum(["urban", "town", "rural", "unclassified"]),
  students: Type.Optional(Count),
  inventoryConfirmedAt: Type.Optional(Day),
  coverage: SchoolCoverageSchema,
  /** Main venues by their state now. */
  now: Type.Object({ served: Count, unserved: Count, unknown: Count, notEquipped: Count, notExpected: Count }),
  devices: Type.Record(DeviceStateSchema, Count),
  agents: Type.Array(AgentSchema),
});

export const SchoolSchema = Type.Intersect([
  SchoolSummarySchema,
  Type.Object({
    venues: Type.Array(VenueSummarySchema),
    deviceList: Type.Array(DeviceSchema),
    /** Devices that readings speak of and the inventory does not. */
    unlisted: Type.Array(Type.Object({ key: Text, facts: Type.Record(Text, Text) })),
  }),
]);

export const ClockSchema = Type.Object({
  now: Instant,
  /** `school` is the demo's clock: faster, and without nights and weekends. */
  kind: Type.Enum(["system", "school"]),
  speed: Type.Number(),
});

export const SchoolListSchema = Type.Object({
  clock: ClockSchema,
  asOf: Instant,
  schools: Type.Array(SchoolSummarySchema),
});

/** A region with the coverage of its schools (section 5.5: schools equal; venues as secondary view). */
export const RegionSchema = Type.Object({
  code: Text,
  level: Type.Enum(["province", "city", "county"]),
  name: Text,
  nameEn: Text,
  parent: Type.Optional(Text),
  /** WIFI_FULL_SHARE over schools. */
  fullShare: FigureSchema,
  /** Covered venues of all schools pooled. */
  venueShare: FigureSchema,
  schools: Count,
  children: Type.Array(Type.Object({ code: Text, name: Text, nameEn: Text, schools: Count })),
});

export const SeriesSchema = Type.Object({
  device: Text,
  metric: Text,
  instance: Type.Optional(Text),
  unit: Text,
  from: Instant,
  to: Instant,
  /** Instances this metric has on this device. */
  instances: Type.Array(Text),
  /** What a sample stands for: one reading (`raw`), or all readings of a window of five minutes, an hour or a day. */
  resolution: Type.Enum(["raw", "5m", "1h", "1d"]),
  /**
   * [milliseconds since 1970, value], in time order. A gap is a gap: nothing is filled in. Of a window: its begin, and the
   * mean of its readings, or the last of them where a mean says nothing (counters, codes, channels).
   */
  samples: Type.Array(Type.Tuple([Type.Number(), Type.Number()])),
  /** The least and the greatest reading of each sample's window, one for each of `samples`; absent for `raw`. */
  min: Type.Optional(Type.Array(Type.Number())),
  max: Type.Optional(Type.Array(Type.Number())),
});

export type Figure = Static<typeof FigureSchema>;
export type ReasonCount = Static<typeof ReasonCountSchema>;
export type Window = Static<typeof WindowSchema>;
export type SchoolCoverage = Static<typeof SchoolCoverageSchema>;
export type Cause = Static<typeof CauseSchema>;
export type DeviceView = Static<typeof DeviceSchema>;
export type DeviceWithEvents = Static<typeof DeviceWithEventsSchema>;
export type EventView = DeviceWithEvents["events"][number];
export type VenueSummary = Static<typeof VenueSummarySchema>;
export type VenueView = Static<typeof VenueSchema>;
export type VenueQualityView = Static<typeof VenueQualitySchema>;
export type AgentView = Static<typeof AgentSchema>;
export type FleetAgent = Static<typeof FleetAgentSchema>;
export type FleetList = Static<typeof FleetListSchema>;
export type FleetEvent = Static<typeof FleetEventSchema>;
export type FleetAgentWithEvents = Static<typeof FleetAgentWithEventsSchema>;
export type SchoolSummary = Static<typeof SchoolSummarySchema>;
export type SchoolView = Static<typeof SchoolSchema>;
export type ClockView = Static<typeof ClockSchema>;
export type SchoolList = Static<typeof SchoolListSchema>;
export type RegionView = Static<typeof RegionSchema>;
export type Series = Static<typeof SeriesSchema>;
