import { describe, expect, it } from "vitest";
import { partsOf } from "./parts.ts";

const CUTTING = { min: 200, max: 1_000, everyLines: 10 };
const lines = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, i) => `device-${from + i},school-${(from + i) % 7},ap,room ${(from + i) * 7919}\n`,
  );
const bytes = (text: string) => Buffer.from(text, "utf8");
const cut = (text: string) => partsOf(bytes(text), CUTTING).map((part) => Buffer.from(part).toString("utf8"));

describe("the parts of a text", () => {
  it.each([
    { what: "nothing", text: "" },
    { what: "one line without an end", text: "a,b,c" },
    { what: "lines", text: lines(0, 500).join("") },
    { what: "lines without a last end", text: lines(0, 500).join("").trimEnd() },
    { what: "one line that is longer than a part", text: "x".repeat(3_500) },
    { what: "a long line between others", text: `a\n${"学".repeat(900)}\nb\n` },
    { what: "empty lines", text: "\n".repeat(5_000) },
  ])("together are the text: $what", ({ text }) => {
    const parts = partsOf(bytes(text), CUTTING);
    expect(Buffer.concat(parts).toString("utf8")).toBe(text);
    for (const part of parts) expect(part.length).toBeGreaterThan(0);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(CUTTING.max);
  });

  it("end with lines", () => {
    for (const part of cut(lines(0, 500).join(""))) expect(part.endsWith("\n")).toBe(true);
  });

  it.each([
    { what: "a changed line", change: (all: string[]) => [...all.slice(0, 2_500), "other\n", ...all.slice(2_501)] },
    {
      what: "a line more",
      change: (all: string[]) => [...all.slice(0, 2_500), "device-new,other\n", ...all.slice(2_500)],
    },
    { what: "a line less", change: (all: string[]) => [...all.slice(0, 2_500), ...all.slice(2_501)] },
    { what: "a line more at the begin", change: (all: string[]) => ["device-new,other\n", ...all] },
    { what: "a line more at the end", change: (all: string[]) => [...all, "device-new,other\n"] },
  ])("are the same but for a few after $what", ({ change }) => {
    const all = lines(0, 5_000);
    const before = new Set(cut(all.join("")));
    expect(before.size).toBeGreaterThan(200);
    const fresh = cut(change(all).join("")).filter((part) => !before.has(part));
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.length).toBeLessThanOrEqual(5);
  });
});
