// What a running agent says about itself, written beside its spool so that `campanile-agent status` can read it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { shapeGuard } from "../contract/check.ts";
import { formatDuration } from "../contract/duration.ts";
import { CampusError } from "../contract/errors.ts";
import { ConfigOutcomeSchema } from "../contract/fleet.ts";
import { jsonIn } from "../contract/json.ts";
import { redactTarget } from "../contract/target.ts";
import type { AgentTarget } from "./config/config.ts";
import { replaceFile, undefinedIfMissing } from "./files.ts";
import type { Outcome } from "./schedule/run.ts";
import { TrapsStatusSchema } from "./traps/traps.ts";
import type { UplinkStats } from "./uplink/uplink.ts";

const Count = Type.Integer({ minimum: 0 });
/** ISO 8601. */
const Instant = Type.String();

export const TargetStatusSchema = Type.Object({
  id: Type.String(),
  /** Without its secret. */
  url: Type.String(),
  interval: Type.String(),
  state: Type.Enum(["ok", "failing", "not-asked-yet"]),
  /** Why it fails: a word of contract/metrics.ts PROBE_FAILURES, and a sentence. */
  reason: Type.Optional(Type.String()),
  problem: Type.Optional(Type.String()),
  askedAt: Type.Optional(Instant),
  /** Whether it gave any answer in its last run. */
  answered: Type.Optional(Type.Boolean()),
  durationSeconds: Type.Optional(Type.Number()),
  /** How long it had to wait beyond its due time. */
  latenessSeconds: Type.Optional(Type.Number()),
});

const Revision = Type.Integer({ minimum: 1 });

/** Which configuration the agent works by. */
export const ConfigStatusSchema = Type.Object({
  /** Of the configuration that the collector holds; absent: the agent's own file alone. */
  revision: Type.Optional(Revision),
  /** It has not proved itself yet; how often the agent has started with it. */
  trial: Type.Optional(Type.Object({ starts: Type.Integer({ minimum: 1 }) })),
  /** What became of the newest revision that was decided on; its problems for people. */
  verdict: Type.Optional(ConfigOutcomeSchema),
  /** Why the collector cannot be asked for a newer one; absent when it can. */
  problem: Type.Optional(Type.String()),
});

export type ConfigStatus = Static<typeof ConfigStatusSchema>;

export const StatusSchema = Type.Object({
  agent: Type.String(),
  collector: Type.String(),
  startedAt: Instant,
  /** Real time; `now` is the agent's clock, which differs on a demo's school clock. */
  writtenAt: Instant,
  now: Instant,
  /** Absent of an agent that has no identity at the collector: then its own file alone counts. */
  configuration: Type.Optional(ConfigStatusSchema),
  targets: Type.Array(TargetStatusSchema),
  /** Rounds skipped because a run before was still under way. */
  skippedRounds: Count,
  /** Absent while it is not known. */
  selfTests: Type.Array(Type.Object({ segment: Type.String(), passed: Type.Optional(Type.Boolean()) })),
  spool: Type.Object({ session: Type.String(), pendingBatches: Count, pendingBytes: Count, droppedTotal: Count }),
  traps: Type.Optional(TrapsStatusSchema),
  outbox: Type.Object({ waitingLines: Count, droppedLines: Count }),
  uplink: Type.Object({
    state: Type.Enum(["idle", "sending", "waiting", "paused"]),
    problem: Type.Optional(Type.String()),
    failures: Count,
    batchesStored: Count,
    /** Of these, delivered before batches that waited longer. */
    liveDelivered: Count,
    lastStoredAt: Type.Optional(Instant),
    /** When the oldest batch that waits was made; absent when none waits, or it is not known yet. */
    backlogSince: Type.Optional(Instant),
    recordsPerRequest: Count,
    refused: Type.Object({ batches: Count, lines: Count }),
  }),
});
const isStatus = shapeGuard(StatusSchema);

export type TargetStatus = Static<typeof TargetStatusSchema>;
export type Status = Static<typeof StatusSchema>;

/** How a target is, by its newest outcome; its address without the secret. */
export function targetStatus(target: AgentTarget, outcome: Outcome | undefined): TargetStatus {
  const about = { id: target.id, url: redactTarget(target.address), interval: formatDuration(target.intervalMs) };
  if (!outcome) return { ...about, state: "not-asked-yet" };
  const { failure, startedAtMs, durationSeconds, latenessSeconds, answered } = outcome;
  const run = { askedAt: new Date(startedAtMs).toISOString(), answered, durationSeconds, latenessSeconds };
  if (!failure) return { ...about, state: "ok", ...run };
  return { ...about, state: "failing", reason: failure.reason, problem: failure.message, ...run };
}

const NOTHING_DELIVERED: Status["uplink"] = {
  ...{ state: "idle", failures: 0, batchesStored: 0, liveDelivered: 0, recordsPerRequest: 1 },
  refused: { batches: 0, lines: 0 },
};

export function uplinkStatus(stats: UplinkStats | undefined): Status["uplink"] {
  if (!stats) return NOTHING_DELIVERED;
  const { lastStoredAtMs, backlogSinceMs, ...rest } = stats;
  return {
    ...rest,
    ...(lastStoredAtMs !== undefined && { lastStoredAt: new Date(lastStoredAtMs).toISOString() }),
    ...(backlogSinceMs !== undefined && { backlogSince: new Date(backlogSinceMs).toISOString() }),
  };
}

const FILE = "status.json";

/** Replaces the status as a whole: a reader never sees half of it. */
export async function writeStatus(dir: string, status: Status): Promise<void> {
  await replaceFile(join(dir, FILE), `${JSON.stringify(status, undefined, 1)}\n`);
}

/** The newest status in a spool folder; `undefined` when no agent ever wrote one. @throws CampusError `STATUS_UNREADABLE` */
export async function readStatus(dir: string): Promise<Status | undefined> {
  const path = join(dir, FILE);
  const text = await readFile(path, "utf8").catch(undefinedIfMissing);
  if (text === undefined) return undefined;
  const status = jsonIn(text);
  if (isStatus(status)) return status;
  throw new CampusError("STATUS_UNREADABLE", `${path}: not a status of this version of the agent`);
}
