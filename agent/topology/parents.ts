// Which device hangs on which, and on which port: a tree from the default gateway down. Pure.
//
// What devices say of their cables (LLDP, CDP) comes before what switches learned of addresses. Between two switches either
// may be above: the one is that lies towards the gateway, by the port behind which a switch sees it, else by the fewest
// cables. Without a known gateway nothing is said of switches. Where the sources contradict each other nothing is said at
// all: unknown is unknown.
import { Identities, type KnownDevice, type Node } from "./identities.ts";
import { Learned } from "./learned.ts";
import { Links } from "./links.ts";

export interface TopologyInput {
  devices: readonly KnownDevice[];
  /** Keys of default gateways: they hang on nothing here. Where there is exactly one, the tree begins at it. */
  gateways: readonly string[];
}

export interface Place {
  parent: string;
  /** Interface of the parent; several, with commas between, where they are bundled. */
  port: string;
}

export interface Parents {
  /** By device key. */
  places: ReadonlyMap<string, Place>;
  /** Devices of which contradicting things are told, with the keys of those that they might hang on. */
  ambiguous: ReadonlyMap<string, readonly string[]>;
}

interface Branch {
  parent: Node;
  port: string;
}

export function parentsOf({ devices, gateways }: TopologyInput): Parents {
  return new Tree(new Identities(devices), gateways).parents();
}

class Tree {
  readonly #identities: Identities;
  readonly #gateways: ReadonlySet<Node | undefined>;
  readonly #root: Node | undefined;
  readonly #links: Links;
  readonly #learned: Learned;
  /** Cables from the top to each switch, as far as cables lead. */
  readonly #depths: ReadonlyMap<Node, number>;
  readonly #branches = new Map<Node, Branch>();
  readonly #ambiguous = new Map<Node, readonly Node[]>();

  constructor(identities: Identities, gateways: readonly string[]) {
    this.#identities = identities;
    this.#gateways = new Set(gateways.map((key) => identities.byKey(key)));
    // Several gateways are several trees, and in which of them a switch is, is not known.
    if (this.#gateways.size === 1) [this.#root] = this.#gateways;
    this.#links = new Links(identities, this.#root);
    this.#learned = new Learned(identities, this.#links, this.#root);
    this.#depths = this.#measureDepths();
  }

  parents(): Parents {
    for (const node of this.#identities.nodes) {
      if (this.#gateways.has(node)) continue;
      if (this.#links.isTrunk(node)) this.#hangTrunk(node);
      else this.#hangEnd(node);
    }
    this.#cutCircles();
    const places = new Map<string, Place>();
    for (const [{ keys }, { parent, port }] of this.#branches) {
      for (const key of keys) places.set(key, { parent: parent.key, port });
    }
    const ambiguous = [...this.#ambiguous].map(([{ key }, nodes]) => [key, nodes.map((node) => node.key)] as const);
    return { places, ambiguous: new Map(ambiguous) };
  }

  /** An access point, a camera: whoever says that it is on the other end of a cable is its parent. */
  #hangEnd(node: Node): void {
    const beside = this.#links.trunksBeside(node);
    if (beside.length > 0) this.#hangOn(node, beside);
    else this.#hangByAddress(node);
  }

  #hangTrunk(node: Node): void {
    if (this.#root === undefined) return;
    const beside = this.#links.trunksBeside(node);
    const up = this.#learned.rootPort(node);
    const towardsRoot = beside.filter(
      (other) => up !== undefined && this.#links.portsBetween(node, other).includes(up),
    );
    if (towardsRoot.length === 1) {
      this.#hangOn(node, towardsRoot);
      return;
    }
    const depth = this.#depths.get(node);
    const above = beside.filter((other) => depth !== undefined && this.#depths.get(other) === depth - 1);
    if (above.length > 0) this.#hangOn(node, above);
    else this.#hangByAddress(node);
  }

  #hangOn(node: Node, candidates: readonly Node[]): void {
    const [parent] = candidates;
    if (parent === undefined || candidates.length > 1) {
      this.#ambiguous.set(node, candidates);
      return;
    }
    const ports = this.#links.portsBetween(parent, node);
    if (ports.length > 0) this.#branches.set(node, { parent, port: ports.join(", ") });
  }

  #hangByAddress(node: Node): void {
    const verdict = this.#learned.seatOf(node);
    switch (verdict.kind) {
      case "seat":
        this.#branches.set(node, { parent: verdict.seat.trunk, port: verdict.seat.port });
        return;
      case "ambiguous":
        this.#ambiguous.set(
          node,
          verdict.seats.map(({ trunk }) => trunk),
        );
        return;
      case "unknown":
        return;
    }
  }

  /**
   * Counted from the gateway where it speaks of its cables; else from the switch that has it behind a port on which no
   * other switch is heard, when there is exactly one such.
   */
  #measureDepths(): Map<Node, number> {
    const depths = new Map<Node, number>();
    const top = this.#top();
    if (top === undefined) return depths;
    depths.set(top, 0);
    const queue = [top];
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
      for (const other of this.#links.trunksBeside(node)) {
        if (depths.has(other)) continue;
        depths.set(other, (depths.get(node) ?? 0) + 1);
        queue.push(other);
      }
    }
    return depths;
  }

  #top(): Node | undefined {
    if (this.#root === undefined) return undefined;
    if (this.#links.trunksBeside(this.#root).length > 0) return this.#root;
    const tops = this.#identities.nodes.filter((node) => {
      const up = this.#learned.rootPort(node);
      const heard = this.#links.trunksBeside(node).flatMap((other) => this.#links.portsBetween(node, other));
      return up !== undefined && !heard.includes(up);
    });
    return tops.length === 1 ? tops[0] : undefined;
  }

  /** Tables of different moments can contradict each other in a circle; then none of it is taken. */
  #cutCircles(): void {
    for (const start of [...this.#branches.keys()]) {
      const path: Node[] = [];
      let node: Node | undefined = start;
      while (node !== undefined && !path.includes(node)) {
        path.push(node);
        node = this.#branches.get(node)?.parent;
      }
      if (node === undefined) continue;
      for (const member of path.slice(path.indexOf(node))) {
        const branch = this.#branches.get(member);
        if (branch) this.#ambiguous.set(member, [branch.parent]);
        this.#branches.delete(member);
      }
    }
  }
}
