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

  it("reads who asks a device with SNMPv1 or v3", () => {
    expect(parseTargetUrl("snmpv1://public@h")).toMatchObject({ kind: "snmp", version: "v1", community: "public" });
    expect(parseTargetUrl("snmpv3://u%40x@h?context=%E6%A0%A1")).toEqual({
      kind: "snmp",
      version: "v3",
      host: "h",
      port: 161,
      user: { name: "u@x" },
      context: "校",
    });
    expect(
      parseTargetUrl("snmpv3://u:12345678@h:1161?auth=sha256&privacy=aes128&privacyPassword=%25%2B+%3D%263456"),
    ).toMatchObject({
      port: 1161,
      user: {
        name: "u",
        auth: { protocol: "sha256", password: "12345678" },
        privacy: { protocol: "aes128", password: "%++=&3456" },
      },
    });
  });

  it("reads an IPv6 zone", () => {
    expect(parseTargetUrl("snmp://public@[fe80::1%25eth0]:1161")).toMatchObject({ host: "fe80::1%eth0", port: 1161 });
    expect(redactTarget(parseTargetUrl("snmp://s%5Bcret@[fe80::1%25eth0]"))).toBe("snmp://[fe80::1%25eth0]:161");
  });

  it("never shows the community, the user or a password", () => {
    expect(redactTarget(parseTargetUrl("snmp://secret@[2001:db8::1]"))).toBe("snmp://[2001:db8::1]:161");
    expect(redactTarget(parseTargetUrl("snmpv1://secret@h"))).toBe("snmpv1://h:161");
    const user = "snmpv3://secret:secret78@h?auth=sha1&privacy=aes128&privacyPassword=secret78&context=secret";
    expect(redactTarget(parseTargetUrl(user))).toBe("snmpv3://h:161");
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
    "snmp://s3cret@192.0.2.1/s3cret",
    "snmp://s3cret@[fe80::1]",
    "snmp://12/s3cret@192.0.2.1",
    "snmp://a:12/s3cret@192.0.2.1",
    "snmp://12?s3cret@192.0.2.1",
    "snmpv3://u:12#pa55word@192.0.2.1?auth=sha1",
    "snmp://s3cret@192.0.2.1?x=1",
    "snmp://s3cret%zz@192.0.2.1",
    "snmp://s3cret@[fe80::1%eth0]",
    "snmpv1://192.0.2.1",
    "snmpv2://s3cret@192.0.2.1",
    "snmpv3://:s3cretpa55@192.0.2.1?auth=sha1",
    "snmpv3://u:s3cretpa55@192.0.2.1",
    "snmpv3://u@192.0.2.1?auth=sha1",
    "snmpv3://u:s3cret@192.0.2.1?auth=sha1",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=md5",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=s3cret",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=sha1&privacy=des&privacyPassword=s3cretpa55",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=sha1&privacy=aes128",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=sha1&privacyPassword=s3cretpa55",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=sha1&privacy=aes128&privacyPassword=s3cret",
    "snmpv3://u@192.0.2.1?privacy=aes128&privacyPassword=s3cretpa55",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=sha1&auth=sha1",
    "snmpv3://u:s3cretpa55@192.0.2.1?auth=sha1&s3cret=1",
    "snmpv3://u:s3cretpa55%zz@192.0.2.1?auth=sha1",
    `snmpv3://${"u".repeat(33)}@192.0.2.1`,
  ])("%s is refused with a code, and without the community in the message", (text) => {
    const refused = () => parseTargetUrl(text);
    expect(refused).toThrow(expect.not.objectContaining({ cause: expect.anything() }));
    expect(refused).toThrow(expect.objectContaining({ code: "TARGET_INVALID" }));
    expect(refused).not.toThrow(/s3cret|pa55/);
  });
});
