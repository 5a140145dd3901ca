// What is known of one device's SNMP engine: its id, its clock, and whether it can be relied on (RFC 3414 sections 2.2 and 2.3).
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { localizedKeys, type UserKeys } from "./v3-keys.ts";

/** How far a message's time may lie behind the engine's (RFC 3414 section 2.2.3). */
const TIME_WINDOW_SECONDS = 150;
const LARGEST = 2 ** 31 - 1;
/** An engine that was started so often takes no request any more (RFC 3414 section 2.2.2). */
export const BOOTS_MAX = LARGEST;

/** snmpEngineBoots, and snmpEngineTime in seconds since that boot. */
export interface EngineTime {
  boots: number;
  time: number;
}

export class RemoteEngine {
  /** Set when silence makes it doubtful that this engine is still the one that answers there: it is then looked for first. */
  isDoubted = false;
  /** Requests that met silence although the engine itself was found, since the last that was answered. */
  silentInARow = 0;
  /** Whether a request as this user was ever answered. */
  isProven = false;
  readonly #user: SnmpUser;
  readonly #nowMs: () => number;
  #id: Buffer | undefined;
  #keys: UserKeys = {};
  #boots = 0;
  #time = 0;
  #atMs = 0;
  /** The highest time an authentic message carried in this boot, so that a replayed one cannot hold the clock back. */
  #latestTime = 0;
  #isSynced = false;

  constructor(user: SnmpUser, nowMs: () => number) {
    this.#user = user;
    this.#nowMs = nowMs;
  }

  get id(): Buffer | undefined {
    return this.#id;
  }

  /** The user's keys at this engine; none before its id is known. */
  get keys(): UserKeys {
    return this.#keys;
  }

  /** A request as this user was answered. */
  answered(): void {
    this.isProven = true;
    this.silentInARow = 0;
  }

  /**
   * Takes the id and the clock the engine itself says, which nothing proves yet.
   * @returns the id before, when it was another one.
   */
  found(id: Buffer, { boots, time }: EngineTime): Buffer | undefined {
    this.isDoubted = false;
    const before = this.#id;
    const isOther = before === undefined || !before.equals(id);
    if (isOther) {
      // A copy: the datagram that carried it is not kept.
      this.#id = Buffer.from(id);
      this.#keys = localizedKeys(this.#user, this.#id);
      this.isProven = false;
      this.silentInARow = 0;
      this.#isSynced = false;
    }
    if (!this.#isSynced) this.#set({ boots, time });
    return isOther ? before : undefined;
  }

  /** Takes the clock the engine answers with when ours was wrong; `isAuthentic` says whether its digest proves it. */
  corrected(clock: EngineTime, isAuthentic: boolean): void {
    this.#set(clock);
    this.#isSynced = isAuthentic;
  }

  /**
   * Takes the clock of an authentic message (RFC 3414 section 3.2, step 7b).
   * @returns false when the message is older than the time window allows, as a replayed one is.
   */
  takeAuthentic(clock: EngineTime): boolean {
    if (clock.boots === BOOTS_MAX) return false;
    const isLater = clock.boots > this.#boots || (clock.boots === this.#boots && clock.time > this.#latestTime);
    // Before anything was proven, what is proven is right whatever was said.
    if (!this.#isSynced || isLater) {
      this.#set(clock);
      this.#isSynced = true;
      return true;
    }
    const now = this.now();
    return clock.boots === now.boots && clock.time >= now.time - TIME_WINDOW_SECONDS;
  }

  /** The engine's clock by now, as requests must carry it. */
  now(): EngineTime {
    const seconds = Math.floor((this.#nowMs() - this.#atMs) / 1000);
    return { boots: this.#boots, time: Math.min(LARGEST, this.#time + seconds) };
  }

  #set({ boots, time }: EngineTime): void {
    this.#boots = boots;
    this.#time = time;
    this.#latestTime = time;
    this.#atMs = this.#nowMs();
  }
}
