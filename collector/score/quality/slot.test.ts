import { describe, expect, it } from "vitest";
import { QUALITY_METRICS, type QualityMetric } from "./marks.ts";
import { GOOD_RADIO, slotOf } from "./quality-suite.ts";
import { countSlots, type RadioMeasurements, type SlotMeasurements, slotCode } from "./slot.ts";

/** What one slot says of a metric by its pass mark, or its good one: it holds, it does not, nothing is known. */
function said(slot: SlotMeasurements, metric: QualityMetric, by: "pass" | "good" = "pass"): string {
  const { held, missed } = countSlots([slotCode(slot)])[by][metric];
  if (held === 0 && missed === 0) return "unknown";
  return held === 1 ? "holds" : "does not";
}

describe("a slot counts", () => {
  it.each<{ what: string; slot: SlotMeasurements; busy: 0 | 1 }>([
    { what: "2 clients", slot: slotOf({ clients: 2 }), busy: 0 },
    { what: "3 clients", slot: slotOf({ clients: 3 }), busy: 1 },
    { what: "4 clients", slot: slotOf({ clients: 4 }), busy: 1 },
    { what: "a mean of 2.9 clients", slot: slotOf({ clients: 2.9 }), busy: 0 },
    { what: "3 clients on two radios", slot: { radios: [{ clients: 1 }, { clients: 2 }] }, busy: 1 },
    { what: "3 clients and a radio that says nothing", slot: { radios: [{ clients: 3 }, {}] }, busy: 1 },
    { what: "2 clients and a radio that says nothing", slot: { radios: [{ clients: 2 }, {}] }, busy: 0 },
    { what: "2 clients of whole access points", slot: { radios: [], clients: 2 }, busy: 0 },
    { what: "3 clients of whole access points", slot: { radios: [], clients: 3 }, busy: 1 },
    { what: "nothing known", slot: { radios: [] }, busy: 0 },
  ])("with $what: $busy", ({ slot, busy }) => {
    expect(countSlots([slotCode(slot)]).busy).toBe(busy);
  });
});

describe("the marks of a metric", () => {
  const radio = (changes: Partial<RadioMeasurements>) => slotOf(changes);
  const joins = (succeeded: number, attempted: number) => slotOf({}, { joins: { succeeded, attempted } });

  it.each<{ metric: QualityMetric; slot: SlotMeasurements; value: string; pass: string; good: string }>([
    { metric: "signal", value: "-67.1", slot: radio({ signalDbm: -67.1 }), pass: "does not", good: "does not" },
    { metric: "signal", value: "-67", slot: radio({ signalDbm: -67 }), pass: "holds", good: "does not" },
    { metric: "signal", value: "-66.9", slot: radio({ signalDbm: -66.9 }), pass: "holds", good: "does not" },
    { metric: "signal", value: "-65.1", slot: radio({ signalDbm: -65.1 }), pass: "holds", good: "does not" },
    { metric: "signal", value: "-65", slot: radio({ signalDbm: -65 }), pass: "holds", good: "holds" },
    { metric: "signal", value: "-64.9", slot: radio({ signalDbm: -64.9 }), pass: "holds", good: "holds" },
    { metric: "snr", value: "19.9", slot: radio({ snrDb: 19.9 }), pass: "does not", good: "does not" },
    { metric: "snr", value: "20", slot: radio({ snrDb: 20 }), pass: "holds", good: "does not" },
    { metric: "snr", value: "24.9", slot: radio({ snrDb: 24.9 }), pass: "holds", good: "does not" },
    { metric: "snr", value: "25", slot: radio({ snrDb: 25 }), pass: "holds", good: "holds" },
    { metric: "utilisation", value: "0.701", slot: radio({ busyRatio: 0.701 }), pass: "does not", good: "does not" },
    { metric: "utilisation", value: "0.7", slot: radio({ busyRatio: 0.7 }), pass: "holds", good: "does not" },
    { metric: "utilisation", value: "0.501", slot: radio({ busyRatio: 0.501 }), pass: "holds", good: "does not" },
    { metric: "utilisation", value: "0.5", slot: radio({ busyRatio: 0.5 }), pass: "holds", good: "holds" },
    { metric: "clients", value: "51", slot: radio({ clients: 51 }), pass: "does not", good: "does not" },
    { metric: "clients", value: "50", slot: radio({ clients: 50 }), pass: "holds", good: "does not" },
    { metric: "clients", value: "31", slot: radio({ clients: 31 }), pass: "holds", good: "does not" },
    { metric: "clients", value: "30", slot: radio({ clients: 30 }), pass: "holds", good: "holds" },
    { metric: "retries", value: "0.201", slot: radio({ retryRatio: 0.201 }), pass: "does not", good: "does not" },
    { metric: "retries", value: "0.2", slot: radio({ retryRatio: 0.2 }), pass: "holds", good: "does not" },
    { metric: "retries", value: "0.101", slot: radio({ retryRatio: 0.101 }), pass: "holds", good: "does not" },
    { metric: "retries", value: "0.1", slot: radio({ retryRatio: 0.1 }), pass: "holds", good: "holds" },
    { metric: "joins", value: "94 of 100", slot: joins(94, 100), pass: "does not", good: "does not" },
    { metric: "joins", value: "95 of 100", slot: joins(95, 100), pass: "holds", good: "does not" },
    { metric: "joins", value: "19 of 20", slot: joins(19, 20), pass: "holds", good: "does not" },
    { metric: "joins", value: "97 of 100", slot: joins(97, 100), pass: "holds", good: "does not" },
    { metric: "joins", value: "49 of 50", slot: joins(49, 50), pass: "holds", good: "holds" },
    { metric: "joins", value: "0 of 0", slot: joins(0, 0), pass: "unknown", good: "unknown" },
  ])("$metric $value: pass $pass, good $good", ({ metric, slot, pass, good }) => {
    expect([said(slot, metric), said(slot, metric, "good")]).toEqual([pass, good]);
  });

  it("are not known of what nobody said", () => {
    for (const metric of QUALITY_METRICS) expect(said({ radios: [], clients: 30 }, metric)).toBe("unknown");
    expect(said(slotOf(), "retries")).toBe("unknown");
    expect(said(slotOf(), "joins")).toBe("unknown");
  });
});

