// What a school's rollups of whole days tell: faults, sights, clocks, and when the newest reading was taken.
import { dayAt } from "../inventory/day.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { SeriesKey, SeriesRollup } from "../store/store.ts";
import { isFault } from "./faults.ts";

/** What comes out depends on the rollups alone, not on the order in which a store hands them over. */
export class DayFacts {
  lastReadingMs: number | undefined;
  readonly #faultDays = new Map<string, Set<number>>();
  readonly #lastSeenDay = new Map<string, number>();
  readonly #clocks = new Map<string, { atMs: number; value: number }>();
  readonly #speeds = new Map<string, { atMs: number; value: number }>();
  /** The name that readings of a port use for its device: one MAC has many spellings. */
  readonly #ports = new Map<string, string>();
  /** By the name that readings use; absent: not in the inventory. */
  readonly #ids = new Map<string, string | undefined>();
  readonly #idOf: (key: string) => string | undefined;

  constructor(inventory: Inventory, schoolId: string) {
    this.#idOf = (key) => inventory.deviceByKey(schoolId, key)?.id;
  }

  /** One series on one day. */
  take({ key, rollup }: SeriesRollup): void {
    this.lastReadingMs = Math.max(this.lastReadingMs ?? rollup.lastMs, rollup.lastMs);
    const { metric } = key;
    if (metric === "agent_clock_offset_seconds") keepNewest(this.#clocks, key.device, rollup);
    const id = this.#id(key.device);
    if (id === undefined) return;
    const day = dayAt(rollup.startMs);
    if (metric === "if_speed_bits_per_second") keepNewest(this.#speeds, portName(id, key.instance), rollup);
    else if (metric === "if_in_bytes_total") this.#ports.set(portName(id, key.instance), key.device);
    else if (isFault(metric, rollup)) this.#faultDays.set(id, (this.#faultDays.get(id) ?? new Set()).add(day));
    else if ((metric === "probe_ok" || metric === "wifi_ap_up") && rollup.max >= 1) {
      this.#lastSeenDay.set(id, Math.max(this.#lastSeenDay.get(id) ?? day, day));
    }
  }

  /** By device id, the days in rising order. */
  faultDays(): Map<string, Set<number>> {
    return byName([...this.#faultDays].map(([id, days]) => [id, new Set([...days].sort((a, b) => a - b))]));
  }

  /** By device id. */
  lastSeenDay(): Map<string, number> {
    return byName([...this.#lastSeenDay]);
  }

  /** By agent id, in seconds. */
  agentClocks(): Map<string, number> {
    return byName([...this.#clocks].map(([agent, { value }]) => [agent, value]));
  }

  /** Speed of a port, as last read; `undefined` when it never was. */
  speedOf(deviceId: string, instance: string): number | undefined {
    return this.#speeds.get(portName(deviceId, instance))?.value;
  }

  /** How readings of a port name its device; `undefined` when there were none. */
  nameOf(deviceId: string, instance: string): string | undefined {
    return this.#ports.get(portName(deviceId, instance));
  }

  #id(key: SeriesKey["device"]): string | undefined {
    if (!this.#ids.has(key)) this.#ids.set(key, this.#idOf(key));
    return this.#ids.get(key);
  }
}

function byName<T>(entries: readonly (readonly [name: string, value: T])[]): Map<string, T> {
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function portName(deviceId: string, instance = ""): string {
  return `${deviceId} ${instance}`;
}

function keepNewest(
  map: Map<string, { atMs: number; value: number }>,
  name: string,
  { lastMs, last }: { lastMs: number; last: number },
): void {
  if (lastMs >= (map.get(name)?.atMs ?? Number.NEGATIVE_INFINITY)) map.set(name, { atMs: lastMs, value: last });
}
