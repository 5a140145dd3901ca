import { describe, expect, it } from "vitest";
import { cuts, says, testSigner, useBench } from "./collector-suite.ts";

const bench = useBench();

const fill = async (count: number) => {
  for (let i = 1; i <= count; i += 1) await bench.spool.append([`line ${i}`]);
};
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const messages = () => bench.logged.map(({ msg }) => msg);

describe("each attempt", () => {
  it("is signed by itself, in both lanes, and with a later time", async () => {
    const { signer, publicKey } = testSigner();
    bench.collector.publicKey = publicKey;
    await fill(30);
    bench.collector.faults = [() => undefined, cuts, cuts];
    bench.start({ signer });
    await bench.isEmpty();
    const times = bench.collector.asked.map(({ sentAtMs }) => sentAtMs);
    expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true);
    expect(new Set(bench.collector.asked.map(({ lane }) => lane)).size).toBe(2);
    expect(bench.collector.stored).toHaveLength(30);
  });

  it("carries a time of its own when the clock is set back a little, and the clock's when it is set back far", async () => {
    await fill(3);
    bench.collector.knowsParts = false;
    const start = bench.nowMs;
    const steps = [-10_000, -3_600_000];
    bench.collector.onAsked = () => {
      bench.nowMs = start + (steps.shift() ?? -3_600_000);
    };
    bench.start();
    await bench.isEmpty();
    expect(bench.collector.asked.map(({ sentAtMs }) => sentAtMs - start)).toEqual([0, 1, -3_600_000]);
  });

  it("is a whole number of milliseconds also by a clock that shows fractions", async () => {
    bench.nowMs += 0.7;
    await fill(1);
    bench.start();
    await bench.isEmpty();
    expect(bench.collector.asked[0]?.headers["x-campanile-sent-at"]).toMatch(/^[0-9]+$/);
  });
});

