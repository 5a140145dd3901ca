import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareOids, isBelow, oidText, parseOid, readArcs } from "./oid.ts";

const arc = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const oid = fc
  .tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 39 }), fc.array(arc, { maxLength: 12 }))
  .map(([first, second, rest]) => [first, second, ...rest]);

describe("object identifiers", () => {
  it.each([
    { text: "1.3.6.1.2.1.1.1.0", bytes: "2b06010201010100" },
    { text: ".1.3.6.1.4.1.41112", bytes: "2b0601040182c118" },
    { text: "2.999.3", bytes: "883703" },
    { text: "0.0", bytes: "00" },
    { text: "1.3.4294967295", bytes: "2b8fffffff7f" },
  ])("writes $text as it stands on the wire", ({ text, bytes }) => {
    expect(parseOid(text).bytes.toString("hex")).toBe(bytes);
  });

  it.each(["", "1", "1.3.", "1.3.x", "3.1", "1.40.1", "1.3.4294967296", "1..3"])("refuses %j", (text) => {
    expect(() => parseOid(text)).toThrow(expect.objectContaining({ code: "OID_INVALID" }));
  });

  it("reads back whatever it writes", () => {
    fc.assert(
      fc.property(oid, (arcs) => {
        const { text, bytes } = parseOid(arcs.join("."));
        expect(oidText(bytes, 0, bytes.length)).toBe(text);
      }),
    );
  });

  it("orders by arcs as numbers, not by bytes", () => {
    const compareArcs = (a: number[], b: number[]) => {
      const i = a.findIndex((value, at) => value !== b[at]);
      return i < 0 ? a.length - b.length : (a[i] ?? 0) - (b[i] ?? Number.NEGATIVE_INFINITY);
    };
    fc.assert(
      fc.property(oid, oid, fc.boolean(), (a, other, isLonger) => {
        const b = isLonger ? [...a, ...other] : other;
        const [x, y] = [parseOid(a.join(".")).bytes, parseOid(b.join(".")).bytes];
        expect(Math.sign(compareOids(x, 0, x.length, y, 0, y.length))).toBe(Math.sign(compareArcs(a, b)));
      }),
    );
  });

  it("tells what lies below a column", () => {
    const column = parseOid("1.3.6.1.2.1.2.2.1.8").bytes;
    const below = (text: string) => isBelow(column, parseOid(text).bytes, 0, parseOid(text).bytes.length);
    expect(below("1.3.6.1.2.1.2.2.1.8.1")).toBe(true);
    expect(below("1.3.6.1.2.1.2.2.1.8")).toBe(false);
    expect(below("1.3.6.1.2.1.2.2.1.9.1")).toBe(false);
    expect(below("1.3.6.1.2.1.2.2.1")).toBe(false);
  });

  it.each([
    { case: "a last arc without end", bytes: [0x2b, 0x86] },
    { case: "an arc of more than 32 bits", bytes: [0x2b, 0x90, 0x80, 0x80, 0x80, 0x00] },
  ])("does not read $case", ({ bytes }) => {
    expect(readArcs(Buffer.from(bytes), 0, bytes.length)).toBeUndefined();
  });
});
