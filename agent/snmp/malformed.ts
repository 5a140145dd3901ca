// Datagrams that are no SNMP answer: counted altogether, and for the device that is being asked where they come from.
import type { SnmpPeer } from "./peer.ts";
import type { SnmpStats } from "./stats.ts";

/** Looking for the device goes through what is open: somebody who sends rubbish by the thousand is not worth that. */
const SEARCHES_A_TICK = 64;

export class MalformedCount {
  readonly #stats: Pick<SnmpStats, "malformed">;
  #searchesLeft = SEARCHES_A_TICK;

  constructor(stats: Pick<SnmpStats, "malformed">) {
    this.#stats = stats;
  }

  /** @param asked finds the device that is being asked at the address and port the datagram came from */
  note(asked: () => SnmpPeer | undefined): void {
    this.#stats.malformed += 1;
    if (this.#searchesLeft === 0) return;
    this.#searchesLeft -= 1;
    const tally = asked()?.tally;
    if (tally) tally.malformed += 1;
  }

  tick(): void {
    this.#searchesLeft = SEARCHES_A_TICK;
  }
}

/** Why nobody answered, where rubbish came instead; `undefined` where none did. */
export function whyUnreadable({ tally }: SnmpPeer): string | undefined {
  if (tally === undefined || tally.malformed === 0) return undefined;
  const [datagrams, are] = tally.malformed === 1 ? ["datagram", "is"] : ["datagrams", "are"];
  return ` that can be read: ${tally.malformed} ${datagrams} from there ${are} no SNMP answer`;
}
