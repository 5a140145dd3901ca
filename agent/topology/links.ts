// Cables that devices tell of by LLDP and CDP, and what each device is by what it and its neighbours say.
import type { Identities, Node } from "./identities.ts";

/** What one device is to another that it is linked with. */
interface Ends {
  /** Ports by which it says itself that it reaches the other. */
  own: Set<string>;
  /** The same ports as the other calls them. */
  told: Set<string>;
}

export class Links {
  readonly #ends = new Map<Node, Map<Node, Ends>>();
  readonly #bridges = new Set<Node>();
  readonly #accessPoints = new Set<Node>();
  readonly #root: Node | undefined;

  constructor(identities: Identities, root: Node | undefined) {
    this.#root = root;
    for (const node of identities.nodes) {
      const { seen, isChild } = node;
      if (isChild) this.#accessPoints.add(node);
      this.#note(node, seen);
      for (const neighbour of seen.neighbours ?? []) {
        const other = identities.find(neighbour);
        if (other === undefined || other === node) continue;
        this.#note(other, neighbour);
        this.#endsOf(node, other).own.add(neighbour.port);
        const { remotePort, remotePortMac } = neighbour;
        const named = (remotePortMac !== undefined && other.seen.own?.get(remotePortMac)) || remotePort;
        if (named) this.#endsOf(other, node).told.add(named);
        else this.#endsOf(other, node);
      }
    }
  }

  /** Whether others may hang on it. An access point is an end, even one that forwards for what is plugged into it. */
  isTrunk(node: Node): boolean {
    if (node === this.#root) return true;
    if (this.#accessPoints.has(node)) return false;
    const { behind, isBridge, neighbours } = node.seen;
    if ((behind?.size ?? 0) > 0 || this.#bridges.has(node)) return true;
    return isBridge === undefined && (neighbours?.length ?? 0) > 0;
  }

  /** Devices that it, or they, say are on the other end of a cable, and on which it may hang. */
  trunksBeside(node: Node): Node[] {
    return [...(this.#ends.get(node)?.keys() ?? [])].filter((other) => this.isTrunk(other));
  }

  /** Ports of `node` to `other`: by its own names, else as the other has them. */
  portsBetween(node: Node, other: Node): readonly string[] {
    const ends = this.#ends.get(node)?.get(other);
    if (ends === undefined) return [];
    return [...(ends.own.size > 0 ? ends.own : ends.told)].sort(byNumber);
  }

  #note(node: Node, { isBridge, isAccessPoint }: { isBridge?: boolean; isAccessPoint?: boolean }): void {
    if (isBridge) this.#bridges.add(node);
    if (isAccessPoint) this.#accessPoints.add(node);
  }

  #endsOf(node: Node, other: Node): Ends {
    const all = this.#ends.get(node) ?? new Map<Node, Ends>();
    this.#ends.set(node, all);
    const ends = all.get(other) ?? { own: new Set(), told: new Set() };
    all.set(other, ends);
    // Each end knows of the other, so that a link is there from both sides.
    const back = this.#ends.get(other) ?? new Map<Node, Ends>();
    this.#ends.set(other, back);
    if (!back.has(node)) back.set(node, { own: new Set(), told: new Set() });
    return ends;
  }
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
