// Time as a parameter. Production runs on the system clock; the demo county runs on a school clock that skips nights,
// weekends and the holidays it is told of, and goes faster, so that a person sees a verdict within a minute. Every program of one demo reads the
// same rule and computes the same time, so nothing has to be told to keep them together.

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Resolves when `nowMs() >= atMs`, or when the signal aborts (without an error: callers look at the signal). */
  sleepUntil(atMs: number, signal: AbortSignal): Promise<void>;
}

/** The rule of a school clock. Instants are ISO 8601 with offset. */
export interface SchoolClockRule {
  /** Real instant at which the clock starts. */
  startedAt: string;
  /** What it shows then; should be the begin of an open range of a weekday. */
  shows: string;
  /** Speeds one after another; the last one stays for ever. */
  phases: { forSeconds: number; speed: number }[];
  /** The parts of a weekday (Asia/Shanghai, minutes after midnight) that exist on this clock; the rest is skipped. */
  open: { fromMinute: number; toMinute: number }[];
  /** Days that do not exist on this clock, as a summer: first and last one, YYYY-MM-DD in Asia/Shanghai. Absent: none. */
  skips?: { from: string; to: string }[];
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleepUntil: (atMs, signal) => sleepByPolling(() => Date.now(), atMs, signal, 1),
};

const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** A clock by the rule. `realNowMs` is the system clock unless a test says otherwise. */
export function schoolClock(
  rule: SchoolClockRule,
  realNowMs: () => number = () => Date.now(),
): Clock & { speed(): number } {
  const startedAtMs = Date.parse(rule.startedAt);
  const showsMs = Date.parse(rule.shows);
  const days: OpenDays = { open: rule.open, skips: (rule.skips ?? []).map(skipOf) };
  // Whole milliseconds, as everywhere a time is written down; a speed may make fractions.
  const nowMs = () => Math.floor(advance(days, showsMs, elapsedSchoolMs(rule, realNowMs() - startedAtMs)));
  const speed = () => speedAt(rule, realNowMs() - startedAtMs);
  return { nowMs, speed, sleepUntil: (atMs, signal) => sleepByPolling(nowMs, atMs, signal, speed()) };
}

/** School time passed after `realMs` of real time, nights not yet added. */
function elapsedSchoolMs(rule: SchoolClockRule, realMs: number): number {
  let left = Math.max(0, realMs);
  let passed = 0;
  for (const [i, { forSeconds, speed }] of rule.phases.entries()) {
    const isLast = i === rule.phases.length - 1;
    const span = isLast ? left : Math.min(left, forSeconds * 1_000);
    passed += span * speed;
    left -= span;
  }
  return passed;
}

function speedAt(rule: SchoolClockRule, realMs: number): number {
  let begin = 0;
  for (const { forSeconds, speed } of rule.phases) {
    begin += forSeconds * 1_000;
    if (realMs < begin) return speed;
  }
  return rule.phases.at(-1)?.speed ?? 1;
}

interface OpenDays {
  open: SchoolClockRule["open"];
  /** Midnights of the first and the last day, in local time as if it were UTC. */
  skips: readonly { firstMs: number; lastMs: number }[];
}

function skipOf({ from, to }: { from: string; to: string }): OpenDays["skips"][number] {
  return { firstMs: Date.parse(`${from}T00:00:00Z`), lastMs: Date.parse(`${to}T00:00:00Z`) };
}

/** Moves `passedMs` of school time on from `fromMs`, jumping over whatever is not open. */
function advance({ open, skips }: OpenDays, fromMs: number, passedMs: number): number {
  let atMs = fromMs;
  let left = passedMs;
  for (;;) {
    const local = atMs + SHANGHAI_OFFSET_MS;
    const midnight = local - (local % DAY_MS);
    const skip = skips.find(({ firstMs, lastMs }) => firstMs <= midnight && midnight <= lastMs);
    if (skip) {
      atMs = skip.lastMs + DAY_MS - SHANGHAI_OFFSET_MS;
      continue;
    }
    const weekday = new Date(midnight).getUTCDay();
    const ranges = weekday === 0 || weekday === 6 ? [] : open;
    for (const { fromMinute, toMinute } of ranges) {
      const fromAt = Math.max(local, midnight + fromMinute * 60_000);
      const room = midnight + toMinute * 60_000 - fromAt;
      if (room <= 0) continue;
      if (left < room) return fromAt + left - SHANGHAI_OFFSET_MS;
      left -= room;
    }
    atMs = midnight + DAY_MS - SHANGHAI_OFFSET_MS;
  }
}

/** Sleeps in real time towards an instant of any clock, looking again at least every second because a speed may change. */
function sleepByPolling(nowMs: () => number, atMs: number, signal: AbortSignal, speed: number): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const look = () => {
      const leftMs = atMs - nowMs();
      if (leftMs <= 0 || signal.aborted) return finish();
      timer = setTimeout(look, Math.min(1_000, Math.max(1, leftMs / Math.max(speed, 1))));
    };
    signal.addEventListener("abort", finish, { once: true });
    look();
  });
}
