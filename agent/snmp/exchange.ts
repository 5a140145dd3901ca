// Requests and their answers: ids, retransmission, and which datagram may answer what.
import { performance } from "node:perf_hooks";
import { ProbeError } from "../probes/probe.ts";
import { REQUEST_ID, type RequestTemplate, requestBytes, type SnmpVersion } from "./request.ts";
import { type Address, type Lookup, Resolver } from "./resolve.ts";
import { Response } from "./response.ts";
import { Sockets } from "./socket.ts";
import { TimeoutWheel, type WheelEntry } from "./wheel.ts";

/** Whom to ask and how patiently. */
export interface SnmpPeer {
  host: string;
  port: number;
  community: string;
  /** v2c unless said otherwise. */
  version?: SnmpVersion;
  /** How long to wait for an answer before asking again or giving up; each further wait is half as long again. */
  timeoutMs: number;
  /** How often to ask again after silence. */
  retries: number;
}

/** What happened since the engine was made. */
export interface SnmpStats {
  /** Datagrams sent, repeats included. */
  sent: number;
  retransmitted: number;
  /** Requests that were answered. */
  answered: number;
  /** Waits that ended in silence. */
  timeouts: number;
  /** Datagrams that are not a whole Response. */
  malformed: number;
  /** Responses that answer no open request, or come from elsewhere than it was sent to; late answers are among them. */
  unexpected: number;
  /** Values of a type that does not exist or with impossible content. */
  valuesRefused: number;
  /** Sends that failed, and errors of a socket. */
  socketErrors: number;
}

export interface ExchangeOptions {
  /** Precision of timeouts. */
  tickMs?: number;
  /** How names become addresses; the system's resolver unless a test says otherwise. */
  lookup?: Lookup;
}

/** One request to be answered. */
export interface Question<T> {
  peer: SnmpPeer;
  template: RequestTemplate;
  /** How often it is sent before silence is a failure. */
  tries: number;
  signal: AbortSignal;
  /** Reads the answer while it is valid; what it throws is the outcome. */
  take: (response: Response) => T;
}

interface Pending extends WheelEntry {
  id: number;
  peer: SnmpPeer;
  address: Address;
  bytes: Buffer;
  triesLeft: number;
  waitMs: number;
  signal: AbortSignal;
  answer: (response: Response) => void;
  fail: (error: ProbeError) => void;
}

const TICK_MS = 100;
const BACK_OFF = 1.5;
/** An agent that is asked with a wrong community stays silent (RFC 3584 section 5.2.1), as one does that is off. */
const WHY_SILENT = " (off, out of reach, SNMP not allowed from here, or another community)";
/** The system's send buffer is full for the moment: like a datagram lost on the way. */
const LOST = new Set(["ENOBUFS", "EAGAIN", "ENOMEM"]);

export class Exchange {
  readonly stats: SnmpStats = {
    sent: 0,
    retransmitted: 0,
    answered: 0,
    timeouts: 0,
    malformed: 0,
    unexpected: 0,
    valuesRefused: 0,
    socketErrors: 0,
  };
  readonly #resolver: Resolver;
  readonly #sockets: Sockets;
  readonly #wheel: TimeoutWheel<Pending>;
  readonly #response = new Response();
  readonly #open = new Map<number, Pending>();
  /** One abort listener a signal, however many requests it covers. */
  readonly #bySignal = new WeakMap<AbortSignal, Set<Pending>>();
  #nextId = REQUEST_ID.min + Math.floor(Math.random() * (REQUEST_ID.max - REQUEST_ID.min));
  #isClosed = false;

