import { describe, expect, it } from "vitest";
import { onLine, shortDigest, valueText } from "./indicator-text.ts";

describe("valueText", () => {
  it.each([
    { unit: "0–1", value: 0.94444, text: "94.4%" },
    { unit: "0–100", value: 81.63, text: "81.6" },
    { unit: "n", value: 3, text: "3" },
    { unit: "0..", value: 0.0952, text: "0.0952" },
    { unit: "years", value: 6.5, text: "6.5 years" },
    { unit: "min", value: 12.3456, text: "12.346 min" },
  ])("$value in $unit is $text", ({ unit, value, text }) => {
    expect(valueText(unit, value)).toBe(text);
  });
});

describe("onLine", () => {
  it("places shares and points", () => {
    expect(onLine("0–1", 0.5)).toBe(0.5);
    expect(onLine("0–100", 85)).toBe(0.85);
  });

  it("has no place for what is absent or has no line", () => {
    expect(onLine("0–1", undefined)).toBeUndefined();
    expect(onLine("years", 6)).toBeUndefined();
  });
});

describe("shortDigest", () => {
  it("keeps the first twelve digits", () => {
    expect(shortDigest("0123456789abcdef")).toBe("0123456789ab");
  });
});
