import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress, parseAddress } from "../address.ts";
import { addressesOf, parseRange, type RangeLimits } from "./ranges.ts";

const LIMITS: RangeLimits = { maxHosts: 4_096, allowPublic: false };

function addresses(text: string, limits: Partial<RangeLimits> = {}): string[] {
  const range = parseRange(text);
  return range ? addressesOf([range], { ...LIMITS, ...limits }) : [];
}

const bytesOf = (value: bigint, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => Number((value >> BigInt((bytes - 1 - i) * 8)) & 0xffn));

describe("an address", () => {
  it("is written as the operating system writes it, and read back as the same", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), (value) => {
        expect(parseAddress(formatAddress({ family: 6, value }))).toEqual({ family: 6, value });
        const short = value >> 96n;
        expect(formatAddress({ family: 4, value: short })).toBe(bytesOf(short, 4).join("."));
        expect(parseAddress(formatAddress({ family: 4, value: short }))).toEqual({ family: 4, value: short });
      }),
    );
  });

  it.each([
    { text: "0:0:0:0:0:0:0:1", spelling: "::1" },
    { text: "FD00::0A", spelling: "fd00::a" },
    { text: "fe80::1%eth0", spelling: "fe80::1%eth0" },
    { text: "::ffff:192.0.2.1", spelling: "::ffff:192.0.2.1" },
  ])("$text is $spelling", ({ text, spelling }) => {
    const address = parseAddress(text);
    expect(address && formatAddress(address)).toBe(spelling);
  });

  it.each(["", "10.0.0", "10.0.0.256", "010.0.0.1", "1::2::3", "lib-ap", "10.0.0.1%eth0", "fe80::1%", "fe80::1%a%b"])(
    "%j is none",
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );
});

describe("a range", () => {
  it.each([
    { text: "192.168.1.0/30", want: ["192.168.1.1", "192.168.1.2"] },
    { text: "192.168.1.2/30", want: ["192.168.1.1", "192.168.1.2"] },
    { text: "10.0.0.4/31", want: ["10.0.0.4", "10.0.0.5"] },
    { text: "10.0.0.4/32", want: ["10.0.0.4"] },
    { text: "10.0.0.4", want: ["10.0.0.4"] },
    { text: "10.0.0.254-10.0.1.1", want: ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"] },
    { text: "10.0.0.4-6", want: ["10.0.0.4", "10.0.0.5", "10.0.0.6"] },
    { text: "10.0.0.4-4", want: ["10.0.0.4"] },
    { text: "fd00::fffe-fd00::1:0", want: ["fd00::fffe", "fd00::ffff", "fd00::1:0"] },
    { text: "fd00::1/127", want: ["fd00::", "fd00::1"] },
    { text: "fe80::1%eth0", want: ["fe80::1%eth0"] },
  ])("$text is $want", ({ text, want }) => expect(addresses(text)).toEqual(want));

  it("of a /24 leaves out its first and last address", () => {
    const got = addresses("192.168.7.0/24");
    expect(got).toHaveLength(254);
    expect([got[0], got.at(-1)]).toEqual(["192.168.7.1", "192.168.7.254"]);
  });

  it.each([
    { text: "10.0.0.0/33" },
    { text: "10.0.0.0/-1" },
    { text: "10.0.0.0/" },
    { text: "lib-ap/24" },
    { text: "10.0.0.9-10.0.0.1" },
    { text: "10.0.0.9-fd00::1" },
    { text: "10.0.0.9-somewhere" },
    { text: "fd00::/129" },
    { text: "fe80::1" },
  ])("$text is refused", ({ text }) => {
    expect(() => addresses(text)).toThrow(expect.objectContaining({ code: "RANGE_INVALID" }));
  });

  it.each(["lib-ap", "switch-1.school.example", "10.0.0"])("%s may be a host's name", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  it("takes an IPv6 prefix of /116, and says of a shorter one how its hosts are found", () => {
    expect(addresses("fd00::/116")).toHaveLength(4_096);
    const refused = expect.objectContaining({
      code: "RANGE_TOO_LARGE",
      message: expect.stringContaining("--neighbours"),
    });
    expect(() => addresses("fd00::/115")).toThrow(refused);
    expect(() => addresses("fd00::/64", { maxHosts: 65_536 })).toThrow(refused);
  });

  it("is counted against the limit before anything is asked", () => {
    expect(addresses("10.0.0.0/28", { maxHosts: 14 })).toHaveLength(14);
    expect(() => addresses("10.0.0.0/28", { maxHosts: 13 })).toThrow(
      expect.objectContaining({ code: "RANGE_TOO_LARGE", message: expect.stringContaining("14 addresses") }),
    );
    expect(() => addresses("10.0.0.0/8")).toThrow(expect.objectContaining({ code: "RANGE_TOO_LARGE" }));
  });

  it("together with others asks each address once", () => {
    const ranges = ["10.0.0.1-3", "10.0.0.3-4"].flatMap((text) => parseRange(text) ?? []);
    expect(addressesOf(ranges, LIMITS)).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]);
  });

  it.each([
    ...["127.0.0.1", "127.255.255.255", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0"],
    ...["192.168.255.255", "100.64.0.0", "100.127.255.255", "169.254.0.1", "::1", "fc00::1", "fdff::1", "fe80::1%lo"],
  ])("%s is in a network of one's own", (text) => expect(addresses(text)).toHaveLength(1));

  it.each([
    ...["9.255.255.255", "11.0.0.0", "126.255.255.255", "128.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255"],
    ...["192.169.0.0", "100.63.255.255", "100.128.0.0", "169.253.255.255", "169.255.0.0", "8.8.8.8", "::2", "fbff::1"],
    ...["fe00::1", "fec0::1", "2001:db8::1", "10.255.255.254-11.0.0.1", "192.168.0.0/15"],
  ])("%s is asked only with --allow-public", (text) => {
    const many = { maxHosts: 200_000 };
    expect(() => addresses(text, many)).toThrow(expect.objectContaining({ code: "RANGE_NOT_ALLOWED" }));
    expect(addresses(text, { ...many, allowPublic: true }).length).toBeGreaterThan(0);
  });

  it.each(["0.0.0.0", "224.0.0.1", "239.255.255.250", "255.255.255.255", "::", "ff02::1", "::ffff:10.0.0.1"])(
    "%s is never asked",
    (text) => {
      expect(() => addresses(text, { allowPublic: true })).toThrow(
        expect.objectContaining({ code: "RANGE_NOT_ALLOWED" }),
      );
    },
  );
});
