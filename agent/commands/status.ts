// `campanile-agent status`: what the agent asks, what it spools, what fails and why.
import { join } from "node:path";
import { formatBytes } from "../../contract/bytes.ts";
import { formatDuration } from "../../contract/duration.ts";
import { type CliIo, EXIT } from "../cli.ts";
import { loadConfig } from "../config/config.ts";
import { inspectSpool } from "../spool/inspect.ts";
import { lockHolder } from "../spool/lock.ts";
import type { SpoolStats } from "../spool/spool.ts";
import { readStatus, type Status } from "../status.ts";
import { refusedFile } from "../uplink/refused.ts";
import { textTable } from "./text-table.ts";

const SLOWEST_SHOWN = 5;
/** A backlog younger than this is how things should be. */
const LATE_MS = 60_000;

/** Exit code 1 when the agent is not running: that is the negative verdict. */
export async function runStatus(file: string, { json }: { json?: boolean }, io: CliIo): Promise<number> {
  const { spool } = await loadConfig(file, io.env);
  const pid = await lockHolder(join(spool.dir, "lock"), io.processes);
  const status = await readStatus(spool.dir);
  const isRunning = pid !== undefined;
  // What a stopped agent last wrote of its spool may be older than the spool.
  const stats = isRunning ? status?.spool : await inspectSpool(spool.dir);
  const kept = await refusedFile(spool.dir);
  if (json) io.out(`${JSON.stringify({ running: isRunning, pid, ...status, spool: stats, refusedFile: kept })}\n`);
  else io.out(text(pid, status, stats, kept));
  return isRunning ? EXIT.ok : EXIT.negative;
}

type Kept = Awaited<ReturnType<typeof refusedFile>>;

function text(pid: number | undefined, status: Status | undefined, stats: SpoolStats | undefined, kept: Kept): string {
  const lines: string[] = [];
  if (pid !== undefined) {
    const when = status ? ` since ${status.startedAt}; as of ${status.writtenAt}` : "";
    lines.push(`running as process ${pid}${when}`);
  } else lines.push(status ? `not running; last heard of at ${status.writtenAt}` : "not running, and never ran here");
  if (stats) {
    const { pendingBatches, pendingBytes, droppedTotal } = stats;
    lines.push(`spool: ${pendingBatches} batches wait, ${formatBytes(pendingBytes)}; ${droppedTotal} dropped`);
  } else lines.push("spool: none yet");
  if (kept) lines.push(`refused for good and kept for people: ${formatBytes(kept.bytes)} in ${kept.path}`);
  if (status) {
    lines.push(
      ...configurationLines(status),
      ...uplinkLines(status),
      ...trapLines(status),
      ...selfTestLines(status),
      ...slowestLines(status),
    );
    lines.push("", targetTable(status).trimEnd());
  }
  return `${lines.join("\n")}\n`;
}

export function configurationLines({ configuration }: Pick<Status, "configuration">): string[] {
  if (!configuration) return ["configuration: the file"];
  const { revision, trial, verdict, problem } = configuration;
  const what = revision === undefined ? "the file" : `revision ${revision} of the collector`;
  const lines = [`configuration: ${what}${trial ? `, on trial (start ${trial.starts})` : ""}`];
  if (verdict && verdict.outcome !== "applied") {
    lines.push(`revision ${verdict.revision} was ${verdict.outcome}: ${verdict.problems.join("; ")}`);
  }
  if (problem !== undefined) lines.push(`the collector does not say the configuration: ${problem}`);
  return lines;
}

export function uplinkLines({
  collector,
  uplink,
  outbox,
  now,
}: Pick<Status, "collector" | "uplink" | "outbox" | "now">) {
  const { state, problem, failures, batchesStored, liveDelivered, lastStoredAt, backlogSince, refused } = uplink;
  const trouble = problem === undefined ? "" : `; ${failures} failures in a row: ${problem}`;
  const lines = [`uplink: ${state}, ${collector}; ${batchesStored} batches stored since start${trouble}`];
  const lateMs = backlogSince === undefined ? 0 : Date.parse(now) - Date.parse(backlogSince);
  if (lateMs >= LATE_MS) {
    const live = liveDelivered > 0 ? `, ${liveDelivered} newer ones went before it` : "";
    const size = `up to ${uplink.recordsPerRequest} batches per request`;
    lines.push(`backlog: the oldest batch has waited for ${formatDuration(roundedMs(lateMs))}${live}; ${size}`);
  }
  if (lastStoredAt !== undefined) lines.push(`last stored at ${lastStoredAt}`);
  if (refused.lines > 0) {
    lines.push(`refused by the collector since start: ${refused.batches} batches, ${refused.lines} lines`);
  }
  if (outbox.droppedLines > 0) lines.push(`lost before the spool: ${outbox.droppedLines} lines`);
  return lines;
}

/** Whole minutes. */
function roundedMs(ms: number): number {
  return Math.floor(ms / 60_000) * 60_000;
}

function trapLines({ traps }: Status): string[] {
  if (!traps) return [];
  const { listen, state, problem, received, events, repeated, refused } = traps;
  const counts = `${received} received since start, ${events} events, ${repeated} repeated`;
  const lines = [`traps: ${state} at ${listen}${problem === undefined ? "" : `: ${problem}`}; ${counts}`];
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  if (reasons.length > 0) lines.push(`traps refused: ${reasons.join(", ")}`);
  return lines;
}

function selfTestLines({ selfTests }: Status): string[] {
  return selfTests.map(({ segment, passed }) => {
    const verdict = passed === undefined ? "not known yet" : passed ? "passed" : "failed, the agent is blind there";
    return `self-test of segment ${segment}: ${verdict}`;
  });
}

/** Those whose last run took longest, among those that answered: of the others the table says what is wrong. */
export function slowestLines({ targets, skippedRounds }: Pick<Status, "targets" | "skippedRounds">): string[] {
  const slowest = targets
    .flatMap(({ id, answered, durationSeconds }) =>
      answered && durationSeconds !== undefined ? [{ id, durationSeconds }] : [],
    )
    .sort((a, b) => b.durationSeconds - a.durationSeconds)
    .slice(0, SLOWEST_SHOWN)
    .map(({ id, durationSeconds }) => `${id} ${durationSeconds.toFixed(2)} s`);
  const lines = slowest.length === 0 ? [] : [`slowest: ${slowest.join(", ")}`];
  if (skippedRounds > 0)
    lines.push(`rounds skipped since start because the run before was under way: ${skippedRounds}`);
  return lines;
}

function targetTable({ targets }: Status): string {
  const rows = targets.map((t) => {
    return [t.id, t.url, t.interval, t.state, t.reason, t.askedAt, t.durationSeconds?.toFixed(2), t.problem];
  });
  return textTable(["TARGET", "URL", "EVERY", "STATE", "REASON", "ASKED AT", "SECONDS", "PROBLEM"], rows);
}
