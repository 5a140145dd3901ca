// Keeps what each target sees of others and who is known under which names, and says what hangs on what, as facts.
//
// It is all in memory and gone with the process; hardware addresses of clients never leave it. Nothing is said from what
// is old: a target that no longer answers, or whose tables could not be read, is as one that sees nothing.
import type { Logger } from "pino";
import { deviceKey } from "../../contract/mac.ts";
import type { Fact, FactName } from "../../contract/reading.ts";
import { formatAddress, parseAddress, scopeOf } from "../address.ts";
import type { AgentTarget, SegmentTest } from "../config/config.ts";
import type { Outcome } from "../schedule/run.ts";
import type { Interfaces } from "../self-test.ts";
import { hardwareAddressOf } from "./hardware-address.ts";
import type { KnownDevice } from "./identities.ts";
import { parentsOf } from "./parents.ts";
import { MOST_OWN, type Sightings } from "./sightings.ts";

export interface TopologyOptions {
  targets: readonly Pick<AgentTarget, "id" | "intervalMs">[];
  selfTests: readonly Pick<SegmentTest, "gateway">[];
  log: Logger;
}

const MINUTE_MS = 60_000;
/** As often as neighbours are read. On a large campus it takes tens of milliseconds, in which the agent does nothing else. */
const WORKED_OUT_EVERY_MS = 5 * MINUTE_MS;
/** Some three times as long as each lasts until it is read again (probes/standard/standard.ts). */
const FRESH_MS = { neighbours: 15 * MINUTE_MS, behind: 30 * MINUTE_MS, own: 90 * MINUTE_MS } as const;
/** What a target sees counts while it answered within so many intervals. */
const FRESH_INTERVALS = 3;
/** A device of which nothing was heard for so long is forgotten. */
const FORGET_AFTER_MS = 24 * 60 * MINUTE_MS;
/** More devices are not looked at, targets apart: thousands of access points hang on one agent only by a fault. */
const MOST_DEVICES = 20_000;
/** Facts by which a device is known again. */
const KNOWN_BY = ["mac", "name", "address"] as const satisfies readonly FactName[];
/** How the agent's own machine is called here, where it is the gateway; no device key is empty. */
const SELF = "";

interface Dated<T> {
  value: T;
  atMs: number;
}

interface Remembered {
  isTarget: boolean;
  heardAtMs: number;
  texts: Partial<Record<(typeof KNOWN_BY)[number], string>>;
  /** When a target last answered. */
  answeredAtMs?: number;
  own: Map<number, Dated<string>>;
  neighbours?: Dated<NonNullable<Sightings["neighbours"]>>;
  behind?: Dated<NonNullable<Sightings["behind"]>>;
  about: Pick<Sightings, "chassis" | "isBridge" | "isAccessPoint">;
}

export class Topology {
  readonly #log: Logger;
  readonly #intervals: ReadonlyMap<string, number>;
  readonly #gateways: readonly string[];
  readonly #devices = new Map<string, Remembered>();
  #isNew = false;
  #workedOutMs: number | undefined;
  #ambiguous: ReadonlyMap<string, readonly string[]> = new Map();

  constructor({ targets, selfTests, log }: TopologyOptions) {
    this.#log = log;
    this.#intervals = new Map(targets.map(({ id, intervalMs }) => [deviceKey(id), intervalMs]));
    const gateways = selfTests.map(({ gateway }) => (gateway === "self" ? SELF : deviceKey(gateway)));
    this.#gateways = [...new Set(gateways)];
  }

  /** Takes what a run learned. */
  note({
    targetId,
    endedAtMs,
    answered,
    result,
  }: Pick<Outcome, "targetId" | "endedAtMs" | "answered" | "result">): void {
    const key = deviceKey(targetId);
    const target = this.#remember(key, endedAtMs, true);
    if (answered && target) target.answeredAtMs = endedAtMs;
    if (!result) return;
    for (const { device, texts } of result.facts) {
      const known = this.#remember(deviceKey(device), endedAtMs, deviceKey(device) === key);
      // Not all texts are asked in every run.
      for (const name of KNOWN_BY) if (known && texts[name] !== undefined) known.texts[name] = texts[name];
    }
    if (target && result.sightings) {
      this.#isNew = true;
      keepSightings(target, result.sightings, endedAtMs);
    }
  }

