// Puts together what was found of the same device: at several addresses, or directly and through its controller.
import type { Device, FoundDevice, Warning } from "./found.ts";
import { idOf, namesOf } from "./identity.ts";

/** Each device once. Of two addresses the one that was asked first stays the address. */
export function mergeSame(found: readonly FoundDevice[]): FoundDevice[] {
  const merged: FoundDevice[] = [];
  const byName = new Map<string, FoundDevice>();
  for (const device of found) {
    const known = sameAs(device, byName);
    if (known) combine(known, device);
    else merged.push({ ...device, otherAddresses: [...device.otherAddresses], warnings: [...device.warnings] });
    const kept = known ?? merged.at(-1);
    for (const name of kept ? namesIn(kept) : []) byName.set(name, kept ?? device);
  }
  return merged;
}

/** Where ids come from that exist already: from a configuration by address, from an earlier run by serial or MAC. */
export interface KnownIds {
  byAddress: ReadonlyMap<string, string>;
  byName: ReadonlyMap<string, string>;
}

/** Gives each device an id of its own: the one it has already, or one made of its serial, MAC or address. */
export function withIds(devices: readonly FoundDevice[], known: KnownIds): Device[] {
  const existing = devices.map((device) => existingId(device, known));
  const taken = new Set<string>();
  for (const id of existing) if (id !== undefined) taken.add(id);
  const holders = new Set<string>();
  return devices.map((device, i) => {
    let id = existing[i];
    if (id === undefined || holders.has(id)) {
      const wanted = [idOf(device), idOf({ ...device, serial: "" }), idOf({ address: device.address ?? "" })];
      id = wanted.find((each) => !taken.has(each)) ?? numbered(wanted[0] ?? "device", taken);
    }
    taken.add(id);
    holders.add(id);
    return { ...device, id };
  });
}

function existingId(device: FoundDevice, { byAddress, byName }: KnownIds): string | undefined {
  const addresses = device.access.kind === "controller" ? [] : [device.address ?? "", ...device.otherAddresses];
  const configured = addresses.map((address) => byAddress.get(address)).find((id) => id !== undefined);
  return (
    configured ??
    namesOf(device)
      .map((name) => byName.get(name))
      .find((id) => id !== undefined)
  );
}

function numbered(id: string, taken: ReadonlySet<string>): string {
  for (let n = 2; ; n++) if (!taken.has(`${id}-${n}`)) return `${id}-${n}`;
}

/** Names, and of an access point that its controller knows by address only, that too. */
function namesIn(device: FoundDevice): string[] {
  const address = device.address === undefined ? [] : [`address ${device.address}`];
  return [...namesOf(device), ...address];
}

function sameAs(device: FoundDevice, byName: ReadonlyMap<string, FoundDevice>): FoundDevice | undefined {
  const isChild = device.access.kind === "controller";
  for (const name of namesIn(device)) {
    const known = byName.get(name);
    if (!known || contradicts(known, device) || isItsOwn(known, device)) continue;
    // What a controller says of addresses may be old, so an address alone joins only its view with the device's own.
    if (name.startsWith("address ") && isChild === (known.access.kind === "controller")) continue;
    return known;
  }
  return undefined;
}

/** Some makers give many devices one serial number: with another MAC, or of another maker, it is another device. */
function contradicts(a: FoundDevice, b: FoundDevice): boolean {
  const differ = (x: string | undefined, y: string | undefined) => x !== undefined && y !== undefined && x !== y;
  return differ(a.mac, b.mac) || differ(a.vendor, b.vendor);
}

/** An access point that is the controller of others as well lists itself: one box, and two things that can work or not. */
function isItsOwn(a: FoundDevice, b: FoundDevice): boolean {
  const isListedBy = (child: FoundDevice, controller: FoundDevice) =>
    child.controller !== undefined && [controller.address, ...controller.otherAddresses].includes(child.controller);
  return isListedBy(a, b) || isListedBy(b, a);
}

/** Adds `other` to what is known of the device. */
function combine(known: FoundDevice, other: FoundDevice): void {
  const direct = [known, other].find(({ access }) => access.kind !== "controller");
  const child = [known, other].find(({ access }) => access.kind === "controller");
  const addresses = new Set([known.address, ...known.otherAddresses, other.address, ...other.otherAddresses]);
  const address = direct?.address ?? known.address;
  const warnings = [...known.warnings, ...other.warnings];
  // What each of them says for itself stays; gaps are filled from the other.
  Object.assign(known, { ...other, ...known });
  known.otherAddresses = [...addresses].filter((each) => each !== undefined && each !== address) as string[]; // just checked
  if (address !== undefined) known.address = address;
  if (direct && child) {
    known.kind = direct.kind === "unknown" ? child.kind : direct.kind;
    known.access = child.access;
    warnings.push(spokenFor(child));
  }
  known.warnings = unique(warnings);
}

function spokenFor({ controller }: FoundDevice): Warning {
  return {
    code: "CONTROLLER_KNOWS_IT",
    message: `answers itself as well; drafted as an access point of ${controller ?? "its controller"}, not as a target of its own`,
  };
}

function unique(warnings: readonly Warning[]): Warning[] {
  const byMessage = new Map(warnings.map((warning) => [warning.message, warning]));
  return [...byMessage.values()];
}
