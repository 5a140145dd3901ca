// What the agents of a generated county would have sent: slot by slot, with faults of devices, agents, clocks and controllers.
import type { MetricName } from "../../../contract/metrics.ts";
import { dayStartMs, weekdayOf } from "../../inventory/day.ts";
import { SampleBuilder } from "../../store/sample-columns.ts";
import type { SampleColumns, SeriesKey } from "../../store/store.ts";
import type { Dice } from "./dice-suite.ts";
import type { PlannedDevice, PlannedSchool } from "./inventory-suite.ts";

const SLOT_MS = 300_000;
const TIMEOUT = 1;
const AUTH = 3;
const INTERNAL = 7;
const INCOMPLETE = 8;
/** How a probe run ends by itself, where it does not answer and is not merely silent. */
const REASONS: Readonly<Record<string, number>> = { auth: AUTH, incomplete: INCOMPLETE, once: TIMEOUT };

/** What one school sent about half a day, and how many days later it arrived. */
export interface Parcel {
  school: string;
  agent: string;
  samples: SampleColumns;
  fromMs: number;
  toMs: number;
  daysLate: number;
}

/** Slots numbered from the first simulated one; `to` is not part of it. */
interface Episode<K extends string> {
  kind: K;
  from: number;
  to: number;
}

type AgentFault =
  | "offline"
  | "blind"
  | "blind_wifi"
  | "untested"
  | "clock_ahead"
  | "clock_behind"
  | "clock_at_limit"
  | "late";
type DeviceFault = "dead" | "dead" | "auth" | "unasked" | "incomplete" | "unprobed" | "once" | "contradicted";

/** How a device is looked at: by its own probe, by a controller's reports, or both. */
type Mode = "probe" | "reports" | "both";

interface SimulatedDevice {
  planned: PlannedDevice;
  mode: Mode;
  flaps: number;
  faults: Episode<DeviceFault>[];
}

/** Shares of a window at, just under and just over the limits of the model, and some in between. */
const SHARES = [0.02, 0.045, 0.05, 0.052, 0.06, 0.1, 0.19, 0.2, 0.205, 0.3, 0.6] as const;
const WINDOW_DAYS = 20;

/** @param days in order of time; @returns parcels in order of time */
export function telemetryOf(
  dice: Dice,
  school: PlannedSchool,
  devices: readonly PlannedDevice[],
  days: readonly number[],
): Parcel[] {
  if (school.agent === undefined) return [];
  const agent = school.agent;
  const hours = hoursOf(school.hours);
  const simulation = new Simulation(dice, devices, days.length * hours.length, WINDOW_DAYS * hours.length);
  const parcels: Parcel[] = [];
  let step = 0;
  for (const day of days) {
    const noon = hours.filter((slot) => slot < 144).length;
    for (const half of [hours.slice(0, noon), hours.slice(noon)]) {
      const isQuiet = dice.chance(weekdayOf(day) % 6 === 0 ? 0.6 : 0.02);
      const { samples, daysLate } = simulation.send(half, day, step, isQuiet);
      step += half.length;
      const first = half[0];
      const last = half.at(-1);
      if (samples.length === 0 || first === undefined || last === undefined) continue;
      const fromMs = dayStartMs(day) + first * SLOT_MS;
      parcels.push({
        school: school.id,
        agent,
        samples,
        fromMs,
        toMs: dayStartMs(day) + (last + 1) * SLOT_MS,
        daysLate,
      });
    }
  }
  return parcels;
}

/** Slots of school hours with the one before each beginning: a controller's report of it still counts. */
function hoursOf(text: string): number[] {
  const slots = new Set<number>();
  for (const part of (text || "08:00-12:00 13:00-17:00").split(" ")) {
    const [h1, m1, h2, m2] = part.split(/[:-]/).map(Number);
    const from = ((h1 ?? 0) * 60 + (m1 ?? 0)) / 5;
    const to = ((h2 ?? 0) * 60 + (m2 ?? 0)) / 5;
    for (let slot = from - 1; slot < to; slot += 1) slots.add(slot);
  }
  return [...slots].sort((a, b) => a - b);
}

class Simulation {
  readonly #dice: Dice;
  readonly #devices: readonly SimulatedDevice[];
  readonly #agentFaults: readonly Episode<AgentFault>[];
  readonly #daysLate: number;
  /** Grows as devices are first heard of, like that of a real agent's decoder. */
  readonly #series: SeriesKey[] = [];
  readonly #indexes = new Map<string, number>();
  #samples = new SampleBuilder();

