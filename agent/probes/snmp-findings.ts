// Collects what one run over SNMP says, by a profile, into readings and facts of the target and of devices behind it.
import { deviceKey } from "../../contract/mac.ts";
import type { Measurement } from "../../contract/metrics/measurements.ts";
import { METRICS, type MetricName, type Values } from "../../contract/metrics.ts";
import type { Fact, FactName, Reading } from "../../contract/reading.ts";
import type { RatioRule, ScalarRule } from "../profiles/profile.ts";
import type { SnmpValue } from "../snmp/value.ts";
import type { Sightings } from "../topology/sightings.ts";
import { measured } from "./probe.ts";
import type { Skipped } from "./slow-columns.ts";
import { readNumber, readText } from "./snmp-value.ts";

/** Values that will become one reading. */
export interface Slot {
  device: string;
  measurement: Measurement;
  instance?: string;
  values: Values;
}

/** Of several sources for the same metric or fact, the first one counts. */
export class SnmpFindings {
  readonly #target: string;
  readonly #refuse: (problem: string) => void;
  readonly #slots = new Map<string, Slot>();
  readonly #texts = new Map<string, Fact["texts"]>();
  readonly #accessPoints = new Set<string>();
  /** Devices that belong to another controller. */
  readonly #elsewhere = new Set<string>();
  #sightings: Sightings | undefined;
  #listsAccessPoints = false;
  #hasAccessPointRows = false;
  #skipped: Skipped | undefined;
  #isTargetOnly = false;

  constructor(target: string, refuse: (problem: string) => void) {
    this.#target = target;
    this.#refuse = refuse;
  }

  get target(): string {
    return this.#target;
  }

  refuse(problem: string): void {
    this.#refuse(problem);
  }

