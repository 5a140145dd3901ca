import { describe, expect, it } from "vitest";
import { BENCHES, parseArguments } from "./arguments.ts";

describe("parseArguments", () => {
  it.each([
    { words: ["snmp"], isQuick: false, isJson: false },
    { words: ["snmp", "--quick"], isQuick: true, isJson: false },
    { words: ["--json", "snmp"], isQuick: false, isJson: true },
    { words: ["snmp", "--json", "--quick"], isQuick: true, isJson: true },
  ])("reads $words", ({ words, isQuick, isJson }) => {
    expect(parseArguments(words)).toEqual({ kind: "run", arguments: { bench: "snmp", isQuick, isJson } });
  });

  it.each([
    { case: "a measurement that does not exist", words: ["weather"], named: "weather" },
    { case: "no measurement", words: [], named: "no measurement" },
    { case: "two at a time", words: ["snmp", "snmp"], named: "one measurement" },
    { case: "an unknown option", words: ["snmp", "--fast"], named: "--fast" },
  ])("refuses $case and lists what there is", ({ words, named }) => {
    const parsed = parseArguments(words);
    const message = parsed.kind === "refused" ? parsed.message : "";
    expect(message).toContain(named);
    for (const bench of BENCHES) expect(message).toContain(bench);
  });
});
