// Access points as every vendor's model knows them: what they are, whether they work, and what they measure at a moment.
import type { Clock } from "../../contract/clock.ts";
import { CampusError } from "../../contract/errors.ts";
import { normalizeMac } from "../../contract/mac.ts";
import { between, chance } from "./chance.ts";
import { peopleOnlineRatio } from "./lesson-rhythm.ts";

export type Band = "2.4" | "5";

export interface RadioState {
  band: Band;
  channel: number;
  widthMhz: 20 | 40 | 80;
  powerDbm: number;
  enabled: boolean;
  /** Fixed values for tests; absent ones follow the lesson rhythm. */
  clients?: number;
  busyPercent?: number;
  noiseDbm?: number;
  snrDb?: number;
}

export interface ApState {
  readonly mac: string;
  serial: string;
  name: string;
  model: string;
  firmware: string;
  ip: string;
  group: string;
  location: string;
  /** Most clients its rooms bring. */
  people: number;
  online: boolean;
  /** When `online` last changed; the access point's start, while it is online. */
  changedAtMs: number;
  /** Fixed values for tests; absent ones follow the lesson rhythm. */
  cpuPercent?: number;
  memoryPercent?: number;
  temperatureCelsius?: number;
  /** 2.4 GHz first. */
  radios: [RadioState, RadioState];
}

/** What a caller has to say of an access point; the rest is made up plausibly. */
export type ApSpec = Pick<ApState, "mac" | "serial" | "name"> & Partial<Omit<ApState, "mac" | "serial" | "name">>;

/** What can be changed at run time. The channel cannot: it is part of a table's index. */
export type ApPatch = Partial<Omit<ApState, "mac" | "radios" | "changedAtMs">> & {
  radios?: readonly Partial<Omit<RadioState, "band" | "channel">>[];
};

export interface RadioMeasure {
  up: boolean;
  clients: number;
  /** Percent of time: everybody's, own sending, own receiving, strangers'. */
  busyPercent: number;
  sendPercent: number;
  receivePercent: number;
  interferencePercent: number;
  noiseDbm: number;
  /** Mean over its clients; means nothing without any. */
  snrDb: number;
}

export interface ApMeasure {
  clients: number;
  cpuPercent: number;
  memoryPercent: number;
  temperatureCelsius: number;
  radios: [RadioMeasure, RadioMeasure];
}

/** A group of access points, found by MAC and measured by the clock. */
export interface AccessPoints {
  readonly all: readonly Readonly<ApState>[];
  /** @throws CampusError `SIM_AP_UNKNOWN` naming the MAC. */
  get(mac: string): Readonly<ApState>;
  /** @throws CampusError `SIM_AP_UNKNOWN` naming the MAC. */
  set(mac: string, patch: ApPatch): void;
  /** What it measures now. Clients and loads change from minute to minute of the clock, not within one. */
  measure(ap: Readonly<ApState>): ApMeasure;
  /** Since it came online; 0 while it is offline. */
  uptimeMs(ap: Readonly<ApState>): number;
}

export interface AccessPointsOptions {
  specs: readonly ApSpec[];
  /** What models of this vendor say when the spec does not. */
  vendor: { model: string; firmware: string };
  clock: Pick<Clock, "nowMs">;
  seed: number;
  /** Position of the first one among the access points of its school: neighbours get other channels and addresses. */
  firstPosition?: number;
}

export function createAccessPoints({
  specs,
  vendor,
  clock,
  seed,
  firstPosition = 0,
}: AccessPointsOptions): AccessPoints {
  const all = specs.map((spec, i) => completeAp(spec, firstPosition + i, vendor, clock.nowMs(), seed));
  const byMac = new Map(all.map((ap) => [ap.mac, ap]));
  const measures = new Map<string, { minute: number; measure: ApMeasure }>();
  const find = (mac: string): ApState => {
    const ap = byMac.get(normalizeMac(mac) ?? mac);
    if (!ap) throw new CampusError("SIM_AP_UNKNOWN", `there is no access point with the MAC ${mac}`);
    return ap;
  };
  return {
    all,
    get: find,
    set: (mac, patch) => {
      const ap = find(mac);
      measures.delete(ap.mac);
      applyPatch(ap, patch, clock.nowMs());
    },
    measure: (ap) => {
      const nowMs = clock.nowMs();
      const minute = Math.floor(nowMs / 60_000);
      const known = measures.get(ap.mac);
      if (known?.minute === minute) return known.measure;
      const measure = measureAp(ap, nowMs, seed);
      measures.set(ap.mac, { minute, measure });
      return measure;
    },
    uptimeMs: (ap) => (ap.online ? clock.nowMs() - ap.changedAtMs : 0),
  };
}

