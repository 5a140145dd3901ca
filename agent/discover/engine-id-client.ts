// Asks devices for their SNMPv3 engine's id: one socket per address family, answers only from whom was asked.
import { createSocket, type Socket } from "node:dgram";
import { discoveryBytes } from "../snmp/v3-codec.ts";
import { type NumberedAddress, parseAddress } from "./address.ts";
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
  const sockets = new Map<NumberedAddress["family"], Promise<Socket | undefined>>();
  let nextId = 1 + Math.floor(Math.random() * (MESSAGE_ID_MAX / 2));

  const receive = (bytes: Buffer, { address, port }: { address: string; port: number }) => {
    const answer = readDiscoveryAnswer(bytes);
    const asked = answer && waiting.get(answer.messageId);
    // Whatever else arrives is nothing we asked for.
    if (answer && asked?.address === address && asked.port === port) asked.give(answer.identity);
  };

  return {
    ask: async (address, port, timeoutMs, signal) => {
      const family = parseAddress(address)?.family ?? 4;
      const opening = sockets.get(family) ?? open(family, receive);
      sockets.set(family, opening);
      const socket = await opening;
      if (!socket || signal.aborted) return undefined;
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
        socket.send(discoveryBytes(id), port, address, (error) => error && stop());
      });
    },
    close: async () => {
      for (const { give } of [...waiting.values()]) give(undefined);
      const opened = await Promise.all(sockets.values());
      await Promise.all(opened.map((socket) => socket && new Promise<void>((done) => socket.close(done))));
    },
  };
}

/** `undefined` where the system has no such address family: then nobody of it can answer. */
function open(
  family: 4 | 6,
  receive: (bytes: Buffer, from: { address: string; port: number }) => void,
): Promise<Socket | undefined> {
  const socket = createSocket({ type: family === 4 ? "udp4" : "udp6", ...(family === 6 ? { ipv6Only: true } : {}) });
  return new Promise((resolve) => {
    const fail = () => {
      socket.close();
      resolve(undefined);
    };
    socket.once("error", fail);
    socket.bind(0, () => {
      socket.off("error", fail);
      // An error of one datagram is told to its sender by `send`; the socket goes on.
      socket.on("error", () => undefined);
      socket.on("message", receive);
      resolve(socket);
    });
  });
}
