import { describe, expect, it } from "vitest";
import { dayOf } from "../../inventory/day.ts";
import { classEquipmentRate, equipmentAge, roomDigitalRate } from "./rooms.ts";
import { plain } from "./value.ts";

const day = (text: string) => dayOf(text) ?? Number.NaN;
const AS_OF = day("2026-09-01");

describe("CLASS_EQUIP_RATE", () => {
  const full = { id: "a", display: true, compute: true, audio: true };

  it("is the rooms that have all three", () => {
    const rooms = [
      full,
      { ...full, id: "b", audio: false },
      { ...full, id: "c" },
      { ...full, id: "d", display: false },
    ];
    expect(plain(classEquipmentRate(rooms, true))).toEqual({
      value: 0.5,
      lo: 0.5,
      hi: 0.5,
      numerator: 2,
      denominator: 4,
    });
  });

  it("is not known while nobody has confirmed the inventory, nor without rooms", () => {
    const value = classEquipmentRate([full, full], false);
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "inventory_not_confirmed", count: 2 }] });
    expect(plain(value)).toMatchObject({ lo: 0, hi: 1 });
    expect(classEquipmentRate([], true).enough).toBe(false);
  });
});

describe("ROOM_DIGITAL_RATE", () => {
  const room = (reconfigurable: boolean, compatible: boolean, connected: boolean, recordable: boolean) => ({
    id: "r",
    reconfigurable,
    compatible,
    connected,
    recordable,
  });

  it("is the mean over rooms of four features", () => {
    const value = roomDigitalRate([room(true, true, true, true), room(true, false, false, false)]);
    expect(plain(value)).toEqual({ value: 0.625, lo: 0.625, hi: 0.625, numerator: 1.25, denominator: 2 });
  });

  it.each([
    { assessed: 4, enough: true },
    { assessed: 3, enough: false },
    { assessed: 5, enough: true },
  ])("needs 80 % of rooms assessed, has $assessed of 5", ({ assessed, enough }) => {
    const { connected: _, ...open } = room(false, false, true, false);
    const rooms = Array.from({ length: 5 }, (_, i) => (i < assessed ? room(true, true, true, true) : open));
    const value = roomDigitalRate(rooms);
    expect(value.enough).toBe(enough);
    expect(plain(value)).toMatchObject({ lo: assessed / 5, hi: 1 });
  });

  it("is not known without rooms", () => {
    expect(roomDigitalRate([])).toMatchObject({ enough: false, reasons: [{ reason: "nothing_registered", count: 1 }] });
  });
});

describe("EQUIP_AGE", () => {
  it.each([
    { since: "2026-09-01", years: 0, score: 1 },
    { since: "2021-09-02", years: 4 + 364 / 365, score: 1 },
    { since: "2021-09-01", years: 5, score: 1 },
    { since: "2020-09-01", years: 6, score: 0.8 },
    { since: "2019-03-02", years: 7 + 183 / 365, score: undefined },
    { since: "2016-09-01", years: 10, score: 0 },
    { since: "2010-09-01", years: 16, score: 0 },
  ])("since $since is $years years", ({ since, years, score }) => {
    const age = equipmentAge([{ id: "a", since: day(since) }], AS_OF);
    expect(plain(age.age)).toMatchObject({ value: years, lo: years, hi: years });
    if (score !== undefined) expect(age.score?.toNumber()).toBe(score);
  });

  it("counts a year from a leap day to the last of February", () => {
    const { age } = equipmentAge([{ id: "a", since: day("2024-02-29") }], day("2025-02-28"));
    expect(plain(age).value).toBe(1);
  });

  it.each([
    { dated: 7, enough: true },
    { dated: 6, enough: false },
    { dated: 8, enough: true },
  ])("needs dates for 70 %, has $dated of 10", ({ dated, enough }) => {
    const equipment = Array.from({ length: 10 }, (_, i) => ({
      id: `${i}`,
      ...(i < dated && { since: day("2022-09-01") }),
    }));
    const { age, score } = equipmentAge(equipment, AS_OF);
    expect(age.enough).toBe(enough);
    expect(score?.toNumber()).toBe(enough ? 1 : undefined);
    expect(age.reasons).toEqual([{ reason: "no_date", count: 10 - dated }]);
    expect(plain(age)).toMatchObject({ lo: 4, hi: 4 });
  });

  it("takes a date that has not come for none, and nothing bounds what half has no date of", () => {
    const { age } = equipmentAge(
      [
        { id: "a", since: AS_OF + 1 },
        { id: "b", since: AS_OF },
      ],
      AS_OF,
    );
    expect(age.enough).toBe(false);
    expect(plain(age)).toEqual({ lo: 0 });
  });
});
