// Requests and their answers: retransmission, turns, and which datagram may answer what.
import { performance } from "node:perf_hooks";
import { ProbeError } from "../probes/probe.ts";
import type { Asker, Question } from "./asker.ts";
import { MalformedCount, whyUnreadable } from "./malformed.ts";
import { type OpenRequest, OpenRequests } from "./open-requests.ts";
import { type SnmpPeer, subjectOf } from "./peer.ts";
import { lend } from "./request.ts";
import { type Address, type Lookup, Resolver } from "./resolve.ts";
import { Response } from "./response.ts";
import { Sockets } from "./socket.ts";
import { noStats } from "./stats.ts";
import { Ticker } from "./ticker.ts";
import { aborted, BACK_OFF, closed, OPEN_MAX, TICK_MS, unsendable } from "./unanswered.ts";

export interface ExchangeOptions {
  /** Precision of timeouts, and how soon an abort is noticed. */
  tickMs?: number;
  /** How names become addresses; the system's resolver unless a test says otherwise. */
  lookup?: Lookup;
  /** Requests open at a time; the others wait for their turn. */
  openMax?: number;
}

/** An agent that is asked with a wrong community stays silent (RFC 3584 section 5.2.1), as one does that is off. */
const WHY_SILENT = " (off, out of reach, SNMP not allowed from here, or another community)";

export class Exchange implements Asker {
  readonly stats = noStats();
  readonly #malformed = new MalformedCount(this.stats);
  readonly #resolver: Resolver;
  readonly #sockets: Sockets;
  readonly #ticker: Ticker;
  readonly #response = new Response();
  readonly #open: OpenRequests;
  /** Those whose address or socket is not there yet. */
  readonly #preparing = new Set<Question>();
  /** Those that wait for their turn, in the order of asking. */
  readonly #waiting = new Map<Question, Address>();
  /** What is sent as soon as the datagrams that have arrived are read: the system sends many at once with less effort. */
  #toSend: OpenRequest[] = [];
  #isClosed = false;

