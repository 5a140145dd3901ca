// The polling engine: GET and table walks over SNMP v1, v2c and v3, for all targets of an agent on few sockets.
import { performance } from "node:perf_hooks";
import { AnswerSizes } from "./answer-size.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import { Getter, type SnmpAnswer } from "./get.ts";
import type { Oid } from "./oid.ts";
import type { SnmpPeer } from "./peer.ts";
import type { SnmpStats } from "./stats.ts";
import type { SnmpTable } from "./table.ts";
import { V3Exchange } from "./v3-exchange.ts";
import { walkColumns } from "./walk.ts";

/**
 * Only the address and port that were asked can answer, and only a request that is open; every other datagram is counted
 * and dropped, as is an SNMPv3 answer that the keys do not prove. Nothing a device sends ends the process. A request is
 * ended within a tick after its signal aborts. Only so many are open at a time, of v1 and v2c
 * and of v3 each; the others wait for their turn.
 */
export interface SnmpEngine {
  /**
   * Asks for single values. Handing in the same array again saves encoding the request again.
   * @throws ProbeError `timeout`, `unreachable`, `auth`, `protocol`
   */
  get(peer: SnmpPeer, oids: readonly Oid[], signal: AbortSignal): Promise<SnmpAnswer>;
  /**
   * Reads whole columns, which should share their index so that they advance together.
   * @throws ProbeError as `get`; a walk that does not reach the end of every column throws.
   */
  walkColumns(peer: SnmpPeer, columns: readonly Oid[], signal: AbortSignal): Promise<SnmpTable>;
  readonly stats: Readonly<SnmpStats>;
  /** Fails what is open and closes the sockets. */
  close(): Promise<void>;
}

export type SnmpEngineOptions = ExchangeOptions;

/** An engine without sockets yet: each family's is opened by the first request that needs it, SNMPv3 has its own. */
export function createSnmpEngine(options: SnmpEngineOptions = {}): SnmpEngine {
  const exchange = new Exchange(options);
  const { stats } = exchange;
  const v3 = new V3Exchange({ ...options, stats });
  const getter = new Getter(exchange);
  const v3Getter = new Getter(v3);
  const sizes = new AnswerSizes(() => performance.now());
  return {
    get: (peer, oids, signal) => (peer.version === "v3" ? v3Getter : getter).get(peer, oids, signal),
    walkColumns: (peer, columns, signal) =>
      walkColumns(peer.version === "v3" ? v3 : exchange, sizes, peer, columns, signal),
    stats,
    close: async () => {
      await Promise.all([exchange.close(), v3.close()]);
    },
  };
}
