import { describe, expect, it } from "vitest";
import {
  DATA_SECURITY_CAPABILITIES,
  dataSecurityCapabilities,
  dockingStatus,
  drillCount,
  mlpsFiled,
} from "./security.ts";
import { plain } from "./value.ts";

const HOUR = 3_600_000;
const AS_OF_MS = 1_000 * 24 * HOUR;
const AS_OF = 20_000;

describe("DOCKING_STATUS", () => {
  it.each([
    { ageMs: 0, value: 1 },
    { ageMs: 24 * HOUR, value: 1 },
    { ageMs: 24 * HOUR + 1, value: 0.5 },
    { ageMs: 168 * HOUR, value: 0.5 },
    { ageMs: 168 * HOUR + 1, value: 0.25 },
  ])("is $value $ageMs ms after the last success", ({ ageMs, value }) => {
    const status = dockingStatus({ configured: true, lastSuccessAtMs: AS_OF_MS - ageMs }, AS_OF_MS);
    expect(plain(status)).toEqual({ value, lo: value, hi: value });
  });

  it("is 0 without docking, 0.25 before the first success, and not known where nobody knows", () => {
    expect(plain(dockingStatus({ configured: false }, AS_OF_MS)).value).toBe(0);
    expect(plain(dockingStatus({ configured: true }, AS_OF_MS)).value).toBe(0.25);
    expect(plain(dockingStatus(undefined, AS_OF_MS))).toEqual({ lo: 0, hi: 1 });
  });
});

describe("MLPS_FILED", () => {
  const system = (assessedUntil: number, more = {}) => ({ id: "s", graded: true, filed: true, assessedUntil, ...more });

  it.each([
    { assessedUntil: AS_OF - 1, value: 0 },
    { assessedUntil: AS_OF, value: 1 },
    { assessedUntil: AS_OF + 1, value: 1 },
  ])("is $value with an assessment until $assessedUntil", ({ assessedUntil, value }) => {
    expect(plain(mlpsFiled([system(assessedUntil)], true, AS_OF)).value).toBe(value);
  });

  it("asks for all three", () => {
    const never = { id: "s", graded: true, filed: true };
    const systems = [system(AS_OF), system(AS_OF, { graded: false }), system(AS_OF, { filed: false }), never];
    expect(plain(mlpsFiled(systems, true, AS_OF))).toMatchObject({ value: 0.25, numerator: 1, denominator: 4 });
  });

  it("needs a signed list with a system in it", () => {
    const value = mlpsFiled([system(AS_OF)], false, AS_OF);
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "list_not_signed", count: 1 }] });
    expect(plain(value)).toMatchObject({ lo: 0, hi: 1 });
    expect(mlpsFiled([], true, AS_OF).enough).toBe(false);
  });
});

describe("DRILL_COUNT", () => {
  it.each([
    { daysAgo: -1, drills: 0 },
    { daysAgo: 0, drills: 1 },
    { daysAgo: 364, drills: 1 },
    { daysAgo: 365, drills: 0 },
  ])("counts a drill $daysAgo days ago as $drills", ({ daysAgo, drills }) => {
    const { drills: value, score } = drillCount([{ day: AS_OF - daysAgo, attached: true }], AS_OF);
    expect(plain(value)).toEqual({ value: drills, lo: drills, hi: drills });
    expect(score?.toNumber()).toBe(drills);
  });

  it("is worth no more than one, and leaves out what has no record", () => {
    const drills = [true, true, false].map((attached) => ({ day: AS_OF, attached }));
    const { drills: value, score } = drillCount(drills, AS_OF);
    expect(plain(value)).toEqual({ value: 2, lo: 2, hi: 3 });
    expect(value.reasons).toEqual([{ reason: "no_attachment", count: 1 }]);
    expect(score?.toNumber()).toBe(1);
  });

  it("is not known where nobody keeps records", () => {
    const { drills, score } = drillCount(undefined, AS_OF);
    expect([drills.enough, score]).toEqual([false, undefined]);
  });
});

describe("DATA_SEC_CAP", () => {
  const none = { yes: 0, no: 0, unknown: 0 };
  const systems = {
    access_control: { yes: 3, no: 1, unknown: 0 },
    situation_awareness: { yes: 0, no: 4, unknown: 0 },
    interface_audit: { yes: 3, no: 0, unknown: 1 },
    masking: none,
    encryption: { yes: 4, no: 0, unknown: 0 },
    watermark: none,
  };

  it("has six capabilities, one by one", () => {
    const values = dataSecurityCapabilities(systems, true);
    expect(DATA_SECURITY_CAPABILITIES.map((name) => plain(values[name]).value)).toEqual([
      0.75,
      0,
      undefined,
      undefined,
      1,
      undefined,
    ]);
    expect(plain(values.interface_audit)).toMatchObject({ lo: 0.75, hi: 1 });
  });

  it("needs a signed list", () => {
    const { access_control: value } = dataSecurityCapabilities(systems, false);
    expect(value).toMatchObject({ enough: false, reasons: [{ reason: "list_not_signed", count: 1 }] });
    expect(plain(value)).toMatchObject({ lo: 0, hi: 1 });
  });
});
