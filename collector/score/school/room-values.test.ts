// Rooms, equipment and spaces of a school, at their limits.
import { describe, expect, it } from "vitest";
import type { RoomTraits } from "../../inventory/inventory.ts";
import { type Campus, device, film, type TestSample, venue } from "../campus-suite.ts";
import { plain } from "../indicators/value.ts";
import { entry, fed, owned } from "./feed-suite.ts";

const ASSESSED: RoomTraits = { reconfigurable: true, compatible: true, recordable: true };
const rooms = (count: number, changes: Parameters<typeof venue>[1] = {}) =>
  Array.from({ length: count }, (_, i) => venue(`r${i}`, changes));

describe("CLASS_EQUIP_RATE", () => {
  const campus: Campus = {
    venues: [...rooms(2), venue("gym", { kind: "gymnasium" })],
    devices: [owned("panel", "interactive_panel", { venue: "r0" }), owned("pj", "projector", { venue: "r1" })],
  };

  it("counts rooms with display, compute and audio among those that need them", () => {
    expect(plain(fed("CLASS_EQUIP_RATE", { campus, samples: [] }))).toMatchObject({ value: 0.5, denominator: 2 });
  });

  it("is not known of a list that nobody confirmed", () => {
    const value = fed("CLASS_EQUIP_RATE", { campus: { ...campus, unconfirmed: true }, samples: [] });
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "inventory_not_confirmed", count: 2 }] });
  });
});

describe("ROOM_DIGITAL_RATE", () => {
  const one = (campus: Campus, samples: readonly TestSample[]) =>
    fed("ROOM_DIGITAL_RATE", { campus: { venues: rooms(1, { traits: ASSESSED }), ...campus }, samples });
  const served: Campus = { devices: [device("ap")], serves: ["ap>r0"] };

  it.each([
    { assessed: 7, enough: false },
    { assessed: 8, enough: true },
    { assessed: 9, enough: true },
  ])("with $assessed of 10 rooms assessed is printed: $enough", ({ assessed, enough }) => {
    const venues = [...rooms(assessed, { traits: ASSESSED }), ...rooms(10).slice(assessed)];
    expect(fed("ROOM_DIGITAL_RATE", { campus: { venues }, samples: [] }).enough).toBe(enough);
  });

  it("a room is connected when it was served once, or a device in it was seen once", () => {
    expect(
      plain(
        one(
          served,
          film({
            ap: [
              ["u", 1],
              ["d", 1919],
            ],
          }),
        ),
      ).value,
    ).toBe(1);
    const panel = owned("p", "interactive_panel", { venue: "r0", expectedOn: "on_demand" });
    expect(
      plain(
        one(
          { devices: [panel] },
          film({
            p: [
              ["x", 1919],
              ["u", 1],
            ],
          }),
        ),
      ).value,
    ).toBe(1);
  });

  it("a room that was looked at and never served is not connected", () => {
    expect(plain(one(served, film({ ap: [["d", 1920]] }))).value).toBe(0.75);
  });

  it.each([
    { dark: 384, value: 0.75 },
    { dark: 385, value: undefined },
  ])("never served, and unknown in $dark slots, it is worth $value", ({ dark, value }) => {
    expect(
      plain(
        one(
          served,
          film({
            ap: [
              ["d", 1920 - dark],
              ["o", dark],
            ],
          }),
        ),
      ).value,
    ).toBe(value);
  });

  it("a room with nothing in it connects nothing, once the inventory is confirmed", () => {
    expect(plain(one({}, [])).value).toBe(0.75);
    expect(one({ unconfirmed: true }, [])).toMatchObject({ enough: false });
  });
});

describe("EQUIP_AGE", () => {
  const dated = (count: number): Campus => ({
    venues: rooms(1),
    devices: Array.from({ length: 10 }, (_, i) => {
      const { installedOn: _on, ...undated } = owned(`p${i}`, "projector", { venue: "r0" });
      return i < count ? { ...undated, installedOn: "2022-10-02" } : undated;
    }),
  });

  it.each([
    { count: 6, years: undefined },
    { count: 7, years: 4 },
    { count: 8, years: 4 },
  ])("with dates of $count of 10 is $years years", ({ count, years }) => {
    expect(plain(fed("EQUIP_AGE", { campus: dated(count), samples: [] })).value).toBe(years);
  });
});

describe("SPACE_COUNT", () => {
  const space = (id: string, approvedOn: string) =>
    venue(id, { kind: "new_space", approvedOn, approval: "a document" });
  const campus: Campus = {
    venues: [space("old", "2025-01-01"), space("today", "2026-10-02"), space("later", "2026-10-03")],
  };
  const list = (scope: string) => [entry("SPACE_COUNT", "list", { scope })];

  it("counts spaces that are approved by the day", () => {
    const value = fed("SPACE_COUNT", { campus, samples: [], declared: list("330106") });
    expect(plain(value)).toMatchObject({ value: 2, hi: 2 });
    expect(value.reasons).toEqual([{ reason: "no_attachment", count: 1 }]);
  });

  it.each(["330106", "330100", "330000"])("believes the list of %s, which the school is in", (scope) => {
    expect(fed("SPACE_COUNT", { campus, samples: [], declared: list(scope) }).enough).toBe(true);
  });

  it("without the list of its own county has no upper end, but a space proves the school", () => {
    const declared = list("330105");
    expect(plain(fed("SPACE_COUNT", { campus, samples: [], declared }))).toEqual({ lo: 2 });
    expect(plain(fed("SPACE_SCHOOL_SHARE", { campus, samples: [], declared })).value).toBe(1);
    const none = fed("SPACE_SCHOOL_SHARE", { campus: { venues: rooms(1) }, samples: [], declared });
    expect(none).toMatchObject({ enough: false, reasons: [{ reason: "list_not_signed", count: 1 }] });
  });
});
