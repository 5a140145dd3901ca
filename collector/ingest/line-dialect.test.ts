import { describe, expect, it } from "vitest";
import { type Dialect, OWN_DIALECT } from "./line-head.ts";
import { LineParser } from "./line-parser.ts";
import type { LineFields } from "./line-reader.ts";
import type { Times } from "./line-time.ts";

const LOOSE: Dialect = { ...OWN_DIALECT, loosensTexts: true, tellsIntegers: true };
const RECEIVED: Times = { precision: "ms", missingMs: 99 };

function parsed(text: string, dialect: Dialect = LOOSE) {
  const lines: unknown[] = [];
  let headsRead = 0;
  const parser = new LineParser<string, string>(
    {
      head: (measurement) => {
        headsRead++;
        return measurement;
      },
      field: (_head, name) => name,
      line: (line, head, fields, atMs) => lines.push([line, head, valuesOf(fields), atMs]),
      refuse: (line, code) => lines.push([line, code]),
    },
    dialect,
  );
  parser.parse(Buffer.from(text), dialect === OWN_DIALECT ? undefined : RECEIVED);
  return { lines, headsRead };
}

function valuesOf({ count, meaning, kind, number, text, isInteger }: LineFields<string>) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      meaning[i],
      kind[i] === "text" ? text[i] : isInteger[i] ? `${number[i]}i` : number[i],
    ]),
  );
}

describe("lines of others", () => {
  it("may have no time", () => {
    expect(parsed("a v=1\nb v=1 \nc v=1 5").lines).toEqual([
      [1, "a", { v: 1 }, 99],
      [2, "b", { v: 1 }, 99],
      [3, "c", { v: 1 }, 5],
    ]);
  });

  it("say which numbers are integers", () => {
    expect(parsed("a v=42i,w=42u,x=42,y=-7i,z=true").lines).toEqual([
      [1, "a", { v: "42i", w: "42i", x: 42, y: "-7i", z: 1 }, 99],
    ]);
  });

  it("may have texts of several lines, and are counted on by line protocol's lines", () => {
    expect(parsed('a t="one\r\ntwo\nthree",v=1 5\r\nb v=2 6\nwrong\n').lines).toEqual([
      [1, "a", { t: "one\r\ntwo\nthree", v: 1 }, 5],
      [2, "b", { v: 2 }, 6],
      [3, "LINE_SYNTAX"],
    ]);
  });

  it("lose only one line to a text without an end", () => {
    expect(parsed('a t="open 1\nb v=2 6').lines).toEqual([
      [1, "LINE_SYNTAX"],
      [2, "b", { v: 2 }, 6],
    ]);
  });

  it("lose only one line to a text that is too long, whatever stands behind it", () => {
    const { lines } = parsed(`a t="${"x".repeat(40)}\n${"y".repeat(40)}" 5\nb v=2 6`, { ...LOOSE, maxTextBytes: 50 });
    expect(lines.at(0)).toEqual([1, "LINE_SYNTAX"]);
    expect(lines.at(-1)).toEqual([3, "b", { v: 2 }, 6]);
  });

  it("have as many fields, and heads as long, as their dialect allows", () => {
    const line = `${"m".repeat(20)} a=1,b=2,c=3 5`;
    expect(parsed(line, { ...LOOSE, maxFields: 3, maxHeadBytes: 20 }).lines).toHaveLength(1);
    expect(parsed(line, { ...LOOSE, maxFields: 2 }).lines).toEqual([[1, "LINE_SYNTAX"]]);
    expect(parsed(line, { ...LOOSE, maxHeadBytes: 19 }).lines).toEqual([[1, "LINE_SYNTAX"]]);
  });

  it("are remembered within their bytes only, and read rightly also when forgotten", () => {
    const text = ["a v=1 1", "b v=2 2", "a v=3 3", "b w=4,v=5 4"].join("\n");
    const remembering = parsed(text);
    const forgetting = parsed(text, { ...LOOSE, maxRememberedBytes: 1 });
    expect(forgetting.lines).toEqual(remembering.lines);
    expect(remembering.headsRead).toBe(2);
    expect(forgetting.headsRead).toBeGreaterThan(2);
  });

  it("of agents stay strict", () => {
    expect(parsed('a t="one\ntwo" 5', OWN_DIALECT).lines).toEqual([
      [1, "LINE_SYNTAX"],
      [2, "LINE_SYNTAX"],
    ]);
    expect(parsed("a v=1", OWN_DIALECT).lines).toEqual([[1, "TIMESTAMP_MISSING"]]);
  });
});
