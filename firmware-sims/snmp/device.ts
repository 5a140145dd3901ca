// A simulated device: answers SNMP v1 and v2c over UDP from a Mib, with faults that can be switched at run time.
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import { CampusError, codeOf } from "../../contract/errors.ts";
import { type Answerer, createAnswerer } from "./answer.ts";
import { MalformedMessage } from "./ber.ts";
import { type Fault, faultyMib } from "./fault.ts";
import { readRequest, type SnmpRequest } from "./message.ts";
import type { Mib } from "./mib.ts";

export interface SnmpDeviceOptions {
  mib: Mib;
  community: string;
  /** Address to listen on; loopback unless told. */
  host?: string;
  /** 0 picks a free one. */
  port?: number;
  /** Longest answer; 1472 is what one Ethernet frame carries, 65507 what a UDP datagram can. */
  maxMessageBytes?: number;
}

/** What a device has seen. */
export interface DeviceCounters {
  /** Datagrams received. */
  requests: number;
  /** Datagrams sent, each half and each duplicate too. */
  answers: number;
  /** Datagrams that are not an SNMP request, and were ignored. */
  malformed: number;
  /** Requests with another community, which real agents do not answer either. */
  wrongCommunity: number;
  /** Answers the operating system did not take, and errors of the socket. */
  socketErrors: number;
}

export interface SnmpDevice {
  readonly host: string;
  readonly port: number;
  readonly community: string;
  /** Datagrams received so far. */
  readonly requests: number;
  readonly counters: Readonly<DeviceCounters>;
  readonly fault: Fault | undefined;
  setFault(fault: Fault | undefined): void;
  /** Stops answering and frees the port; answers still waiting are dropped. */
  close(): Promise<void>;
}

/** Starts a device. @throws CampusError `SIM_PORT_IN_USE` or `SIM_CANNOT_LISTEN`, naming host and port. */
export async function startSnmpDevice(options: SnmpDeviceOptions): Promise<SnmpDevice> {
  const { host = "127.0.0.1", port = 0 } = options;
  // Answers go to the address a request came from, so no name is ever looked up.
  const lookup: NonNullable<SocketOptions["lookup"]> = (name, _options, done) => done(null, name, isIPv6(name) ? 6 : 4);
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", lookup });
  const device = new UdpDevice(socket, options);
  try {
    const listening = once(socket, "listening");
    socket.bind({ port, address: host, exclusive: true });
    await listening;
  } catch (cause) {
    socket.close();
    throw cannotListen(host, port, cause);
  }
  device.start();
  return device;
}

class UdpDevice implements SnmpDevice {
  readonly counters: DeviceCounters = { requests: 0, answers: 0, malformed: 0, wrongCommunity: 0, socketErrors: 0 };
  readonly community: string;
  readonly #socket: Socket;
  readonly #mib: Mib;
  readonly #secret: Buffer;
  readonly #answer: Answerer;
  readonly #timers = new Set<NodeJS.Timeout>();
  #fault: Fault | undefined;
  #address = { address: "", port: 0 };
  #closed: Promise<void> | undefined;

  constructor(socket: Socket, { mib, community, maxMessageBytes = 1472 }: SnmpDeviceOptions) {
    this.community = community;
    this.#socket = socket;
    this.#mib = mib;
    this.#secret = Buffer.from(community, "utf8");
    this.#answer = createAnswerer(maxMessageBytes);
  }

  get host(): string {
    return this.#address.address;
  }

  get port(): number {
    return this.#address.port;
  }

  get requests(): number {
    return this.counters.requests;
  }

  get fault(): Fault | undefined {
    return this.#fault;
  }

  start(): void {
    this.#address = this.#socket.address();
    this.#socket.on("message", (datagram, from) => this.#receive(datagram, from));
    this.#socket.on("error", () => {
      this.counters.socketErrors += 1;
    });
  }

  setFault(fault: Fault | undefined): void {
    this.#fault = fault;
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      for (const timer of this.#timers) clearTimeout(timer);
      this.#socket.close(() => resolve());
    });
    return this.#closed;
  }

  #receive(datagram: Buffer, from: RemoteInfo): void {
    this.counters.requests += 1;
    let request: SnmpRequest;
    try {
      request = readRequest(datagram);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.counters.malformed += 1;
      return;
    }
    if (!request.community.equals(this.#secret)) this.counters.wrongCommunity += 1;
    else this.#respond(request, from);
  }

  #respond(request: SnmpRequest, from: RemoteInfo): void {
    const fault = this.#fault;
    if (fault?.kind === "silent") return;
    if (fault?.kind === "silent-when-large" && request.maxRepetitions > fault.maxRepetitions) return;
    if (fault?.kind === "garbage") {
      this.#send(garbage(this.counters.requests), from);
      return;
    }
    const answer = this.#answer(request, faultyMib(this.#mib, fault));
    if (fault?.kind === "slow") {
      this.#sendLater(answer, from, fault.delayMs);
      return;
    }
    this.#send(fault?.kind === "truncate" ? answer.subarray(0, answer.length >>> 1) : answer, from);
    if (fault?.kind === "duplicate") this.#send(answer, from);
  }

  #sendLater(answer: Buffer, to: RemoteInfo, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#send(answer, to);
    }, delayMs);
    this.#timers.add(timer);
  }

  #send(answer: Buffer, { address, port }: RemoteInfo): void {
    this.counters.answers += 1;
    this.#socket.send(answer, port, address, (error) => {
      if (error) this.counters.socketErrors += 1;
    });
  }
}

/** Bytes that no BER reader accepts, different for each request and the same in each run. */
function garbage(seed: number): Buffer {
  const bytes = Buffer.alloc(48 + (seed % 16));
  let state = seed * 2_654_435_761;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 24;
  }
  bytes[0] = 0xff;
  return bytes;
}

function cannotListen(host: string, port: number, cause: unknown): CampusError {
  const code = codeOf(cause);
  if (code === "EADDRINUSE") {
    return new CampusError("SIM_PORT_IN_USE", `UDP port ${port} on ${host} is in use; choose another port`, { cause });
  }
  return new CampusError("SIM_CANNOT_LISTEN", `cannot listen on ${host}, UDP port ${port} (${String(code)})`, {
    cause,
  });
}
