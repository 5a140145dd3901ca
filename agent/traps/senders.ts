// Which target a sender is: by its address, names of targets looked up from time to time.
import { isIP, SocketAddress } from "node:net";
import type { Address } from "../snmp/resolve.ts";

/** `ambiguous`: several targets have the address, and which of them it was cannot be told. */
export type Sender = { kind: "target"; id: string } | { kind: "stranger" } | { kind: "ambiguous" };

export interface Reachable {
  id: string;
  /** An address or a name. */
  host: string;
  port: number;
}

/** All addresses of a name. Rejects when it has none. */
export type LookupAll = (host: string) => Promise<readonly Pick<Address, "address">[]>;

export class Senders {
  readonly #targets: readonly Reachable[];
  readonly #lookup: LookupAll;
  /** Addresses of each name, as it last had them: a resolver that is away says nothing about the device. */
  readonly #names = new Map<string, readonly string[]>();
  #byAddress = new Map<string, Sender>();
  #isRefreshing = false;

  constructor(targets: readonly Reachable[], lookup: LookupAll) {
    this.#targets = targets;
    this.#lookup = lookup;
    this.#index();
  }

  /** @param address as `plainAddress` writes it. */
  find(address: string): Sender {
    return this.#byAddress.get(address) ?? { kind: "stranger" };
  }

  /**
   * Looks up the names again, one after another: a resolver that is away holds up a thread of the runtime with each question,
   * and the spool needs the others. Does nothing while a round before is under way. Never rejects.
   */
  async refresh(): Promise<void> {
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    for (const host of new Set(this.#targets.map((target) => target.host).filter((name) => isIP(name) === 0))) {
      const found = await this.#lookup(host).catch(() => undefined);
      if (!found) continue;
      this.#names.set(
        host,
        found.map(({ address }) => plainAddress(address)),
      );
      this.#index();
    }
    this.#isRefreshing = false;
  }

  #index(): void {
    const byAddress = new Map<string, Sender>();
    const ports = new Map<string, number>();
    for (const { id, host, port } of this.#targets) {
      for (const address of isIP(host) === 0 ? (this.#names.get(host) ?? []) : [plainAddress(host)]) {
        // The same port is the same device asked in two ways, as for two contexts: it keeps the name it had first.
        if (!byAddress.has(address)) byAddress.set(address, { kind: "target", id });
        else if (ports.get(address) !== port) byAddress.set(address, { kind: "ambiguous" });
        ports.set(address, port);
      }
    }
    this.#byAddress = byAddress;
  }
}

/** One spelling per address: without zone, IPv4 in IPv6 as IPv4, IPv6 as the system writes it. */
export function plainAddress(text: string): string {
  const address = text.replace(/%.*$/, "");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  return isIP(address) === 6 ? new SocketAddress({ address, family: "ipv6" }).address : address;
}
