// What is different from an earlier run, and what is remembered for the next one. Pure: time comes in.
import type { Device } from "./found.ts";
import { namesOf } from "./identity.ts";

/** A device as it was last seen. */
export interface Remembered {
  id: string;
  address?: string;
  otherAddresses: string[];
  name?: string;
  vendor?: string;
  model?: string;
  firmware?: string;
  serial?: string;
  mac?: string;
  kind: string;
  /** Under which its controller names it, and that controller's address. */
  childKey?: string;
  controller?: string;
  /** ISO 8601 instants. */
  firstSeenAt: string;
  lastSeenAt: string;
}

export interface Changes {
  /** Never seen before. */
  appeared: { id: string; address?: string }[];
  /** The same serial or MAC at another address, or behind another controller. */
  moved: { id: string; from: string; to: string }[];
  changed: { id: string; what: "name" | "model" | "firmware"; from: string; to: string }[];
  /** Was asked and did not answer now, or is not in its controller's list now. Nobody knows whether it is gone. */
  missing: { id: string; address?: string; name?: string; lastSeenAt: string }[];
}

const COMPARED = ["name", "model", "firmware"] as const;

export interface Comparison {
  changes: Changes;
  /** What to remember: those seen now, and those seen before. */
  remembered: Remembered[];
}

/**
 * Compares devices with those remembered. One is missing only if its address was asked in full, or its controller answered.
 * @param asked addresses that were asked in full.
 * @param now an ISO 8601 instant.
 */
export function compare(
  before: readonly Remembered[],
  devices: readonly Device[],
  asked: ReadonlySet<string>,
  now: string,
): Comparison {
  const changes: Changes = { appeared: [], moved: [], changed: [], missing: [] };
  const known = new Map(before.flatMap((each) => lookupNames(each).map((name): [string, Remembered] => [name, each])));
  const seen = new Set<Remembered>();
  const remembered = devices.map((device) => {
    const old = lookupNames(device)
      .map((name) => known.get(name))
      .find((each) => each !== undefined && !seen.has(each) && !contradicts(each, device));
    if (old) seen.add(old);
    if (old) addDifferences(changes, old, device);
    else changes.appeared.push({ id: device.id, ...addressOf(device) });
    return rememberedOf(device, old, now);
  });
  const controllers = new Set(devices.filter(answered).flatMap(({ address }) => address ?? []));
  for (const old of before.filter((each) => !seen.has(each))) {
    remembered.push(old);
    const isAsked = old.controller === undefined ? asked.has(old.address ?? "") : controllers.has(old.controller);
    const { id, name, lastSeenAt } = old;
    if (isAsked) changes.missing.push({ id, ...addressOf(old), ...(name === undefined ? {} : { name }), lastSeenAt });
  }
  return { changes, remembered };
}

export function isUnchanged({ appeared, moved, changed, missing }: Changes): boolean {
  return [appeared, moved, changed, missing].every((list) => list.length === 0);
}

/** Its own names first; its address last, for one that said neither serial nor MAC in one of the two runs. */
function lookupNames(device: Pick<Remembered, "address" | "serial" | "mac" | "childKey">): string[] {
  const address = device.address === undefined || device.childKey !== undefined ? [] : [`address ${device.address}`];
  return [...new Set([...namesOf(device), ...address])];
}

/** Another serial or another MAC at the same address is another device. */
function contradicts(a: Pick<Remembered, "serial" | "mac">, b: Pick<Remembered, "serial" | "mac">): boolean {
  const differ = (x: string | undefined, y: string | undefined) => x !== undefined && y !== undefined && x !== y;
  return a.serial === b.serial && a.serial !== undefined ? false : differ(a.serial, b.serial) || differ(a.mac, b.mac);
}

const UNREAD = new Set(["DEVICE_UNREADABLE", "SNMP_V3_ONLY"]);

/** Its tables were read, so that what they do not list is not there. */
function answered({ access, warnings }: Device): boolean {
  return access.kind !== "controller" && !warnings.some(({ code }) => UNREAD.has(code));
}

function addDifferences({ moved, changed }: Changes, old: Remembered, device: Device): void {
  const { id } = device;
  const here = device.controller ?? device.address;
  const there = old.controller ?? old.address;
  const sameKind = (device.controller === undefined) === (old.controller === undefined);
  const elsewhere =
    here !== there && !device.otherAddresses.includes(there ?? "") && !old.otherAddresses.includes(here ?? "");
  if (sameKind && elsewhere && here !== undefined && there !== undefined) moved.push({ id, from: there, to: here });
  for (const what of COMPARED) {
    const from = old[what];
    const to = device[what];
    // What was not said this time has not changed.
    if (from !== undefined && to !== undefined && from !== to) changed.push({ id, what, from, to });
  }
}

function rememberedOf(device: Device, old: Remembered | undefined, now: string): Remembered {
  const { id, otherAddresses, kind } = device;
  const texts: Partial<Remembered> = {};
  for (const key of TEXTS) {
    const text = device[key] ?? old?.[key];
    if (text !== undefined) texts[key] = text;
  }
  return { ...texts, id, otherAddresses, kind, firstSeenAt: old?.firstSeenAt ?? now, lastSeenAt: now };
}

const TEXTS = ["address", "name", "vendor", "model", "firmware", "serial", "mac", "childKey", "controller"] as const;

function addressOf({ address }: { address?: string }): { address?: string } {
  return address === undefined ? {} : { address };
}
