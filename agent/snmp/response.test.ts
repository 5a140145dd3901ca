import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, type Cell, integerCell, textCell, tlv } from "./hostile-suite.ts";
import { oidText } from "./oid.ts";
import { Response } from "./response.ts";
import type { SnmpValue } from "./value.ts";

const UPTIME = "1.3.6.1.2.1.1.3.0";

/** Everything a datagram says; `undefined` when it is not a whole Response. */
function decode(bytes: Buffer) {
  const response = new Response();
  if (!response.read(bytes)) return undefined;
  const counter = { refused: 0 };
  const values: (SnmpValue | undefined)[] = [];
  const names: (string | undefined)[] = [];
  for (let i = 0; i < response.count; i++) {
    values.push(response.value(i, counter));
    names.push(oidText(response.bytes, response.nameStart(i), response.nameEnd(i)));
  }
  const { requestId, errorStatus, errorIndex } = response;
  return { requestId, errorStatus, errorIndex, names, values, refused: counter.refused };
}

/** The value of one cell, and how many were refused. */
function readCell(tag: number, hex: string) {
  const decoded = decode(answer({ id: 1, cells: [{ name: UPTIME, tag, content: Buffer.from(hex, "hex") }] }));
  return [decoded?.values[0], decoded?.refused];
}

