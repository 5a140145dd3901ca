import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BerReader } from "./ber.ts";
import { oidTlv } from "./mib.ts";
import { compareOids, encodeOid, macIndex, parseOid, startsWith, textIndex } from "./oid.ts";

/** Any OID that BER can carry. */
const anyOid = fc
  .tuple(fc.nat(2), fc.nat(39), fc.array(fc.oneof(fc.nat(300), fc.nat(0xffff_ffff)), { maxLength: 30 }))
  .map(([first, second, rest]) => [first, second, ...rest]);

describe("object identifiers", () => {
  it("come back from BER as they went in", () => {
    fc.assert(
      fc.property(anyOid, (oid) => {
        expect(new BerReader(oidTlv(oid)).oid()).toEqual(oid);
      }),
    );
  });

  it.each([
    { oid: "1.3.6.1.4.1.2011", hex: "2b060104018f5b" },
    { oid: "1.3.4294967295", hex: "2b8fffffff7f" },
    { oid: "2.999.3", hex: "883703" },
    { oid: "0.0", hex: "00" },
  ])("$oid is $hex", ({ oid, hex }) => {
    expect(Buffer.from(encodeOid(parseOid(oid))).toString("hex")).toBe(hex);
  });

  it.each(["", ".", "1", "3.1", "1.40", "1.3.", "1..3", "1.3.x", "1.3.-1", "1.3.4294967296", `1.3${".1".repeat(127)}`])(
    "refuses %j",
    (text) => {
      expect(() => parseOid(text)).toThrowError(expect.objectContaining({ code: "OID_INVALID" }));
    },
  );

  it("stand in order arc by arc as numbers, a prefix before what it begins", () => {
    const sorted = ["1.3.2", "1.3.10", "1.3.10.1", "1.4", "2.1"].map(parseOid);
    expect([...sorted].reverse().sort(compareOids)).toEqual(sorted);
  });

  it("know their prefixes", () => {
    expect(startsWith(parseOid("1.3.6.1"), parseOid("1.3.6"))).toBe(true);
    expect(startsWith(parseOid("1.3.6"), parseOid("1.3.6"))).toBe(true);
    expect(startsWith(parseOid("1.3.6"), parseOid("1.3.6.1"))).toBe(false);
    expect(startsWith(parseOid("1.3.60"), parseOid("1.3.6"))).toBe(false);
  });

  it("are indexed by a MAC without a length and by a text with one", () => {
    expect(macIndex("50:6f:77:ea:dc:a0")).toEqual([80, 111, 119, 234, 220, 160]);
    expect(textIndex("WIFIGO")).toEqual([6, 87, 73, 70, 73, 71, 79]);
    expect(textIndex("校")).toEqual([3, 0xe6, 0xa0, 0xa1]);
  });
});