/** A MAC some numbers higher in its last byte, as access points give them to their radios and networks. */
export function macAfter(mac: string, distance: number): string {
  const bytes = mac.split(":");
  const last = (Number.parseInt(bytes.pop() ?? "0", 16) + distance) % 256;
  return [...bytes, last.toString(16).padStart(2, "0")].join(":");
}

const CHANNELS_24 = [1, 6, 11];
const CHANNELS_5 = [36, 44, 52, 60, 149, 157];

function completeAp(
  spec: ApSpec,
  position: number,
  vendor: AccessPointsOptions["vendor"],
  nowMs: number,
  seed: number,
): ApState {
  const mac = normalizeMac(spec.mac);
  if (mac === undefined) throw new CampusError("SIM_AP_INVALID", `"${spec.mac}" is not a MAC`);
  const radio = (band: Band, channels: readonly number[], widthMhz: 20 | 40, powerDbm: number): RadioState => ({
    band,
    channel: channels[position % channels.length] ?? 1,
    widthMhz,
    powerDbm,
    enabled: true,
  });
  return {
    ...vendor,
    ip: `10.33.${Math.floor(position / 200) + 1}.${(position % 200) + 11}`,
    group: "default",
    location: "",
    people: 30,
    online: true,
    changedAtMs: nowMs - Math.floor(between(1, 60, seed, mac, "uptime") * 86_400_000),
    radios: [radio("2.4", CHANNELS_24, 20, 17), radio("5", CHANNELS_5, 40, 20)],
    ...spec,
    mac,
  };
}

function applyPatch(ap: ApState, { radios = [], ...patch }: ApPatch, nowMs: number): void {
  if (patch.online !== undefined && patch.online !== ap.online) ap.changedAtMs = nowMs;
  Object.assign(ap, patch);
  for (const [i, radioPatch] of radios.entries()) Object.assign(ap.radios[i] ?? {}, radioPatch);
}

function measureAp(ap: Readonly<ApState>, nowMs: number, seed: number): ApMeasure {
  const ratio = peopleOnlineRatio(nowMs, seed, ap.mac);
  const people = Math.round(ap.people * ratio);
  // Most devices prefer 5 GHz; the share is settled per access point.
  const on24 = Math.round(people * between(0.15, 0.35, seed, ap.mac, "band"));
  const radios: ApMeasure["radios"] = [
    measureRadio(ap, 0, on24, nowMs, seed),
    measureRadio(ap, 1, people - on24, nowMs, seed),
  ];
  return {
    clients: radios[0].clients + radios[1].clients,
    cpuPercent: ap.cpuPercent ?? Math.round(8 + 25 * ratio),
    memoryPercent: ap.memoryPercent ?? Math.round(between(38, 55, seed, ap.mac, "memory")),
    temperatureCelsius: ap.temperatureCelsius ?? Math.round(between(38, 46, seed, ap.mac, "heat") + 6 * ratio),
    radios,
  };
}

function measureRadio(
  ap: Readonly<ApState>,
  index: 0 | 1,
  clientsByRhythm: number,
  nowMs: number,
  seed: number,
): RadioMeasure {
  const radio = ap.radios[index];
  const up = ap.online && radio.enabled;
  const clients = up ? (radio.clients ?? clientsByRhythm) : 0;
  const strangers = between(radio.band === "2.4" ? 8 : 1, radio.band === "2.4" ? 25 : 6, seed, ap.mac, index, "air");
  const busyPercent = up ? (radio.busyPercent ?? Math.min(95, Math.round(strangers + clients * 1.1))) : 0;
  const own = Math.max(0, busyPercent - Math.round(strangers));
  const flutter = chance(seed, ap.mac, index, Math.floor(nowMs / 600_000));
  return {
    up,
    clients,
    busyPercent,
    sendPercent: Math.round(own * 0.7),
    receivePercent: own - Math.round(own * 0.7),
    interferencePercent: busyPercent - own,
    noiseDbm: radio.noiseDbm ?? Math.round((radio.band === "2.4" ? -92 : -96) + 3 * flutter),
    // The more there are, the farther away some of them sit.
    snrDb: radio.snrDb ?? Math.round(between(28, 36, seed, ap.mac, index, "snr") + 2 * flutter - clients / 12),
  };
}
