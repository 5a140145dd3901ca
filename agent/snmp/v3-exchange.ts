// SNMPv3 requests and their answers: finds a device's engine, keeps to its clock, and takes only answers that are proven.
import { performance } from "node:perf_hooks";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { ProbeError } from "../probes/probe.ts";
import type { Asker, Question } from "./asker.ts";
import { MalformedCount } from "./malformed.ts";
import { oidText } from "./oid.ts";
import { subjectOf, type UserPeer } from "./peer.ts";
import { type Address, type Lookup, Resolver } from "./resolve.ts";
import { Response } from "./response.ts";
import type { SnmpStats } from "./stats.ts";
import { OPEN_MAX, TICK_MS } from "./unanswered.ts";
import { discoveryBytes, type Understood, understand, understandDiscovery, v3Request } from "./v3-codec.ts";
import { BOOTS_MAX, RemoteEngine } from "./v3-engine.ts";
import { Salts } from "./v3-keys.ts";
import { isEngineId, type V3Message } from "./v3-message.ts";
import { type Open, Post } from "./v3-post.ts";
import { BOOTS_USED_UP, meaningOf, meaningOfSilence, noEngineId, type ReportMeaning } from "./v3-report.ts";

/** An engine may be another and then have another clock; what goes on after that is a fault. */
const RESYNCHRONISED_MAX = 3;
/**
 * A privacy password that becomes wrong shows as silence, and so does an answer that is too large; a walk asks for less
 * some ten times before it gives up.
 */
const SILENT_MAX = 12;

export interface V3ExchangeOptions {
  stats: SnmpStats;
  /** Precision of timeouts, and how soon an abort is noticed. */
  tickMs?: number;
  lookup?: Lookup;
  /** Requests open at a time; the others wait for their turn. */
  openMax?: number;
  nowMs?: () => number;
}

export class V3Exchange implements Asker {
  readonly stats: SnmpStats;
  readonly #malformed: MalformedCount;
  readonly #nowMs: () => number;
  readonly #resolver: Resolver;
  readonly #post: Post;
  readonly #response = new Response();
  /** One a user and device. They go with the user, which the configuration holds. */
  readonly #engines = new WeakMap<SnmpUser, Map<string, RemoteEngine>>();
  readonly #salts = new Salts();

