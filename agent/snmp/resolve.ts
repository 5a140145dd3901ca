// Host names to addresses: each name is looked up once in a while, away from the path of requests.
import { lookup } from "node:dns/promises";
import { isIP, SocketAddress } from "node:net";
import { networkInterfaces } from "node:os";
import { messageOf } from "../../contract/errors.ts";
import { ProbeError } from "../probes/probe.ts";

export interface Address {
  /** As the operating system writes it, so that it can be compared with where an answer came from. */
  address: string;
  family: 4 | 6;
}

/** The machine's own, which give zones of IPv6 their names. */
export type Interfaces = typeof networkInterfaces;

export type Lookup = (host: string) => Promise<Address>;

/** How long a looked-up name is believed. */
const BELIEVED_MS = 5 * 60_000;
/** When to look up again what could not be looked up, or not yet. */
const ASKED_AGAIN_MS = 30_000;

export class Resolver {
  readonly #lookup: Lookup;
  readonly #nowMs: () => number;
  readonly #interfaces: Interfaces;
  readonly #known = new Map<string, { address: Address; untilMs: number }>();
  /** Lookups under way, so that a hundred requests to one name ask once. */
  readonly #underWay = new Map<string, Promise<Address>>();

  constructor(nowMs: () => number, ask: Lookup = lookupBySystem, interfaces: Interfaces = networkInterfaces) {
    this.#nowMs = nowMs;
    this.#interfaces = interfaces;
    this.#lookup = ask;
  }

  /**
   * The address if it is known: an address itself, or a name that was looked up before. A name that was looked up long ago
   * is looked up again beside the request, and keeps its address while that fails: a resolver that is away says nothing
   * about the device.
   */
  known(host: string): Address | undefined {
    const entry = this.#known.get(host);
    if (entry) {
      if (entry.untilMs !== Number.POSITIVE_INFINITY && entry.untilMs <= this.#nowMs()) this.#refresh(host, entry);
      return entry.address;
    }
    const family = isIP(host);
    if (family !== 4 && family !== 6) return undefined;
    const address: Address = { address: family === 4 ? host : canonicalIpv6(host, this.#interfaces), family };
    this.#known.set(host, { address, untilMs: Number.POSITIVE_INFINITY });
    return address;
  }

  /** Asks the system's resolver. @throws ProbeError `unreachable` when the name has no address, `timeout` when the signal aborts. */
  async resolve(host: string, signal: AbortSignal): Promise<Address> {
    if (signal.aborted) throw new ProbeError("timeout", `${host}: the name was not resolved in time`);
    try {
      return await untilAborted(this.#ask(host), signal);
    } catch (cause) {
      if (signal.aborted) throw new ProbeError("timeout", `${host}: the name was not resolved in time`, { cause });
      throw new ProbeError("unreachable", `${host}: the name has no address (${messageOf(cause)})`, { cause });
    }
  }

  #refresh(host: string, entry: { untilMs: number }): void {
    entry.untilMs = this.#nowMs() + ASKED_AGAIN_MS;
    // Nobody waits for it: the old address is there.
    this.#ask(host).catch(() => undefined);
  }

  #ask(host: string): Promise<Address> {
    const underWay = this.#underWay.get(host);
    if (underWay !== undefined) return underWay;
    const asked = this.#lookup(host)
      .then((address) => {
        this.#known.set(host, { address, untilMs: this.#nowMs() + BELIEVED_MS });
        return address;
      })
      .finally(() => this.#underWay.delete(host));
    this.#underWay.set(host, asked);
    return asked;
  }
}

async function lookupBySystem(host: string): Promise<Address> {
  const { address, family } = await lookup(host);
  return { address, family: family === 6 ? 6 : 4 };
}

/**
 * `0:0:0:0:0:0:0:1` is `::1` where answers come from. A zone has its interface's name there (`fe80::1%4` is `fe80::1%eth0`),
 * and only addresses of one link have one.
 */
function canonicalIpv6(host: string, interfaces: Interfaces): string {
  const [address = host, zone] = host.split("%", 2);
  const canonical = new SocketAddress({ family: "ipv6", address }).address;
  if (zone === undefined || !/^fe[89ab]/.test(canonical)) return canonical;
  const named = Object.entries(interfaces()).find(([, all]) =>
    all?.some((one) => one.family === "IPv6" && String(one.scopeid) === zone && zone !== "0"),
  );
  return `${canonical}%${named?.[0] ?? zone}`;
}

/** The promise's outcome, or a rejection as soon as the signal aborts, which it has not yet. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
