import { describe, expect, it } from "vitest";
import { type CommunitySources, gatherCommunities } from "./communities.ts";

const NONE: CommunitySources = { given: [], configured: [] };
const gather = (sources: Partial<CommunitySources>, tryDefaults = false) =>
  gatherCommunities({ ...NONE, ...sources }, tryDefaults);
const values = (sources: Partial<CommunitySources>, tryDefaults = false) =>
  gather(sources, tryDefaults).own.map(({ value }) => value);

describe("communities", () => {
  it("are taken from options, file, environment and configuration, each once", () => {
    const fileText = "\ufeff# of the library\nb \r\n\nc\n  \n";
    expect(values({ given: ["a"], fileText, environment: " c , d,", configured: ["d", "e"] })).toEqual([..."abcde"]);
  });

  it("are named by their place, so that drafts need not show them", () => {
    expect(gather({ given: ["a", "b"] }).own).toEqual([
      { value: "a", reference: "CAMPANILE_COMMUNITY_1" },
      { value: "b", reference: "CAMPANILE_COMMUNITY_2" },
    ]);
  });

  it("must be given, and the message says how", () => {
    const refused = expect.objectContaining({
      code: "COMMUNITIES_MISSING",
      message: expect.stringMatching(/--community-file.*--config.*CAMPANILE_COMMUNITIES.*--try-defaults/),
    });
    expect(() => gather({})).toThrow(refused);
    expect(() => gather({ fileText: "# none\n" })).toThrow(refused);
  });

  it("of the makers are tried only when that is asked for", () => {
    expect(gather({ given: ["a"] }).defaults).toEqual([]);
    expect(gather({}, true)).toMatchObject({ own: [], defaults: [{ value: "public" }, { value: "private" }] });
  });

  it("are at most five a device, the default ones included", () => {
    expect(values({ given: [..."abcde"] })).toHaveLength(5);
    expect(() => gather({ given: [..."abcdef"] })).toThrow(expect.objectContaining({ code: "COMMUNITIES_TOO_MANY" }));
    expect(values({ given: [..."abc"] }, true)).toHaveLength(3);
    expect(() => gather({ given: [..."abcd"] }, true)).toThrow(
      expect.objectContaining({ code: "COMMUNITIES_TOO_MANY" }),
    );
  });

  it("of a configuration are tried by use, as many as there is room for", () => {
    const configured = ["a", ..."bb", ..."ccc", ..."dd", ..."ee", ..."ff"];
    const { own, leftOut } = gather({ configured });
    expect(own.map(({ value }) => value)).toEqual([..."cbdef"]);
    expect(leftOut).toBe(1);
  });
});
