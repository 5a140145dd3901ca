// Receives traps and informs on one UDP port: judged datagram by datagram, counted, and handed on as events.
//
// The port is open to every device of the school, so nothing that arrives may end the process, fill the memory or take the
// processor: what is malformed is counted, who floods is cut off, and every table here has a bound.
import type { Logger } from "pino";
import type { Clock } from "../../contract/clock.ts";
import { messageOf } from "../../contract/errors.ts";
import type { CampusEvent } from "../../contract/reading.ts";
import { TAG } from "../snmp/ber.ts";
import { Answers } from "./answers.ts";
import { LocalEngine, RemoteEngines } from "./engine-clock.ts";
import { EventTimes } from "./event-times.ts";
import { FloodGate, type GateOptions } from "./flood-gate.ts";
import type { KeptDevices } from "./kept-devices.ts";
import { meaningOf } from "./meaning.ts";
import type { NotificationRules } from "./notifications.ts";
import { type Notification, PDU_TAG, readTrapV1, readTrapV2 } from "./pdu.ts";
import { type Source, TrapPort } from "./port.ts";
import { MalformedTrap, Reader } from "./reader.ts";
import { Recent } from "./recent.ts";
import { REFUSAL_NAMES, type Refusal, TrapRefused } from "./refusal.ts";
import { plainAddress, type Senders } from "./senders.ts";
import type { TrapSettings } from "./settings.ts";
import { UsmUser } from "./usm.ts";
import { V3Receiver } from "./v3.ts";

export interface ReceiverOptions {
  settings: TrapSettings;
  /** The agent's name, from which its engine id is made. */
  agent: string;
  rules: NotificationRules;
  senders: Senders;
  devices: KeptDevices;
  clock: Clock;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  log: Logger;
  onEvent(event: CampusEvent): void;
  /** Resolves to whether every event handed on so far is durable; false where that is not known. Never rejects. */
  stored(): Promise<boolean>;
  gate?: Pick<GateOptions, "burst" | "perSecond">;
}

export interface ReceiverStats {
  /** Datagrams. */
  received: number;
  events: number;
  /** Informs and traps that had become events already. */
  repeated: number;
  refused: Partial<Record<Refusal, number>>;
}

/** A believed notification and, for an inform, the answer it waits for. */
interface Accepted {
  notification: Notification;
  answer: Buffer | undefined;
  /** Tells this message from every other of the sender; absent where nothing does. */
  fingerprint: string | undefined;
}

const REPEAT_MS = 60_000;
/** Half a v3 time window and what clocks differ: after that the window itself refuses. */
const REPLAY_MS = 300_000;
/** A target whose traps are not believed says so on its page this often. */
const REFUSED_EVENT_MS = 3_600_000;
const LOG_AGAIN_MS = 3_600_000;
/** More than so many different things an hour are counted and not said: addresses cost nothing to make up. */
const LOGGED_MAX = 200;
/** A device has one SNMPv3 engine, and another after a reset. */
const NEW_ENGINES = { burst: 8, perSecond: 0.1 } as const;
const VERSION = { v1: 0, v2c: 1, v3: 3 } as const;
/** Refusals that somebody at the target can mend. */
const MENDABLE: ReadonlySet<Refusal> = new Set(["community", "user", "digest", "decryption"]);

export class TrapReceiver {
  readonly #options: ReceiverOptions;
  readonly #communities: readonly Buffer[];
  readonly #v3: V3Receiver;
  readonly #gate: FloodGate;
  readonly #engines: FloodGate;
  readonly #informs: Recent;
  readonly #messages: Recent;
  readonly #refusedEvents: Recent;
  readonly #logged: Recent;
  readonly #port: TrapPort;
  readonly #answers: Answers;
  readonly #times = new EventTimes();
  readonly #stats = { received: 0, events: 0, repeated: 0 };
  readonly #refused = new Map<Refusal, number>();

  constructor(options: ReceiverOptions) {
    const { settings, agent, clock, realMs, gate } = options;
    this.#options = options;
    this.#port = new TrapPort(options.log, (bytes, source) => this.take(bytes, source));
    this.#answers = new Answers(this.#port, options.stored);
    this.#communities = settings.communities.map((community) => Buffer.from(community));
    const users = settings.users.map((user) => new UsmUser(user));
    this.#v3 = new V3Receiver(users, new LocalEngine(agent, clock.nowMs(), realMs), new RemoteEngines(realMs));
    this.#gate = new FloodGate({ realMs, ...gate });
    this.#engines = new FloodGate({ realMs, ...NEW_ENGINES });
    this.#informs = new Recent(realMs, REPEAT_MS);
    this.#messages = new Recent(realMs, REPLAY_MS);
    this.#refusedEvents = new Recent(realMs, REFUSED_EVENT_MS);
    this.#logged = new Recent(realMs, LOG_AGAIN_MS);
  }

  /** Opens the port; resolves to the one it has. Rejects with the system's error when it cannot be had. */
  listen(): Promise<number> {
    return this.#port.open(this.#options.settings);
  }

  close(): Promise<void> {
    return this.#port.close();
  }

  /** Events have been lost before they were durable: an inform that is sent again is news. */
  forgetInforms(): void {
    this.#informs.clear();
    this.#messages.clear();
  }

