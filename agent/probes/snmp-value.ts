// One raw SNMP value by a profile's rule: a number, a text, or nothing where the device does not know.
import { macFromBytes, normalizeMac } from "../../contract/mac.ts";
import type { FactName } from "../../contract/reading.ts";
import type { ValueRule } from "../profiles/profile.ts";
import { bytesOf, type SnmpValue } from "../snmp/value.ts";

/** `elsewhere`: the row belongs to another controller. `refused`: what arrived cannot be read as a number. */
export type NumberReading =
  | { kind: "number"; value: number }
  | { kind: "elsewhere" }
  | { kind: "unknown" }
  | { kind: "refused"; problem: string };

const UNKNOWN = { kind: "unknown" } as const;
const ELSEWHERE = { kind: "elsewhere" } as const;
/** Longer texts are not names of anything. */
const TEXT_MAX = 512;

/** A number by the rule. Numbers may arrive as text: "3.7", "-95". */
export function readNumber(rule: ValueRule, raw: SnmpValue | undefined): NumberReading {
  if (rule.bit !== undefined) return readBit(rule.bit, raw);
  const said = typeof raw === "string" ? wantedPart(rule, decodeText(raw)) : raw;
  if (said === undefined || said === "" || rule.unknown.has(String(said))) return UNKNOWN;
  if (rule.values) {
    const meaning = rule.values.get(String(said));
    if (meaning === undefined) return UNKNOWN;
    return meaning === "elsewhere" ? ELSEWHERE : { kind: "number", value: meaning };
  }
  const value = typeof said === "number" ? said : /^[-+]?\d+(\.\d+)?$/.test(said) ? Number(said) : undefined;
  if (value === undefined)
    return { kind: "refused", problem: `${rule.oid.text} is "${String(said)}", expected a number` };
  const { unknownAbove = Number.POSITIVE_INFINITY, unknownBelow = Number.NEGATIVE_INFINITY } = rule;
  if (value > unknownAbove || value < unknownBelow) return UNKNOWN;
  const converted = convert(rule, value);
  return converted === undefined ? UNKNOWN : { kind: "number", value: converted };
}

/** Octets that are missing at the end of BITS are 0 (RFC 2578 section 7.1.4); where there are none at all, nothing is known. */
function readBit(bit: number, raw: SnmpValue | undefined): NumberReading {
  if (typeof raw !== "string" || raw === "") return UNKNOWN;
  const octet = bytesOf(raw)[bit >> 3] ?? 0;
  return { kind: "number", value: (octet >> (7 - (bit & 7))) & 1 };
}

/** The part of a text that the rule's pattern wants; `undefined` when it is not in there. */
function wantedPart({ pattern }: Pick<ValueRule, "pattern">, text: string): string | undefined {
  return pattern ? pattern.exec(text)?.[1]?.trim() : text;
}

/** The text of a fact by the rule; `undefined` when the device does not know it. */
export function readText(fact: FactName, rule: ValueRule, raw: SnmpValue | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const text = factText(fact, raw);
  if (text === undefined || text === "" || rule.unknown.has(text)) return undefined;
  const wanted = wantedPart(rule, text);
  return wanted ? wanted.slice(0, TEXT_MAX) : undefined;
}

/** Text that names a radio or interface. */
export function readName(raw: SnmpValue | undefined): string | undefined {
  const text = typeof raw === "string" ? decodeText(raw) : raw?.toString();
  return text ? text.slice(0, TEXT_MAX) : undefined;
}

/** The same by a rule: only the part that its pattern wants. */
export function readNameBy(
  rule: Pick<ValueRule, "pattern"> | undefined,
  raw: SnmpValue | undefined,
): string | undefined {
  const name = readName(raw);
  return name === undefined || rule === undefined ? name : wantedPart(rule, name);
}

function convert({ convert: how, multiplyBy, divideBy, plus }: ValueRule, raw: number): number | undefined {
  const value = (raw * multiplyBy) / divideBy + plus;
  switch (how) {
    case undefined:
      return value;
    case "milliwattToDbm":
      // Whole milliwatts are no more exact than a hundredth of a decibel.
      return Math.round(1_000 * Math.log10(value)) / 100;
    case "megahertzToChannel":
      return channelOf(value);
    case "negate":
      return -value;
  }
}

/**
 * The channel of 20 MHz with this centre (IEEE 802.11-2020, annex E); `undefined` between them, where radios with channels
 * of other widths work, or outside of 2.4, 5 and 6 GHz.
 */
function channelOf(megahertz: number): number | undefined {
  if (megahertz === 2_484) return 14;
  const isAt = (start: number, first: number, last: number, step: number) => {
    const channel = (megahertz - start) / 5;
    return channel >= first && channel <= last && (channel - first) % step === 0 ? channel : undefined;
  };
  return (
    isAt(2_407, 1, 13, 1) ??
    isAt(5_000, 36, 64, 4) ??
    isAt(5_000, 100, 144, 4) ??
    isAt(5_000, 149, 177, 4) ??
    (megahertz === 5_935 ? 2 : isAt(5_950, 1, 233, 4))
  );
}

function factText(fact: FactName, raw: SnmpValue): string | undefined {
  if (typeof raw === "number") return String(raw);
  if (fact === "mac") return macText(raw);
  if (fact === "address") return addressText(raw);
  return decodeText(raw);
}

/** A hardware address, as its six bytes or as a text in any spelling; `undefined` when it is none. */
export function macText(raw: string): string | undefined {
  return macFromBytes(bytesOf(raw)) ?? normalizeMac(decodeText(raw));
}

/** An address with dots or colons, or the four bytes of one. */
function addressText(raw: string): string {
  return raw.length === 4 ? bytesOf(raw).join(".") : decodeText(raw);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });
/** Names typed into Chinese devices are often in GB 18030 (GBK is its older part). */
const gb18030 = new TextDecoder("gb18030");

/** Bytes as text, without the NUL, line ends and blanks that devices leave around it. */
export function decodeText(octets: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what some devices end their texts with
  return decodeBytes(octets).replace(/^[\s\u0000]+|[\s\u0000]+$/g, "");
}

function decodeBytes(octets: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what ASCII is
  if (/^[\u0000-\u007f]*$/.test(octets)) return octets;
  const bytes = bytesOf(octets);
  try {
    return utf8.decode(bytes);
  } catch {
    // Not UTF-8. GB 18030 decoding never fails: what cannot be read becomes the replacement character.
    return gb18030.decode(bytes);
  }
}
