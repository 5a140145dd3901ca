// Data quality, owners and codes of a school.
import { describe, expect, it } from "vitest";
import { type Campus, film } from "../campus-suite.ts";
import { plain } from "../indicators/value.ts";
import { fed, measuredOf, owned } from "./feed-suite.ts";

const two = (first: Parameters<typeof owned>[2], second: Parameters<typeof owned>[2] = {}): Campus => ({
  devices: [owned("a", "ap", first), owned("b", "ap", second)],
});

describe("DATA_QUALITY", () => {
  const delivery = { fromMs: 0, toMs: 1, timelyLines: 90, lateLines: 10, mixedLines: 0, lastReceivedMs: 0 };
  const samples = film({
    a: [["u", 1920]],
    b: [
      ["u", 960],
      ["o", 960],
    ],
  });
  const quality = (changes: Partial<typeof delivery & { refusedLines: number }>) =>
    fed("DATA_QUALITY", { campus: two({}), samples, measured: measuredOf({ delivery: { ...delivery, ...changes } }) });

  it("is made of known slots, lines in time and lines that were right", () => {
    expect(plain(quality({ refusedLines: 100 }))).toMatchObject({ value: 0.72 });
  });

  it("leaves out lines of which it is not known whether they were late", () => {
    expect(plain(quality({ refusedLines: 0, mixedLines: 100 })).value).toBe(0.87);
  });

  it("is not known while nobody counted what was refused, or what came late", () => {
    expect(quality({})).toMatchObject({ enough: false, reasons: [{ reason: "not_measured", count: 1 }] });
    expect(plain(quality({})).lo).toBeCloseTo(0.57, 10);
    const unread = fed("DATA_QUALITY", { campus: two({}), samples, measured: undefined });
    expect(plain(unread)).toMatchObject({ lo: 0.3, hi: 0.9 });
  });
});

describe("ASSET_OWNER_RATE", () => {
  it("asks for owner and operator both", () => {
    const { operator: _, ...unnamed } = owned("b", "ap");
    const campus = { devices: [owned("a", "ap"), unnamed] };
    expect(plain(fed("ASSET_OWNER_RATE", { campus, samples: [] }))).toMatchObject({ value: 0.5, denominator: 2 });
  });

  it("of a school without a device is not known", () => {
    expect(fed("ASSET_OWNER_RATE", { campus: {}, samples: [] }).enough).toBe(false);
  });
});

describe("CODE_VALID_RATE", () => {
  it.each([
    { code: "ZC-1", valid: 2 },
    { code: "ZC-12", valid: 3 },
    { code: `${"A".repeat(31)}1`, valid: 3 },
    { code: `${"A".repeat(32)}1`, valid: 2 },
    { code: "ABCDE", valid: 2 },
    { code: "zc-12", valid: 2 },
    { code: "待补12345", valid: 2 },
  ])("with $code beside the school's and another right code has $valid of 3", ({ code, valid }) => {
    const value = fed("CODE_VALID_RATE", { campus: two({ assetCode: code }), samples: [] });
    expect(plain(value)).toMatchObject({ numerator: valid, denominator: 3 });
  });

  it("takes a code that two devices have, or none has, for not valid", () => {
    const same = { assetCode: "ZC-0001" };
    expect(plain(fed("CODE_VALID_RATE", { campus: two(same, same), samples: [] }))).toMatchObject({ numerator: 1 });
    const { assetCode: _, ...without } = owned("c", "ap");
    expect(plain(fed("CODE_VALID_RATE", { campus: { devices: [without] }, samples: [] })).value).toBe(0.5);
  });
});
