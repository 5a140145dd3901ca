import { type Logger, pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../../contract/clock.ts";
import type { AgentTarget } from "../config/config.ts";
import { type Probe, ProbeError } from "../probes/probe.ts";
import { type Outcome, probeReading } from "./run.ts";
import { place, Scheduler } from "./scheduler.ts";

/** A clock that stands until the test moves it. */
class FakeClock implements Clock {
  #nowMs = 1_000_000_000;
  readonly #sleepers = new Set<{ atMs: number; wake: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        resolve();
      };
      const sleeper = { atMs, wake };
      if (atMs <= this.#nowMs || signal.aborted) return resolve();
      this.#sleepers.add(sleeper);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  /** Moves on second by second, and lets everything happen that then can. */
  async advance(ms: number, stepMs = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.#nowMs += Math.min(stepMs, left);
      await this.#settle();
    }
  }

  async jump(ms: number): Promise<void> {
    this.#nowMs += ms;
    await this.#settle();
  }

  async #settle(): Promise<void> {
    for (const { atMs, wake } of this.#sleepers) if (atMs <= this.#nowMs) wake();
    await settled();
  }
}

/** Lets everything run that is ready. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

const INTERVAL_MS = 60_000;
const target = (id: string, change: Partial<AgentTarget> = {}): AgentTarget => ({
  id,
  address: { kind: "snmp", host: "192.0.2.1", port: 161, community: "public" },
  segment: "main",
  timeoutMs: 1_000,
  retries: 0,
  intervalMs: INTERVAL_MS,
  // Real time: none passes in these tests unless one is about deadlines.
  deadlineMs: 60_000,
  ...change,
});

const NOTHING = { readings: [], facts: [], valuesRefused: 0 };
const hang: Probe = () => new Promise(() => {});

describe("the scheduler", () => {
  let clock: FakeClock;
  let stop: AbortController;
  let outcomes: Outcome[];
  let asked: { id: string; atMs: number }[];
  let logged: { level: number; msg: string; targetId?: string; reason?: string }[];
  let running: Promise<void> | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    stop = new AbortController();
    outcomes = [];
    asked = [];
    logged = [];
    running = undefined;
  });
  afterEach(async () => {
    stop.abort();
    await running;
  });

  async function start(targets: AgentTarget[], probe: Probe, concurrency = 32): Promise<Scheduler> {
    const log: Logger = pino({ level: "info" }, { write: (line: string) => logged.push(JSON.parse(line)) });
    const snmp: Probe = (t, context) => {
      asked.push({ id: t.id, atMs: clock.nowMs() });
      return probe(t, context);
    };
    let realMs = 0;
    const onOutcome = (outcome: Outcome) => outcomes.push(outcome);
    const scheduler = new Scheduler({
      targets,
      probes: { snmp },
      clock,
      realMs: () => (realMs += 250),
      concurrency,
      log,
      onOutcome,
    });
    running = scheduler.run(stop.signal);
    await settled();
    return scheduler;
  }

  const timesOf = (id: string) => asked.filter((a) => a.id === id).map((a) => a.atMs);

  it("asks every target once per interval, evenly spaced, spread over the interval", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `ap-${i}`);
    await start(
      ids.map((id) => target(id)),
      async () => NOTHING,
    );
    await clock.advance(3 * INTERVAL_MS);
    for (const id of ids) {
      const [first = 0, second = 0, third = 0] = timesOf(id);
      expect(timesOf(id)).toHaveLength(3);
      expect([second - first, third - second]).toEqual([INTERVAL_MS, INTERVAL_MS]);
    }
    const quarters = new Set(ids.map((id) => Math.floor(place({ id, intervalMs: 4 }))));
    expect(quarters.size).toBe(4);
  });

  it("gives each target two attempts in every five-minute slot at the longest interval", async () => {
    await start([target("ap", { intervalMs: 150_000 })], async () => NOTHING);
    await clock.advance(6 * 300_000);
    const slots = new Map<number, number>();
    for (const { atMs } of asked)
      slots.set(Math.floor(atMs / 300_000), (slots.get(Math.floor(atMs / 300_000)) ?? 0) + 1);
    expect([...slots.values()].slice(1, -1).every((attempts) => attempts === 2)).toBe(true);
  });

  it("keeps the others' schedule while one hangs, and skips that one's rounds instead of asking it twice", async () => {
    const scheduler = await start([target("dead"), target("alive")], (t, context) =>
      t.id === "dead" ? hang(t, context) : Promise.resolve(NOTHING),
    );
    await clock.advance(4 * INTERVAL_MS);
    expect(timesOf("dead")).toHaveLength(1);
    expect(timesOf("alive")).toHaveLength(4);
    expect(scheduler.skippedRounds()).toBe(3);
  });

  it("calls a run that passes its deadline a timeout, though the probe does not heed its signal", async () => {
    await start([target("dead", { deadlineMs: 1 })], hang);
    await clock.advance(INTERVAL_MS);
    await expect.poll(() => outcomes).toMatchObject([{ targetId: "dead", failure: { reason: "timeout" } }]);
  });

  it("never has more runs under way than it may", async () => {
    const open: (() => void)[] = [];
    const ids = Array.from({ length: 9 }, (_, i) => `t${i}`);
    await start(
      ids.map((id) => target(id)),
      () => new Promise((resolve) => open.push(() => resolve(NOTHING))),
      4,
    );
    await clock.advance(INTERVAL_MS);
    expect(asked).toHaveLength(4);
    open.shift()?.();
    await settled();
    expect(asked).toHaveLength(5);
  });

  it("lets failing targets take only half of the places, so that dead ones do not keep the others waiting", async () => {
    let isHanging = false;
    const probe: Probe = (t, context) => {
      if (!t.id.startsWith("dead")) return Promise.resolve(NOTHING);
      return isHanging ? hang(t, context) : Promise.reject(new ProbeError("timeout", "silence"));
    };
    const dead = Array.from({ length: 8 }, (_, i) => target(`dead-${i}`));
    await start([...dead, target("alive")], probe, 4);
    await clock.advance(INTERVAL_MS);
    isHanging = true;
    asked.length = 0;
    await clock.advance(2 * INTERVAL_MS);
    expect(timesOf("alive")).toHaveLength(2);
    expect(asked.filter(({ id }) => id.startsWith("dead"))).toHaveLength(2);
  });

  it("does not catch up after a night that the clock jumps over, and spreads the first asks again", async () => {
    const ids = Array.from({ length: 10 }, (_, i) => `ap-${i}`);
    await start(
      ids.map((id) => target(id)),
      async () => NOTHING,
    );
    await clock.advance(INTERVAL_MS);
    asked.length = 0;
    await clock.jump(15 * 3_600_000);
    expect(asked).toHaveLength(0);
    await clock.advance(INTERVAL_MS);
    expect(asked.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  it("logs when a target starts to fail and when it works again, not each time", async () => {
    let works = false;
    await start([target("ap")], () =>
      works ? Promise.resolve(NOTHING) : Promise.reject(new ProbeError("auth", "wrong community")),
    );
    await clock.advance(3 * INTERVAL_MS);
    works = true;
    await clock.advance(2 * INTERVAL_MS);
    expect(logged).toMatchObject([
      { level: 40, targetId: "ap", reason: "auth", msg: "target fails" },
      { level: 30, targetId: "ap", reason: "auth", msg: "target works again" },
    ]);
  });

  it("calls a probe's own fault internal, also one thrown before anything was awaited, and goes on", async () => {
    await start([target("ap")], () => {
      throw new TypeError("x is not a function");
    });
    await clock.advance(2 * INTERVAL_MS);
    expect(outcomes.map(({ failure }) => failure?.reason)).toEqual(["internal", "internal"]);
  });

  it("gives up what is under way when it stops, and calls that no outcome", async () => {
    await start([target("ap")], hang);
    await clock.advance(INTERVAL_MS);
    stop.abort();
    await running;
    expect(outcomes).toEqual([]);
  });

  it("keeps how targets ended, and not what they said", async () => {
    const scheduler = await start([target("ap"), target("other", { intervalMs: 150_000 })], async () => NOTHING);
    await clock.advance(INTERVAL_MS);
    expect(scheduler.outcomes().get("ap")).toMatchObject({ targetId: "ap", durationSeconds: 0.25 });
    expect(scheduler.outcomes().get("ap")).not.toHaveProperty("result");
  });
});

describe("the probe reading", () => {
  const base = { targetId: "ap", startedAtMs: 5, endedAtMs: 9, durationSeconds: 1.5 };

  it("says how a run went that was answered, at the time it began", () => {
    expect(probeReading({ ...base, result: { ...NOTHING, valuesRefused: 3 } })).toEqual({
      measurement: "probe",
      device: "ap",
      atMs: 5,
      values: { probe_ok: 1, probe_duration_seconds: 1.5, probe_values_refused: 3 },
    });
  });

  it("says why a run failed, and nothing about values it never saw", () => {
    expect(probeReading({ ...base, failure: { reason: "refused", message: "" } }).values).toEqual({
      probe_ok: 0,
      probe_duration_seconds: 1.5,
      probe_failure: 2,
    });
  });
});
