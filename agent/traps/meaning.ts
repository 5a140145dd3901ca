// What a notification means: the event it becomes. Pure.
import type { EventKind } from "../../contract/events.ts";
import { decodeText, macText } from "../probes/snmp-value.ts";
import { bytesOf, type SnmpValue } from "../snmp/value.ts";
import type { DeviceMarks, KeptDevices } from "./kept-devices.ts";
import type { NotificationRule, NotificationRules } from "./notifications.ts";
import type { Notification, Varbind } from "./pdu.ts";

export interface Meaning {
  device: string;
  kind: EventKind;
  text: string;
}

/** Characters of an event's text; a collector takes 1,024 bytes of text and more, and three of them may be one character. */
const TEXT_MAX = 300;
const VALUE_MAX = 80;

/** @param target the device that sent it, which is also whom it is about where the rule names no other. */
export function meaningOf(
  notification: Notification,
  target: string,
  rules: NotificationRules,
  devices: KeptDevices,
): Meaning {
  const rule = rules.get(notification.oid);
  if (rule === undefined) {
    return { device: target, kind: "snmp_notification", text: shorten(unknownText(notification, devices)) };
  }
  const marks = marksOf(rule, notification.varbinds);
  const device = marks && devices.find(target, marks);
  return { device: device ?? target, kind: rule.kind, text: shorten(knownText(rule, notification, devices, marks)) };
}

function marksOf({ device }: NotificationRule, varbinds: readonly Varbind[]): DeviceMarks | undefined {
  if (device === undefined) return undefined;
  const [mac, serial, name] = [device.mac, device.serial, device.name].map((oid) => oid && valueBelow(oid, varbinds));
  const macText = macOf(mac);
  const serialText = textOf(serial);
  const nameText = textOf(name);
  return {
    ...(macText !== undefined && { mac: macText }),
    ...(serialText !== undefined && { serial: serialText }),
    ...(nameText !== undefined && { name: nameText }),
  };
}

/** Whom it is about, and what the rule wants said, each with the word that stands before it. */
function knownText(
  rule: NotificationRule,
  { varbinds }: Notification,
  devices: KeptDevices,
  marks: DeviceMarks = {},
): string {
  const words = Object.entries(marks).map(([word, text]) => `${word} ${text}`);
  for (const [word, oid] of Object.entries(rule.says ?? {})) {
    const text = textOf(valueBelow(oid, varbinds));
    if (text !== undefined) words.push(`${word} ${text}`);
  }
  // Where the device said nothing that the rule knows, its own varbinds are better than nothing.
  return words.length > 0 ? words.join(", ") : [rule.name, ...varbindTexts(varbinds, devices)].join("; ");
}

function unknownText({ oid, varbinds }: Notification, devices: KeptDevices): string {
  return [oid, ...varbindTexts(varbinds, devices)].join("; ");
}

/** Hardware addresses in the spellings of contract/mac.ts; twelve digits without a letter are some other number. */
const MAC =
  /(?<![0-9a-f])(?:[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:[.-][0-9a-f]{4}){2}|(?=\d*[a-f])[0-9a-f]{12})(?![0-9a-f])/gi;

/**
 * What a notification carries that no rule has chosen. Controllers tell of each telephone that comes and goes: a hardware
 * address that belongs to no device of the school is left out, because it is somebody's.
 */
function varbindTexts(varbinds: readonly Varbind[], devices: KeptDevices): string[] {
  return varbinds.flatMap(({ oid, value }) => {
    const text = textOf(value);
    if (text === undefined) return [];
    const said = typeof value === "number" ? text : text.replace(MAC, (mac) => (devices.has(mac) ? mac : "(a MAC)"));
    return [`${oid} = ${said}`];
  });
}

/** The value of the object itself or of its first instance. */
function valueBelow(oid: string, varbinds: readonly Varbind[]): SnmpValue | undefined {
  return varbinds.find((varbind) => varbind.oid === oid || varbind.oid.startsWith(`${oid}.`))?.value;
}

function macOf(value: SnmpValue | undefined): string | undefined {
  return typeof value === "string" ? macText(value) : undefined;
}

/** As people read it: text where it is text, else hexadecimal digits. `undefined` for nothing. */
function textOf(value: SnmpValue | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value === "number") return String(value);
  const text = decodeText(value).replace(SPACING, " ");
  // Other control characters are not text, and neither is what no encoding could read.
  const isText = !/[\p{Cc}\ufffd]/u.test(text);
  const said = isText ? text : (macOf(value) ?? bytesOf(value).toString("hex"));
  return said === "" ? undefined : shorten(said, VALUE_MAX);
}

/** Ends of lines and tabs, and what turns the direction of a line around or cannot be seen. */
const SPACING = /[\t-\r\p{Zl}\p{Zp}\p{Cf}]+/gu;

function shorten(text: string, max = TEXT_MAX): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
