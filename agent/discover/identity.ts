// By what a device is known again wherever it stands: its serial number or its MAC; and the id made of that.
import { deviceKey, normalizeMac } from "../../contract/mac.ts";

/** What is compared between two runs, or between two addresses. */
export interface Named {
  address?: string;
  serial?: string;
  mac?: string;
  childKey?: string;
}

/** What devices say in place of a serial number. */
const NO_SERIAL =
  /^(0+|1234567890?|123456789012|n\/?a|none|null|unknown|default( string)?|not (specified|available)|to be filled.*|system serial number|serial( number)?|x+|-+|<.*>)$/i;
const SHORTEST_SERIAL = 4;
const LONGEST_ID = 64;

/** The serial number, where it is one. */
export function realSerial(serial: string | undefined): string | undefined {
  const text = serial?.trim();
  return text === undefined || text.length < SHORTEST_SERIAL || NO_SERIAL.test(text) ? undefined : text;
}

/**
 * Every name under which a device can be known again, the best first. One that has neither serial nor MAC is known by its
 * address only, and is another device when that changes.
 */
export function namesOf({ address, serial, mac, childKey }: Named): string[] {
  const names: string[] = [];
  const real = realSerial(serial);
  if (real !== undefined) names.push(`serial ${real.toLowerCase()}`);
  for (const text of [mac, childKey]) {
    const known = normalizeMac(text ?? "");
    if (known !== undefined) names.push(`mac ${known}`);
    else if (text !== undefined && text === childKey) names.push(`serial ${deviceKey(text).toLowerCase()}`);
  }
  if (names.length === 0 && address !== undefined) names.push(`address ${address}`);
  return [...new Set(names)];
}

/** A spreadsheet takes these for numbers, and rounds them or takes away zeros. */
const LIKE_NUMBER = /^\d+(\.\d*)?(e\d+)?$/i;

/**
 * An id for configuration and inventory, made of the serial, else of the MAC, else of the address, such that it survives a
 * spreadsheet.
 */
export function idOf(device: Named): string {
  const serial = realSerial(device.serial) ?? (normalizeMac(device.childKey ?? "") ? undefined : device.childKey);
  const mac = normalizeMac(device.mac ?? "") ?? normalizeMac(device.childKey ?? "");
  const address = device.address === undefined ? undefined : `ip-${device.address}`;
  const text = serial !== undefined && LIKE_NUMBER.test(serial) ? `sn-${serial}` : serial;
  return asId(text ?? mac?.replaceAll(":", "-") ?? address ?? "device");
}

/** The text with only what ids may hold (contract/batch.ts ID_PATTERN). */
function asId(text: string): string {
  const id = text
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, LONGEST_ID);
  return id === "" ? "device" : id;
}
