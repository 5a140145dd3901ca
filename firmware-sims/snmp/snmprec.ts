// Reads recordings of devices in snmpsim's .snmprec format: OID|TAG|VALUE, one variable a line.
//
// TAG is the decimal BER tag, with a suffix: `x` the value is hexadecimal, `e` it is text with backslash escapes as in
// Python, `:module` it is made by a variation module, of which we take `value` or `initial`. VALUE is everything after the
// second bar. Lines starting with `#` and blank lines mean nothing. Real files are damaged in many ways (blacked-out arcs,
// words for numbers, tags that do not exist, line breaks inside values): a line that cannot be read is skipped and named.
import { isIPv4 } from "node:net";
import { CampusError } from "../../contract/errors.ts";
import type { MibRow } from "./mib.ts";
import { parseOid } from "./oid.ts";
import type { NumberType, Value } from "./value.ts";

export interface Recording {
  /** In the order of the file; createStaticMib sorts them. */
  rows: { oid: MibRow["oid"]; value: Value }[];
  /** What could not be read; `line` counts from 1. */
  skipped: { line: number; reason: string }[];
}

class UnreadableLine extends CampusError {
  constructor(problem: string) {
    super("RECORDING_LINE_UNREADABLE", problem);
  }
}

/** Reads a recording; never fails on what is in it. */
export function readSnmprec(recording: string): Recording {
  const rows: Recording["rows"] = [];
  const skipped: Recording["skipped"] = [];
  for (const [i, raw] of recording.split("\n").entries()) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (line.startsWith("#") || line.trim() === "") continue;
    try {
      rows.push(readLine(line));
    } catch (error) {
      if (!(error instanceof CampusError)) throw error;
      skipped.push({ line: i + 1, reason: error.message });
    }
  }
  return { rows, skipped };
}

function readLine(line: string): Recording["rows"][number] {
  const first = line.indexOf("|");
  const second = line.indexOf("|", first + 1);
  if (first < 0 || second < 0) throw new UnreadableLine("not OID|TAG|VALUE");
  const oid = parseOid(line.slice(0, first));
  const tag = /^(\d+)(x|e|:.*)?$/.exec(line.slice(first + 1, second));
  if (!tag) throw new UnreadableLine(`"${line.slice(first + 1, second)}" is not a tag`);
  const [, number = "", suffix = ""] = tag;
  return { oid, value: readValue(number, suffix, line.slice(second + 1)) };
}

function readValue(tag: string, suffix: string, field: string): Value {
  const plain = suffix.startsWith(":") ? moduleValue(field) : field;
  const bytes = suffix === "x" ? hexBytes(plain) : suffix === "e" ? unescapeBytes(plain) : undefined;
  switch (tag) {
    case "2":
      return { type: "integer", value: wholeNumber(bytes, plain, -(2 ** 31), 2 ** 31 - 1) };
    case "4":
      return { type: "octets", value: bytes ?? Buffer.from(plain, "utf8") };
    case "5":
      return { type: "null" };
    case "6":
      return { type: "oid", value: parseOid(plain) };
    case "64":
      return { type: "address", value: addressBytes(bytes, plain) };
    case "65":
      return unsigned("counter32", bytes, plain);
    case "66":
      return unsigned("gauge32", bytes, plain);
    case "67":
      return unsigned("timeticks", bytes, plain);
    case "68":
      if (bytes === undefined) throw new UnreadableLine("Opaque as text has lost its bytes");
      return { type: "opaque", value: bytes };
    case "70":
      return { type: "counter64", value: bigNumber(bytes, plain) };
    default:
      throw new UnreadableLine(`tag ${tag} is not a type of value`);
  }
}

function unsigned(type: NumberType, bytes: Buffer | undefined, plain: string): Value {
  return { type, value: wholeNumber(bytes, plain, 0, 2 ** 32 - 1) };
}

function wholeNumber(bytes: Buffer | undefined, plain: string, min: number, max: number): number {
  return Number(bigNumber(bytes, plain, BigInt(min), BigInt(max)));
}

function bigNumber(bytes: Buffer | undefined, plain: string, min = 0n, max = 2n ** 64n - 1n): bigint {
  const digits = bytes === undefined ? plain.trim() : bytes.toString("latin1");
  if (!/^-?\d{1,20}$/.test(digits)) throw new UnreadableLine(`"${digits.slice(0, 40)}" is not a whole number`);
  const value = BigInt(digits);
  if (value < min || value > max) throw new UnreadableLine(`${value} does not fit its type`);
  return value;
}

function addressBytes(bytes: Buffer | undefined, plain: string): Uint8Array {
  const dotted = plain.trim();
  if (bytes?.length === 4) return bytes;
  if (bytes || !isIPv4(dotted)) throw new UnreadableLine(`"${plain.slice(0, 40)}" is not an IPv4 address`);
  return Uint8Array.from(dotted.split("."), Number);
}

function hexBytes(digits: string): Buffer {
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new UnreadableLine("not hexadecimal digits in pairs");
  return Buffer.from(digits, "hex");
}

const ESCAPES: Readonly<Record<string, number>> = {
  "\\": 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
};

/** Backslash escapes of a Python bytes literal; one that Python does not know stays as it is written, as in Python. */
function unescapeBytes(escaped: string): Buffer {
  const parts = escaped.split(/(\\x[0-9a-f]{2}|\\[0-7]{1,3}|\\["'\\abfnrtv])/i).map((part, i) => {
    if (i % 2 === 0) return Buffer.from(part, "utf8");
    const code = part.slice(1);
    if (/^x/i.test(code)) return Buffer.of(Number.parseInt(code.slice(1), 16));
    const known = ESCAPES[code];
    return known === undefined ? Buffer.of(Number.parseInt(code, 8) & 0xff) : Buffer.of(known);
  });
  return Buffer.concat(parts);
}

/** The `value` or else the `initial` among a variation module's key=value settings. */
function moduleValue(settings: string): string {
  const pairs = new Map(
    settings.split(",").map((pair) => [pair.split("=", 1)[0] ?? "", pair.slice(pair.indexOf("=") + 1)]),
  );
  const value = pairs.get("value") ?? pairs.get("initial");
  if (value === undefined) throw new UnreadableLine("a variation module without a value");
  return value;
}
