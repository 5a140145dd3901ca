import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareOids } from "./oid.ts";
import { readSnmprec } from "./snmprec.ts";

const one = (line: string) => readSnmprec(line).rows[0]?.value;
const bytes = (...values: number[]) => Buffer.from(values);

describe("readSnmprec", () => {
  it.each([
    { line: "1.3.6.1|2|-7", want: { type: "integer", value: -7 } },
    { line: ".1.3.6.1|2|7", want: { type: "integer", value: 7 } },
    { line: "1.3.6.1|4|a|b ", want: { type: "octets", value: Buffer.from("a|b ") } },
    { line: "1.3.6.1|4|", want: { type: "octets", value: bytes() } },
    { line: "1.3.6.1|4|校钟", want: { type: "octets", value: Buffer.from("校钟") } },
    { line: "1.3.6.1|4x|00163E0a1b2C", want: { type: "octets", value: bytes(0, 0x16, 0x3e, 0x0a, 0x1b, 0x2c) } },
    {
      line: "1.3.6.1|4e|\\x07\\xe4\\n\\\\\\101é\\q",
      want: { type: "octets", value: Buffer.concat([bytes(7, 0xe4, 10, 0x5c, 0x41), Buffer.from("é\\q")]) },
    },
    { line: "1.3.6.1|5|", want: { type: "null" } },
    { line: "1.3.6.1|6|1.3.6.1.4.1.41112", want: { type: "oid", value: [1, 3, 6, 1, 4, 1, 41112] } },
    { line: "1.3.6.1|64|192.0.2.255", want: { type: "address", value: Uint8Array.of(192, 0, 2, 255) } },
    { line: "1.3.6.1|64x|c0a80001", want: { type: "address", value: bytes(192, 168, 0, 1) } },
    { line: "1.3.6.1|65|4294967295", want: { type: "counter32", value: 4294967295 } },
    { line: "1.3.6.1|66|0", want: { type: "gauge32", value: 0 } },
    { line: "1.3.6.1|67|12", want: { type: "timeticks", value: 12 } },
    { line: "1.3.6.1|68x|9f780441200000", want: { type: "opaque", value: bytes(0x9f, 0x78, 4, 0x41, 0x20, 0, 0) } },
    { line: "1.3.6.1|70|18446744073709551615", want: { type: "counter64", value: 18446744073709551615n } },
    { line: "1.3.6.1|65:numeric|rate=100,initial=1", want: { type: "counter32", value: 1 } },
    { line: "1.3.6.1|4:writecache|value=x=y", want: { type: "octets", value: Buffer.from("x=y") } },
  ])("reads $line", ({ line, want }) => {
    expect(readSnmprec(line).skipped).toEqual([]);
    expect(one(line)).toEqual(want);
  });

  it.each([
    { why: "arcs that were blacked out", line: "1.3.6.1.10.xx.xx.100|2|1" },
    { why: "an address in place of arcs", line: "1.3.6.1.<IPADDR>|2|1" },
    { why: "an arc beyond 32 bits", line: "1.3.6.4294967296|2|1" },
    { why: "an OID of one arc", line: "1|2|1" },
    { why: "words for a Counter64", line: "1.3.6.1|70|aabbccddeef4" },
    { why: "a Counter64 beyond 64 bits", line: "1.3.6.1|70|18446744073709551616" },
    { why: "an INTEGER beyond 32 bits", line: "1.3.6.1|2|2147483648" },
    { why: "a negative Gauge32", line: "1.3.6.1|66|-1" },
    { why: "an empty number", line: "1.3.6.1|2|" },
    { why: "an address that is none", line: "1.3.6.1|64|192.0.2.256" },
    { why: "an address of five bytes", line: "1.3.6.1|64x|c0a8000101" },
    { why: "a tag that does not exist", line: "1.3.6.1|40|1" },
    { why: "a doubled suffix", line: "1.3.6.1|4xx|00" },
    { why: "half a byte", line: "1.3.6.1|4x|001" },
    { why: "Opaque as text", line: "1.3.6.1|68|Float: 0.080000" },
    { why: "an exception", line: "1.3.6.1|129|" },
    { why: "a variation module without a value", line: "1.3.6.1|65:numeric|rate=100" },
    { why: "a piece of a broken line", line: "second line of a text" },
  ])("skips $why and goes on", ({ line }) => {
    const { rows, skipped } = readSnmprec(`1.3.6.1.1|2|1\n${line}\n1.3.6.1.2|2|2`);
    expect(rows).toHaveLength(2);
    expect(skipped).toEqual([{ line: 2, reason: expect.any(String) }]);
  });

  it("takes CRLF, comments, blank lines and a last line without an end", () => {
    const { rows, skipped } = readSnmprec("# a comment\r\n\r\n1.3.6.1.1|4|a\r\n1.3.6.1.2|4|b");
    expect(rows.map(({ value }) => value)).toEqual([
      { type: "octets", value: Buffer.from("a") },
      { type: "octets", value: Buffer.from("b") },
    ]);
    expect(skipped).toEqual([]);
  });
});

const RECORDINGS = new URL("../../../shared/devices/librenms/", import.meta.url);
const there = existsSync(RECORDINGS);
const names = there ? readdirSync(RECORDINGS).filter((name) => name.endsWith(".snmprec")) : [];

describe.skipIf(!there)(
  `recordings of real devices${there ? "" : " (skipped: no recordings beside the checkout)"}`,
  () => {
    const read = (name: string) => readSnmprec(readFileSync(new URL(name, RECORDINGS), "utf8"));

    it("all can be read, with few lines skipped", () => {
      const skippedIn = Object.fromEntries(
        names
          .map((name) => [name.replace(".snmprec", ""), read(name).skipped.length] as const)
          .filter(([, n]) => n > 0),
      );
      expect(skippedIn).toEqual({ "epmp_epmp-ap-connected-sta": 6 });
    });

    it("the arubaos recording keeps every one of its rows", () => {
      const oids = read("arubaos.snmprec").rows.map(({ oid }) => oid);
      expect(oids).toHaveLength(27_281);
      expect(oids.every((oid, i) => i === 0 || compareOids(oids[i - 1] ?? [], oid) <= 0)).toBe(true);
    });
  },
);
