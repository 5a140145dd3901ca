import fc from "fast-check";
import { expect, it } from "vitest";
import { GOOD, MINUTE, qualityIn, type RadioSays, radio, SLOTS, type World, world } from "./keeper-suite.ts";

/** One thing that happens: readings come (told of, or stored just before a crash), time passes, the program is started again. */
type Step =
  | { kind: "readings"; slots: number[]; says: RadioSays; minute: number; crash: boolean }
  | { kind: "round"; minutes: number }
  | { kind: "restart" };

/** The last three days of the window. */
const LATELY = SLOTS.slice(-3 * 96);
/** The last of them has begun when things begin to happen. */
const START = LATELY[2 * 96] ?? 0;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("readings" as const),
      slots: fc.array(fc.integer({ min: 0, max: LATELY.length - 1 }), { minLength: 1, maxLength: 8 }),
      says: fc.record({
        clients: fc.integer({ min: 0, max: 60 }),
        signalDbm: fc.integer({ min: -80, max: -50 }),
        busyRatio: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
      }),
      minute: fc.integer({ min: 0, max: 4 }),
      crash: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("round" as const), minutes: fc.integer({ min: 0, max: 90 }) }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "restart" }) },
);

async function live(here: World, steps: readonly Step[]): Promise<void> {
  here.nowMs = START;
  for (const one of steps) {
    if (one.kind === "round") {
      here.nowMs += one.minutes * MINUTE;
      await here.keeper.once();
    } else if (one.kind === "restart") {
      await here.restart();
    } else {
      const rows = one.slots.flatMap((slot) =>
        radio("ap", LATELY[slot] ?? 0, { ...GOOD, ...one.says }, "0", one.minute),
      );
      // The ledger of the store in memory has the time of reception of the batch.
      await here.write(rows, one.crash ? { untold: true } : {});
      if (one.crash) await here.restart();
    }
  }
}

it("comes to what a count of everything gives, whatever came late, again, or before a crash", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const here = await world("memory");
      try {
        await live(here, steps);
        // After this long everything that is late is due.
        here.nowMs = Math.max(here.nowMs, START + 10 * 60 * MINUTE) + 20 * MINUTE;
        await here.keeper.once();
        const lived = qualityIn(here);
        await here.state.run("DELETE FROM quality_day");
        await here.state.run("DELETE FROM quality_received");
        await here.restart();
        await here.keeper.once();
        expect(lived).toEqual(qualityIn(here));
      } finally {
        await here.close();
      }
    }),
    { numRuns: 12 },
  );
});
