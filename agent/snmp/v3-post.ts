// SNMPv3 questions on their way: message ids, retransmission, and which datagram may concern which question.

import { randomInt } from "node:crypto";
import { messageOf } from "../../contract/errors.ts";
import { ProbeError } from "../probes/probe.ts";
import type { MalformedCount } from "./malformed.ts";
import { subjectOf, type UserPeer } from "./peer.ts";
import { REQUEST_ID } from "./request.ts";
import type { Address } from "./resolve.ts";
import type { Response } from "./response.ts";
import { Sockets } from "./socket.ts";
import type { SnmpStats } from "./stats.ts";
import { Ticker } from "./ticker.ts";
import { aborted, BACK_OFF, closed, unsendable } from "./unanswered.ts";
import type { RemoteEngine } from "./v3-engine.ts";
import { decodeMessage, type V3Message } from "./v3-message.ts";

/** What is to be sent, and how patiently. */
export interface Sending {
  peer: UserPeer;
  address: Address;
  engine: RemoteEngine;
  isDiscovery: boolean;
  triesLeft: number;
  waitMs: number;
  /** Ends it within a tick after it aborts. */
  signal: AbortSignal;
  encode: (id: number) => Buffer;
  /** Takes the message's PDU, which `response` has read. */
  done: (response: Response) => void;
  fail: (error: ProbeError) => void;
}

/** A question that has been sent and not been answered. */
export interface Open extends Sending {
  id: number;
  /** How often it was sent again because the engine or its clock was another. */
  resynchronised: number;
  /** When waiting for an answer ends. */
  dueMs: number;
  /** What something that nothing proves asks for. It is done when the wait has ended without an answer, and never instead of one. */
  unproven?: () => void;
}

export interface PostOptions {
  stats: SnmpStats;
  malformed: MalformedCount;
  /** Precision of timeouts, and how soon an abort is noticed. */
  tickMs: number;
  /** Questions open at a time; the others wait for their turn. */
  openMax: number;
  /** Monotonic milliseconds. */
  nowMs: () => number;
  /** A message with the id of an open question, from where that was sent. Nothing about it is proven. */
  onMessage: (open: Open, message: V3Message) => void;
  /** The last try met silence. */
  onSilence: (open: Open) => void;
}

export class Post {
  readonly #options: PostOptions;
  readonly #stats: SnmpStats;
  readonly #nowMs: () => number;
  readonly #ticker: Ticker;
  readonly #sockets: Sockets;
  readonly #open = new Map<number, Open>();
  /** Those that wait for their turn, in the order of asking. */
  readonly #waiting = new Set<Open>();
  #isStarting = false;
  #isClosed = false;

