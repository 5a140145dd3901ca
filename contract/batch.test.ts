import { describe, expect, it } from "vitest";
import { MAX_PARTS, parseParts, partsText, userAgent, versionIn } from "./batch.ts";

describe("the parts of a body", () => {
  it("are written and read back", () => {
    const parts = [
      { sequence: 17, bytes: 3_001 },
      { sequence: 18, bytes: 2_990 },
      { sequence: 999_999_999_999_999, bytes: 1 },
    ];
    expect(parseParts(partsText(parts))).toEqual(parts);
  });

  it("are at most so many", () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ sequence: i + 1, bytes: 1 }));
    expect(parseParts(partsText(many(MAX_PARTS)))).toHaveLength(MAX_PARTS);
    expect(parseParts(partsText(many(MAX_PARTS + 1)))).toBeUndefined();
  });

  it.each(["", "1", "1:", ":1", "0:1", "1:0", "01:1", "1:1,", "1:1 2:1", "2:1,1:1", "1:1,1:1", "1:1e3", "-1:1"])(
    "are not %j",
    (text) => {
      expect(parseParts(text)).toBeUndefined();
    },
  );
});

describe("the version of an agent's program", () => {
  it("is written and read back", () => {
    expect(versionIn(userAgent("1.2.3-rc.1+5"))).toBe("1.2.3-rc.1+5");
  });

  it.each([
    undefined,
    "",
    "curl/8.5.0",
    "campanile-agent/",
    "campanile-agent/1 extra",
    `campanile-agent/${"9".repeat(65)}`,
  ])("is not in %j", (header) => {
    expect(versionIn(header)).toBeUndefined();
  });
});
