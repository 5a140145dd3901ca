import { describe, expect, it } from "vitest";
import { loadRegions, REGION_LEVELS } from "./regions.ts";

describe("the table of regions", () => {
  const regions = loadRegions();

  it("holds one province, 11 cities and 90 counties", () => {
    const counts = REGION_LEVELS.map((level) => regions.all().filter((region) => region.level === level).length);
    expect(counts).toEqual([1, 11, 90]);
  });

  it("is one tree below the province, every code with a name in both languages", () => {
    for (const region of regions.all()) {
      expect(regions.path(region.code).at(-1)?.code).toBe("330000");
      expect(region.name).not.toBe("");
      expect(region.nameEn).not.toBe("");
    }
    expect(regions.children("330000")).toHaveLength(11);
    expect(regions.children("330100")).toHaveLength(13);
    expect(regions.children("330106")).toEqual([]);
  });

  it("finds a county and what is above it", () => {
    expect(regions.path("330106").map(({ nameEn }) => nameEn)).toEqual(["Xihu District", "Hangzhou", "Zhejiang"]);
  });

  it("knows nothing of a code that has gone", () => {
    expect(regions.region("330103")).toBeUndefined();
    expect(regions.path("330103")).toEqual([]);
    expect(regions.children("330103")).toEqual([]);
  });
});