describe("Response", () => {
  it("reads id, error and every variable", () => {
    const cells = [integerCell(UPTIME, 7), textCell("1.3.6.1.2.1.1.5.0", "lib-2")];
    expect(decode(answer({ id: 0x01020304, status: 5, index: 2, cells }))).toEqual({
      requestId: 0x01020304,
      errorStatus: 5,
      errorIndex: 2,
      names: [UPTIME, "1.3.6.1.2.1.1.5.0"],
      values: [7, "lib-2"],
      refused: 0,
    });
  });

  it.each([
    { case: "INTEGER −1", tag: 0x02, hex: "ff", value: -1 },
    { case: "INTEGER of 32 bits", tag: 0x02, hex: "80000000", value: -(2 ** 31) },
    { case: "INTEGER with zeros in front", tag: 0x02, hex: "0000007f", value: 127 },
    { case: "Gauge32 with a zero in front", tag: 0x42, hex: "00ffffffff", value: 2 ** 32 - 1 },
    { case: "Counter32 without the zero in front", tag: 0x41, hex: "ffffffff", value: 2 ** 32 - 1 },
    { case: "TimeTicks", tag: 0x43, hex: "033fa2eb", value: 54502123 },
    { case: "Counter64 beyond 32 bits", tag: 0x46, hex: "1076665e46", value: 70705897030 },
    { case: "the largest Counter64", tag: 0x46, hex: "00ffffffffffffffff", value: 2 ** 64 },
    { case: "an empty text", tag: 0x04, hex: "", value: "" },
    { case: "bytes as characters", tag: 0x04, hex: "00ff80", value: "\u0000\u00ff\u0080" },
    { case: "IpAddress", tag: 0x40, hex: "c0a80001", value: "192.168.0.1" },
    { case: "an OID", tag: 0x06, hex: "2b06010401bf0803020a", value: "1.3.6.1.4.1.8072.3.2.10" },
    { case: "NULL", tag: 0x05, hex: "", value: undefined },
    { case: "noSuchObject", tag: 0x80, hex: "", value: undefined },
    { case: "noSuchInstance", tag: 0x81, hex: "", value: undefined },
    { case: "endOfMibView", tag: 0x82, hex: "", value: undefined },
  ])("reads $case", ({ tag, hex, value }) => {
    expect(readCell(tag, hex)).toEqual([value, 0]);
  });

  it.each([
    { case: "a type that does not exist", tag: 0x4f, hex: "010203" },
    { case: "an INTEGER without bytes", tag: 0x02, hex: "" },
    { case: "an INTEGER of nine bytes", tag: 0x02, hex: "010203040506070809" },
    { case: "a Counter64 of ten bytes", tag: 0x46, hex: "00010203040506070809" },
    { case: "an IpAddress of three bytes", tag: 0x40, hex: "c0a800" },
    { case: "an OID that breaks off", tag: 0x06, hex: "2b86" },
  ])("refuses $case and keeps the values beside it", ({ tag, hex }) => {
    const broken: Cell = { name: UPTIME, tag, content: Buffer.from(hex, "hex") };
    const cells = [integerCell("1.3.6.1.2.1.1.7.0", 72), broken, textCell("1.3.6.1.2.1.1.5.0", "lib-2")];
    expect(decode(answer({ id: 1, cells }))).toMatchObject({ values: [72, undefined, "lib-2"], refused: 1 });
  });

  it("reads more variables than it has room for at first", () => {
    const cells = Array.from({ length: 300 }, (_, i) => integerCell(`1.3.6.1.2.1.2.2.1.8.${i + 1}`, i % 100));
    expect(decode(answer({ id: 1, cells }))?.values).toEqual(cells.map((_, i) => i % 100));
  });

  it("ignores bytes after the message", () => {
    const padded = Buffer.concat([answer({ id: 1, cells: [integerCell(UPTIME, 7)] }), Buffer.alloc(9)]);
    expect(decode(padded)?.values).toEqual([7]);
  });

  it("takes a datagram cut at any byte for none", () => {
    const whole = answer({ id: 77, cells: [integerCell(UPTIME, 7), textCell("1.3.6.1.2.1.1.5.0", "x".repeat(200))] });
    for (let length = 0; length < whole.length; length++) {
      expect(decode(whole.subarray(0, length))).toBeUndefined();
    }
  });

  it.each([
    { case: "nothing", bytes: Buffer.alloc(0) },
    { case: "the five bytes that end net-snmp", bytes: Buffer.from("3003020000", "hex") },
    { case: "a length without end", bytes: Buffer.from("308002010104067075626c6963", "hex") },
    { case: "a length beyond the datagram", bytes: Buffer.from("3084ffffffff020101", "hex") },
    { case: "SNMPv3", bytes: tlv(0x30, tlv(0x02, Buffer.of(3)), tlv(0x04), tlv(0xa2)) },
    { case: "a name without arcs", bytes: withVariable(tlv(0x06), tlv(0x05)) },
    { case: "a name that breaks off", bytes: withVariable(tlv(0x06, Buffer.of(0x2b, 0x86)), tlv(0x05)) },
    { case: "a variable without a value", bytes: withVariable(tlv(0x06, Buffer.of(0x2b, 6))) },
    { case: "a variable with two values", bytes: withVariable(tlv(0x06, Buffer.of(0x2b, 6)), tlv(0x05), tlv(0x05)) },
  ])("does not take $case for a Response", ({ bytes }) => {
    expect(decode(bytes)).toBeUndefined();
  });

  it("survives whatever arrives", () => {
    const whole = answer({ id: 5, cells: [integerCell(UPTIME, 7), textCell("1.3.6.1.2.1.1.5.0", "lib-2")] });
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), changes), (input) => {
        const bytes = input instanceof Uint8Array ? Buffer.from(input) : changed(whole, input);
        const decoded = decode(bytes);
        for (const value of decoded?.values ?? []) expect(Number.isNaN(value)).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });
});

function changed(bytes: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [at, byte] of changes) copy[at] = byte;
  return copy;
}

/** A Response with one variable made of these parts. */
function withVariable(...parts: Buffer[]): Buffer {
  const zero = tlv(0x02, Buffer.of(0));
  const pdu = tlv(0xa2, tlv(0x02, Buffer.of(1)), zero, zero, tlv(0x30, tlv(0x30, ...parts)));
  return tlv(0x30, tlv(0x02, Buffer.of(1)), tlv(0x04, Buffer.from("public")), pdu);
}
