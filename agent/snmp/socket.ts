// UDP sockets: how one is opened, and those that ask devices, one per address family for all of them.
import { createSocket, type Socket, type SocketOptions } from "node:dgram";
import { messageOf } from "../../contract/errors.ts";
import { ProbeError } from "../probes/probe.ts";
import type { Address } from "./resolve.ts";

export interface SocketEvents {
  onMessage: (bytes: Buffer, address: string, port: number) => void;
  /** An error of a socket as a whole; it goes on working, or `send` says that it does not. */
  onError: (error: Error) => void;
}

/** Answers of a whole round may arrive while the event loop is busy; the system gives less where its limit is lower. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export class Sockets {
  readonly #events: SocketEvents;
  readonly #sockets = new Map<Address["family"], Promise<Socket>>();
  /** Those that are bound, so that sending does not wait for a promise each time. */
  readonly #ready = new Map<Address["family"], Socket>();
  #isClosed = false;

  constructor(events: SocketEvents) {
    this.#events = events;
  }

  /** Opens the socket of a family, once. @throws ProbeError `unreachable` when the system has no such family, `internal` after `close`. */
  async open(family: Address["family"]): Promise<void> {
    if (this.#ready.has(family)) return;
    if (this.#isClosed) throw new ProbeError("internal", "the SNMP engine is closed");
    let opening = this.#sockets.get(family);
    if (opening === undefined) {
      opening = this.#bind(family);
      this.#sockets.set(family, opening);
    }
    try {
      await opening;
    } catch (cause) {
      this.#sockets.delete(family);
      throw new ProbeError("unreachable", `no UDP socket for IPv${family} (${messageOf(cause)})`, { cause });
    }
  }

  isOpen(family: Address["family"]): boolean {
    return this.#ready.has(family);
  }

  /**
   * Sends at once where the system can. `onSent` hears of success and failure, mostly later; until then the bytes must not
   * change. The family's socket must be open.
   */
  send(bytes: Buffer, port: number, { address, family }: Address, onSent: (error: Error | null) => void): void {
    try {
      this.#ready.get(family)?.send(bytes, port, address, onSent);
    } catch (error) {
      // What cannot even be handed over, as port 0, is thrown and not called back.
      onSent(error instanceof Error ? error : new TypeError(String(error)));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await Promise.allSettled(this.#sockets.values());
    this.#sockets.clear();
    this.#ready.clear();
    await Promise.all(opened.map((result) => (result.status === "fulfilled" ? closed(result.value) : undefined)));
  }

  async #bind(family: Address["family"]): Promise<Socket> {
    const socket = await openSocket({
      type: family === 4 ? "udp4" : "udp6",
      ...(family === 6 ? { ipv6Only: true } : {}),
      recvBufferSize: RECEIVE_BUFFER_BYTES,
      // Targets are addresses by now: no resolver code per datagram.
      lookup: (address, _options, done) => done(null, address, family),
    });
    socket.on("error", this.#events.onError);
    socket.on("message", (bytes, { address, port }) => this.#events.onMessage(bytes, address, port));
    this.#ready.set(family, socket);
    return socket;
  }
}

/** A bound socket; port 0 leaves the port to the system, no address means all. Rejects with the system's error. */
export async function openSocket(options: SocketOptions, port = 0, address?: string): Promise<Socket> {
  const socket = createSocket(options);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, address, () => {
        socket.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(resolve));
}
