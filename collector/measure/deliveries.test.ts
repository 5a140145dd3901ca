// In time, late, and what of both nobody can tell.
import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../store/store.ts";
import { addDelivery, type Delivery, measureDeliveries } from "./deliveries.ts";

const MINUTE = 60_000;
const batch = (schoolId: string, receivedAtMs: number, span?: [first: number, last: number]): LedgerEntry => ({
  agentId: "gw",
  session: "s",
  sequence: receivedAtMs,
  schoolId,
  lane: "live",
  receivedAtMs,
  digest: "",
  lines: 10,
  ...(span && { firstMs: span[0], lastMs: span[1] }),
});
const storeOf = (...entries: LedgerEntry[]) => ({
  async scanLedger(fromMs: number, toMs: number, take: (entries: readonly LedgerEntry[]) => void) {
    take(entries.filter(({ receivedAtMs: at }) => at >= fromMs && at < toMs));
  },
});

describe("measureDeliveries", () => {
  const now = 1_000 * MINUTE;

  it.each([
    { ago: [15, 1], counted: "timelyLines" },
    { ago: [15.001, 15], counted: "mixedLines" },
    { ago: [20, 15.001], counted: "lateLines" },
  ] as const)(
    "counts a batch with readings of $ago minutes before as $counted",
    async ({ ago: [first, last], counted }) => {
      const store = storeOf(batch("s", now, [now - first * MINUTE, now - last * MINUTE]));
      const delivery = (await measureDeliveries(store, 0, now + 1)).get("s");
      expect(delivery).toEqual({
        fromMs: 0,
        toMs: now + 1,
        timelyLines: 0,
        lateLines: 0,
        mixedLines: 0,
        [counted]: 10,
        lastReceivedMs: now,
      });
    },
  );

  it("keeps schools apart, and says nothing of one of which nothing came", async () => {
    const store = storeOf(batch("a", now, [now, now]), batch("b", now - 1, [now - 1, now - 1]), batch("late", now + 1));
    const deliveries = await measureDeliveries(store, 0, now + 1);
    expect([...deliveries.keys()]).toEqual(["a", "b"]);
  });

  it("takes a batch without readings for a sign of life only", async () => {
    const deliveries = await measureDeliveries(storeOf(batch("s", now)), 0, now + 1);
    expect(deliveries.get("s")).toMatchObject({ timelyLines: 0, lateLines: 0, lastReceivedMs: now });
  });
});

describe("addDelivery", () => {
  const of = (fromMs: number, toMs: number, changes: Partial<Delivery> = {}): Delivery => ({
    fromMs,
    toMs,
    timelyLines: 1,
    lateLines: 2,
    mixedLines: 3,
    lastReceivedMs: toMs - 1,
    ...changes,
  });

  it("adds what follows", () => {
    expect(addDelivery(of(0, 10, { refusedLines: 1 }), of(10, 20, { refusedLines: 2 }))).toEqual(
      of(0, 20, { timelyLines: 2, lateLines: 4, mixedLines: 6, refusedLines: 3 }),
    );
  });

  it("knows of refused lines only where both counted them", () => {
    expect(addDelivery(of(0, 10, { refusedLines: 1 }), of(10, 20))).not.toHaveProperty("refusedLines");
  });

  it("does not bridge time that nobody counted", () => {
    expect(() => addDelivery(of(0, 10), of(11, 20))).toThrow(RangeError);
  });
});
