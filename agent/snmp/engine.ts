// The polling engine: GET and table walks over SNMP v1 and v2c, for all targets of an agent on one socket per family.
import { performance } from "node:perf_hooks";
import { AnswerSizes } from "./answer-size.ts";
import { Exchange, type ExchangeOptions, type SnmpPeer, type SnmpStats } from "./exchange.ts";
import { Getter, type SnmpAnswer } from "./get.ts";
import type { Oid } from "./oid.ts";
import type { SnmpTable } from "./table.ts";
import { walkColumns } from "./walk.ts";

/**
 * Only the address and port that were asked can answer, and only a request that is open; every other datagram is counted
 * and dropped. Nothing a device sends ends the process.
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

/** An engine without sockets yet: each family's is opened by the first request that needs it. */
export function createSnmpEngine(options: SnmpEngineOptions = {}): SnmpEngine {
  const exchange = new Exchange(options);
  const getter = new Getter(exchange);
  const sizes = new AnswerSizes(() => performance.now());
  return {
    get: (peer, oids, signal) => getter.get(peer, oids, signal),
    walkColumns: (peer, columns, signal) => walkColumns(exchange, sizes, peer, columns, signal),
    stats: exchange.stats,
    close: () => exchange.close(),
  };
}
