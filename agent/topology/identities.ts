// Who is who: by which hardware address, name or management address a device is known again in what others see.

import { isVirtualRouter } from "./hardware-address.ts";
import type { Neighbour, Sightings } from "./sightings.ts";

/** A device as the agent knows it. */
export interface KnownDevice {
  /** Device key of its readings. */
  key: string;
  /** Asked by the agent itself, and not only told of by a controller. */
  isTarget: boolean;
  macs: readonly number[];
  names: readonly string[];
  /** In their one spelling. */
  addresses: readonly string[];
  /** What it sees, as far as that is fresh. */
  seen?: Sightings;
}

/** One device, though it may be known under several keys: an access point that is asked and that its controller tells of. */
export interface Node {
  /** The key under which it is named as a parent. */
  key: string;
  keys: readonly string[];
  macs: ReadonlySet<number>;
  /** A controller tells of it, so it is an access point. */
  isChild: boolean;
  seen: Sightings;
}

interface Draft extends Node {
  keys: string[];
  macs: Set<number>;
  names: Set<string>;
  addresses: Set<string>;
}

/** Whatever two devices share names neither of them: it is left out. */
export class Identities {
  readonly nodes: readonly Node[];
  readonly #byKey = new Map<string, Draft>();
  readonly #byMac: ReadonlyMap<number, Draft>;
  readonly #byName: ReadonlyMap<string, Draft>;
  readonly #byAddress: ReadonlyMap<string, Draft>;

  constructor(devices: readonly KnownDevice[]) {
    const nodes = draftsOf(devices);
    this.nodes = nodes;
    for (const node of nodes) for (const key of node.keys) this.#byKey.set(key, node);
    this.#byMac = unique(nodes, ({ macs }) => macs);
    this.#byName = unique(nodes, ({ names }) => names);
    this.#byAddress = unique(nodes, ({ addresses }) => addresses);
  }

  byKey(key: string): Node | undefined {
    return this.#byKey.get(key);
  }

  byMac(mac: number): Node | undefined {
    return this.#byMac.get(mac);
  }

  /** The device that a neighbour is: by hardware address, else by name, else by management address. */
  find(neighbour: Neighbour): Node | undefined {
    const { macs, names, addresses } = neighbour;
    for (const mac of macs) {
      const node = this.#byMac.get(mac);
      if (node) return node;
    }
    const told = [
      ...names.map((name) => this.#byName.get(nameKey(name))),
      ...addresses.map((address) => this.#byAddress.get(address)),
    ];
    return told.find((node) => node && isPlausible(node, neighbour));
  }
}

/**
 * Whether a neighbour may be the device that has his name: many are called as they came from the factory. The device says
 * under which chassis address it speaks, and then that would have been the neighbour's; else, where it tells its
 * addresses, one of them is near the neighbour's (makers number the ports of one device in a row).
 */
function isPlausible({ seen }: Node, { macs }: Neighbour): boolean {
  if (macs.length === 0) return true;
  if (seen.chassis !== undefined) return false;
  const own = [...(seen.own?.keys() ?? [])];
  return own.length === 0 || own.some((mac) => macs.some((other) => Math.abs(mac - other) < 256));
}

function draftsOf(devices: readonly KnownDevice[]): Draft[] {
  const targets = devices.filter(({ isTarget }) => isTarget).map(draft);
  const targetOf = unique(targets, ({ macs }) => macs);
  const children = sameDevices(devices.filter(({ isTarget }) => !isTarget)).flatMap((same) => {
    const asked = new Set(same.flatMap(ownMacs).map((mac) => targetOf.get(mac)));
    asked.delete(undefined);
    const [target] = asked;
    const [first, ...others] = same;
    const node = asked.size === 1 && target ? target : first && draft(first);
    for (const device of node === target ? same : others) if (node) join(node, device);
    return node === undefined || node === target ? [] : [node];
  });
  return [...targets, ...children];
}

/** Children with an address in common are one device, of which two controllers tell. */
function sameDevices(children: readonly KnownDevice[]): KnownDevice[][] {
  const groups = new Set<KnownDevice[]>();
  const groupOf = new Map<number, KnownDevice[]>();
  for (const child of children) {
    const group = [child];
    groups.add(group);
    for (const mac of ownMacs(child)) {
      const other = groupOf.get(mac);
      if (other && other !== group) {
        group.push(...other);
        groups.delete(other);
        for (const moved of other.flatMap(ownMacs)) groupOf.set(moved, group);
      }
      groupOf.set(mac, group);
    }
  }
  return [...groups];
}

function ownMacs({ macs }: KnownDevice): number[] {
  return macs.filter((mac) => !isVirtualRouter(mac));
}

function draft(device: KnownDevice): Draft {
  const { key, isTarget, names, addresses, seen } = device;
  return {
    key,
    keys: [key],
    isChild: !isTarget,
    macs: new Set(ownMacs(device)),
    names: new Set(names.map(nameKey).filter((name) => name !== "")),
    addresses: new Set(addresses),
    seen: seen ?? {},
  };
}

function join(node: Draft, device: KnownDevice): void {
  const { key, names, addresses } = device;
  node.keys.push(key);
  node.isChild = true;
  for (const mac of ownMacs(device)) node.macs.add(mac);
  for (const name of names) if (nameKey(name) !== "") node.names.add(nameKey(name));
  for (const address of addresses) node.addresses.add(address);
}

/** Names differ in case between what a device says and what it announces. */
function nameKey(name: string): string {
  return name.trim().toLowerCase();
}

function unique<N, K>(nodes: readonly N[], keysOf: (node: N) => Iterable<K>): Map<K, N> {
  const found = new Map<K, N>();
  const shared = new Set<K>();
  for (const node of nodes) {
    for (const key of keysOf(node)) {
      if (found.has(key)) shared.add(key);
      else found.set(key, node);
    }
  }
  for (const key of shared) found.delete(key);
  return found;
}
