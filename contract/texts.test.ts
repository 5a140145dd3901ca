// Durations, hardware addresses and target URLs: the small texts people type.
import { describe, expect, it } from "vitest";
import { formatDuration, parseDurationMs } from "./duration.ts";
import { deviceKey, macFromBytes, normalizeMac } from "./mac.ts";
import { parseTargetUrl, redactTarget } from "./target.ts";

describe("durations", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["1.5m", 90_000],
    ["2h", 7_200_000],
    ["7d", 604_800_000],
  ])("%s is %i ms", (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
    expect(parseDurationMs(formatDuration(ms))).toBe(ms);
  });

  it.each(["", "5", "5 s", "s", "-5s", "1w", "5S", "1e3s"])("%j is refused, not guessed", (text) => {
    expect(() => parseDurationMs(text)).toThrow(expect.objectContaining({ code: "DURATION_INVALID" }));
  });
});

describe("hardware addresses", () => {
  it.each([
    "C0:74:AD:01:02:03",
    "c0-74-ad-01-02-03",
    "c074.ad01.0203",
    "c074-ad01-0203",
    "c074ad010203",
    " c0:74:ad:01:02:03 ",
  ])("%s has one spelling", (text) => {
    expect(normalizeMac(text)).toBe("c0:74:ad:01:02:03");
    expect(deviceKey(text)).toBe("c0:74:ad:01:02:03");
  });

  it.each(["", "c0:74:ad:01:02", "c0:74-ad:01:02:03", "21023579169WJ6000038", "zz:74:ad:01:02:03"])(
    "%j is no MAC",
    (text) => {
      expect(normalizeMac(text)).toBeUndefined();
      expect(deviceKey(text)).toBe(text);
    },
  );

  it("reads six bytes, and takes six zeros for none", () => {
    expect(macFromBytes(Uint8Array.of(0xc0, 0x74, 0xad, 1, 2, 3))).toBe("c0:74:ad:01:02:03");
    expect(macFromBytes(new Uint8Array(6))).toBeUndefined();
    expect(macFromBytes(new Uint8Array(5))).toBeUndefined();
  });
});

describe("target URLs", () => {
  it("reads community, host and port", () => {
    expect(parseTargetUrl("snmp://s%3Acret@192.0.2.1:1161")).toEqual({
      kind: "snmp",
      host: "192.0.2.1",
      port: 1161,
      community: "s:cret",
    });
    expect(parseTargetUrl("snmp://public@ac.example")).toMatchObject({ host: "ac.example", port: 161 });
    expect(parseTargetUrl("snmp://public@[2001:db8::1]:161")).toMatchObject({ host: "2001:db8::1" });
  });

  it("never shows the community", () => {
    expect(redactTarget(parseTargetUrl("snmp://secret@[2001:db8::1]"))).toBe("snmp://[2001:db8::1]:161");
  });

  it.each([
    "s3cret@192.0.2.1",
    "http://s3cret@192.0.2.1",
    "snmp://192.0.2.1",
    "snmp://s3cret@",
    "snmp://s3cret:pa55@192.0.2.1",
    "snmp://s3cret@192.0.2.1:99999",
    "snmp://s3cret@192.0.2.1:0",
    "snmp://s3cret@192.0.2.1/path",
    "snmp://s3cret@192.0.2.1?x=1",
    "snmp://s3cret%zz@192.0.2.1",
  ])("%s is refused with a code, and without the community in the message", (text) => {
    const refused = () => parseTargetUrl(text);
    expect(refused).toThrow(expect.not.objectContaining({ cause: expect.anything() }));
    expect(refused).toThrow(expect.objectContaining({ code: "TARGET_INVALID" }));
    expect(refused).not.toThrow(/s3cret|pa55/);
  });
});