describe("what a collector says of who speaks", () => {
  it("BATCH_REPLAYED is answered at once with a new signature, once, and then not so fast", async () => {
    await fill(1);
    bench.collector.faults = [says(409, "BATCH_REPLAYED")];
    bench.start();
    await bench.isEmpty();
    expect(bench.slept).toEqual([]);
    expect(bench.collector.asked).toHaveLength(2);
    await fill(1);
    await bench.stop();
    bench.collector.faults = Array.from({ length: 6 }, () => says(409, "BATCH_REPLAYED"));
    bench.start();
    await bench.isEmpty();
    expect(bench.slept).toEqual([500, 1_000, 2_000]);
    expect(bench.collector.asked).toHaveLength(9);
  });

  it.each(["BATCH_CONFLICT", "BATCH_OUT_OF_ORDER"])("%s is final for the batch, and the others go on", async (code) => {
    await fill(3);
    bench.collector.refuse = ({ sequence }) => (sequence === 2 ? { status: 409, code } : undefined);
    const uplink = bench.start();
    await bench.isEmpty();
    expect(bench.collector.stored.map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(await bench.refused()).toMatchObject([{ kind: "batch", sequence: 2, status: 409, code }]);
    expect(uplink.stats().refused).toEqual({ batches: 1, lines: 1 });
  });

  it.each([
    { status: 401, code: "SIGNATURE_MISSING", hint: "campanile-agent enroll" },
    { status: 403, code: "AGENT_UNKNOWN", hint: "campanile-agent enroll" },
    { status: 403, code: "AGENT_REVOKED", hint: "revoked" },
    { status: 403, code: "KEY_UNKNOWN", hint: "campanile-agent enroll" },
    { status: 409, code: "SESSION_SUPERSEDED", hint: "stop one of them" },
    { status: 401, code: "REQUEST_STALE", hint: "clock" },
  ])("$code is tried again slowly, keeps everything, and says what a person can do", async ({ status, code, hint }) => {
    await fill(1);
    bench.collector.faults = Array.from({ length: 4 }, () => says(status, code));
    const uplink = bench.start();
    await bench.isEmpty();
    expect(bench.slept).toEqual([10_000, 20_000, 30_000, 30_000]);
    expect(messages()).toEqual(["collector does not take batches", "collector takes batches again"]);
    expect(bench.logged[0]?.problem).toContain(hint);
    expect(uplink.stats()).toMatchObject({ batchesStored: 1, refused: { batches: 0 } });
  });

  it("SESSION_SUPERSEDED of a session before our own is no end: what it never stored gets a new name", async () => {
    await fill(5);
    const old = bench.spool.stats().session;
    await bench.reopen();
    await fill(2);
    bench.collector.refuse = ({ session, sequence }) =>
      session === old && sequence > 2 ? { status: 409, code: "SESSION_SUPERSEDED" } : undefined;
    const uplink = bench.start();
    await bench.isEmpty();
    expect(uplink.stats()).toMatchObject({ refused: { batches: 0 } });
    const lines = bench.collector.stored.map(({ lines: [line] }) => line);
    expect([...lines].sort()).toEqual(["line 1", "line 1", "line 2", "line 2", "line 3", "line 4", "line 5"]);
    expect(bench.collector.stored.filter(({ session }) => session === old)).toHaveLength(2);
    expect(bench.spool.stats().droppedTotal).toBe(0);
  });

  it.each([
    { status: 401, code: "SIGNATURE_INVALID" },
    { status: 400, code: "BATCH_NOT_GZIP" },
    { status: 400, code: "BATCH_CUT" },
  ])("$code means that a request was spoiled on its way, and it is soon tried again", async ({ status, code }) => {
    await fill(1);
    bench.collector.faults = [says(status, code)];
    const uplink = bench.start();
    await bench.isEmpty();
    expect(bench.slept).toEqual([500]);
    expect(uplink.stats()).toMatchObject({ batchesStored: 1, refused: { batches: 0 } });
  });
});

describe("a collector that asks to wait", () => {
  it("is obeyed to the second, in both lanes", async () => {
    await fill(10);
    bench.collector.faults = [
      says(429, "BUSY", { "retry-after": "1" }),
      says(503, "STORE_AWAY", { "retry-after": "15" }),
      () => undefined,
      says(503, "STORE_AWAY", { "retry-after": "7200" }),
    ];
    bench.start();
    await bench.isEmpty();
    expect(bench.slept).toEqual([1_000, 15_000, 3_600_000]);
    expect(bench.collector.stored).toHaveLength(10);
  });

  it("for a pause is shown as paused with its sentence, and the log hears of it once", async () => {
    await fill(2);
    const sentence = "maintenance until five o'clock";
    const states: string[] = [];
    const pause = says(503, "PAUSED", { "retry-after": "600" }, sentence);
    bench.collector.faults = Array.from({ length: 20 }, () => pause);
    const uplink = bench.start({
      sleep: async (ms) => {
        bench.slept.push(ms);
        bench.realMs += ms;
        const { state, problem } = uplink.stats();
        states.push(`${state}: ${problem}`);
      },
    });
    await bench.isEmpty();
    expect(new Set(bench.slept)).toEqual(new Set([600_000]));
    expect(new Set(states)).toEqual(new Set([`paused: ${sentence}`]));
    expect(messages()).toEqual(["collector does not take batches", "collector takes batches again"]);
  });
});

describe("a batch on which the collector fails each time", () => {
  /** Something new comes while the backlog waits, as from an agent that goes on asking. */
  const comes = async (ms: number) => {
    bench.slept.push(ms);
    bench.realMs += ms;
    await bench.spool.append([`later ${bench.slept.length}`]);
  };

  it("is kept for people after many tries, while newer ones are stored, and then the rest goes on", async () => {
    await fill(8);
    const { collector } = bench;
    collector.refuse = ({ sequence }) => (sequence === 4 ? { status: 500, code: "INTERNAL" } : undefined);
    const uplink = bench.start({ sleep: comes });
    await bench.isEmpty();
    expect(collector.asked.filter(({ batches: [first] }) => first?.sequence === 4).length).toBeGreaterThanOrEqual(19);
    expect(await bench.refused()).toMatchObject([
      { kind: "batch", sequence: 4, status: 500, code: "INTERNAL", message: expect.stringContaining("20 times") },
    ]);
    expect(bench.logged.filter(({ level }) => level >= 50)).toMatchObject([{ msg: "collector refused a batch" }]);
    expect(collector.stored.map(({ sequence }) => sequence)).toEqual(expect.arrayContaining([5, 6, 7, 8]));
    expect(uplink.stats().refused.batches).toBe(1);
    expect(uplink.stats().failures).toBe(0);
  });

  it.each([
    { what: "the collector has no store", problem: { status: 503, code: "STORE_AWAY" }, alsoLive: false },
    { what: "the collector fails on newer ones as well", problem: { status: 500, code: "INTERNAL" }, alsoLive: true },
  ])("is never given up while $what", async ({ problem, alsoLive }) => {
    await fill(8);
    const { collector } = bench;
    collector.refuse = ({ sequence, lane }) => (sequence === 1 || (alsoLive && lane === "live") ? problem : undefined);
    const uplink = bench.start({
      sleep: async (ms) => {
        if (bench.slept.length === 60) collector.refuse = () => undefined;
        await comes(ms);
      },
    });
    await bench.isEmpty();
    expect(bench.slept.length).toBeGreaterThan(59);
    expect(uplink.stats().refused.batches).toBe(0);
    expect(collector.stored.map(({ sequence }) => sequence)).toContain(1);
  });

  it("does not take the collector down each time it is up again", async () => {
    await fill(8);
    const { collector } = bench;
    let isDown = 0;
    collector.onAsked = ({ batches }) => {
      if (batches[0]?.sequence !== 1 || isDown === 16) return;
      isDown += 1;
      collector.faults = [cuts];
    };
    bench.start({ sleep: comes });
    await bench.isEmpty();
    expect(collector.stored.map(({ sequence }) => sequence)).toContain(1);
    expect(bench.realMs).toBeGreaterThan(60_000);
    expect(collector.lane("live").length).toBeGreaterThan(4);
  });
});

describe("a collector that is restarted", () => {
  it("gets everything once, whenever it went away", async () => {
    await fill(60);
    const { collector } = bench;
    let count = 0;
    bench.start({
      sleep: async (ms) => {
        bench.realMs += ms;
        if (!collector.server.listening) await collector.restart().catch(() => collector.listen());
      },
    });
    collector.onAsked = async () => {
      count += 1;
      // Every third request finds it going away.
      if (count % 3 === 0 && count < 20) {
        collector.server.close();
        collector.faults = [cuts];
      }
    };
    await bench.isEmpty();
    expect(collector.stored.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(upTo(60));
  });
});