  constructor({ tickMs = TICK_MS, lookup }: ExchangeOptions) {
    const nowMs = () => performance.now();
    this.#resolver = new Resolver(nowMs, lookup);
    this.#wheel = new TimeoutWheel<Pending>({ tickMs, nowMs, onExpire: (pending) => this.#expire(pending) });
    this.#sockets = new Sockets({
      onMessage: (bytes, address, port) => this.#receive(bytes, address, port),
      onError: () => {
        this.stats.socketErrors += 1;
      },
    });
  }

  /** @throws ProbeError `timeout` after silence or abort, `unreachable`, and whatever `take` throws. */
  async ask<T>({ peer, template, tries, signal, take }: Question<T>): Promise<T> {
    if (this.#isClosed) throw closed(peer);
    const address = this.#resolver.known(peer.host) ?? (await this.#resolver.resolve(peer.host, signal));
    if (!this.#sockets.isOpen(address.family)) await this.#sockets.open(address.family);
    if (this.#isClosed) throw closed(peer);
    if (signal.aborted) throw aborted(peer, signal);
    return new Promise<T>((resolve, reject) => {
      const id = this.#takeId();
      const answer = (response: Response) => {
        try {
          resolve(take(response));
        } catch (error) {
          reject(error);
        }
      };
      const bytes = requestBytes(template, id);
      const rest = { triesLeft: tries - 1, waitMs: peer.timeoutMs, dueTick: 0 };
      const pending: Pending = { id, peer, address, bytes, signal, answer, fail: reject, ...rest };
      this.#open.set(id, pending);
      this.#pendingOf(signal).add(pending);
      this.#send(pending);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const pending of [...this.#open.values()]) this.#fail(pending, closed(pending.peer));
    this.#wheel.close();
    await this.#sockets.close();
  }

  #send(pending: Pending): void {
    this.stats.sent += 1;
    this.#wheel.add(pending, pending.waitMs);
    this.#sockets.send(pending.bytes, pending.peer.port, pending.address, (error) => this.#sendFailed(pending, error));
  }

  #sendFailed(pending: Pending, error: NodeJS.ErrnoException): void {
    this.stats.socketErrors += 1;
    if (LOST.has(error.code ?? "") || !this.#open.has(pending.id)) return;
    const message = `${subjectOf(pending.peer)}: cannot be sent to (${error.code ?? error.message})`;
    this.#fail(pending, new ProbeError("unreachable", message, { cause: error }));
  }

  #receive(bytes: Buffer, address: string, port: number): void {
    if (!this.#response.read(bytes)) {
      this.stats.malformed += 1;
      return;
    }
    const pending = this.#open.get(this.#response.requestId);
    if (pending === undefined || pending.address.address !== address || pending.peer.port !== port) {
      this.stats.unexpected += 1;
      return;
    }
    this.stats.answered += 1;
    this.#forget(pending);
    pending.answer(this.#response);
  }

  #expire(pending: Pending): void {
    this.stats.timeouts += 1;
    if (pending.triesLeft === 0) {
      this.#fail(pending, new ProbeError("timeout", `${subjectOf(pending.peer)}: no answer${WHY_SILENT}`));
      return;
    }
    pending.triesLeft -= 1;
    pending.waitMs *= BACK_OFF;
    this.stats.retransmitted += 1;
    // With the same id: a late answer to an earlier try is an answer.
    this.#send(pending);
  }

  #fail(pending: Pending, error: ProbeError): void {
    this.#forget(pending);
    pending.fail(error);
  }

  #forget(pending: Pending): void {
    this.#open.delete(pending.id);
    this.#wheel.remove(pending);
    this.#bySignal.get(pending.signal)?.delete(pending);
  }

  #pendingOf(signal: AbortSignal): Set<Pending> {
    const known = this.#bySignal.get(signal);
    if (known) return known;
    const pendings = new Set<Pending>();
    this.#bySignal.set(signal, pendings);
    const abort = () => {
      for (const pending of [...pendings]) this.#fail(pending, aborted(pending.peer, signal));
    };
    signal.addEventListener("abort", abort, { once: true });
    return pendings;
  }

  #takeId(): number {
    do {
      this.#nextId = this.#nextId >= REQUEST_ID.max ? REQUEST_ID.min : this.#nextId + 1;
    } while (this.#open.has(this.#nextId));
    return this.#nextId;
  }
}

/** How messages name a peer: never with its community. */
export function subjectOf({ host, port }: SnmpPeer): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function aborted(peer: SnmpPeer, signal: AbortSignal): ProbeError {
  return new ProbeError("timeout", `${subjectOf(peer)}: not answered before the deadline`, { cause: signal.reason });
}

function closed(peer: SnmpPeer): ProbeError {
  return new ProbeError("internal", `${subjectOf(peer)}: the SNMP engine is closed`);
}
