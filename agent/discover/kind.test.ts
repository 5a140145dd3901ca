import { describe, expect, it } from "vitest";
import { type Evidence, guessKind } from "./kind.ts";
import { plainText } from "./plain.ts";

const kind = (evidence: Partial<Evidence> & { names?: string[] }) => {
  const { names = [], ...rest } = evidence;
  return guessKind({ isPrinter: false, isUps: false, children: 0, metrics: new Set(names), ...rest });
};

describe("the kind of a device", () => {
  it.each([
    { why: "nothing speaks for any", evidence: {}, want: "unknown" },
    {
      why: "a plain Linux says nothing",
      evidence: { sysDescr: "Linux x 5.10", sysServices: 72 },
      want: "unknown",
    },
    { why: "it speaks for others", evidence: { children: 1 }, want: "wifi_controller" },
    {
      why: "it counts access points, though there is none now",
      evidence: { names: ["wifi_aps_registered"] },
      want: "wifi_controller",
    },
    {
      why: "its profile says so",
      evidence: { profileKind: "wifi_controller", names: ["wifi_clients"] },
      want: "wifi_controller",
    },
    {
      why: "its profile says so",
      evidence: { profileKind: "ap", lldpCapabilities: Uint8Array.of(0x20) },
      want: "ap",
    },
    {
      why: "its profile says so, though it has access points",
      evidence: { profileKind: "gateway", children: 3 },
      want: "gateway",
    },
    { why: "it has radios", evidence: { names: ["wifi_clients"] }, want: "ap" },
    { why: "LLDP: bridge", evidence: { lldpCapabilities: Uint8Array.of(0x20) }, want: "switch" },
    { why: "LLDP: bridge and router", evidence: { lldpCapabilities: Uint8Array.of(0x28, 0) }, want: "switch" },
    { why: "LLDP: router", evidence: { lldpCapabilities: Uint8Array.of(0x08) }, want: "gateway" },
    { why: "LLDP: bridge and WLAN access point", evidence: { lldpCapabilities: Uint8Array.of(0x30) }, want: "ap" },
    { why: "LLDP: telephone", evidence: { lldpCapabilities: Uint8Array.of(0x04) }, want: "phone" },
    { why: "LLDP: nothing", evidence: { lldpCapabilities: Uint8Array.of() }, want: "unknown" },
    { why: "Printer-MIB", evidence: { isPrinter: true }, want: "printer" },
    { why: "UPS-MIB", evidence: { isUps: true }, want: "ups" },
    { why: "Windows", evidence: { sysObjectId: "1.3.6.1.4.1.311.1.1.3.1.1" }, want: "pc" },
    { why: "words", evidence: { sysDescr: "EPSON Projector EB-L200" }, want: "projector" },
    { why: "words", evidence: { sysDescr: "智能交换机" }, want: "switch" },
    { why: "words", evidence: { sysDescr: "Hikvision IP Camera" }, want: "camera" },
    { why: "words", evidence: { sysDescr: "IP Camera NVR" }, want: "recorder" },
    { why: "layer 2 and ports", evidence: { sysServices: 2, bridgePorts: 5 }, want: "switch" },
    { why: "many bridge ports", evidence: { sysServices: 78, bridgePorts: 8 }, want: "switch" },
    { why: "layer 3 and forwarding", evidence: { sysServices: 76, forwards: true }, want: "gateway" },
    { why: "layer 3 and not forwarding", evidence: { sysServices: 76, forwards: false }, want: "unknown" },
  ] as const)("is $want: $why", ({ evidence, want }) => {
    const { names, ...rest }: Partial<Evidence> & { names?: readonly string[] } = evidence;
    expect(kind({ ...rest, names: [...(names ?? [])] })).toBe(want);
  });
});

describe("a text that a device says", () => {
  it.each([
    { said: "AP-1", plain: "AP-1" },
    { said: "图书馆 2\r\n", plain: "图书馆 2" },
    { said: "\u001b[2Jgone\u0007", plain: "[2Jgone" },
    { said: "a\u202etxt.exe", plain: "a txt.exe" },
    { said: " \u0000\n", plain: undefined },
    { said: "x".repeat(500), plain: "x".repeat(200) },
    { said: undefined, plain: undefined },
  ])("$said becomes harmless", ({ said, plain }) => expect(plainText(said)).toBe(plain));
});
