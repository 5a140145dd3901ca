import { describe, expect, it } from "vitest";
import { plain } from "../indicators/value.ts";
import type { Level, NetworkLevel } from "./level.ts";
import { type Member, type Population, populationSupport, singleStack } from "./populations.ts";

const members = (population: Population, yes: number, no: number, unknown: number): Member[] =>
  [
    ...Array<boolean>(yes).fill(true),
    ...Array<boolean>(no).fill(false),
    ...Array<undefined>(unknown).fill(undefined),
  ].map((supports, i) => ({ population, id: `${population}-${i}`, ...(supports !== undefined && { supports }) }));
const of = (population: Population, all: readonly Member[]) => {
  const found = populationSupport(all).find((one) => one.population === population);
  return {
    enough: found?.enough,
    share: found?.share?.toNumber(),
    lo: found?.lo.toNumber(),
    hi: found?.hi.toNumber(),
    full: found?.full,
  };
};
const level = (proved: Level, possible: Level = proved): NetworkLevel => ({ proved, possible, missing: [], gates: [] });

describe("populations", () => {
  it("are never mixed", () => {
    const all = [
      ...members("regional_network", 3, 1, 0),
      ...members("website", 1, 1, 0),
      ...members("school_network", 0, 9, 0),
    ];
    expect(of("regional_network", all)).toEqual({ enough: true, share: 0.75, lo: 0.75, hi: 0.75, full: false });
    expect(of("website", all)).toEqual({ enough: true, share: 0.5, lo: 0.5, hi: 0.5, full: false });
    expect(of("school_network", all)).toMatchObject({ share: 0, full: false });
  });

  it("without members are not known", () => {
    expect(of("campus_network", [])).toEqual({ enough: false, share: undefined, lo: 0, hi: 1, full: undefined });
    expect(populationSupport([]).map(({ reasons }) => reasons)).toContainEqual([
      { reason: "nothing_registered", count: 1 },
    ]);
  });

  it.each([
    { case: "at 80 % known", yes: 8, unknown: 2, share: 1, full: undefined },
    { case: "under it", yes: 79, unknown: 21, share: undefined, full: undefined },
    { case: "over it", yes: 81, unknown: 19, share: 1, full: undefined },
    { case: "all known", yes: 10, unknown: 0, share: 1, full: true },
  ])("print their share $case", ({ yes, unknown, share, full }) => {
    expect(of("website", members("website", yes, 0, unknown))).toMatchObject({
      share,
      full,
      lo: yes / (yes + unknown),
      hi: 1,
    });
  });

  it("are full only when every member is, and are not when one is not", () => {
    expect(of("website", members("website", 99, 1, 0)).full).toBe(false);
    expect(of("website", members("website", 0, 1, 99)).full).toBe(false);
  });
});

describe("networks without IPv4", () => {
  it("are counted where they are proved, and bounded by those that may be", () => {
    const value = singleStack([level(4), level(3, 4), level(3), level(0, 2)]);
    expect(plain(value)).toEqual({ value: 1, lo: 1, hi: 2 });
    expect(value).toMatchObject({
      id: "IPV6_SINGLE_STACK",
      enough: true,
      reasons: [{ reason: "unknown_item", count: 1 }],
    });
  });

  it("are none among known networks, and not known without any network", () => {
    expect(plain(singleStack([level(2)]))).toEqual({ value: 0, lo: 0, hi: 0 });
    expect(singleStack([])).toMatchObject({ enough: false });
    expect(plain(singleStack([]))).toEqual({ lo: 0 });
  });
});
