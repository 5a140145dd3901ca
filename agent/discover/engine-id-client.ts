// Asks devices for their SNMPv3 engine's id: one socket per address family, answers only from whom was asked.

import { parseAddress } from "../address.ts";
import { ProbeError } from "../probes/probe.ts";
import { Sockets } from "../snmp/socket.ts";
import { discoveryBytes } from "../snmp/v3-codec.ts";
import { type EngineIdentity, MESSAGE_ID_MAX, readDiscoveryAnswer } from "./engine-id.ts";

export interface EngineIdClient {
  /** One datagram; `undefined` after silence, and when the signal is aborted. `address` is an address in its one spelling. */
  ask(address: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<EngineIdentity | undefined>;
  close(): Promise<void>;
}

interface Waiting {
  address: string;
  port: number;
  give(identity: EngineIdentity | undefined): void;
}

/** No socket is opened before the first question. */
export function createEngineIdClient(): EngineIdClient {
  const waiting = new Map<number, Waiting>();
  let nextId = 1 + Math.floor(Math.random() * (MESSAGE_ID_MAX / 2));

  const onMessage = (bytes: Buffer, address: string, port: number) => {
    const answer = readDiscoveryAnswer(bytes);
    const asked = answer && waiting.get(answer.messageId);
    // Whatever else arrives is nothing we asked for.
    if (answer && asked?.address === address && asked.port === port) asked.give(answer.identity);
  };
  // An error of one datagram is told to its sender by `send`; the socket goes on.
  const sockets = new Sockets({ onMessage, onError: () => undefined });

  return {
    ask: async (address, port, timeoutMs, signal) => {
      const family = parseAddress(address)?.family ?? 4;
      try {
        await sockets.open(family);
      } catch (error) {
        // Where the system has no such address family, nobody of it can answer.
        if (error instanceof ProbeError && error.reason === "unreachable") return undefined;
        throw error;
      }
      if (signal.aborted) return undefined;
      const id = nextId;
      nextId = nextId === MESSAGE_ID_MAX ? 1 : nextId + 1;
      return new Promise((resolve) => {
        const give = (identity: EngineIdentity | undefined) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", stop);
          waiting.delete(id);
          resolve(identity);
        };
        const stop = () => give(undefined);
        const timer = setTimeout(stop, timeoutMs);
        signal.addEventListener("abort", stop, { once: true });
        waiting.set(id, { address, port, give });
        // Out of reach is the same as silent here.
        sockets.send(discoveryBytes(id), port, { address, family }, (error) => error && stop());
      });
    },
    close: async () => {
      for (const { give } of [...waiting.values()]) give(undefined);
      await sockets.close();
    },
  };
}