  constructor(options: PostOptions) {
    this.#options = options;
    this.#stats = options.stats;
    this.#nowMs = options.nowMs;
    this.#ticker = new Ticker(options.tickMs, () => this.#tick());
    this.#sockets = new Sockets({
      onMessage: (bytes, address, port) => this.#receive(bytes, address, port),
      onError: () => {
        this.#stats.socketErrors += 1;
      },
    });
  }

  /** @throws ProbeError `unreachable` when the system has no such address family, `internal` after `close` */
  async ready(peer: UserPeer, family: Address["family"]): Promise<void> {
    if (this.#isClosed) throw closed(peer);
    if (!this.#sockets.isOpen(family)) await this.#sockets.open(family);
  }

  isReady(family: Address["family"]): boolean {
    return !this.#isClosed && this.#sockets.isOpen(family);
  }

  /** Sends until there is an answer, the signal aborts or the post closes. The socket must be ready. */
  ask(sending: Sending): void {
    const open: Open = { ...sending, id: 0, resynchronised: 0, dueMs: 0 };
    if (this.#isClosed) open.fail(closed(open.peer));
    else if (open.signal.aborted) open.fail(aborted(open));
    else {
      this.#waiting.add(open);
      this.#ticker.start();
      this.#startWaiting();
    }
  }

  /** Sends it anew, under another id: what still comes for the one before is no answer any more. */
  again(open: Open): void {
    this.#open.delete(open.id);
    this.#start(open);
  }

  done(open: Open, response: Response): void {
    this.#forget(open);
    open.done(response);
  }

  fail(open: Open, error: ProbeError): void {
    this.#forget(open);
    open.fail(error);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ticker.stop();
    const all = [...this.#open.values(), ...this.#waiting];
    this.#open.clear();
    this.#waiting.clear();
    for (const open of all) open.fail(closed(open.peer));
    await this.#sockets.close();
  }

  /** Those that have waited longest, as far as there is room. */
  #startWaiting(): void {
    // Sending may fail at once and make room: the loop goes on then, and not another one inside it.
    if (this.#isStarting) return;
    this.#isStarting = true;
    try {
      for (const open of this.#waiting) {
        if (this.#open.size >= this.#options.openMax) break;
        this.#waiting.delete(open);
        this.#start(open);
      }
    } finally {
      this.#isStarting = false;
    }
  }

  #start(open: Open): void {
    open.id = this.#takeId();
    this.#open.set(open.id, open);
    this.#send(open);
  }

  #send(open: Open): void {
    this.#stats.sent += 1;
    if (open.peer.tally) open.peer.tally.requests += 1;
    open.dueMs = this.#nowMs() + open.waitMs;
    this.#ticker.start();
    this.#sockets.send(open.encode(open.id), open.peer.port, open.address, (error) => {
      if (error) this.#sendFailed(open, error);
    });
  }

  #sendFailed(open: Open, error: NodeJS.ErrnoException): void {
    this.#stats.socketErrors += 1;
    const failure = this.#open.get(open.id) === open ? unsendable(open.peer, error) : undefined;
    if (failure) this.fail(open, failure);
  }

  #receive(bytes: Buffer, address: string, port: number): void {
    const message = decodeMessage(bytes);
    if (!message) {
      this.#options.malformed.note(() => this.#askedAt(address, port));
      return;
    }
    const open = this.#open.get(message.messageId);
    if (open === undefined || open.address.address !== address || open.peer.port !== port) {
      this.#stats.unexpected += 1;
      return;
    }
    try {
      this.#options.onMessage(open, message);
    } catch (cause) {
      // Nothing that a device sends may end the process, should there be a fault in what reads it.
      if (this.#open.get(open.id) !== open) throw cause;
      const says = `${subjectOf(open.peer)}: its answer cannot be worked on (${messageOf(cause)})`;
      this.fail(open, new ProbeError("internal", says, { cause }));
    }
  }

  #expire(open: Open): void {
    const { unproven } = open;
    if (unproven) {
      delete open.unproven;
      unproven();
      return;
    }
    this.#stats.timeouts += 1;
    if (open.triesLeft === 0) {
      this.#options.onSilence(open);
      return;
    }
    open.triesLeft -= 1;
    open.waitMs *= BACK_OFF;
    this.#stats.retransmitted += 1;
    if (open.peer.tally) open.peer.tally.retransmissions += 1;
    // With the same id, so that a late answer to an earlier try is an answer; with the engine's time by now.
    this.#send(open);
  }

  #forget(open: Open): void {
    this.#open.delete(open.id);
    this.#startWaiting();
  }

  #askedAt(address: string, port: number): UserPeer | undefined {
    const opens = [...this.#open.values()];
    return opens.find(({ address: asked, peer }) => asked.address === address && peer.port === port)?.peer;
  }

  /** Ends what was aborted, and what nobody answered in time. */
  #tick(): void {
    this.#options.malformed.tick();
    const nowMs = this.#nowMs();
    for (const open of this.#waiting) {
      if (!open.signal.aborted) continue;
      this.#waiting.delete(open);
      open.fail(aborted(open));
    }
    for (const open of [...this.#open.values()]) {
      if (open.signal.aborted) this.fail(open, aborted(open));
      else if (open.dueMs <= nowMs) this.#expire(open);
    }
    if (this.#open.size + this.#waiting.size === 0) this.#ticker.stop();
  }

  /** Not counted up: whoever is asked could guess what others are asked, and answer in their name. */
  #takeId(): number {
    for (;;) {
      const id = randomInt(REQUEST_ID.min, REQUEST_ID.max + 1);
      if (!this.#open.has(id)) return id;
    }
  }
}
