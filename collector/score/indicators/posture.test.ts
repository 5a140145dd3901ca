import { describe, expect, it } from "vitest";
import { POSTURE_WEIGHTS, type PostureObservations, securityPosture } from "./posture.ts";
import { plain } from "./value.ts";

const all = (yes: number, no = 0, unknown = 0) => ({ yes, no, unknown });
const FULL: PostureObservations = {
  communities: { refused: 10, readable: 0, writable: 0, untested: 0 },
  snmpV3: all(10),
  links: [{ tls: true, certificateDays: 90 }],
  managementClosed: all(10),
  firmware: [{ known: true, endOfSupport: false }],
  newDevices: [{ done: true, teachingDays: 1 }],
  agentClocks: [0.2],
  deviceClocks: [-12],
  rogues: [],
  drifts: [{ done: true, teachingDays: 2 }],
  logDays: 365,
  iotSegmented: all(10),
};
const without = (...names: (keyof PostureObservations)[]): PostureObservations =>
  Object.fromEntries(Object.entries(FULL).filter(([name]) => !names.some((one) => one === name)));
const check = (seen: PostureObservations, id: string) =>
  securityPosture(seen).score.parts.find((part) => part.id === id);
const worth = (seen: PostureObservations, id: string) => check(seen, id)?.value?.toNumber();

describe("SEC_POSTURE", () => {
  it("has weights that come to 100, and 100 points where all is well", () => {
    expect(Object.values(POSTURE_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBe(100);
    const { score, critical } = securityPosture(FULL);
    expect(score.parts.map(({ id, weight }) => [id, weight])).toEqual(Object.entries(POSTURE_WEIGHTS));
    expect(plain(score)).toEqual({ value: 100, lo: 100, hi: 100, numerator: 100, denominator: 100 });
    expect(critical).toBe(0);
  });

  it.each([
    { missing: ["communities", "snmpV3"], known: 70, enough: true },
    { missing: ["communities", "agentClocks", "deviceClocks"], known: 75, enough: true },
    { missing: ["communities", "snmpV3", "logDays"], known: 65, enough: false },
  ] satisfies { missing: (keyof PostureObservations)[]; known: number; enough: boolean }[])(
    "is printed from 70 points of known weight on, has $known",
    ({ missing, known, enough }) => {
      const { score } = securityPosture(without(...missing));
      expect(score.enough).toBe(enough);
      expect(plain(score)).toMatchObject({ lo: known, hi: 100, denominator: known });
    },
  );

  it("of nothing is not known", () => {
    expect(plain(securityPosture({}).score)).toEqual({ lo: 0, hi: 100, numerator: 0, denominator: 0 });
  });
});

describe("S1", () => {
  it.each([
    { case: "one answers", test: { refused: 9, readable: 1, writable: 0, untested: 0 }, value: 0, critical: 0 },
    { case: "one lets write", test: { refused: 9, readable: 0, writable: 1, untested: 0 }, value: 0, critical: 1 },
    {
      case: "one answers of few tested",
      test: { refused: 0, readable: 1, writable: 0, untested: 9 },
      value: 0,
      critical: 0,
    },
    { case: "80 % tested", test: { refused: 8, readable: 0, writable: 0, untested: 2 }, value: 1, critical: 0 },
    {
      case: "fewer tested",
      test: { refused: 7, readable: 0, writable: 0, untested: 2 },
      value: undefined,
      critical: 0,
    },
    { case: "no device", test: { refused: 0, readable: 0, writable: 0, untested: 0 }, value: undefined, critical: 0 },
  ])("with $case is $value", ({ test, value, critical }) => {
    expect(worth({ communities: test }, "S1")).toBe(value);
    expect(securityPosture({ communities: test }).critical).toBe(critical);
  });
});

describe("the other checks at their limits", () => {
  it.each<[string, string, PostureObservations, number | undefined]>([
    ["a certificate of 30 days", "S3", { links: [{ tls: true, certificateDays: 30 }] }, 1],
    ["a certificate of 29 days", "S3", { links: [{ tls: true, certificateDays: 29 }] }, 0],
    ["a certificate of 31 days", "S3", { links: [{ tls: true, certificateDays: 31 }] }, 1],
    ["a link without TLS", "S3", { links: [{ tls: false }] }, 0],
    ["a certificate nobody read", "S3", { links: [{ tls: true }] }, undefined],
    ["firmware nobody knows", "S5", { firmware: [{ known: false }] }, 0],
    ["firmware past its support", "S5", { firmware: [{ known: true, endOfSupport: true }] }, 0],
    ["firmware in no list", "S5", { firmware: [{ known: true }] }, undefined],
    ["a device identified on day 3", "S6", { newDevices: [{ done: true, teachingDays: 3 }] }, 1],
    ["a device identified on day 4", "S6", { newDevices: [{ done: true, teachingDays: 4 }] }, 0],
    ["a device waiting for 3 days", "S6", { newDevices: [{ done: false, teachingDays: 3 }] }, undefined],
    ["a device waiting for 4 days", "S6", { newDevices: [{ done: false, teachingDays: 4 }] }, 0],
    ["an agent 1 s behind", "S7", { agentClocks: [-1] }, 1],
    ["an agent over 1 s behind", "S7", { agentClocks: [-1.001] }, 0],
    ["a device 30 s ahead", "S7", { deviceClocks: [30] }, 1],
    ["a device over 30 s ahead", "S7", { deviceClocks: [30.1] }, 0],
    ["a clock nobody read", "S7", { agentClocks: [undefined] }, undefined],
    ["a rogue open for a day", "S8", { rogues: [1] }, 1],
    ["a rogue open for longer", "S8", { rogues: [1, 2] }, 0],
    ["a drift reviewed on day 5", "S9", { drifts: [{ done: true, teachingDays: 5 }] }, 1],
    ["a drift reviewed on day 6", "S9", { drifts: [{ done: true, teachingDays: 6 }] }, 0],
    ["a drift waiting for 6 days", "S9", { drifts: [{ done: false, teachingDays: 6 }] }, 0],
    ["logs of 180 days", "S10", { logDays: 180 }, 1],
    ["logs of 179 days", "S10", { logDays: 179 }, 0],
    ["logs of 181 days", "S10", { logDays: 181 }, 1],
    ["half of IoT apart", "S11", { iotSegmented: all(5, 5) }, 0.5],
    ["80 % of SNMP known", "S2", { snmpV3: all(6, 2, 2) }, 0.75],
    ["less of SNMP known", "S2", { snmpV3: all(6, 1, 2) }, undefined],
    ["no device to manage", "S4", { managementClosed: all(0) }, undefined],
  ])("%s", (_, id, seen, value) => {
    expect(worth(seen, id)).toBe(value);
  });
});