describe("several radios", () => {
  const slot = (...radios: RadioMeasurements[]): SlotMeasurements => ({ radios });
  const clients = (count: number, signalDbm?: number): RadioMeasurements => ({
    clients: count,
    ...(signalDbm !== undefined && { signalDbm }),
  });

  it.each([
    { what: "most clients well", is: slot(clients(6, -60), clients(5, -80)), want: "holds" },
    { what: "half of them badly", is: slot(clients(5, -60), clients(5, -80)), want: "does not" },
    { what: "most badly", is: slot(clients(5, -60), clients(6, -80)), want: "does not" },
    { what: "a few unknown that cannot matter", is: slot(clients(8, -60), clients(2, -80), clients(5)), want: "holds" },
    { what: "so many unknown that they may", is: slot(clients(8, -60), clients(3, -80), clients(5)), want: "unknown" },
    { what: "half badly, the rest unknown", is: slot(clients(5, -80), clients(5)), want: "does not" },
    { what: "a bad radio without clients", is: slot(clients(5, -60), clients(0, -90)), want: "holds" },
    { what: "all unknown", is: slot(clients(5), clients(5)), want: "unknown" },
    { what: "a bad radio that does not count its one", is: slot(clients(5, -60), { signalDbm: -90 }), want: "holds" },
  ])("hear $what: $want", ({ is, want }) => {
    expect(said(is, "signal")).toBe(want);
  });

  it.each([
    { what: "the worst decides", is: [0.2, 0.8], want: "does not" },
    { what: "all within", is: [0.2, 0.7], want: "holds" },
    { what: "one unknown beside a bad one", is: [0.8, undefined], want: "does not" },
    { what: "one unknown beside a good one", is: [0.2, undefined], want: "unknown" },
  ])("by utilisation: $what", ({ is, want }) => {
    const radios = is.map((busyRatio) => ({ clients: 10, ...(busyRatio !== undefined && { busyRatio }) }));
    expect(said(slot(...radios), "utilisation")).toBe(want);
  });

  it("that serve nobody do not count", () => {
    const idle = { clients: 0, busyRatio: 0.95 };
    expect(said(slot(GOOD_RADIO, idle), "utilisation")).toBe("holds");
    expect(said(slot(GOOD_RADIO, { ...idle, clients: 1 }), "utilisation")).toBe("does not");
  });

  it("share no clients: each has its own limit", () => {
    expect(said(slot(clients(50), clients(50)), "clients")).toBe("holds");
    expect(said(slot(clients(51), clients(0)), "clients")).toBe("does not");
    expect(said(slot(clients(40), { busyRatio: 0.1 }), "clients")).toBe("unknown");
  });
});