  constructor(dice: Dice, devices: readonly PlannedDevice[], steps: number, windowSteps: number) {
    this.#dice = dice;
    this.#daysLate = dice.whole(1, 6);
    const episode = <K extends string>(kind: K, share: number): Episode<K> => {
      const length = Math.max(1, Math.round(share * windowSteps) + dice.whole(-1, 1));
      // Mostly within the newest windows, which the verdicts look at.
      const from = Math.max(0, steps - dice.whole(length, windowSteps + 6 * Math.round(windowSteps / WINDOW_DAYS)));
      return { kind, from, to: from + length };
    };
    const often = (p: number) => (dice.chance(p) ? 1 : 0);
    this.#agentFaults = (
      [
        ["offline", 0.35],
        ["blind", 0.25],
        ["blind_wifi", 0.25],
        ["untested", 0.15],
        ["clock_ahead", 0.4],
        ["clock_behind", 0.1],
        ["clock_at_limit", 0.15],
        ["late", 0.6],
      ] as const
    ).flatMap(([kind, p]) =>
      Array.from({ length: often(p) }, () => episode(kind, kind.startsWith("clock") ? 0.02 : dice.pick(SHARES))),
    );
    this.#devices = devices.map((planned) => ({
      planned,
      mode: planned.kind === "ap" ? dice.pick(["probe", "reports", "both"]) : "probe",
      flaps: dice.pick([0, 0, 0, 0.01, 0.03]),
      faults: Array.from({ length: planned.kind === "ap" ? dice.pick([0, 0, 1, 1, 2]) : often(0.4) }, () =>
        episode(
          dice.pick([
            "dead",
            "dead",
            "dead",
            "dead",
            "auth",
            "unasked",
            "incomplete",
            "unprobed",
            "once",
            "contradicted",
          ]),
          planned.kind === "ap" ? dice.pick(SHARES) : dice.pick([0.01, 0.02, 0.04]),
        ),
      ),
    }));
  }

  /** Half a day; `isQuiet`: nothing is sent, as in holidays when the gateway is switched off. */
  send(
    slots: readonly number[],
    day: number,
    firstStep: number,
    isQuiet: boolean,
  ): { samples: SampleColumns; daysLate: number } {
    this.#samples = new SampleBuilder();
    let daysLate = 0;
    for (const [i, slot] of slots.entries()) {
      const step = firstStep + i;
      const is = (kind: AgentFault) => this.#agentFaults.some((f) => f.kind === kind && f.from <= step && step < f.to);
      if (isQuiet || is("offline")) continue;
      if (is("late")) daysLate = this.#daysLate;
      this.#sendSlot(dayStartMs(day) + slot * SLOT_MS, step, is);
    }
    return { samples: this.#samples.columns(this.#series), daysLate };
  }

  #sendSlot(beginMs: number, step: number, is: (kind: AgentFault) => boolean): void {
    const dice = this.#dice;
    const at = () => beginMs + dice.whole(0, 59) * 5_000;
    const offset = is("clock_ahead") ? 3_700 : is("clock_behind") ? -301 : is("clock_at_limit") ? 300 : 0.2;
    if (offset !== 0.2 || dice.chance(0.05)) this.#add("agent_clock_offset_seconds", "agent", at(), offset);
    const blind = { main: is("blind"), wifi: is("blind") || is("blind_wifi") };
    if (!is("untested")) {
      // A self-test that names no segment speaks of "main".
      this.#add("agent_selftest_passed", "agent", at(), blind.main ? 0 : 1, dice.chance(0.5) ? "main" : undefined);
      this.#add("agent_selftest_passed", "agent", at(), blind.wifi ? 0 : 1, "wifi");
      // Another round of the same slot, in which it could not see.
      if (dice.chance(0.01)) this.#add("agent_selftest_passed", "agent", beginMs + 299_000, 0, "wifi");
    }
    const dead = new Set<string>();
    for (const device of this.#devices) {
      const { planned, faults, flaps } = device;
      const fault = faults.find(({ from, to }) => from <= step && step < to)?.kind;
      const isDead =
        fault === "dead" ||
        (flaps > 0 && dice.chance(flaps)) ||
        (planned.parent !== undefined && dead.has(planned.parent)) ||
        (planned.onDemand && planned.kind === "panel" && dice.chance(0.5));
      if (isDead) dead.add(planned.id);
      this.#sendDevice(device, beginMs, step, fault, isDead || blind[planned.segment]);
    }
  }

  #sendDevice(
    device: SimulatedDevice,
    beginMs: number,
    step: number,
    fault: DeviceFault | undefined,
    isSilent: boolean,
  ) {
    const { planned, mode } = device;
    const dice = this.#dice;
    if (fault === "unprobed") return;
    if (mode !== "reports") this.#sendProbe(planned.wireKey, beginMs, fault, isSilent);
    if (mode === "probe") return;
    const at = (least: number, most: number) => beginMs + dice.whole(least, most) * 5_000;
    if (isSilent || fault === "contradicted") {
      this.#add("wifi_ap_up", planned.wireKey, at(0, 20), 0);
      if (dice.chance(0.8)) this.#add("wifi_ap_up", planned.wireKey, at(30, 59), 0);
    } else if (step % 2 === 0 || dice.chance(0.3)) {
      // A controller that is asked every ten minutes.
      this.#add("wifi_ap_up", planned.wireKey, at(0, 59), 1);
    }
  }

  #sendProbe(key: string, beginMs: number, fault: DeviceFault | undefined, isSilent: boolean): void {
    const dice = this.#dice;
    const first = beginMs + dice.whole(0, 20) * 5_000;
    const second = beginMs + dice.whole(21, 59) * 5_000;
    const failed = (atMs: number, failure: number) => {
      this.#add("probe_ok", key, atMs, 0);
      this.#add("probe_failure", key, atMs, failure);
    };
    if (fault === "unasked") {
      failed(first, INTERNAL);
      return;
    }
    if (isSilent) {
      failed(first, TIMEOUT);
      if (fault !== "once" && dice.chance(0.95)) failed(second, TIMEOUT);
      return;
    }
    const reason = fault === undefined ? undefined : REASONS[fault];
    if (reason !== undefined) {
      failed(first, reason);
      return;
    }
    this.#add("probe_ok", key, first, 1);
    if (dice.chance(0.02)) failed(second, TIMEOUT);
  }

  #add(metric: MetricName, device: string, atMs: number, value: number, instance?: string): void {
    const name = `${metric} ${device} ${instance ?? ""}`;
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = this.#series.length;
      this.#indexes.set(name, index);
      this.#series.push(instance === undefined ? { metric, device } : { metric, device, instance });
    }
    this.#samples.add(index, atMs, value);
  }
}
