import { describe, expect, it } from "vitest";
import { assetOwnerRate, codeValidRate, configChangeTrace, dataQuality, securityMonitorUptime } from "./assets.ts";
import { plain } from "./value.ts";

describe.each([
  { name: "ASSET_OWNER_RATE", of: assetOwnerRate },
  { name: "CODE_VALID_RATE", of: codeValidRate },
  { name: "SEC_MONITOR_UPTIME", of: securityMonitorUptime },
  { name: "CONFIG_CHANGE_TRACE", of: configChangeTrace },
])("$name", ({ name, of }) => {
  it("is a part by the whole", () => {
    const value = of({ part: 3, whole: 4 });
    expect(plain(value)).toEqual({ value: 0.75, lo: 0.75, hi: 0.75, numerator: 3, denominator: 4 });
    expect(value).toMatchObject({ id: name, enough: true, reasons: [] });
  });

  it("needs one at least", () => {
    expect(of({ part: 0, whole: 1 })).toMatchObject({ enough: true });
    expect(of({ part: 0, whole: 0 })).toMatchObject({ enough: false, reasons: [{ reason: "nothing_registered" }] });
  });
});

describe("DATA_QUALITY", () => {
  const all = { complete: { part: 90, whole: 100 }, timely: { part: 80, whole: 90 }, valid: { part: 81, whole: 90 } };

  it("is 0.4 of completeness, 0.3 of timeliness, 0.3 of validity", () => {
    const value = dataQuality(all);
    expect(plain(value)).toEqual({ value: 269 / 300, lo: 269 / 300, hi: 269 / 300 });
    expect(value.parts).toMatchObject([{ id: "completeness", weight: 40 }, { id: "timeliness" }, { id: "validity" }]);
  });

  it("is not known while one of them is not", () => {
    const { timely: _, ...rest } = all;
    expect(plain(dataQuality(rest))).toEqual({ lo: 0.63, hi: 0.93 });
    expect(dataQuality({ ...all, valid: { part: 0, whole: 0 } }).enough).toBe(false);
  });
});
