import { describe, expect, it } from "vitest";
import type { FactName } from "../../contract/reading.ts";
import type { ValueRule } from "../profiles/profile.ts";
import { parseOid } from "../snmp/oid.ts";
import type { SnmpValue } from "../snmp/value.ts";
import { decodeText, readNumber, readText } from "./snmp-value.ts";

const RULE: ValueRule = { oid: parseOid("1.3.6.1"), unknown: new Set(), multiplyBy: 1, divideBy: 1, plus: 0 };

/** Bytes as a value holds them. */
const octets = (...bytes: number[]) => Buffer.from(bytes).toString("latin1");
const utf8 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

describe("readNumber", () => {
  it.each<{ case: string; rule: Partial<ValueRule>; raw: SnmpValue | undefined; want: unknown }>([
    { case: "nothing", rule: {}, raw: undefined, want: "unknown" },
    { case: "zero", rule: {}, raw: 0, want: 0 },
    { case: "a percentage", rule: { divideBy: 100 }, raw: 57, want: 0.57 },
    { case: "dBm in a byte without its sign", rule: { plus: -256 }, raw: 161, want: -95 },
    { case: "dBm without its sign", rule: { convert: "negate" }, raw: 95, want: -95 },
    { case: "the number in a text", rule: { pattern: /^(\d+)/ }, raw: "116E", want: 116 },
    { case: "2.4 GHz", rule: { convert: "megahertzToChannel" }, raw: 2_472, want: 13 },
    { case: "the last channel of 2.4 GHz", rule: { convert: "megahertzToChannel" }, raw: 2_484, want: 14 },
    { case: "5 GHz", rule: { convert: "megahertzToChannel" }, raw: 5_180, want: 36 },
    { case: "the last channel of 5 GHz", rule: { convert: "megahertzToChannel" }, raw: 5_885, want: 177 },
    { case: "6 GHz", rule: { convert: "megahertzToChannel" }, raw: 6_215, want: 53 },
    ...[2_406, 5_190, 5_780, 5_890, 58_320, 0].map((raw) => ({
      case: `${raw} MHz, where no channel of 20 MHz is`,
      rule: { convert: "megahertzToChannel" } as const,
      raw,
      want: "unknown",
    })),
    { case: "the odd channel of 6 GHz", rule: { convert: "megahertzToChannel" }, raw: 5_935, want: 2 },
    { case: "a number as text", rule: {}, raw: "3.7", want: 3.7 },
    { case: "a negative number as text with a line end", rule: {}, raw: "-95\n", want: -95 },
    { case: "an empty text", rule: {}, raw: "", want: "unknown" },
    { case: "a text that is no number", rule: {}, raw: "11/36", want: "refused" },
    { case: "255 that means not known", rule: { unknown: new Set(["255"]) }, raw: 255, want: "unknown" },
    { case: "254 beside it", rule: { unknown: new Set(["255"]) }, raw: 254, want: 254 },
    { case: "100 where more means none", rule: { unknownAbove: 100 }, raw: 100, want: 100 },
    { case: "101 where more means none", rule: { unknownAbove: 100 }, raw: 101, want: "unknown" },
    { case: "a state that is listed", rule: { values: new Map([["8", 1]]) }, raw: 8, want: 1 },
    { case: "a state that is not listed", rule: { values: new Map([["8", 1]]) }, raw: 4, want: "unknown" },
    { case: "a state as text", rule: { values: new Map([["Connect", 1]]) }, raw: "Connect\u0000", want: 1 },
    {
      case: "a state of another controller",
      rule: { values: new Map([["11", "elsewhere"]]) },
      raw: 11,
      want: "elsewhere",
    },
    { case: "100 mW", rule: { convert: "milliwattToDbm" }, raw: 100, want: 20 },
    { case: "50 mW", rule: { convert: "milliwattToDbm" }, raw: 50, want: 16.99 },
  ])("reads $case", ({ rule, raw, want }) => {
    const reading = readNumber({ ...RULE, ...rule }, raw);
    expect(reading.kind === "number" ? reading.value : reading.kind).toBe(want);
  });
});

describe("readText", () => {
  it.each<{ case: string; fact: FactName; rule?: Partial<ValueRule>; raw: SnmpValue; want: string | undefined }>([
    { case: "a text with NUL and blanks", fact: "firmware", raw: " 1.0.25.41\u0000 \r\n", want: "1.0.25.41" },
    { case: "a text in UTF-8", fact: "name", raw: utf8("教学楼 3"), want: "教学楼 3" },
    { case: "a text in GB 18030", fact: "name", raw: octets(0xbd, 0xcc, 0xca, 0xd2, 0x31), want: "教室1" },
    { case: "a text of blanks", fact: "name", raw: "  ", want: undefined },
    {
      case: "a MAC of six bytes",
      fact: "mac",
      raw: octets(0x50, 0x6f, 0x77, 0xea, 0xdc, 0xa0),
      want: "50:6f:77:ea:dc:a0",
    },
    { case: "a MAC as text", fact: "mac", raw: "506F-77EA-DCA0", want: "50:6f:77:ea:dc:a0" },
    { case: "a MAC of zeros", fact: "mac", raw: octets(0, 0, 0, 0, 0, 0), want: undefined },
    { case: "a text that is no MAC", fact: "mac", raw: "none", want: undefined },
    { case: "an address", fact: "address", raw: "10.1.2.3", want: "10.1.2.3" },
    { case: "an address of four bytes", fact: "address", raw: octets(10, 1, 2, 3), want: "10.1.2.3" },
    {
      case: "an address that means none",
      fact: "address",
      rule: { unknown: new Set(["255.255.255.255"]) },
      raw: "255.255.255.255",
      want: undefined,
    },
    { case: "a number", fact: "serial", raw: 4711, want: "4711" },
    {
      case: "the part wanted",
      fact: "model",
      rule: { pattern: /^Huawei (\S+)/u },
      raw: "Huawei AC6605 V2",
      want: "AC6605",
    },
    {
      case: "a text without that part",
      fact: "model",
      rule: { pattern: /^Huawei (\S+)/u },
      raw: "H3C",
      want: undefined,
    },
    { case: "a text of 12 kB", fact: "name", raw: "x".repeat(12_000), want: "x".repeat(512) },
  ])("reads $case", ({ fact, rule, raw, want }) => {
    expect(readText(fact, { ...RULE, ...rule }, raw)).toBe(want);
  });

  it("never fails on bytes of no encoding", () => {
    expect(decodeText(octets(0x41, 0xff))).toContain("A");
  });
});
