// What switches learned about where hardware addresses are, and what follows for who hangs on whom.
import type { Identities, Node } from "./identities.ts";
import type { Links } from "./links.ts";

/** Where a device is seen: a switch, and its port. */
export interface Seat {
  trunk: Node;
  port: string;
}

/** A switch that sees the device on two of its ports, or several of which none lies below the others, decide nothing. */
export type SeatVerdict = { kind: "seat"; seat: Seat } | { kind: "ambiguous"; seats: Seat[] } | { kind: "unknown" };

export class Learned {
  readonly #identities: Identities;
  readonly #links: Links;
  readonly #root: Node | undefined;
  readonly #trunks: readonly Node[];
  /** By switch: the ports of each address. */
  readonly #ports = new Map<Node, Map<number, readonly string[]>>();
  readonly #rootPorts = new Map<Node, string>();

  /** @param root where the tree begins: the default gateway; absent when it is not known */
  constructor(identities: Identities, links: Links, root: Node | undefined) {
    this.#identities = identities;
    this.#links = links;
    this.#root = root;
    this.#trunks = identities.nodes.filter((node) => (node.seen.behind?.size ?? 0) > 0 && links.isTrunk(node));
    for (const trunk of this.#trunks) {
      const ports = portsByAddress(trunk);
      this.#ports.set(trunk, ports);
      if (root === undefined || trunk === root) continue;
      const up = this.#portsOf(trunk, root.macs);
      const [only] = up;
      if (only !== undefined && up.size === 1) this.#rootPorts.set(trunk, only);
    }
  }

  /** The port of a switch behind which the root of the tree is; `undefined` when that is not known. */
  rootPort(trunk: Node): string | undefined {
    return this.#rootPorts.get(trunk);
  }

  /**
   * The switch port a device is behind: of all ports that see it away from the root, the one below all others. What is
   * behind a switch that nobody asks is on the port to that switch.
   */
  seatOf(node: Node): SeatVerdict {
    const seats: Seat[] = [];
    for (const trunk of this.#trunks) {
      if (trunk === node) continue;
      const ports = this.#portsOf(trunk, node.macs);
      if (ports.size > 1) return { kind: "ambiguous", seats: [...ports].map((port) => ({ trunk, port })) };
      for (const port of ports) if (this.#leadsAway(trunk, port, node)) seats.push({ trunk, port });
    }
    if (seats.length === 0) return { kind: "unknown" };
    const lowest = seats.filter((seat) => !seats.some((other) => other !== seat && this.#isAbove(seat, other, node)));
    const [seat] = lowest;
    return seat !== undefined && lowest.length === 1 ? { kind: "seat", seat } : { kind: "ambiguous", seats };
  }

  /** Whether a port leads away from the root. Where the root is not known, a port to another switch may lead anywhere. */
  #leadsAway(trunk: Node, port: string, node: Node): boolean {
    if (trunk === this.#root) return true;
    const up = this.#rootPorts.get(trunk);
    if (up !== undefined) return port !== up;
    if (this.#links.isTrunk(node)) return false;
    const beside = this.#links.trunksBeside(trunk);
    if (beside.some((other) => this.#links.portsBetween(trunk, other).includes(port))) return false;
    return !this.#addresses(trunk, port).some((mac) => {
      const other = this.#identities.byMac(mac);
      return other !== undefined && this.#links.isTrunk(other);
    });
  }

  /** Whether the lower seat's switch is behind the upper seat's port. */
  #isAbove(upper: Seat, lower: Seat, node: Node): boolean {
    if (upper.trunk === lower.trunk) return false;
    if (this.#links.portsBetween(upper.trunk, lower.trunk).includes(upper.port)) return true;
    const there = this.#addresses(upper.trunk, upper.port);
    if (there.some((mac) => lower.trunk.macs.has(mac))) return true;
    // A switch that is not seen itself is given away by what it has on its other ports.
    const up = this.#rootPorts.get(lower.trunk);
    const ports = this.#ports.get(lower.trunk);
    return there.some((mac) => {
      if (node.macs.has(mac)) return false;
      return [...(ports?.get(mac) ?? [])].some((port) => port !== lower.port && port !== up);
    });
  }

  #addresses(trunk: Node, port: string): readonly number[] {
    return trunk.seen.behind?.get(port) ?? [];
  }

  #portsOf(trunk: Node, macs: ReadonlySet<number>): Set<string> {
    const found = new Set<string>();
    for (const mac of macs) for (const port of this.#ports.get(trunk)?.get(mac) ?? []) found.add(port);
    return found;
  }
}

/** Addresses of a port share one list: there are thousands of them. */
function portsByAddress({ seen }: Node): Map<number, readonly string[]> {
  const ports = new Map<number, readonly string[]>();
  for (const [port, addresses] of seen.behind ?? []) {
    const only = [port];
    for (const mac of addresses) {
      const there = ports.get(mac);
      ports.set(mac, there === undefined ? only : [...there, port]);
    }
  }
  return ports;
}
