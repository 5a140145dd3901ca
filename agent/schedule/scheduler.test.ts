import { setMaxListeners } from "node:events";
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

/** Time that goes on by so much whenever somebody looks. */
function steadily(stepMs: number): () => number {
  let nowMs = 0;
  return () => (nowMs += stepMs);
}

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

  async function start(
    targets: AgentTarget[],
    probe: Probe,
    concurrency = 32,
    realMs = steadily(250),
  ): Promise<Scheduler> {
    const log: Logger = pino({ level: "info" }, { write: (line: string) => logged.push(JSON.parse(line)) });
    const snmp: Probe = (t, context) => {
      asked.push({ id: t.id, atMs: clock.nowMs() });
      return probe(t, context);
    };
    const onOutcome = (outcome: Outcome) => outcomes.push(outcome);
    const options = { agent: "a1", targets, probes: { snmp }, clock, realMs, concurrency, log, onOutcome };
    const scheduler = new Scheduler(options);
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
    const quarters = new Set(ids.map((id) => Math.floor(place({ agent: "a1", id, intervalMs: 4 }))));
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
    await expect
      .poll(() => outcomes, { timeout: 10_000 })
      .toMatchObject([{ targetId: "dead", failure: { reason: "timeout" } }]);
  });

  it("reads no more targets at a time than it may, and asks all of them for a first answer", async () => {
    const open: (() => void)[] = [];
    let reading = 0;
    const ids = Array.from({ length: 9 }, (_, i) => `t${i}`);
    await start(
      ids.map((id) => target(id)),
      async (_, { answered }) => {
        await answered?.();
        reading += 1;
        await new Promise<void>((resolve) => open.push(resolve));
        return NOTHING;
      },
      4,
    );
    await clock.advance(INTERVAL_MS);
    expect(asked).toHaveLength(9);
    expect(reading).toBe(4);
    open.shift()?.();
    await settled();
    expect(reading).toBe(5);
  });

  it("lets targets that answer and then fail take only half of the places, so that the others do not wait for them", async () => {
    let isHanging = false;
    const reading: string[] = [];
    const probe: Probe = async (t, context) => {
      await context.answered?.();
      reading.push(t.id);
      if (!t.id.startsWith("bad")) return NOTHING;
      return isHanging ? hang(t, context) : Promise.reject(new ProbeError("protocol", "nonsense"));
    };
    const bad = Array.from({ length: 8 }, (_, i) => target(`bad-${i}`));
    await start([...bad, target("good")], probe, 4);
    await clock.advance(INTERVAL_MS);
    isHanging = true;
    reading.length = 0;
    await clock.advance(2 * INTERVAL_MS);
    expect(reading.filter((id) => id === "good")).toHaveLength(2);
    expect(reading.filter((id) => id.startsWith("bad"))).toHaveLength(2);
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

  it("names a target that is slow, or asked late, when that begins and when it ends, and not each time", async () => {
    let durationMs = 0;
    const probe: Probe = async (_, { answered, signal }) => {
      await answered?.();
      await clock.sleepUntil(clock.nowMs() + durationMs, signal);
      return NOTHING;
    };
    await start([target("ac")], probe, 32, () => clock.nowMs());
    for (const [ms, rounds] of [
      [1_000, 2],
      [31_000, 3],
      [25_000, 1],
      [19_000, 2],
    ] as const) {
      durationMs = ms;
      await clock.advance(rounds * INTERVAL_MS);
    }
    expect(logged).toMatchObject([
      { level: 40, targetId: "ac", msg: "target is slow", durationSeconds: 31 },
      { level: 30, targetId: "ac", msg: "target is no longer slow", durationSeconds: 19 },
    ]);
    logged.length = 0;
    await clock.advance(2 * INTERVAL_MS, 7_000);
    expect(logged[0]).toMatchObject({ level: 40, targetId: "ac", msg: "target is asked late" });
  });

  it("asks a silent target with one datagram until it answers, and every tenth time as patiently as the first", async () => {
    let isDead = true;
    const patience: boolean[] = [];
    await start([target("ap")], (_, { isSilent }) => {
      patience.push(isSilent !== true);
      return isDead ? Promise.reject(new ProbeError("timeout", "silence")) : Promise.resolve(NOTHING);
    });
    await clock.advance(12 * INTERVAL_MS);
    isDead = false;
    await clock.advance(2 * INTERVAL_MS);
    const impatient = (times: number) => Array.from({ length: times }, () => false);
    expect(patience).toEqual([true, ...impatient(9), true, ...impatient(2), true]);
  });

  it("does not call a target silent that answered and then fell silent", async () => {
    const patience: boolean[] = [];
    await start([target("ap")], async (_, { isSilent, answered }) => {
      patience.push(isSilent !== true);
      await answered?.();
      throw new ProbeError("incomplete", "silence in the middle of a table");
    });
    await clock.advance(3 * INTERVAL_MS);
    expect(patience).toEqual([true, true, true]);
    expect(outcomes.every(({ answered }) => answered)).toBe(true);
  });

  it("hands on what was read whole before a run failed, with the reason", async () => {
    const reading = { measurement: "device", device: "ap", atMs: 1, values: { wifi_clients: 3 } } as const;
    const unread = new ProbeError("incomplete", "silence in the middle of a table");
    await start([target("ap")], async () => ({ ...NOTHING, readings: [reading], unread }));
    await clock.advance(INTERVAL_MS);
    expect(outcomes).toMatchObject([{ failure: { reason: "incomplete" }, result: { readings: [reading] } }]);
    expect(probeReading(outcomes[0] as Outcome).values).toMatchObject({ probe_ok: 0, probe_failure: 8 }); // checked above
  });

  it("gives a probe that heeds its signal the time to say what it was reading when its budget was spent", async () => {
    const probe: Probe = async (_, { signal, answered }) => {
      await answered?.();
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      throw new ProbeError("incomplete", 'while reading table "radios"');
    };
    await start([target("ac", { deadlineMs: 1 })], probe);
    await clock.advance(INTERVAL_MS);
    await expect
      .poll(() => outcomes, { timeout: 10_000 })
      .toMatchObject([{ failure: { message: 'while reading table "radios"' } }]);
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
    expect(scheduler.outcomes().get("ap")).toMatchObject({ targetId: "ap", durationSeconds: 0.5, answered: true });
    expect(scheduler.outcomes().get("ap")).not.toHaveProperty("result");
  });
});

