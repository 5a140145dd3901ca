import { describe, expect, it } from "vitest";
import { type ClassOfTerminals, dataCollect, delivers, iotIntegration, isIntegrated } from "./iot.ts";
import { plain } from "./value.ts";

const of = (name: ClassOfTerminals["class"], yes: number, all: number, unknown = 0): ClassOfTerminals => ({
  class: name,
  terminals: { yes, no: all - yes - unknown, unknown },
});
const days = (yes: number, no: number, unknown = 0) => ({ yes, no, unknown });

describe("E16 IoT", () => {
  it("is the mean of classes, 0.767, and not of terminals, 0.882", () => {
    const value = iotIntegration([of("monitoring", 114, 120), of("door", 6, 10), of("appliance", 30, 40)]);
    expect(plain(value)).toEqual({ value: 23 / 30, lo: 23 / 30, hi: 23 / 30, numerator: 2.3, denominator: 3 });
    expect(value.parts.map(({ id, value: share }) => [id, share?.toNumber()])).toEqual([
      ["monitoring", 0.95],
      ["door", 0.6],
      ["appliance", 0.75],
    ]);
  });

  it("with appliances attested zero is 0.775", () => {
    const none: ClassOfTerminals = { class: "appliance", terminals: days(0, 0), attestedZero: true };
    const value = iotIntegration([of("monitoring", 114, 120), of("door", 6, 10), none]);
    expect(plain(value)).toMatchObject({ value: 0.775, denominator: 2 });
  });
});

describe("IOT_INTEGRATION", () => {
  const two = [of("monitoring", 114, 120), of("door", 6, 10)];

  it("is not known while a class has none and nobody attested it", () => {
    const value = iotIntegration(two);
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "zero_not_attested", count: 1 }] });
    expect(plain(value)).toEqual({ lo: 155 / 300, hi: 255 / 300 });
  });

  it("is not known where all classes are attested zero", () => {
    const none = (["monitoring", "door", "appliance"] as const).map((name) => ({
      ...of(name, 0, 0),
      attestedZero: true,
    }));
    expect(iotIntegration(none)).toMatchObject({ enough: false, reasons: [{ reason: "nothing_registered" }] });
  });

  it("takes what is registered against an attestation of zero", () => {
    const value = iotIntegration([...two, { ...of("appliance", 0, 1), attestedZero: true }]);
    expect(plain(value)).toMatchObject({ value: 155 / 300 });
  });

  it("shows other terminals apart", () => {
    const value = iotIntegration([...two, of("appliance", 1, 1), of("other", 0, 50)]);
    expect(plain(value)).toMatchObject({ value: 255 / 300, denominator: 3 });
    expect(value.other).toMatchObject({ id: "other", numerator: 0, denominator: 50 });
  });

  it.each([
    { unknown: 2, enough: true },
    { unknown: 3, enough: false },
    { unknown: 1, enough: true },
  ])("needs 80 % of a class known, lacks $unknown of 10", ({ unknown, enough }) => {
    const value = iotIntegration([of("monitoring", 1, 1), of("door", 1, 1), of("appliance", 5, 10, unknown)]);
    expect(value.enough).toBe(enough);
    expect(plain(value)).toMatchObject({ lo: 25 / 30, hi: (25 + unknown) / 30 });
  });
});

describe("an integrated terminal", () => {
  it.each([
    { days: days(18, 2), is: true },
    { days: days(17, 3), is: false },
    { days: days(19, 1), is: true },
    { days: days(16, 0, 4), is: true },
    { days: days(15, 0, 5), is: undefined },
    { days: days(0, 3, 17), is: false },
    { days: days(0, 0), is: undefined },
  ])("delivers on 90 % of days: $days is $is", ({ days: seen, is }) => {
    expect(delivers(seen)).toBe(is);
  });

  it.each(["hasClass", "hasOwner", "hasLocation"] as const)("%s", (name) => {
    const terminal = { hasClass: true, hasOwner: true, hasLocation: true, days: days(20, 0) };
    expect(isIntegrated(terminal)).toBe(true);
    expect(isIntegrated({ ...terminal, [name]: false })).toBe(false);
    expect(isIntegrated({ ...terminal, days: days(0, 0, 20), [name]: false })).toBe(false);
    expect(isIntegrated({ ...terminal, days: days(0, 0, 20) })).toBeUndefined();
  });
});

describe("DATA_COLLECT", () => {
  const points = [days(18, 2), days(17, 3), days(20, 0), days(20, 0)];

  it("is the points that deliver by all", () => {
    expect(plain(dataCollect(points, { known: 1920, expected: 1920 }))).toMatchObject({ value: 0.75, numerator: 3 });
  });

  it.each([
    { known: 80, enough: true },
    { known: 79, enough: false },
    { known: 81, enough: true },
  ])("needs the agent's K: $known of 100 slots", ({ known, enough }) => {
    expect(dataCollect(points, { known, expected: 100 }).enough).toBe(enough);
  });

  it("needs one point", () => {
    expect(dataCollect([], { known: 1, expected: 1 })).toMatchObject({
      enough: false,
      reasons: [{ reason: "nothing_registered", count: 1 }],
    });
    expect(dataCollect([days(1, 0)], { known: 1, expected: 1 }).enough).toBe(true);
  });
});