  constructor({
    stats,
    lookup,
    tickMs = TICK_MS,
    openMax = OPEN_MAX,
    nowMs = () => performance.now(),
  }: V3ExchangeOptions) {
    this.stats = stats;
    this.#malformed = new MalformedCount(stats);
    this.#nowMs = nowMs;
    this.#resolver = new Resolver(nowMs, lookup);
    this.#post = new Post({
      stats,
      malformed: this.#malformed,
      tickMs,
      openMax,
      nowMs,
      onMessage: (open, message) => this.#receive(open, message),
      onSilence: (open) => this.#giveUp(open),
    });
  }

  /**
   * Asks as the peer's user. The engine is found first where it is not known or has been silent.
   * `failed` hears of a ProbeError `timeout`, `unreachable`, or `auth` with what is wrong about user or passwords.
   */
  ask(question: Question): void {
    const { peer, signal } = question;
    const address = this.#resolver.known(peer.host);
    if (peer.version === "v3" && address && !signal.aborted && this.#post.isReady(address.family)) {
      const engine = this.#engineOf(peer, address);
      if (engine.id !== undefined && !engine.isDoubted) {
        this.#send(question, peer, address, engine);
        return;
      }
    }
    this.#prepare(question).catch((error: unknown) => question.failed(error));
  }

  /** Finds address, socket and engine, where that is still to be done, and then asks. */
  async #prepare(question: Question): Promise<void> {
    const { peer, tries, signal } = question;
    if (peer.version !== "v3") throw new ProbeError("internal", `${subjectOf(peer)}: is not asked with SNMPv3`);
    const address = this.#resolver.known(peer.host) ?? (await this.#resolver.resolve(peer.host, signal));
    await this.#post.ready(peer, address.family);
    const engine = this.#engineOf(peer, address);
    if (engine.id === undefined || engine.isDoubted) {
      const sending = { peer, address, engine, triesLeft: tries - 1, waitMs: peer.timeoutMs, signal };
      await new Promise<void>((resolve, reject) => {
        const done = () => resolve();
        this.#post.ask({ ...sending, isDiscovery: true, encode: discoveryBytes, done, fail: reject });
      });
    }
    this.#send(question, peer, address, engine);
  }

  #send(question: Question, peer: UserPeer, address: Address, engine: RemoteEngine): void {
    const { template, tries, signal } = question;
    this.#post.ask({
      peer,
      address,
      engine,
      isDiscovery: false,
      triesLeft: tries - 1,
      waitMs: peer.timeoutMs,
      signal,
      encode: (id) => v3Request(peer, engine, template, id, this.#salts.next()),
      done: (response) => {
        try {
          question.answered(response);
        } catch (error) {
          question.failed(error);
        }
      },
      fail: (error) => question.failed(error),
    });
  }

  close(): Promise<void> {
    return this.#post.close();
  }

  #engineOf({ user, port }: UserPeer, { address }: Address): RemoteEngine {
    const engines = this.#engines.get(user) ?? new Map<string, RemoteEngine>();
    this.#engines.set(user, engines);
    const key = `${address} ${port}`;
    const engine = engines.get(key) ?? new RemoteEngine(user, this.#nowMs);
    engines.set(key, engine);
    return engine;
  }

  #receive(open: Open, message: V3Message): void {
    const understood = open.isDiscovery ? understandDiscovery(message) : understand(message, open.peer, open.engine);
    switch (understood.kind) {
      case "malformed":
        this.#malformed.note(() => open.peer);
        return;
      case "not authentic":
        this.stats.notAuthentic += 1;
        return;
      case "answer":
        this.#takeAnswer(open, message, understood);
        return;
      case "report":
        this.#takeReport(open, message, understood);
    }
  }

  #takeAnswer(open: Open, message: V3Message, { scoped, start, end }: Understood & { kind: "answer" }): void {
    if (!this.#response.readPdu(scoped, start, end)) {
      this.#malformed.note(() => open.peer);
    } else if (this.#response.requestId !== open.id) {
      this.stats.unexpected += 1;
    } else if (open.engine.keys.auth && !open.engine.takeAuthentic(message)) {
      this.stats.notAuthentic += 1;
    } else {
      this.stats.answered += 1;
      open.engine.answered();
      this.#post.done(open, this.#response);
    }
  }

  #takeReport(open: Open, message: V3Message, report: Understood & { kind: "report" }): void {
    const response = this.#response;
    if (!response.readPdu(report.scoped, report.start, report.end)) {
      this.#malformed.note(() => open.peer);
      return;
    }
    const { peer, engine } = open;
    const oid = response.count > 0 ? oidText(response.bytes, response.nameStart(0), response.nameEnd(0)) : undefined;
    if (open.isDiscovery) {
      if (this.#found(open, message)) this.#post.done(open, response);
      return;
    }
    const meaning = meaningOf(oid, peer.user, peer.context ?? "");
    const obey = () => this.#obey(open, message, meaning, report.isAuthentic);
    // Most Reports cannot be proven (RFC 3414 section 3.2), so anybody may have made this one up. A device that has answered
    // as this user before is given the time to do so again.
    if (report.isAuthentic || !engine.isProven || !engine.keys.auth) obey();
    else open.unproven = obey;
  }

  #obey(open: Open, message: V3Message, meaning: ReportMeaning, isAuthentic: boolean): void {
    switch (meaning.kind) {
      case "failure":
        this.#fail(open, meaning.reason, meaning.says);
        return;
      case "clock":
        if (message.boots === BOOTS_MAX) {
          this.#fail(open, "auth", BOOTS_USED_UP);
          return;
        }
        open.engine.corrected(message, isAuthentic);
        this.#again(open, "its clock does not go on (usmStatsNotInTimeWindows)");
        return;
      case "engine":
        if (this.#found(open, message)) {
          this.#again(open, "it says each time that its engine is another (usmStatsUnknownEngineIDs)");
        }
    }
  }

  /** Returns false when what the message names is no engine, which is the reason when nothing better comes. */
  #found(open: Open, message: V3Message): boolean {
    const { engine, peer, isDiscovery } = open;
    if (!isEngineId(message.engineId)) {
      this.#malformed.note(() => peer);
      open.unproven = () => this.#fail(open, "protocol", noEngineId(message.engineId));
      return false;
    }
    if (isDiscovery) this.stats.answered += 1;
    const before = engine.found(message.engineId, message);
    if (!before) return true;
    this.stats.enginesChanged += 1;
    peer.onEngineChanged?.({ from: before.toString("hex"), to: message.engineId.toString("hex") });
    return true;
  }

  /** Sends the request again as the engine wants it; `problem` is said when that does not end. */
  #again(open: Open, problem: string): void {
    if (open.resynchronised === RESYNCHRONISED_MAX) {
      this.#fail(open, "auth", problem);
      return;
    }
    open.resynchronised += 1;
    this.stats.resynchronised += 1;
    this.#post.again(open);
  }

  #giveUp(open: Open): void {
    const { engine, peer, isDiscovery } = open;
    engine.isDoubted = true;
    if (!isDiscovery) engine.silentInARow += 1;
    // Found a moment ago, it is there.
    const isDeaf = !isDiscovery && (!engine.isProven || engine.silentInARow > SILENT_MAX);
    const { reason, says } = meaningOfSilence(peer, isDeaf);
    this.#fail(open, reason, says);
  }

  #fail(open: Open, reason: ProbeError["reason"], says: string): void {
    this.#post.fail(open, new ProbeError(reason, `${subjectOf(open.peer)}: ${says}`));
  }
}
