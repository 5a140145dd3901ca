import { describe, expect, it } from "vitest";
import { MAX_PARTS } from "../../contract/batch.ts";
import { cuts, says, useBench } from "./collector-suite.ts";

const bench = useBench();

const fill = async (count: number, lines: (i: number) => string[] = (i) => [`line ${i}`]) => {
  for (let i = 1; i <= count; i += 1) await bench.spool.append(lines(i));
};
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
/** What each request held: its lane and its sequences. */
const asked = () => bench.collector.asked.map(({ lane, batches }) => [lane, batches.map(({ sequence }) => sequence)]);
const grows = (sequences: number[]) => sequences.every((one, i) => i === 0 || one > (sequences[i - 1] ?? 0));

describe("the two lanes", () => {
  it("are one, in order, while hardly anything waits", async () => {
    await fill(3);
    const uplink = bench.start();
    await bench.isEmpty();
    expect(asked()).toEqual([
      ["backlog", [1]],
      ["backlog", [2, 3]],
    ]);
    await expect.poll(() => uplink.stats()).toMatchObject({ state: "idle", liveDelivered: 0, batchesStored: 3 });
    expect(uplink.stats()).not.toHaveProperty("backlogSinceMs");
  });

  it("bring the newest first after a cut, then the backlog in order, and nothing twice", async () => {
    await fill(10);
    const uplink = bench.start();
    await bench.isEmpty();
    expect(asked()).toEqual([
      ["live", [10]],
      ["backlog", upTo(9)],
    ]);
    expect(uplink.stats()).toMatchObject({ liveDelivered: 1, batchesStored: 10 });
  });

  it("take turns while new batches come, and neither starves", async () => {
    await fill(40);
    const { collector, spool } = bench;
    collector.knowsParts = false; // one by one, so that the backlog lasts
    let come = 40;
    collector.onAsked = async () => {
      if (come < 60) await spool.append([`line ${++come}`]);
    };
    bench.start();
    await bench.isEmpty();
    const lanes = collector.asked.map(({ lane }) => lane);
    expect(lanes.slice(0, 20)).toEqual(Array.from({ length: 10 }, () => ["live", "backlog"]).flat());
    expect(grows(collector.lane("live"))).toBe(true);
    expect(grows(collector.lane("backlog"))).toBe(true);
    expect(collector.stored.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(upTo(60));
    expect(collector.asked).toHaveLength(60);
  });

  it("say how old the backlog is and how much a request may hold", async () => {
    await bench.spool.append(["old 1"]);
    bench.nowMs += 3_600_000;
    await fill(3);
    const uplink = bench.start({
      sleep: (_ms, signal) =>
        new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    });
    bench.collector.faults = [() => undefined, says(503, "STORE_AWAY", { "retry-after": "60" })];
    await expect.poll(() => uplink.stats().state).toBe("waiting");
    expect(uplink.stats()).toMatchObject({
      problem: "status 503 STORE_AWAY: STORE_AWAY",
      backlogSinceMs: bench.nowMs - 3_600_000,
      recordsPerRequest: 16,
      liveDelivered: 1,
    });
  });

  it("go on with the newest while the backlog waits after a failure of its own", async () => {
    await fill(6);
    const { collector, spool } = bench;
    collector.refuse = ({ lane, sequence }) =>
      lane === "backlog" && sequence === 1 ? { status: 500, code: "INTERNAL" } : undefined;
    // Whoever sleeps is woken by something new.
    let come = 6;
    const uplink = bench.start({
      sleep: async (ms, signal) => {
        if (come >= 12) {
          bench.realMs += ms;
          collector.refuse = () => undefined;
          return;
        }
        await spool.append([`line ${++come}`]);
        uplink.wake();
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      },
    });
    await bench.isEmpty();
    expect(collector.lane("live")).toEqual([6, 7, 8, 9, 10, 11, 12]);
    expect(collector.lane("backlog")).toEqual([1, 2, 3, 4, 5]);
    expect(uplink.stats()).toMatchObject({ refused: { batches: 0, lines: 0 } });
  });

  it("leave to the backlog what the live lane did not bring", async () => {
    await fill(6);
    const { collector } = bench;
    collector.refuse = ({ lane }) => (lane === "live" ? { status: 422, code: "STORE_REJECTED" } : undefined);
    const uplink = bench.start();
    await bench.isEmpty();
    expect(collector.lane("backlog")).toEqual(upTo(6));
    expect(uplink.stats().refused).toEqual({ batches: 0, lines: 0 });
  });
});

describe("the length of requests", () => {
  it("is one batch until the collector says that it takes several", async () => {
    await fill(12);
    bench.collector.knowsParts = false;
    bench.start();
    await bench.isEmpty();
    expect(
      bench.collector.asked.every(({ batches, headers }) => batches.length === 1 && !headers["x-campanile-parts"]),
    ).toBe(true);
  });

  it("doubles up to the most that a request may hold", async () => {
    await fill(1_500);
    bench.start();
    await bench.isEmpty();
    const lengths = bench.collector.asked.filter(({ lane }) => lane === "backlog").map(({ batches }) => batches.length);
    expect(lengths.slice(0, 6)).toEqual([16, 32, 64, 128, MAX_PARTS, MAX_PARTS]);
    expect(lengths.reduce((a, b) => a + b)).toBe(1_499);
  });

  it("stays below a megabyte, and is halved where something on the way takes less", async () => {
    const noise = () => Array.from({ length: 1_000 }, () => `${Math.random()}${Math.random()}`);
    await fill(80, noise);
    const { collector } = bench;
    collector.maxBytes = 100_000;
    const uplink = bench.start();
    await bench.isEmpty();
    collector.maxBytes = Number.POSITIVE_INFINITY;
    expect(uplink.stats().refused.batches).toBe(0);
    expect(collector.stored).toHaveLength(80);
    expect(grows(collector.lane("backlog"))).toBe(true);
    const refusals = collector.asked.filter(({ bytes }) => bytes > 100_000).length;
    expect(refusals).toBeGreaterThan(0);
    expect(refusals).toBeLessThan(collector.asked.length / 2);
    expect(Math.max(...collector.asked.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1_000_000);
  });

  it("shrinks after failures and grows again", async () => {
    await fill(200);
    const { collector } = bench;
    // The newest passes. The first cut is of a kept connection, which is tried once more at once.
    collector.faults = [() => undefined, cuts, cuts, cuts, cuts];
    const uplink = bench.start();
    await bench.isEmpty();
    const lengths = collector.asked.filter(({ lane }) => lane === "backlog").map(({ batches }) => batches.length);
    expect(lengths.slice(0, 10)).toEqual([16, 16, 1, 1, 1, 2, 4, 8, 16, 32]);
    expect(collector.stored).toHaveLength(200);
    expect(uplink.stats().failures).toBe(0);
  });

  it("does not grow on a link on which requests take long", async () => {
    await fill(100);
    bench.collector.onAsked = ({ lane }) => {
      if (lane === "backlog") bench.realMs += 3_000;
    };
    bench.start();
    await bench.isEmpty();
    const lengths = bench.collector.asked.filter(({ lane }) => lane === "backlog").map(({ batches }) => batches.length);
    expect(Math.max(...lengths)).toBe(16);
  });
});

describe("an answer to several batches", () => {
  it("takes those that are acknowledged, and judges the next by itself", async () => {
    await fill(12);
    const { collector } = bench;
    collector.refuse = ({ sequence }) => (sequence === 5 ? { status: 422, code: "STORE_REJECTED" } : undefined);
    const uplink = bench.start();
    await bench.isEmpty();
    expect(collector.lane("backlog")).toEqual(upTo(11).filter((one) => one !== 5));
    expect(await bench.refused()).toMatchObject([{ kind: "batch", sequence: 5, status: 422, code: "STORE_REJECTED" }]);
    expect(uplink.stats().refused).toEqual({ batches: 1, lines: 1 });
    expect(bench.slept).toEqual([]);
  });

  it("that is a refusal of them all does not give up any but the one at fault", async () => {
    await fill(12);
    const { collector } = bench;
    collector.refuse = ({ sequence }) => (sequence === 1 ? { status: 400, code: "BATCH_SYNTAX" } : undefined);
    bench.start();
    await bench.isEmpty();
    expect(await bench.refused()).toMatchObject([{ sequence: 1, code: "BATCH_SYNTAX" }]);
    expect(collector.stored).toHaveLength(11);
  });

  it.each([
    { what: "is cut in its middle", fault: cutsInTheMiddle },
    { what: "acknowledges nothing", fault: answers({ acks: [] }) },
    {
      what: "acknowledges another batch",
      fault: answers({ acks: [{ agent: "a1", session: "x", sequence: 1, stored: 1, repeated: 0, refused: [] }] }),
    },
    {
      what: "is that of an older collector",
      fault: answers({ agent: "a1", session: "x", sequence: 1, stored: 1, repeated: 0, refused: [] }),
    },
  ])("keeps them all when it $what, and sends them again", async ({ fault }) => {
    await fill(12);
    const { collector } = bench;
    collector.faults = [() => undefined, fault];
    bench.start();
    await bench.isEmpty();
    expect(collector.lane("backlog")).toEqual(upTo(11));
    expect(collector.lane("live")).toEqual([12]);
    expect(bench.slept.length).toBeGreaterThan(0);
  });

  it("that was lost on its way does not count anything twice", async () => {
    await fill(12);
    const { collector } = bench;
    collector.faults = [() => undefined, losesTheAnswer];
    const uplink = bench.start();
    await bench.isEmpty();
    expect(collector.stored).toHaveLength(12);
    expect(uplink.stats().batchesStored).toBe(12);
    expect(collector.asked.length).toBeGreaterThan(2);
  });
});

function answers(body: object): TestFault {
  return (response) => {
    response.writeHead(200).end(JSON.stringify(body));
    return undefined;
  };
}

type TestFault = typeof cuts;

/** Everything is stored, and nobody hears of it. */
function losesTheAnswer(...[response]: Parameters<TestFault>): undefined {
  response.end = () => response.destroy();
}

function cutsInTheMiddle(...[response]: Parameters<TestFault>): undefined {
  response.writeHead(200, { "content-length": "1000" }).write('{"acks":[', () => response.destroy());
}
