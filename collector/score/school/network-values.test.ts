// AVAIL, ACCESS_BW, TERMINAL_INVENTORY, SEC_EQUIP_ONLINE, EVIDENCE_SHARE and coverage of a school, at their limits.
import { describe, expect, it } from "vitest";
import { type Campus, type device, film, ONE_ROOM, venue } from "../campus-suite.ts";
import { plain } from "../indicators/value.ts";
import { FULL_CAMPUS, fed, LAST_DAY, measuredOf, owned } from "./feed-suite.ts";

const only = (...devices: ReturnType<typeof device>[]): Campus => ({ devices, venues: [venue("room")] });
const gateway = owned("gw", "gateway");

describe("AVAIL", () => {
  it("is the mean over core devices, and leaves others out", () => {
    const campus = only(gateway, owned("core", "switch", { role: "core" }), owned("access", "switch"));
    const samples = film({
      gw: [["u", 1920]],
      core: [
        ["u", 960],
        ["d", 960],
      ],
      access: [["d", 1920]],
    });
    expect(plain(fed("AVAIL", { campus, samples }))).toMatchObject({ value: 0.75, numerator: 1.5, denominator: 2 });
  });

  it.each([
    { dark: 384, enough: true },
    { dark: 385, enough: false },
  ])("with $dark of 1920 slots unknown is printed: $enough", ({ dark, enough }) => {
    const value = fed("AVAIL", {
      campus: only(gateway),
      samples: film({
        gw: [
          ["u", 1920 - dark],
          ["o", dark],
        ],
      }),
    });
    expect(value.enough).toBe(enough);
    expect(value.hi?.toNumber()).toBe(1);
  });

  it("without a core device is not known", () => {
    expect(fed("AVAIL", { campus: ONE_ROOM })).toMatchObject({
      enough: false,
      reasons: [{ reason: "nothing_registered", count: 1 }],
    });
  });
});

describe("ACCESS_BW", () => {
  const access = (busyHours: number) => ({ busyHours, utilisations: Array<number>(12 * busyHours).fill(0.825) });

  it.each([
    { hours: 9, value: undefined },
    { hours: 10, value: 0.5 },
    { hours: 11, value: 0.5 },
  ])("after $hours busy hours is $value", ({ hours, value }) => {
    expect(plain(fed("ACCESS_BW", { measured: measuredOf({ access: access(hours) }) })).value).toBe(value);
  });

  it("of a line that was not read, or that the inventory does not name, is not known", () => {
    const unread = fed("ACCESS_BW", { measured: undefined });
    expect(unread).toMatchObject({ enough: false, reasons: [{ reason: "not_measured", count: 1 }] });
    const unnamed = fed("ACCESS_BW", { campus: only(gateway) });
    expect(unnamed).toMatchObject({ enough: false, reasons: [{ reason: "nothing_registered", count: 1 }] });
    expect(plain(unnamed)).toMatchObject({ lo: 0, hi: 1 });
  });
});

