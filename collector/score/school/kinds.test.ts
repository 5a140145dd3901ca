// What kinds of devices and rooms mean.
import { describe, expect, it } from "vitest";
import { DEVICE_KINDS } from "../../../contract/device-kinds.ts";
import { device, venue } from "../campus-suite.ts";
import {
  equipmentOf,
  isClassroomDevice,
  isCore,
  isSecurityDevice,
  isTeachingEquipment,
  isTerminal,
  needsEquipment,
  terminalClassOf,
} from "./kinds.ts";

const of = (kind: string) => device("d", { kind });

describe("a device's kind", () => {
  it("makes gateways and wireless controllers core; any other device is core by its role only", () => {
    expect(DEVICE_KINDS.filter((kind) => isCore(of(kind)))).toEqual(["wifi_controller", "gateway"]);
    expect(isCore(device("d", { kind: "switch", role: "core" }))).toBe(true);
    expect(isCore(device("d", { kind: "router", role: "egress" }))).toBe(true);
  });

  it("tells terminals from what carries the network", () => {
    expect(DEVICE_KINDS.filter((kind) => !isTerminal(of(kind)))).toEqual([
      "ap",
      "wifi_controller",
      "switch",
      "gateway",
      "router",
      "firewall",
      "server",
      "agent",
    ]);
    expect(isTerminal(device("d", { kind: "pc", role: "core" }))).toBe(false);
  });

  it.each([
    ["camera", "monitoring"],
    ["recorder", "monitoring"],
    ["door", "door"],
    ["sensor", "appliance"],
    ["energy_meter", "appliance"],
    ["projector", "other"],
    ["a kind nobody knows", "other"],
    ["pc", undefined],
    ["phone", undefined],
    ["switch", undefined],
  ])("puts a %s into the class %s", (kind, expected) => {
    expect(terminalClassOf(of(kind))).toBe(expected);
  });

  it("counts firewalls and their like as security devices", () => {
    expect(DEVICE_KINDS.filter((kind) => isSecurityDevice(of(kind)))).toEqual(["firewall"]);
  });
});

describe("a room", () => {
  it.each([
    { kinds: [], equipped: { display: false, compute: false, audio: false } },
    { kinds: ["projector"], equipped: { display: true, compute: false, audio: false } },
    { kinds: ["projector", "pc", "speaker"], equipped: { display: true, compute: true, audio: true } },
    { kinds: ["interactive_panel"], equipped: { display: true, compute: true, audio: true } },
  ])("with $kinds has $equipped", ({ kinds, equipped }) => {
    expect(equipmentOf(kinds.map(of))).toEqual(equipped);
  });

  it("needs equipment by its kind where it is taught in, unless the inventory says otherwise", () => {
    expect(needsEquipment(venue("v"))).toBe(true);
    expect(needsEquipment(venue("v", { kind: "gymnasium" }))).toBe(false);
    expect(needsEquipment(venue("v", { mainTeaching: false }))).toBe(false);
    expect(needsEquipment(venue("v", { needsEquipment: false }))).toBe(false);
    expect(needsEquipment(venue("v", { kind: "office", mainTeaching: false, needsEquipment: true }))).toBe(true);
  });

  it("makes teaching equipment of what is taught with, wherever nobody says that no one teaches there", () => {
    const office = venue("o", { kind: "office", mainTeaching: false });
    expect(isTeachingEquipment(of("projector"), undefined)).toBe(true);
    expect(isTeachingEquipment(of("pc"), venue("v"))).toBe(true);
    expect(isTeachingEquipment(of("pc"), office)).toBe(false);
    expect(isTeachingEquipment(of("camera"), venue("v"))).toBe(false);
  });

  it("makes a classroom device of what is switched on when needed in it", () => {
    const panel = device("p", { kind: "interactive_panel", expectedOn: "on_demand" });
    expect(isClassroomDevice(panel, venue("v"))).toBe(true);
    expect(isClassroomDevice(panel, undefined)).toBe(false);
    expect(isClassroomDevice(panel, venue("o", { mainTeaching: false }))).toBe(false);
    expect(isClassroomDevice({ ...panel, expectedOn: "always" }, venue("v"))).toBe(false);
  });
});
