import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import {
  availability,
  evidenceShare,
  schoolMonitoredRate,
  securityEquipmentOnline,
  terminalInventory,
} from "./devices.ts";
import { plain } from "./value.ts";

const device = (id: string, up: number, down: number, unknown = 0) => ({
  id,
  slots: { expected: up + down + unknown, up, down, unknown },
});

describe("AVAIL", () => {
  it("is the mean of devices, not of their slots", () => {
    const value = availability([device("gateway", 960, 960), device("core", 96, 0)]);
    expect(plain(value)).toEqual({ value: 0.75, lo: 0.75, hi: 0.75, numerator: 1.5, denominator: 2 });
    expect(value.parts).toMatchObject([
      { id: "gateway", numerator: 960, denominator: 1920 },
      { id: "core", numerator: 96, denominator: 96 },
    ]);
  });

  it.each([
    { case: "at 80 % known", unknown: 384, enough: true },
    { case: "under it", unknown: 385, enough: false },
    { case: "over it", unknown: 383, enough: true },
  ])("needs K of each: $case", ({ unknown, enough }) => {
    const value = availability([device("gateway", 1920, 0), device("core", 1920 - unknown, 0, unknown)]);
    expect(value.enough).toBe(enough);
    expect(plain(value)).toMatchObject({ lo: (3840 - unknown) / 3840, hi: 1 });
    if (!enough) expect(value.reasons).toContainEqual({ reason: "too_little_evidence", count: 1 });
  });

  it("leaves out devices that were not expected, and is not known without any", () => {
    const value = availability([device("gateway", 10, 0), device("controller", 0, 0)]);
    expect(plain(value)).toMatchObject({ value: 1, denominator: 1 });
    expect(value.reasons).toEqual([{ reason: "not_expected", count: 1 }]);
    expect(availability([])).toMatchObject({ enough: false, reasons: [{ reason: "nothing_registered" }] });
    expect(plain(availability([]))).toEqual({ lo: 0, hi: 1 });
  });

  it("carries why slots are not known", () => {
    const dark = { ...device("gateway", 0, 0, 10), reasons: [{ reason: "agent_offline", count: 10 } as const] };
    expect(availability([dark]).reasons).toEqual([
      { reason: "too_little_evidence", count: 1 },
      { reason: "agent_offline", count: 10 },
    ]);
  });
});

describe("SEC_EQUIP_ONLINE", () => {
  it("counts a device without a valid licence as not there", () => {
    const devices = [
      { ...device("firewall", 90, 10), licenceValid: true },
      { ...device("audit", 100, 0), licenceValid: false },
    ];
    expect(plain(securityEquipmentOnline(devices))).toMatchObject({ value: 0.45, lo: 0.45, hi: 0.45 });
  });

  it("is not known while a licence is not", () => {
    const value = securityEquipmentOnline([device("firewall", 90, 10)]);
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "unknown_item", count: 1 }] });
    expect(plain(value)).toEqual({ lo: 0, hi: 0.9 });
  });

  it.each([
    { known: 80, enough: true },
    { known: 79, enough: false },
    { known: 81, enough: true },
  ])("needs K: $known of 100 slots", ({ known, enough }) => {
    const devices = [{ ...device("firewall", known, 0, 100 - known), licenceValid: true }];
    expect(securityEquipmentOnline(devices).enough).toBe(enough);
  });
});

describe("EVIDENCE_SHARE", () => {
  it("is the mean of K, and 0 where nothing was seen", () => {
    expect(plain(evidenceShare([device("a", 5, 3, 2), device("b", 0, 0, 10)]))).toMatchObject({ value: 0.4, hi: 0.4 });
    expect(plain(evidenceShare([device("a", 0, 0, 9)])).value).toBe(0);
  });

  it("is not known without devices that were expected", () => {
    expect(evidenceShare([])).toMatchObject({ enough: false, reasons: [{ reason: "nothing_registered", count: 1 }] });
    expect(evidenceShare([device("a", 0, 0)])).toMatchObject({ enough: false, reasons: [{ reason: "not_expected" }] });
  });
});

describe("SCHOOL_MONITORED_RATE", () => {
  it.each([
    { share: 0.8, value: 1 },
    { share: 0.7999, value: 0 },
    { share: 0.8001, value: 1 },
  ])("counts a school with $share of evidence as $value", ({ share, value }) => {
    expect(plain(schoolMonitoredRate([{ id: "s", evidenceShare: Exact.of(share) }])).value).toBe(value);
  });

  it("knows that a school without an agent is not monitored", () => {
    const value = schoolMonitoredRate([{ id: "a", evidenceShare: Exact.of(1) }, { id: "b" }]);
    expect(plain(value)).toEqual({ value: 0.5, lo: 0.5, hi: 0.5, numerator: 1, denominator: 2 });
    expect(value.reasons).toEqual([{ reason: "no_agent", count: 1 }]);
    expect(schoolMonitoredRate([]).enough).toBe(false);
  });
});

describe("TERMINAL_INVENTORY", () => {
  it.each([
    { known: 80, enough: true },
    { known: 79, enough: false },
    { known: 81, enough: true },
  ])("needs the agents' K: $known of 100 slots", ({ known, enough }) => {
    const value = terminalInventory({ yes: 6, no: 4, unknown: 0 }, { known, expected: 100 });
    expect(value.enough).toBe(enough);
    expect(plain(value)).toMatchObject(enough ? { value: 0.6, lo: 0.6, hi: 0.6 } : { lo: 0.6, hi: 1 });
  });

  it("is not known without terminals, or without any slot", () => {
    expect(terminalInventory({ yes: 0, no: 0, unknown: 0 }, { known: 9, expected: 9 }).enough).toBe(false);
    expect(terminalInventory({ yes: 1, no: 0, unknown: 0 }, { known: 0, expected: 0 }).enough).toBe(false);
  });
});