describe("TERMINAL_INVENTORY", () => {
  const campus = only(gateway, owned("cam", "camera"), owned("pc", "pc", { expectedOn: "on_demand" }));
  const samples = film({ gw: [["u", 1920]], cam: [["u", 1920]], pc: [["x", 1920]] });

  it("counts a terminal as not seen only where all its days were looked at", () => {
    expect(plain(fed("TERMINAL_INVENTORY", { campus, samples }))).toMatchObject({ value: 0.5, denominator: 2 });
    const unread = fed("TERMINAL_INVENTORY", { campus, samples, measured: undefined });
    expect(plain(unread)).toMatchObject({ value: 1, lo: 0.5, hi: 1, denominator: 1 });
    const late = measuredOf({ knownFrom: LAST_DAY - 28 });
    expect(plain(fed("TERMINAL_INVENTORY", { campus, samples, measured: late })).lo).toBe(0.5);
  });

  it("while a break has frozen the result looks at the days before it, and at what was seen since", () => {
    const asOfMs = Date.parse("2026-11-20T12:00:00+08:00");
    const calendar = [{ scope: "*", from: "2026-10-03", to: "2026-12-31", kind: "holiday" as const }];
    const during = { campus: { ...campus, calendar }, samples, asOfMs };
    const value = fed("TERMINAL_INVENTORY", { ...during, measured: measuredOf({ knownBefore: LAST_DAY + 40 }) });
    expect(plain(value)).toMatchObject({ value: 0.5, denominator: 2 });
    const since = measuredOf({ knownBefore: LAST_DAY + 40, lastSeenDay: new Map([["pc", LAST_DAY + 30]]) });
    expect(plain(fed("TERMINAL_INVENTORY", { ...during, measured: since })).value).toBe(1);
  });

  it.each([
    { daysAgo: 29, seen: 1 },
    { daysAgo: 30, seen: 0.5 },
  ])("has one that was last seen $daysAgo days before: $seen", ({ daysAgo, seen }) => {
    const lastSeenDay = new Map([["pc", LAST_DAY - daysAgo]]);
    expect(plain(fed("TERMINAL_INVENTORY", { campus, samples, measured: measuredOf({ lastSeenDay }) })).value).toBe(
      seen,
    );
  });

  it.each([
    { dark: 384, enough: true },
    { dark: 385, enough: false },
  ])("with the agent away in $dark of 1920 slots is printed: $enough", ({ dark, enough }) => {
    const strip = [
      ["u", 1920 - dark],
      ["o", dark],
    ] as const;
    const away = film({ gw: strip, cam: strip });
    expect(fed("TERMINAL_INVENTORY", { campus, samples: away }).enough).toBe(enough);
  });
});

describe("SEC_EQUIP_ONLINE", () => {
  it("has an upper end only: nobody knows whether a licence is valid", () => {
    const value = fed("SEC_EQUIP_ONLINE", {
      campus: only(owned("fw", "firewall")),
      samples: film({
        fw: [
          ["u", 1440],
          ["d", 480],
        ],
      }),
    });
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "unknown_item", count: 1 }] });
    expect(plain(value)).toMatchObject({ lo: 0, hi: 0.75 });
  });
});

describe("EVIDENCE_SHARE", () => {
  it("leaves out what may be switched off, which is counted by days", () => {
    const campus = only(gateway, owned("panel", "interactive_panel", { expectedOn: "on_demand" }));
    const samples = film({ gw: [["u", 1920]], panel: [["d", 1920]] });
    expect(plain(fed("EVIDENCE_SHARE", { campus, samples }))).toMatchObject({ value: 1, denominator: 1 });
  });

  it.each([
    { known: 1536, monitored: 1 },
    { known: 1535, monitored: 0 },
  ])("with $known of 1920 slots makes SCHOOL_MONITORED_RATE $monitored", ({ known, monitored }) => {
    const samples = film({
      gw: [
        ["u", known],
        ["o", 1920 - known],
      ],
    });
    expect(plain(fed("SCHOOL_MONITORED_RATE", { campus: only(gateway), samples })).value).toBe(monitored);
  });

  it("of a school without an agent does not make it monitored", () => {
    const value = fed("SCHOOL_MONITORED_RATE", { hasAgent: false });
    expect(value).toMatchObject({ enough: true, reasons: [{ reason: "no_agent", count: 1 }] });
    expect(plain(value).value).toBe(0);
  });
});

describe("coverage", () => {
  it("is that of the judgement, with all rooms as its items", () => {
    expect(plain(fed("WIFI_COVER"))).toMatchObject({ value: 1, numerator: 2, denominator: 2 });
    expect(plain(fed("WIFI_FULL"))).toMatchObject({ value: 1 });
    expect(plain(fed("WIFI_QUALITY_SHARE"))).toMatchObject({ value: 1, denominator: 2 });
  });

  it("of a list that nobody confirmed is not known, nor its quality", () => {
    const campus = { ...FULL_CAMPUS, unconfirmed: true } as const;
    for (const id of ["WIFI_COVER", "WIFI_FULL", "WIFI_QUALITY_SHARE"] as const) {
      const value = fed(id, { campus });
      expect([id, value.enough, value.reasons[0]?.reason]).toEqual([id, false, "inventory_not_confirmed"]);
      expect(plain(value)).toMatchObject({ lo: 0, hi: 1 });
    }
  });

  it("without any proof of quality has no share that passes it", () => {
    const value = fed("WIFI_QUALITY_SHARE", { judging: { qualityOf: () => "unproven" } });
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "too_few_known_venues", count: 2 }] });
  });
});