  stats(): ReceiverStats {
    const refused = REFUSAL_NAMES.flatMap((name): [Refusal, number][] => {
      const count = this.#refused.get(name);
      return count === undefined ? [] : [[name, count]];
    });
    return { ...this.#stats, refused: Object.fromEntries(refused) };
  }

  /** One datagram. Never throws, whatever it holds. */
  take(bytes: Buffer, source: Source): void {
    this.#stats.received += 1;
    const address = plainAddress(source.address);
    const sender = this.#options.senders.find(address);
    const passage = this.#gate.pass(address, sender.kind !== "stranger");
    if (passage !== "passes") {
      this.#count("flood");
      if (passage === "first")
        this.#logOnce(`flood ${address}`, { address }, "a sender floods the trap port and is cut off");
      return;
    }
    try {
      const accepted = this.#open(bytes, source);
      if (accepted) this.#accept(accepted, address, source);
    } catch (error) {
      this.#refuse(error, address);
    }
  }

  /** `undefined` when it was no notification but a question who we are, which is answered. */
  #open(bytes: Buffer, source: Source): Accepted | undefined {
    const message = new Reader(bytes).enter(TAG.sequence);
    const version = message.integer();
    if (version === VERSION.v3) return this.#openV3(bytes, source);
    if (version !== VERSION.v1 && version !== VERSION.v2c) throw new MalformedTrap(`SNMP version ${version}`);
    const community = message.octets();
    const pdu = message.next();
    const isKnown = version === VERSION.v1 ? pdu.tag === PDU_TAG.trapV1 : isTrapV2(pdu.tag);
    if (!isKnown) throw new MalformedTrap("neither a trap nor an inform");
    const notification = version === VERSION.v1 ? readTrapV1(bytes, pdu) : readTrapV2(bytes, pdu);
    // The secret must not come out by how long the comparison takes; there are few communities.
    const matches = this.#communities.filter((known) => isEqual(known, community));
    if (matches.length === 0) throw new TrapRefused("community", "unknown community");
    let answer: Buffer | undefined;
    if (notification.isInform) {
      // A response is the inform with another tag (RFC 3416 section 4.2.7).
      answer = Buffer.from(bytes);
      answer[pdu.at] = PDU_TAG.response;
    }
    return { notification, answer, fingerprint: undefined };
  }

  #openV3(bytes: Buffer, source: Source): Accepted | undefined {
    const address = plainAddress(source.address);
    const isStranger = this.#options.senders.find(address).kind === "stranger";
    const opened = this.#v3.open(bytes, () => this.#engines.pass(address, !isStranger) === "passes");
    if ("refusal" in opened) {
      // Who is no target learns nothing of us, not even that we are here.
      if (opened.report && !isStranger) this.#port.send(opened.report, source);
      if (opened.refusal) throw opened.refusal;
      if (isStranger) throw new TrapRefused("stranger", "not a target");
      return undefined;
    }
    if (!isTrapV2(opened.pdu.tag)) throw new MalformedTrap("neither a trap nor an inform");
    const notification = readTrapV2(opened.bytes, opened.pdu);
    const answer = notification.isInform ? this.#v3.acknowledge(opened) : undefined;
    return { notification, answer, fingerprint: opened.fingerprint };
  }

  #accept({ notification, answer, fingerprint }: Accepted, address: string, source: Source): void {
    const target = this.#targetOf(notification, address);
    const isRepeat =
      (fingerprint !== undefined && this.#messages.isRepeat(fingerprint)) ||
      (notification.isInform && this.#informs.isRepeat(`${address} ${notification.requestId} ${notification.oid}`));
    if (isRepeat) this.#stats.repeated += 1;
    else this.#tell(meaningOf(notification, target, this.#options.rules, this.#options.devices));
    // A repeated inform as well: the answer to the one before was lost, or could not be given yet.
    if (answer) void this.#answers.give(answer, source);
  }

  /** Whom it is from: the sender, or behind a relay the device it names. @throws TrapRefused when that is no target. */
  #targetOf({ agentAddress }: Notification, address: string): string {
    const { senders } = this.#options;
    const sender = senders.find(address);
    if (sender.kind === "target") return sender.id;
    const named = agentAddress === undefined ? sender : senders.find(agentAddress);
    if (named.kind === "target") return named.id;
    if (sender.kind === "ambiguous") throw new TrapRefused("ambiguous", "several targets have this address");
    throw new TrapRefused("stranger", "not a target");
  }

  #tell({ device, kind, text }: Omit<CampusEvent, "atMs">): void {
    this.#stats.events += 1;
    const atMs = this.#times.next(device, kind, this.#options.clock.nowMs());
    this.#options.onEvent({ device, atMs, kind, text });
  }

  #refuse(error: unknown, address: string): void {
    const refusal = error instanceof TrapRefused ? error.refusal : "malformed";
    if (!(error instanceof TrapRefused || error instanceof MalformedTrap)) {
      // A fault of ours; the sender may repeat it as often as it likes, so it is said once.
      this.#logOnce(`fault ${messageOf(error)}`, { err: error }, "a trap could not be read");
    }
    this.#count(refusal);
    const problem = messageOf(error);
    this.#logOnce(`${refusal} ${address}`, { address, refusal, problem }, "traps from this sender are not taken");
    const sender = this.#options.senders.find(address);
    if (sender.kind !== "target" || !MENDABLE.has(refusal)) return;
    if (!this.#refusedEvents.isRepeat(sender.id))
      this.#tell({ device: sender.id, kind: "trap_refused", text: problem });
  }

  #count(refusal: Refusal): void {
    this.#refused.set(refusal, (this.#refused.get(refusal) ?? 0) + 1);
  }

  #logOnce(key: string, about: object, words: string): void {
    if (this.#logged.size < LOGGED_MAX && !this.#logged.isRepeat(key)) this.#options.log.warn(about, words);
  }
}

function isTrapV2(tag: number): boolean {
  return tag === PDU_TAG.trapV2 || tag === PDU_TAG.inform;
}

function isEqual(known: Buffer, given: Buffer): boolean {
  let difference = known.length ^ given.length;
  for (let i = 0; i < known.length; i++) difference |= (known[i] ?? 0) ^ (given[i] ?? 0);
  return difference === 0;
}