/** A school in which targets take their time, all of it on the fake clock. */
describe("a round in which many are dead", () => {
  const TIMEOUT_MS = 2_000;
  /** Three tries, each waiting half as long again: what the SNMP engine does with two retries. */
  const PATIENCE_MS = TIMEOUT_MS * (1 + 1.5 + 2.25);
  const STEP_MS = 50;

  async function run({ total, dead, rounds }: { total: number; dead: number; rounds: number }): Promise<Outcome[]> {
    const clock = new FakeClock();
    const stop = new AbortController();
    const outcomes: Outcome[] = [];
    const probe: Probe = async ({ id }, { isSilent, answered, signal, tally }) => {
      const isDead = Number(id) < dead;
      if (tally) tally.requests += isDead && !isSilent ? 3 : 1;
      await clock.sleepUntil(clock.nowMs() + (isDead ? (isSilent ? TIMEOUT_MS : PATIENCE_MS) : STEP_MS), signal);
      if (isDead) throw new ProbeError("timeout", "silence");
      await answered?.();
      // A controller takes two seconds, the others are quick.
      await clock.sleepUntil(clock.nowMs() + (Number(id) % 10 === 9 ? 2_000 : 2 * STEP_MS), signal);
      return NOTHING;
    };
    const scheduler = new Scheduler({
      agent: "a1",
      targets: Array.from({ length: total }, (_, i) => target(String(i))),
      probes: { snmp: probe },
      clock,
      realMs: () => clock.nowMs(),
      concurrency: 32,
      log: pino({ level: "silent" }),
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    // As many listen as there are targets.
    setMaxListeners(0, stop.signal);
    const running = scheduler.run(stop.signal);
    await settled();
    await clock.advance(rounds * INTERVAL_MS + PATIENCE_MS, STEP_MS);
    stop.abort();
    await running;
    return outcomes;
  }

  it.each([
    { case: "one in ten", total: 100, dead: 10, rounds: 2 },
    { case: "160 of 400, from the very first round", total: 400, dead: 160, rounds: 1 },
  ])(
    "$case: the living are asked in time",
    async ({ total, dead, rounds }) => {
      const outcomes = await run({ total, dead, rounds });
      const late = outcomes.filter(({ answered }) => answered).map(({ latenessSeconds }) => latenessSeconds);
      expect(late.length).toBeGreaterThanOrEqual((total - dead) * rounds);
      late.sort((a, b) => a - b);
      expect(late[Math.floor(late.length * 0.99)]).toBeLessThan(1);
    },
    30_000,
  );

  it("costs three datagrams for a device that has just died, and one in each later round", async () => {
    const outcomes = await run({ total: 2, dead: 1, rounds: 3 });
    const ofDead = outcomes.filter(({ targetId }) => targetId === "0");
    expect(ofDead.map(({ requests }) => requests)).toEqual([3, 1, 1]);
    expect(ofDead.map(({ durationSeconds }) => durationSeconds)).toEqual([9.5, 2, 2]);
  });
});

describe("when a building's power comes back", () => {
  it("its devices are asked in full at their next round, spread over the interval and never more at a time than may be", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    let isPowered = false;
    let reading = 0;
    let most = 0;
    const told = new Set<string>();
    const probe: Probe = async ({ id }, { answered, signal }) => {
      if (!isPowered) throw new ProbeError("timeout", "silence");
      await answered?.();
      most = Math.max(most, ++reading);
      await clock.sleepUntil(clock.nowMs() + 3_000, signal);
      reading -= 1;
      told.add(id);
      return NOTHING;
    };
    const scheduler = new Scheduler({
      agent: "a1",
      targets: Array.from({ length: 120 }, (_, i) => target(String(i))),
      probes: { snmp: probe },
      clock,
      realMs: () => clock.nowMs(),
      concurrency: 8,
      log: pino({ level: "silent" }),
      onOutcome: () => undefined,
    });
    const running = scheduler.run(stop.signal);
    await settled();
    await clock.advance(2 * INTERVAL_MS);
    isPowered = true;
    await clock.advance(INTERVAL_MS + 10_000, 500);
    expect(told.size).toBe(120);
    expect(most).toBe(8);
    stop.abort();
    await running;
  });
});

describe("places in the interval", () => {
  it("are others for the same name at another agent: a county's schools call their controllers alike", () => {
    const places = Array.from({ length: 200 }, (_, i) =>
      place({ agent: `school-${i}`, id: "ac-1", intervalMs: INTERVAL_MS }),
    );
    const perTwoSeconds = new Map<number, number>();
    for (const at of places)
      perTwoSeconds.set(Math.floor(at / 2_000), (perTwoSeconds.get(Math.floor(at / 2_000)) ?? 0) + 1);
    expect(Math.max(...perTwoSeconds.values())).toBeLessThan(25);
  });
});

describe("the probe reading", () => {
  const base = {
    targetId: "ap",
    startedAtMs: 5,
    endedAtMs: 9,
    durationSeconds: 1.5,
    latenessSeconds: 0.25,
    answered: true,
    requests: 7,
    retransmissions: 1,
  };
  const always = {
    probe_duration_seconds: 1.5,
    probe_lateness_seconds: 0.25,
    probe_requests: 7,
    probe_retransmissions: 1,
  };

  it("says how a run went that was answered, at the time it began", () => {
    expect(probeReading({ ...base, result: { ...NOTHING, valuesRefused: 3 } })).toEqual({
      measurement: "probe",
      device: "ap",
      atMs: 5,
      values: { ...always, probe_ok: 1, probe_values_refused: 3 },
    });
  });

  it("says why a run failed, and nothing about values it never saw", () => {
    expect(probeReading({ ...base, failure: { reason: "refused", message: "" } }).values).toEqual({
      ...always,
      probe_ok: 0,
      probe_failure: 2,
    });
  });
});