  /** The slot of a device, or of one radio or interface of it. */
  slot(device: string, measurement: Measurement, instance?: string): Slot {
    const key = `${device}\n${measurement}\n${instance ?? ""}`;
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = { device, measurement, ...(instance === undefined ? {} : { instance }), values: {} };
      this.#slots.set(key, slot);
    }
    return slot;
  }

  /** Whether the target itself, or the named thing of it, has this value by now. */
  knows(metric: MetricName, instance?: string): boolean {
    return this.slot(this.#target, METRICS[metric].measurement, instance).values[metric] !== undefined;
  }

  /** Whether the target itself, or anything of it, has this value by now. */
  knowsAny(metric: MetricName): boolean {
    for (const { device, values } of this.#slots.values()) {
      if (device === this.#target && values[metric] !== undefined) return true;
    }
    return false;
  }

  /** A value of the target itself, or of the named thing of it; the first one counts. */
  add(metric: MetricName, value: number, instance?: string): void {
    this.slot(this.#target, METRICS[metric].measurement, instance).values[metric] ??= value;
  }

  addConstants(device: string, constants: Values): void {
    const { values } = this.slot(device, "device");
    Object.assign(values, { ...constants, ...values });
  }

  addScalar(rule: ScalarRule, raw: SnmpValue | undefined): void {
    if (rule.metric !== undefined && !this.knows(rule.metric, rule.instance)) {
      const reading = readNumber(rule, raw);
      if (reading.kind === "number") this.add(rule.metric, reading.value, rule.instance);
      if (reading.kind === "refused") this.#refuse(reading.problem);
    }
    if (rule.fact !== undefined) this.addText(this.#target, rule.fact, readText(rule.fact, rule, raw));
  }

  /** Absent when the total or any of the parts is: a part that is not known is not zero. */
  addRatio(
    { metric, partsAre }: RatioRule,
    total: SnmpValue | undefined,
    parts: readonly (SnmpValue | undefined)[],
  ): void {
    if (this.knows(metric) || typeof total !== "number" || total <= 0) return;
    let sum = 0;
    for (const part of parts) {
      if (typeof part !== "number") return;
      sum += part;
    }
    this.slot(this.#target, "device").values[metric] = partsAre === "free" ? 1 - sum / total : sum / total;
  }

  addText(device: string, name: FactName, text: string | undefined): void {
    if (text === undefined) return;
    if ((device === this.#target ? this.#skipped?.target : this.#skipped?.behind)?.has(name)) return;
    let texts = this.#texts.get(device);
    if (texts === undefined) {
      texts = {};
      this.#texts.set(device, texts);
    }
    texts[name] ??= text;
  }

  /** From now on texts of these names are not taken, because a source that counts before was not asked. */
  skipTexts(skipped: Skipped): void {
    this.#skipped = skipped;
  }

  /**
   * A table that lists access points was not read: how many there are is not known, nor which of them another controller
   * counts, so that nothing is said of any device behind the target.
   */
  leaveOutOthers(): void {
    this.#isTargetOnly = true;
  }

  /** What the target sees of others. Who is on a port counts as the first reader says that heard somebody there. */
  see(seen: Sightings): void {
    const { own = [], neighbours = [] } = this.#sightings ?? {};
    const taken = new Set(neighbours.map(({ port }) => port));
    const addresses = [...own, ...(seen.own ?? [])];
    this.#sightings = {
      ...this.#sightings,
      ...seen,
      // Of one that is there with the name of its interface and without, the name stays.
      ...(addresses.length > 0 && {
        own: new Map(addresses.sort(([, a], [, b]) => Number(a !== "") - Number(b !== ""))),
      }),
      ...(seen.neighbours && {
        neighbours: [...neighbours, ...seen.neighbours.filter(({ port }) => !taken.has(port))],
      }),
    };
  }

  /** Absent when nothing was asked about others. */
  get sightings(): Sightings | undefined {
    return this.#sightings;
  }

  /** Says that the profile has a table of access points, whether or not it has rows. */
  expectAccessPoints(): void {
    this.#listsAccessPoints = true;
  }

  addAccessPoint(device: string): void {
    this.#hasAccessPointRows = true;
    this.#accessPoints.add(device);
  }

  addElsewhere(device: string): void {
    this.#hasAccessPointRows = true;
    this.#elsewhere.add(device);
  }

  /** Readings and facts of this run, all of one time. */
  finish(atMs: number, vendor: string | undefined): { readings: Reading[]; facts: Fact[] } {
    this.#countAccessPoints();
    const readings: Reading[] = [];
    for (const slot of this.#slots.values()) {
      const values = this.#publishable(slot);
      if (Object.keys(values).length === 0) continue;
      const { measurement, device, instance } = slot;
      readings.push({ measurement, device, ...(instance === undefined ? {} : { instance }), atMs, values });
    }
    return { readings, facts: this.#facts(atMs, vendor) };
  }

  /**
   * Counted row by row. Without any row nothing is known, unless the controller's own count confirms that there is none:
   * an empty table and a table that is not shown look the same.
   */
  #countAccessPoints(): void {
    if (!this.#listsAccessPoints || this.#isTargetOnly) return;
    const { values } = this.slot(this.#target, "device");
    if (!this.#hasAccessPointRows && values.wifi_aps_claimed !== 0) return;
    const own = [...this.#accessPoints].filter((device) => !this.#elsewhere.has(device));
    const states = own.map((device) => this.slot(device, "device").values.wifi_ap_up);
    values.wifi_aps_registered = own.length;
    // Where the state of one is not known, a count of the others would be too small.
    if (states.includes(undefined)) return;
    values.wifi_aps_up = states.filter((up) => up === 1).length;
    const { wifi_aps_up: counted, wifi_aps_claimed: claimed } = values;
    if (claimed !== undefined) values.wifi_aps_agree = counted === claimed ? 1 : 0;
  }

  /**
   * What may be said of a slot. Of an access point that is out of service the controller has only old or empty values, so
   * that all but its state is not known.
   */
  #publishable({ device, values }: Slot): Values {
    if (this.#isLeftOut(device)) return {};
    const isDown = device !== this.#target && this.slot(device, "device").values.wifi_ap_up === 0;
    const known: Values = isDown ? (values.wifi_ap_up === undefined ? {} : { wifi_ap_up: values.wifi_ap_up }) : values;
    return measured(known, this.#refuse);
  }

  #isLeftOut(device: string): boolean {
    return this.#elsewhere.has(device) || (this.#isTargetOnly && device !== this.#target);
  }

  #facts(atMs: number, vendor: string | undefined): Fact[] {
    const facts: Fact[] = [];
    for (const [device, texts] of this.#texts) {
      if (this.#isLeftOut(device)) continue;
      const controller = device === this.#target ? {} : { controller: deviceKey(this.#target) };
      facts.push({ device, atMs, texts: { ...(vendor === undefined ? {} : { vendor }), ...texts, ...controller } });
    }
    return facts;
  }
}
