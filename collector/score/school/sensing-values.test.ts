// IOT_INTEGRATION, DATA_COLLECT and CLASS_DEV_HEALTH of a school, by days.
import { describe, expect, it } from "vitest";
import { type Campus, film, venue } from "../campus-suite.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import { plain } from "../indicators/value.ts";
import { entry, FIRST_DAY, fed, LAST_DAY, measuredOf, owned } from "./feed-suite.ts";

const DAY = 96;
const gateway = owned("gw", "gateway");
const camera = owned("cam", "camera");
const campusOf = (...devices: ReturnType<typeof owned>[]): Campus => ({
  devices: [gateway, ...devices],
  venues: [venue("room")],
});
const strip = (up: number, letter: string): [string, number][] => [
  ["u", up * DAY],
  [letter, (20 - up) * DAY],
];
const classIn = ({ parts }: IndicatorValue, id: string) => parts.find((part) => part.id === id);
const zeros = (...names: string[]) => names.map((part) => entry("IOT_INTEGRATION", "zero", { part }));

describe("IOT_INTEGRATION", () => {
  const declared = zeros("door", "appliance");
  const integration = (up: number, letter = "d", changes: Partial<typeof camera> = {}) => {
    const campus = campusOf({ ...camera, ...changes });
    return fed("IOT_INTEGRATION", { campus, declared, samples: film({ gw: [["u", 1920]], cam: strip(up, letter) }) });
  };

  it.each([
    { days: 17, value: 0 },
    { days: 18, value: 1 },
    { days: 19, value: 1 },
  ])("of a camera that delivered on $days of 20 days is $value", ({ days, value }) => {
    expect(plain(integration(days)).value).toBe(value);
  });

  it("counts a camera that no agent asks, while agents look, as not integrated", () => {
    expect(plain(integration(0, "x")).value).toBe(0);
  });

  it("does not hold days against a camera on which no agent could have seen it", () => {
    expect(plain(integration(16, "b")).value).toBe(1);
    expect(integration(15, "b")).toMatchObject({ enough: false, reasons: [{ reason: "too_few_known", count: 1 }] });
  });

  it("needs an owner, a place and a class, whatever was delivered", () => {
    const { owner: _, ...ownerless } = camera;
    const { venue: _v, ...placeless } = camera;
    const samples = film({ gw: [["u", 1920]], cam: strip(20, "d") });
    const of = (one: typeof camera) =>
      plain(fed("IOT_INTEGRATION", { campus: campusOf(one), declared, samples })).value;
    expect(of(ownerless)).toBe(0);
    expect(of(placeless)).toBe(0);
    expect(of({ ...placeless, location: "south gate" })).toBe(1);
  });

  it("is not known while a class is neither registered nor attested to be empty, which leaves its interval open", () => {
    const value = fed("IOT_INTEGRATION", { campus: campusOf(camera), declared: zeros("door") });
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "zero_not_attested", count: 1 }] });
    expect(plain(value)).toMatchObject({ lo: 0.5, hi: 1 });
    expect(classIn(value, "appliance")?.reason).toBe("zero_not_attested");
  });

  it("keeps an attestation without its attachment, or from a school of another name, out", () => {
    const lost = zeros("door", "appliance").map((one) => ({ ...one, attachments: [] }));
    expect(fed("IOT_INTEGRATION", { campus: campusOf(camera), declared: lost }).enough).toBe(false);
    const others = zeros("door", "appliance").map((one) => ({ ...one, scope: "2133000002" }));
    expect(fed("IOT_INTEGRATION", { campus: campusOf(camera), declared: others }).enough).toBe(false);
  });
});

describe("DATA_COLLECT", () => {
  it("counts points that deliver, and asks nothing of what may be switched off", () => {
    const campus = campusOf(camera, owned("lock", "door"), owned("p", "projector", { expectedOn: "on_demand" }));
    const samples = film({ gw: [["u", 1920]], cam: strip(20, "d"), lock: strip(17, "d"), p: [["d", 1920]] });
    expect(plain(fed("DATA_COLLECT", { campus, samples }))).toMatchObject({ value: 0.5, denominator: 2 });
  });

  it.each([
    { dark: 384, enough: true },
    { dark: 385, enough: false },
  ])("with the agent away in $dark of 1920 slots is printed: $enough", ({ dark, enough }) => {
    const away = [
      ["u", 1920 - dark],
      ["o", dark],
    ] as const;
    expect(fed("DATA_COLLECT", { campus: campusOf(camera), samples: film({ gw: away, cam: away }) }).enough).toBe(
      enough,
    );
  });

  it("of a school without a collection point is not known", () => {
    expect(fed("DATA_COLLECT", { campus: campusOf() }).reasons[0]).toEqual({ reason: "nothing_registered", count: 1 });
  });
});

describe("CLASS_DEV_HEALTH", () => {
  const panel = owned("panel", "interactive_panel", { expectedOn: "on_demand" });
  const health = (up: number, faults: readonly number[], knownBefore = LAST_DAY + 1) =>
    fed("CLASS_DEV_HEALTH", {
      campus: campusOf(panel),
      samples: film({ gw: [["u", 1920]], panel: strip(up, "d") }),
      measured: measuredOf({ knownBefore, faultDays: new Map([["panel", new Set(faults)]]) }),
    });

  it("E17: 16 healthy days, 3 not seen and a fault make 16 of 17", () => {
    expect(plain(health(17, [FIRST_DAY]))).toMatchObject({ value: 16 / 17, numerator: 16, denominator: 17 });
  });

  it.each([
    { days: 4, enough: false },
    { days: 5, enough: true },
    { days: 6, enough: true },
  ])("of a device that was seen on $days days is printed: $enough", ({ days, enough }) => {
    expect(health(days, []).enough).toBe(enough);
  });

  it("takes no day for healthy whose faults are not known yet", () => {
    expect(plain(health(20, [], LAST_DAY))).toMatchObject({ value: 1, lo: 0.95, numerator: 19 });
    const unread = fed("CLASS_DEV_HEALTH", { campus: campusOf(panel), measured: undefined });
    expect(unread).toMatchObject({ enough: false });
    expect(plain(unread)).toMatchObject({ lo: 0, hi: 1 });
  });
});
