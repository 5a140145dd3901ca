// The UDP port that traps come to.
import type { Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Logger } from "pino";
import { openSocket } from "../snmp/socket.ts";

/** Where a datagram came from, and an answer goes to. */
export interface Source {
  address: string;
  port: number;
}

/** All ports of a large switch may speak at once. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

export class TrapPort {
  readonly #log: Logger;
  readonly #onMessage: (bytes: Buffer, source: Source) => void;
  #socket: Socket | undefined;

  constructor(log: Logger, onMessage: (bytes: Buffer, source: Source) => void) {
    this.#log = log;
    this.#onMessage = onMessage;
  }

  /** Opens the port; resolves to the one it has, which port 0 leaves to the system. Rejects with the system's error. */
  async open({ address, port }: Source): Promise<number> {
    const type = isIPv6(address) ? "udp6" : "udp4";
    const socket = await openSocket({ type, recvBufferSize: RECEIVE_BUFFER_BYTES }, port, address);
    socket.on("error", (error) => this.#log.warn({ err: error }, "the trap port has an error"));
    socket.on("message", (bytes, source) => this.#onMessage(bytes, source));
    this.#socket = socket;
    return socket.address().port;
  }

  /** Does its best: who got no answer sends again. */
  send(bytes: Buffer, { address, port }: Source): void {
    const onFailed = (error: unknown) =>
      this.#log.debug({ err: error, address }, "an answer to a trap could not be sent");
    try {
      this.#socket?.send(bytes, port, address, (error) => {
        if (error) onFailed(error);
      });
    } catch (error) {
      // A sender may claim port 0, which the socket refuses at once.
      onFailed(error);
    }
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) await new Promise<void>((resolve) => socket.close(resolve));
  }
}
