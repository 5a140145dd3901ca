import { describe, expect, it } from "vitest";
import { columns, type TestSample } from "../score/campus-suite.ts";
import { SLOT_MS } from "../score/parameters.ts";
import { SlotSums } from "./slot-sums.ts";

const FROM = Date.parse("2026-09-07T08:00:00+08:00");

/** What the devices said: metric, value, radio, minute and device; as rows of a table. */
function slotOf(
  rows: readonly (readonly [
    TestSample["metric"],
    number,
    radio?: string | undefined,
    minute?: number,
    device?: string,
  ])[],
  slot = 0,
  devices = ["ap", "ap2"],
) {
  const sums = new SlotSums(FROM, 2);
  const samples = rows.map(
    ([metric, value, radio, minute = 1, of = "ap"]): TestSample => ({
      metric,
      device: of,
      ...(radio !== undefined && { instance: radio }),
      atMs: FROM + minute * 60_000,
      value,
    }),
  );
  sums.take(columns(samples));
  return sums.slot(devices, slot);
}

describe("the means of a slot", () => {
  it("are taken over the readings of the slot and of no other", () => {
    const rows = [
      ["wifi_client_signal_dbm", -60, "0", 0],
      ["wifi_client_signal_dbm", -70, "0", 4.9],
      ["wifi_client_signal_dbm", -90, "0", 5],
      ["wifi_client_signal_dbm", -10, "0", -0.1],
      ["wifi_client_signal_dbm", -10, "0", 10],
    ] as const;
    expect(slotOf(rows).radios).toEqual([{ signalDbm: -65 }]);
    expect(slotOf(rows, 1).radios).toEqual([{ signalDbm: -90 }]);
  });

  it.each([
    { values: [0.7, 0.7, 0.7], mean: 0.7 },
    { values: [0.69, 0.71], mean: 0.7 },
    { values: [0.1, 0.2, 0.3], mean: 0.2 },
  ])("of $values are $mean to the last bit, in whatever order they come", ({ values, mean }) => {
    for (const order of [values, [...values].reverse()]) {
      const rows = order.map((value, i) => ["wifi_channel_busy_ratio", value, "0", i] as const);
      expect(slotOf(rows).radios).toEqual([{ busyRatio: mean }]);
    }
  });

  it.each([
    { clients: [2, 3], want: 3 },
    { clients: [2, 2, 3], want: 2 },
    { clients: [0, 1], want: 1 },
    { clients: [0, 0, 1], want: 0 },
  ])("of $clients clients are $want, halves rounded up", ({ clients, want }) => {
    const rows = clients.map((value, i) => ["wifi_radio_clients", value, "0", i] as const);
    expect(slotOf(rows)).toEqual({ radios: [{ clients: want }], clients: want });
  });

  it("pass over other metrics, and series that are not named", () => {
    expect(slotOf([["wifi_noise_dbm", -90, "0"]])).toEqual({ radios: [] });
    const sums = new SlotSums(FROM, 1);
    sums.take({ ...columns([{ metric: "wifi_clients", device: "ap", atMs: FROM, value: 1 }]), series: [] });
    expect(sums.slot(["ap"], 0)).toEqual({ radios: [] });
  });

  it("are the same from the rollups of the slots", () => {
    const sums = new SlotSums(FROM, 2);
    const key = { metric: "wifi_client_snr_db", device: "ap", instance: "0" } as const;
    const rollup = { count: 3, sum: 61.5, min: 20, max: 21, first: 20, last: 21, firstMs: FROM, lastMs: FROM };
    sums.takeRollups([
      { key, rollup: { ...rollup, startMs: FROM } },
      { key, rollup: { ...rollup, startMs: FROM - SLOT_MS } },
      { key, rollup: { ...rollup, startMs: FROM + 2 * SLOT_MS } },
      { key: { ...key, metric: "wifi_noise_dbm" }, rollup: { ...rollup, startMs: FROM } },
    ]);
    expect(sums.slot(["ap"], 0).radios).toEqual([{ snrDb: 20.5 }]);
    expect(sums.slot(["ap"], 1).radios).toEqual([]);
  });
});

describe("the radios of a slot", () => {
  it("are those of all access points that serve the room, and of no other", () => {
    const rows = [
      ["wifi_radio_clients", 4, "0"],
      ["wifi_radio_clients", 5, "1"],
      ["wifi_radio_clients", 6, "0", 1, "ap2"],
      ["wifi_radio_clients", 99, "0", 1, "ap3"],
    ] as const;
    expect(slotOf(rows)).toEqual({ radios: [{ clients: 4 }, { clients: 5 }, { clients: 6 }], clients: 15 });
  });

  it("leave out one that was off in all of the slot, and keep one that was on for a part of it", () => {
    const off = [
      ["wifi_radio_up", 0, "0", 0],
      ["wifi_channel_busy_ratio", 0.9, "0", 0],
    ] as const;
    expect(slotOf(off).radios).toEqual([]);
    expect(slotOf([...off, ["wifi_radio_up", 1, "0", 1]]).radios).toEqual([{ busyRatio: 0.9 }]);
  });

  it("hold one that is on and says nothing else: it may have clients", () => {
    expect(slotOf([["wifi_radio_up", 1, "0"]]).radios).toEqual([{}]);
  });

  it("take it to have none when the access point's clients are all on its other radios", () => {
    const rows = [
      ["wifi_radio_up", 1, "0"],
      ["wifi_radio_clients", 5, "1"],
    ] as const;
    expect(slotOf([...rows, ["wifi_clients", 5]]).radios).toEqual([{ clients: 0 }, { clients: 5 }]);
    expect(slotOf([...rows, ["wifi_clients", 6]])).toEqual({ radios: [{}, { clients: 5 }], clients: 6 });
  });

  it("hold an access point with clients that does not tell its radios apart as one of which nothing is known", () => {
    expect(slotOf([["wifi_clients", 7]])).toEqual({ radios: [{}], clients: 7 });
    expect(slotOf([["wifi_clients", 0]])).toEqual({ radios: [], clients: 0 });
  });

  it("hold nothing of an access point that was silent", () => {
    expect(slotOf([["wifi_radio_clients", 4, "0"]], 1)).toEqual({ radios: [] });
    expect(slotOf([])).toEqual({ radios: [] });
  });

  it("count the clients of each access point once, however it tells them", () => {
    const rows = [
      ["wifi_radio_clients", 2, "0"],
      ["wifi_clients", 3, undefined, 1, "ap2"],
    ] as const;
    expect(slotOf(rows).clients).toBe(5);
  });
});
