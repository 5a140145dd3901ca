import { describe, expect, it } from "vitest";
import { Exact } from "../exact.ts";
import { loadGroups } from "./groups.ts";
import { type PilotCall, type PilotEntry, pilotShare } from "./pilot-share.ts";

const groups = loadGroups();
const share = (entries: readonly PilotEntry[], changes: Partial<PilotCall> = {}) =>
  pilotShare({ entries, registryComplete: true, group: "mountain26", ...changes }, groups, []);
const county = (code: string, appliedOn = "2022-05-10"): PilotEntry => ({
  id: `${code} ${appliedOn}`,
  county: code,
  appliedOn,
});
const school = (id: string, placeClass?: string): PilotEntry => ({
  id,
  county: "330106",
  appliedOn: "2022-05-10",
  school: {
    id,
    county: "330106",
    ...(placeClass !== undefined && { placeClass: { code: placeClass, source: "registry" } }),
  },
});

describe("PILOT_SHARE", () => {
  it("counts mountain counties and rural schools of all entries of the call", () => {
    const result = share([
      county("330127"),
      school("rural", "220"),
      school("urban", "111"),
      county("330106"),
      county("330108"),
    ]);
    expect(result).toMatchObject({
      status: "value",
      fromGroup: ["330127 2022-05-10", "rural"],
      entries: 5,
      unknown: [],
    });
    expect(result.status === "value" && result.value.toNumber()).toBe(0.4);
  });

  it.each([
    { mountain: 4, others: 17, reaches: false },
    { mountain: 4, others: 16, reaches: true },
    { mountain: 4, others: 15, reaches: true },
  ])("$mountain of $mountain + $others reaches 20 %: $reaches", ({ mountain, others, reaches }) => {
    const rows = [...Array(mountain).fill("330127"), ...Array(others).fill("330106")];
    const result = share(rows.map((code, i) => ({ ...county(code), id: `${i}` })));
    expect(result.status === "value" && result.value.isAtLeast(Exact.of(0.2))).toBe(reaches);
  });

  it("asks the lists of the day of application", () => {
    const of = (code: string, appliedOn: string) => share([county(code, appliedOn)]).lo.toNumber();
    expect([of("330326", "2024-07-31"), of("330326", "2024-09-01")]).toEqual([1, 0]);
    expect([of("330305", "2024-07-31"), of("330305", "2024-09-01")]).toEqual([0, 1]);
  });

  it("gives only bounds when an entry is not known, and says why", () => {
    const { appliedOn, ...undated } = county("330127");
    const result = share([undated, school("nowhere"), county("330127"), county("330106")]);
    expect(result).toMatchObject({
      status: "insufficient",
      reason: "flags_unknown",
      unknown: [
        { id: undated.id, reason: "no_application_date" },
        { id: "nowhere", reason: "not_classified" },
      ],
    });
    expect([result.lo.toNumber(), result.hi.toNumber()]).toEqual([0.25, 0.75]);
    expect(result).not.toHaveProperty("value");
  });

  it("does not need the class of a school in a mountain county", () => {
    const inMountains = { ...school("nowhere"), county: "330127" };
    expect(share([inMountains])).toMatchObject({ status: "value", fromGroup: ["nowhere"] });
  });

  it("knows nothing of an incomplete registry, nor of a call without entries", () => {
    for (const result of [share([county("330127")], { registryComplete: false }), share([])]) {
      expect(result.status).toBe("insufficient");
      expect([result.lo.toNumber(), result.hi.toNumber()]).toEqual([0, 1]);
    }
  });
});
