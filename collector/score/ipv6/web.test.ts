import { describe, expect, it } from "vitest";
import { plain } from "../indicators/value.ts";
import { websiteReadiness } from "./web.ts";
import { WEBSITE_WEIGHTS, type WebsiteObservations, websiteChecks } from "./web-checks.ts";

const links = (yes: number, no: number, unknown = 0) => ({ yes, no, unknown });

const E15: WebsiteObservations = {
  hasGlobalAaaa: true,
  zoneCuts: [true],
  homeLoads: true,
  probes: { attempts: 20, successes: 19 },
  similarity: { title: 1, text: 0.93 },
  secondLevelLinks: links(36, 9),
  thirdLevelLinks: links(20, 20),
  loadTime: { v6Ms: 40, v4Ms: 40 },
  certificateValid: true,
};
const FULL: WebsiteObservations = {
  ...E15,
  probes: { attempts: 20, successes: 20 },
  secondLevelLinks: links(45, 5),
  thirdLevelLinks: links(45, 5),
};

const worth = (seen: WebsiteObservations, id: string) =>
  websiteChecks(seen)
    .find((check) => check.id === id)
    ?.value?.toNumber();
const without = (seen: WebsiteObservations, ...names: (keyof WebsiteObservations)[]): WebsiteObservations =>
  Object.fromEntries(Object.entries(seen).filter(([name]) => !names.some((one) => one === name)));

describe("E15 website", () => {
  it("comes to 89.4, below 90: not supported", () => {
    const { score, supported, gated } = websiteReadiness(E15);
    expect(score.parts.map(({ id, value }) => [id, value?.toNumber()])).toEqual([
      ["W1", 1],
      ["W2", 1],
      ["W3", 1],
      ["W4", 5 / 9],
      ["W5", 1],
      ["W6", 8 / 9],
      ["W7", 5 / 9],
      ["W8", 1],
      ["W9", 1],
    ]);
    expect(plain(score)).toEqual({ value: 805 / 9, lo: 805 / 9, hi: 805 / 9, numerator: 805 / 9, denominator: 100 });
    expect({ supported, gated }).toEqual({ supported: false, gated: false });
  });

  it("with W3 = 0 is capped at 20", () => {
    const { score, supported, gated } = websiteReadiness({ ...E15, homeLoads: false });
    expect(plain(score)).toMatchObject({ value: 20, lo: 20, hi: 20, numerator: 805 / 9 - 25 });
    expect(score.reasons).toEqual([{ reason: "gate", count: 1 }]);
    expect({ supported, gated }).toEqual({ supported: false, gated: true });
  });
});

describe("the gate", () => {
  it("takes nothing from a score below its cap", () => {
    const low = websiteReadiness({
      hasGlobalAaaa: true,
      zoneCuts: [false],
      homeLoads: false,
      probes: { attempts: 20, successes: 0 },
      similarity: { text: 0 },
      secondLevelLinks: links(0, 1),
      thirdLevelLinks: links(0, 1),
      certificateValid: true,
    });
    expect(plain(low.score)).toEqual({ value: 1500 / 95, lo: 15, hi: 20, numerator: 15, denominator: 95 });
  });

  it("that is not known leaves the score unprinted and the lower bound at the cap", () => {
    const { score, supported, gated } = websiteReadiness(without(FULL, "homeLoads"));
    expect(plain(score)).toEqual({ lo: 20, hi: 100, numerator: 75, denominator: 75 });
    expect({ enough: score.enough, supported, gated }).toEqual({
      enough: false,
      supported: undefined,
      gated: undefined,
    });
  });
});

describe("support", () => {
  it.each([
    { case: "at 90", seen: { ...FULL, thirdLevelLinks: links(0, 50) }, value: 90, supported: true },
    { case: "over it", seen: FULL, value: 100, supported: true },
    {
      case: "just under it",
      seen: { ...FULL, thirdLevelLinks: links(0, 50), probes: { attempts: 1000, successes: 989 } },
      value: 90 - 10 / 90,
      supported: false,
    },
  ])("is $supported $case", ({ seen, value, supported }) => {
    const readiness = websiteReadiness(seen);
    expect(plain(readiness.score).value).toBe(value);
    expect(readiness.supported).toBe(supported);
  });

  it("is not known below 80 points of known weight, and refused where nothing unknown could bring it to 90", () => {
    // W7 and W4 leave 80 points, W9 as well leaves 75.
    const at80 = without(FULL, "probes", "thirdLevelLinks");
    expect(websiteReadiness(at80)).toMatchObject({ score: { enough: true }, supported: true });
    const at75 = websiteReadiness(without(at80, "certificateValid"));
    expect(at75.score.enough).toBe(false);
    expect(at75.supported).toBeUndefined();
    expect(websiteReadiness({ homeLoads: false }).supported).toBe(false);
  });
});

describe("checks at their limits", () => {
  it("have weights that come to 100", () => {
    expect(Object.values(WEBSITE_WEIGHTS).reduce((sum, weight) => sum + weight, 0)).toBe(100);
    expect(websiteChecks({}).map(({ id, weight }) => [id, weight])).toEqual(Object.entries(WEBSITE_WEIGHTS));
  });

  it.each([
    { cuts: [true, true], value: 1 },
    { cuts: [true, false, undefined], value: 0 },
    { cuts: [true, undefined], value: undefined },
    { cuts: [], value: undefined },
  ])("W2 of $cuts", ({ cuts, value }) => {
    expect(worth({ zoneCuts: cuts }, "W2")).toBe(value);
  });

  it.each([
    { attempts: 19, value: undefined },
    { attempts: 20, value: 1 },
    { attempts: 21, value: 1 },
  ])("W4 of $attempts probes", ({ attempts, value }) => {
    expect(worth({ probes: { attempts, successes: attempts } }, "W4")).toBe(value);
  });

  it.each([
    { similarity: { title: 0.9, text: 0.9 }, value: 1 },
    { similarity: { title: 0.9, text: 0.89 }, value: 0 },
    { similarity: { title: 0.91, text: 0.91 }, value: 1 },
    { similarity: { title: 0.95 }, value: undefined },
    { similarity: { title: 0.5 }, value: 0 },
  ])("W5 of $similarity", ({ similarity, value }) => {
    expect(worth({ similarity }, "W5")).toBe(value);
  });

  it.each([
    { yes: 44, value: 44 / 45 },
    { yes: 45, value: 1 },
    { yes: 46, value: 1 },
  ])("W6 of $yes of 50 links", ({ yes, value }) => {
    expect(worth({ secondLevelLinks: links(yes, 50 - yes) }, "W6")).toBe(value);
    expect(worth({ thirdLevelLinks: links(yes, 50 - yes) }, "W7")).toBe(value);
  });

  it("W7 of a site without a third level is not known, not 0", () => {
    expect(worth({ thirdLevelLinks: links(0, 0) }, "W7")).toBeUndefined();
    expect(worth({ thirdLevelLinks: links(0, 1) }, "W7")).toBe(0);
  });
});
