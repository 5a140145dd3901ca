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

/** Of each address. */
type Ports = ReadonlyMap<number, readonly string[]>;

export class Learned {
  readonly #identities: Identities;
  readonly #links: Links;
  readonly #root: Node | undefined;
  readonly #trunks: readonly Node[];
  /** By switch: the ports of addresses of known devices, and of all addresses where those were needed. */
  readonly #ports = new Map<Node, Ports>();
  readonly #allPorts = new Map<Node, Ports>();
  readonly #rootPorts = new Map<Node, string>();

  /** @param root where the tree begins: the default gateway; absent when it is not known */
  constructor(identities: Identities, links: Links, root: Node | undefined) {
    this.#identities = identities;
    this.#links = links;
    this.#root = root;
    this.#trunks = identities.nodes.filter((node) => (node.seen.behind?.size ?? 0) > 0 && links.isTrunk(node));
    const known = new Set(identities.nodes.flatMap(({ macs }) => [...macs]));
    for (const trunk of this.#trunks) {
      this.#ports.set(
        trunk,
        portsByAddress(trunk, (mac) => known.has(mac)),
      );
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
    const ports = this.#allPortsOf(lower.trunk);
    return there.some((mac) => {
      if (node.macs.has(mac)) return false;
      return (ports.get(mac) ?? []).some((port) => port !== lower.port && port !== up);
    });
  }

  #addresses(trunk: Node, port: string): readonly number[] {
    return trunk.seen.behind?.get(port) ?? [];
  }

  #allPortsOf(trunk: Node): Ports {
    const ports = this.#allPorts.get(trunk) ?? portsByAddress(trunk, () => true);
    this.#allPorts.set(trunk, ports);
    return ports;
  }

  #portsOf(trunk: Node, macs: ReadonlySet<number>): Set<string> {
    const found = new Set<string>();
    for (const mac of macs) for (const port of this.#ports.get(trunk)?.get(mac) ?? []) found.add(port);
    return found;
  }
}

/** An address on more ports than these is nowhere; so are most of those that are on two. */
const MOST_PORTS = 8;

/** Addresses of a port share one list: there are thousands of them. */
function portsByAddress({ seen }: Node, isWanted: (mac: number) => boolean): Ports {
  const ports = new Map<number, readonly string[]>();
  for (const [port, addresses] of seen.behind ?? []) {
    const only = [port];
    for (const mac of addresses) {
      if (!isWanted(mac)) continue;
      const there = ports.get(mac);
      if (there === undefined) ports.set(mac, only);
      else if (there.length < MOST_PORTS) ports.set(mac, [...there, port]);
    }
  }
  return ports;
}