  constructor({ tickMs = TICK_MS, lookup, openMax = OPEN_MAX }: ExchangeOptions) {
    this.#resolver = new Resolver(() => performance.now(), lookup);
    this.#ticker = new Ticker(tickMs, () => this.#tick());
    this.#open = new OpenRequests(openMax, (request, error) => this.#sent(request, error));
    this.#sockets = new Sockets({
      onMessage: (bytes, address, port) => this.#receive(bytes, address, port),
      onError: () => {
        this.stats.socketErrors += 1;
      },
    });
  }

  ask(question: Question): void {
    const address = this.#resolver.known(question.peer.host);
    const isReady = address !== undefined && this.#sockets.isOpen(address.family);
    if (isReady && !this.#isClosed && !question.signal.aborted) this.#take(question, address);
    else void this.#prepare(question, address);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ticker.stop();
    const questions = [...this.#preparing, ...this.#waiting.keys()];
    this.#preparing.clear();
    this.#waiting.clear();
    for (const request of this.#open.all()) this.#fail(request, closed(questionOf(request).peer));
    for (const question of questions) question.failed(closed(question.peer));
    await this.#sockets.close();
  }

  /** Finds the address and opens the socket, where that is still to be done. Never rejects. */
  async #prepare(question: Question, known: Address | undefined): Promise<void> {
    const { peer, signal } = question;
    this.#preparing.add(question);
    try {
      // Nobody is told before `ask` has returned.
      await undefined;
      if (this.#isClosed) throw closed(peer);
      if (signal.aborted) throw aborted(question);
      const address = known ?? (await this.#resolver.resolve(peer.host, signal));
      await this.#sockets.open(address.family);
      if (this.#preparing.delete(question)) this.#take(question, address);
    } catch (error) {
      if (this.#preparing.delete(question)) question.failed(error);
    }
  }

  /** Those that wait go first. */
  #take(question: Question, address: Address): void {
    const request = this.#waiting.size === 0 ? this.#open.open() : undefined;
    if (request) this.#start(request, question, address);
    else this.#waiting.set(question, address);
  }

  #start(request: OpenRequest, question: Question, address: Address): void {
    const { peer, template, tries } = question;
    request.question = question;
    request.address = address;
    request.template = template;
    request.bytes = lend(template, request.id);
    request.triesLeft = tries - 1;
    request.waitMs = peer.timeoutMs;
    this.#ticker.start();
    this.#sendSoon(request);
  }

  #sendSoon(request: OpenRequest): void {
    // Waits from now on, should the socket not take it.
    request.dueMs = Number.POSITIVE_INFINITY;
    if (request.isToSend) return;
    request.isToSend = true;
    if (this.#toSend.push(request) === 1) setImmediate(() => this.#sendAll());
  }

  #sendAll(): void {
    const requests = this.#toSend;
    this.#toSend = [];
    const nowMs = performance.now();
    for (const request of requests) {
      request.isToSend = false;
      if (request.id !== 0) this.#send(request, nowMs);
    }
  }

  #send(request: OpenRequest, nowMs: number): void {
    const { bytes, address, isSending } = request;
    const { peer } = questionOf(request);
    request.dueMs = nowMs + request.waitMs;
    // Where the system has not even taken the datagram before, another one would only wait behind it.
    if (bytes === undefined || address === undefined || isSending) return;
    this.stats.sent += 1;
    if (peer.tally) peer.tally.requests += 1;
    request.isSending = true;
    this.#sockets.send(bytes, peer.port, address, request.onSent);
  }

  #sent(request: OpenRequest, error: NodeJS.ErrnoException | null): void {
    const isWaiting = request.id !== 0;
    this.#open.sent(request);
    if (!error || this.#isClosed) return;
    this.stats.socketErrors += 1;
    const failure = isWaiting ? unsendable(questionOf(request).peer, error) : undefined;
    if (failure) this.#fail(request, failure);
  }

  #receive(bytes: Buffer, address: string, port: number): void {
    const response = this.#response;
    if (!response.read(bytes)) {
      this.#malformed.note(() => this.#askedAt(address, port));
      return;
    }
    const request = this.#open.find(response.requestId);
    if (request === undefined || request.address?.address !== address || request.question?.peer.port !== port) {
      this.stats.unexpected += 1;
      return;
    }
    this.stats.answered += 1;
    const { question } = request;
    this.#close(request);
    try {
      question.answered(response);
    } catch (error) {
      question.failed(error);
    }
  }

  #askedAt(address: string, port: number): SnmpPeer | undefined {
    const request = this.#open
      .all()
      .find((one) => one.address?.address === address && questionOf(one).peer.port === port);
    return request && questionOf(request).peer;
  }

  /** Ends what was aborted, and what nobody answered in time. */
  #tick(): void {
    const nowMs = performance.now();
    this.#malformed.tick();
    for (const question of this.#waiting.keys()) {
      if (!question.signal.aborted) continue;
      this.#waiting.delete(question);
      question.failed(aborted(question));
    }
    for (const request of this.#open.all()) {
      const question = questionOf(request);
      if (question.signal.aborted) this.#fail(request, aborted(question));
      else if (request.dueMs <= nowMs) this.#expire(request);
    }
    if (this.#open.count + this.#waiting.size === 0) this.#ticker.stop();
  }

  #expire(request: OpenRequest): void {
    const { peer } = questionOf(request);
    this.stats.timeouts += 1;
    if (request.triesLeft === 0) {
      this.#fail(
        request,
        new ProbeError("timeout", `${subjectOf(peer)}: no answer${whyUnreadable(peer) ?? WHY_SILENT}`),
      );
      return;
    }
    request.triesLeft -= 1;
    request.waitMs *= BACK_OFF;
    this.stats.retransmitted += 1;
    if (peer.tally) peer.tally.retransmissions += 1;
    // With the same id: a late answer to an earlier try is an answer.
    this.#sendSoon(request);
  }

  #fail(request: OpenRequest, error: ProbeError): void {
    const question = questionOf(request);
    this.#close(request);
    question.failed(error);
  }

  /** Its place goes to who has waited longest. */
  #close(request: OpenRequest): void {
    this.#open.close(request);
    if (this.#waiting.size === 0 || this.#isClosed) return;
    for (const [question, address] of this.#waiting) {
      const free = this.#open.open();
      if (free === undefined) return;
      this.#waiting.delete(question);
      this.#start(free, question, address);
    }
  }
}

/** The question of a request that waits. */
function questionOf({ question }: OpenRequest): Question {
  if (question === undefined) throw new ProbeError("internal", "an open request has no question");
  return question;
}
