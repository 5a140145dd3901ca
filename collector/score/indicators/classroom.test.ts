import { describe, expect, it } from "vitest";
import { classroomHealth, type DeviceDay, deviceDay } from "./classroom.ts";
import { availability } from "./devices.ts";
import { plain } from "./value.ts";

const days = (...spans: [DeviceDay, number][]) => spans.flatMap(([day, count]) => Array<DeviceDay>(count).fill(day));
const device = (id: string, ...spans: [DeviceDay, number][]) => ({ id, days: days(...spans) });

describe("E17 panel switched off", () => {
  it("is 16 of 17 days, 0.941: days on which it was not seen count neither way", () => {
    const { health, unused } = classroomHealth([device("panel", ["healthy", 16], ["not_seen", 3], ["faulty", 1])]);
    expect(plain(health)).toEqual({ value: 16 / 17, lo: 16 / 17, hi: 16 / 17, numerator: 16, denominator: 17 });
    expect(unused).toEqual([]);
  });

  it("of an access point the same three days are 288 slots of 1920 down", () => {
    const ap = { id: "ap", slots: { expected: 1920, up: 1632, down: 288, unknown: 0 } };
    expect(plain(availability([ap])).value).toBe(1632 / 1920);
  });
});

describe("a day of a device", () => {
  it.each<[DeviceDay, boolean, boolean, boolean]>([
    ["healthy", true, false, true],
    ["healthy", true, false, false],
    ["faulty", true, true, true],
    ["faulty", false, true, false],
    ["not_seen", false, false, true],
    ["unknown", false, false, false],
  ])("is %s when seen %s, fault %s, watched %s", (day, seen, fault, watched) => {
    expect(deviceDay({ seen, fault, watched })).toBe(day);
  });
});

describe("CLASS_DEV_HEALTH", () => {
  it.each([
    { seen: 4, enough: false },
    { seen: 5, enough: true },
    { seen: 6, enough: true },
  ])("needs five seen days, has $seen", ({ seen, enough }) => {
    const { health } = classroomHealth([device("a", ["healthy", seen - 1], ["faulty", 1], ["not_seen", 20 - seen])]);
    expect(health.enough).toBe(enough);
    if (!enough) expect(health.reasons).toEqual([{ reason: "too_few_seen_days", count: 1 }]);
  });

  it.each([
    { judged: 3, enough: true },
    { judged: 2, enough: false },
    { judged: 4, enough: true },
  ])("needs 60 % of devices with them, has $judged of 5", ({ judged, enough }) => {
    const devices = Array.from({ length: 5 }, (_, i) => device(`${i}`, ["healthy", i < judged ? 5 : 4]));
    expect(classroomHealth(devices).health.enough).toBe(enough);
  });

  it("adds up days of all devices, and widens by those that nobody watched", () => {
    const { health } = classroomHealth([
      device("a", ["healthy", 10], ["faulty", 5], ["unknown", 5]),
      device("b", ["healthy", 20]),
    ]);
    expect(plain(health)).toEqual({ value: 30 / 35, lo: 0.75, hi: 0.875, numerator: 30, denominator: 35 });
  });

  it("is not known without devices", () => {
    expect(classroomHealth([])).toMatchObject({ health: { enough: false }, unused: [] });
    expect(plain(classroomHealth([]).health)).toEqual({ lo: 0, hi: 1, numerator: 0, denominator: 0 });
  });
});

describe("unused or removed", () => {
  it.each([
    {
      case: "nine days in a row",
      spans: [
        ["healthy", 11],
        ["not_seen", 9],
      ],
      listed: undefined,
    },
    {
      case: "ten",
      spans: [
        ["healthy", 10],
        ["not_seen", 10],
      ],
      listed: 10,
    },
    {
      case: "eleven",
      spans: [
        ["healthy", 9],
        ["not_seen", 11],
      ],
      listed: 11,
    },
    { case: "never seen", spans: [["not_seen", 20]], listed: 20 },
    {
      case: "ten, then seen again",
      spans: [
        ["not_seen", 10],
        ["healthy", 1],
      ],
      listed: undefined,
    },
    {
      case: "ten with a day nobody watched",
      spans: [
        ["not_seen", 5],
        ["unknown", 1],
        ["not_seen", 5],
      ],
      listed: undefined,
    },
  ] satisfies { case: string; spans: [DeviceDay, number][]; listed: number | undefined }[])(
    "$case",
    ({ spans, listed }) => {
      const { unused } = classroomHealth([device("panel", ...spans)]);
      expect(unused).toEqual(listed === undefined ? [] : [{ id: "panel", days: listed }]);
    },
  );
});