  /** What hangs on what, when that is due and anything was seen since; one fact per device of which it is known. */
  facts(nowMs: number, interfaces: Interfaces | undefined): Fact[] {
    if (!this.#isNew || !this.#isDue(nowMs)) return [];
    this.#isNew = false;
    this.#workedOutMs = nowMs;
    for (const [key, { heardAtMs }] of this.#devices) {
      if (nowMs - heardAtMs > FORGET_AFTER_MS) this.#devices.delete(key);
    }
    const devices = [...this.#devices].map(([key, known]) => this.#deviceOf(key, known, nowMs));
    if (this.#gateways.includes(SELF)) devices.push(ownMachine(interfaces));
    const { places, ambiguous } = parentsOf({ devices, gateways: this.#gateways });
    this.#logAmbiguous(ambiguous);
    return [...places].flatMap(([device, { parent, port }]): Fact[] =>
      device === SELF || parent === SELF ? [] : [{ device, atMs: nowMs, texts: { parent, parent_port: port } }],
    );
  }

  /** A clock that was set back makes it due. */
  #isDue(nowMs: number): boolean {
    const elapsedMs = nowMs - (this.#workedOutMs ?? Number.NEGATIVE_INFINITY);
    return elapsedMs < 0 || elapsedMs >= WORKED_OUT_EVERY_MS;
  }

  #remember(key: string, atMs: number, isTarget: boolean): Remembered | undefined {
    const known = this.#devices.get(key);
    if (known) {
      known.heardAtMs = atMs;
      known.isTarget ||= isTarget;
      return known;
    }
    if (!isTarget && this.#devices.size >= MOST_DEVICES) return undefined;
    const fresh: Remembered = { isTarget, heardAtMs: atMs, texts: {}, own: new Map(), about: {} };
    this.#devices.set(key, fresh);
    return fresh;
  }

  #deviceOf(key: string, known: Remembered, nowMs: number): KnownDevice {
    const { isTarget, texts, own, neighbours, behind, about, answeredAtMs } = known;
    for (const [mac, { atMs }] of own) if (nowMs - atMs > FRESH_MS.own) own.delete(mac);
    const said = [hardwareAddressOf(key), hardwareAddressOf(texts.mac ?? "")].filter((mac) => mac !== undefined);
    const intervalMs = this.#intervals.get(key) ?? 0;
    const isAnswering = answeredAtMs !== undefined && nowMs - answeredAtMs <= FRESH_INTERVALS * intervalMs;
    const isFresh = (atMs: number, forMs: number) =>
      isAnswering && nowMs - atMs <= Math.max(forMs, FRESH_INTERVALS * intervalMs);
    const address = addressOf(texts.address);
    return {
      key,
      isTarget,
      macs: [...own.keys(), ...said],
      names: texts.name === undefined ? [] : [texts.name],
      addresses: address === undefined ? [] : [address],
      seen: {
        ...about,
        own: new Map([...own].map(([mac, { value }]) => [mac, value])),
        ...(neighbours && isFresh(neighbours.atMs, FRESH_MS.neighbours) && { neighbours: neighbours.value }),
        ...(behind && isFresh(behind.atMs, FRESH_MS.behind) && { behind: behind.value }),
      },
    };
  }

  #logAmbiguous(ambiguous: ReadonlyMap<string, readonly string[]>): void {
    for (const [deviceId, candidates] of ambiguous) {
      if (String(candidates) === String(this.#ambiguous.get(deviceId))) continue;
      this.#log.debug({ deviceId, candidates }, "where a device hangs is contradictory");
    }
    this.#ambiguous = ambiguous;
  }
}

function keepSightings(known: Remembered, sightings: Sightings, atMs: number): void {
  const { own, neighbours, behind, chassis, isBridge, isAccessPoint } = sightings;
  for (const [mac, name] of own ?? []) {
    const before = known.own.get(mac);
    if (before || known.own.size < MOST_OWN) known.own.set(mac, { value: name || before?.value || "", atMs });
  }
  if (neighbours) known.neighbours = { value: neighbours, atMs };
  if (behind) known.behind = { value: behind, atMs };
  if (chassis !== undefined) known.about.chassis = chassis;
  if (isBridge !== undefined) known.about.isBridge = isBridge;
  if (isAccessPoint !== undefined) known.about.isAccessPoint = isAccessPoint;
}

/** The agent's own machine, by the addresses of its interfaces. */
function ownMachine(interfaces: Interfaces = {}): KnownDevice {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const macs = all.flatMap(({ mac, internal }) => (internal ? [] : (hardwareAddressOf(mac) ?? [])));
  return { key: SELF, isTarget: true, macs: [...new Set(macs)], names: [], addresses: [] };
}

/** In its one spelling; a device's loopback address is everybody's. */
function addressOf(text: string | undefined): string | undefined {
  const address = parseAddress(text ?? "");
  return address === undefined || scopeOf(address) === "loopback" ? undefined : formatAddress(address);
}
