// What the radios of a school measured in each slot of a stretch of time, as means, from readings or from rollups.
//
// Sums are kept as whole millionths: then they do not depend on the order in which samples come, and the mean of equal
// readings is that reading, so that a value on a mark stays on its right side.
import { deviceKey } from "../../contract/mac.ts";
import type { MetricName } from "../../contract/metrics.ts";
import { SLOT_MS } from "../score/parameters.ts";
import type { RadioMeasurements, SlotMeasurements } from "../score/quality/slot.ts";
import type { SampleColumns, SeriesKey, SeriesRollup } from "../store/store.ts";

/** The readings that quality is made of. */
export const QUALITY_READINGS = [
  "wifi_clients",
  "wifi_radio_clients",
  "wifi_radio_up",
  "wifi_client_signal_dbm",
  "wifi_client_snr_db",
  "wifi_channel_busy_ratio",
] as const satisfies readonly MetricName[];
export type QualityReading = (typeof QUALITY_READINGS)[number];

const MILLION = 1_000_000;
const WHOLE_DEVICE = "";

/** Of one series: sum in millionths and number of readings of each slot. */
interface Series {
  sum: Float64Array;
  count: Uint32Array;
}

type RadioSeries = Partial<Record<QualityReading, Series>>;

export class SlotSums {
  readonly #fromMs: number;
  readonly #slots: number;
  /** By device key, then by radio. */
  readonly #devices = new Map<string, Map<string, RadioSeries>>();

  /** @param fromMs begin of the first slot */
  constructor(fromMs: number, slots: number) {
    this.#fromMs = fromMs;
    this.#slots = slots;
  }

  /** Adds readings; those of other metrics and other times are passed over. */
  take({ series, length, seriesIndex, atMs, value }: SampleColumns): void {
    const known: (Series | undefined)[] = [];
    for (let i = 0; i < length; i += 1) {
      const slot = Math.floor(((atMs[i] ?? Number.NaN) - this.#fromMs) / SLOT_MS);
      if (!(slot >= 0 && slot < this.#slots)) continue;
      const index = seriesIndex[i] ?? -1;
      const of = known[index] ?? this.#of(series[index]);
      if (of === undefined) continue;
      known[index] = of;
      add(of, slot, Math.round((value[i] ?? 0) * MILLION), 1);
    }
  }

  /** The same from windows of five minutes, which are the slots. */
  takeRollups(rollups: readonly SeriesRollup[]): void {
    for (const { key, rollup } of rollups) {
      const slot = (rollup.startMs - this.#fromMs) / SLOT_MS;
      const of = Number.isInteger(slot) && slot >= 0 && slot < this.#slots ? this.#of(key) : undefined;
      if (of) add(of, slot, Math.round(rollup.sum * MILLION), rollup.count);
    }
  }

  /**
   * What the access points of a venue measured in a slot. Clients are means in whole numbers, halves rounded up. A radio that
   * was off in all of the slot is left out. One that says nothing of its clients has none where the access point's own count
   * is reached by its other radios. An access point that has clients and does not tell its radios apart is one radio of
   * which nothing is known.
   */
  slot(deviceKeys: readonly string[], slot: number): SlotMeasurements {
    const radios: RadioMeasurements[] = [];
    let clients: number | undefined;
    for (const key of deviceKeys) {
      const device = this.#devices.get(key);
      if (!device) continue;
      const own = wholeMean(device.get(WHOLE_DEVICE)?.wifi_clients, slot);
      const its = radiosOf(device, slot);
      const onRadios = its.reduce((sum, radio) => sum + (radio.clients ?? 0), 0);
      if (own !== undefined && onRadios >= own) for (const radio of its) radio.clients ??= 0;
      if (its.length === 0 && own !== undefined && own > 0) its.push({});
      radios.push(...its);
      if (own !== undefined || its.length > 0) clients = (clients ?? 0) + Math.max(own ?? 0, onRadios);
    }
    return { radios, ...(clients !== undefined && { clients }) };
  }

  #of(key: SeriesKey | undefined): Series | undefined {
    if (key === undefined || !isQualityReading(key.metric)) return undefined;
    const device = entry(this.#devices, deviceKey(key.device), () => new Map<string, RadioSeries>());
    const radio = entry(device, key.instance ?? WHOLE_DEVICE, (): RadioSeries => ({}));
    radio[key.metric] ??= { sum: new Float64Array(this.#slots), count: new Uint32Array(this.#slots) };
    return radio[key.metric];
  }
}

const NAMES: ReadonlySet<string> = new Set(QUALITY_READINGS);

export function isQualityReading(metric: string): metric is QualityReading {
  return NAMES.has(metric);
}

function add({ sum, count }: Series, slot: number, millionths: number, readings: number): void {
  sum[slot] = (sum[slot] ?? 0) + millionths;
  count[slot] = (count[slot] ?? 0) + readings;
}

function radiosOf(device: ReadonlyMap<string, RadioSeries>, slot: number): RadioMeasurements[] {
  const radios: RadioMeasurements[] = [];
  for (const [instance, series] of device) {
    const up = mean(series.wifi_radio_up, slot);
    if (instance === WHOLE_DEVICE || up === 0) continue;
    const clients = wholeMean(series.wifi_radio_clients, slot);
    const signalDbm = mean(series.wifi_client_signal_dbm, slot);
    const snrDb = mean(series.wifi_client_snr_db, slot);
    const busyRatio = mean(series.wifi_channel_busy_ratio, slot);
    const radio: RadioMeasurements = {
      ...(clients !== undefined && { clients }),
      ...(signalDbm !== undefined && { signalDbm }),
      ...(snrDb !== undefined && { snrDb }),
      ...(busyRatio !== undefined && { busyRatio }),
    };
    if (up !== undefined || Object.keys(radio).length > 0) radios.push(radio);
  }
  return radios;
}

/** `undefined` in a slot without a reading. */
function mean(series: Series | undefined, slot: number): number | undefined {
  const count = series?.count[slot] ?? 0;
  return count === 0 ? undefined : (series?.sum[slot] ?? 0) / (count * MILLION);
}

function wholeMean(series: Series | undefined, slot: number): number | undefined {
  const value = mean(series, slot);
  return value === undefined ? undefined : Math.floor(value + 0.5);
}

function entry<T>(map: Map<string, T>, name: string, make: () => T): T {
  const there = map.get(name);
  if (there !== undefined) return there;
  const made = make();
  map.set(name, made);
  return made;
}
