// A school, its readings in a store, and a keeper over both; for tests.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricName } from "../../contract/metrics.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { TeachingCalendar, windowAt } from "../score/calendar.ts";
import { AS_OF, type Campus, device, inventoryOf, SCHOOL, school, slotBegins, venue } from "../score/campus-suite.ts";
import { openState, type State } from "../state/state.ts";
import { openDuckDbStore } from "../store/duckdb.ts";
import { createMemoryStore } from "../store/memory.ts";
import type { ReadingStore, SeriesKey } from "../store/store.ts";
import { batchOf, type Row } from "../store/store-suite.ts";
import { QualityKeeper, type QualityKeeperOptions } from "./keeper.ts";
import { openQualityTable } from "./table.ts";

export const DAY_MS = 86_400_000;
export const MINUTE = 60_000;
/** Friday after school, long enough for the last slot to be counted. */
export const EVENING = AS_OF + 5 * MINUTE;
export const ONE_ROOM: Campus = { devices: [device("ap")], venues: [venue("room")], serves: ["ap>room"] };
/** Begins of the window's slots: 20 days of 96. */
export const SLOTS = slotBegins(AS_OF);
export const DAYS = windowAt(school(), new TeachingCalendar([]), AS_OF).days.map(({ day }) => day);

/** What one radio says in a slot; what is absent is not said. */
export interface RadioSays {
  clients?: number;
  signalDbm?: number;
  snrDb?: number;
  busyRatio?: number;
  up?: number;
}

export const GOOD: RadioSays = { clients: 20, signalDbm: -58, snrDb: 33, busyRatio: 0.3 };

const METRICS: readonly [keyof RadioSays, MetricName][] = [
  ["clients", "wifi_radio_clients"],
  ["signalDbm", "wifi_client_signal_dbm"],
  ["snrDb", "wifi_client_snr_db"],
  ["busyRatio", "wifi_channel_busy_ratio"],
  ["up", "wifi_radio_up"],
];

/** Readings of a radio in a slot, a minute after its begin. */
export function radio(of: string, slotMs: number, says: RadioSays, instance = "0", minute = 1): Row[] {
  return METRICS.flatMap(([name, metric]): Row[] => {
    const value = says[name];
    const key: SeriesKey = { metric, device: of, instance };
    return value === undefined ? [] : [[key, slotMs + minute * MINUTE, value]];
  });
}

/** A film: so many slots of each, from the first of the window on. */
export function film(of: string, ...strips: readonly (readonly [number, RadioSays])[]): Row[] {
  const says = strips.flatMap(([times, one]) => Array<RadioSays>(times).fill(one));
  return says.flatMap((one, i) => radio(of, SLOTS[i] ?? Number.NaN, one));
}

export interface World {
  store: ReadingStore;
  state: State;
  inventory: Inventory;
  nowMs: number;
  logged: string[];
  /** Begin and end of what was read of the store. */
  scans: [number, number][];
  keeper: QualityKeeper;
  /** Stored, and told to the keeper as ingest does. */
  write(rows: readonly Row[], more?: { receivedAtMs?: number; untold?: true }): Promise<void>;
  /** A new keeper over what the old one left. */
  restart(changes?: Partial<QualityKeeperOptions>): Promise<void>;
  close(): Promise<void>;
}

export type StoreKind = "memory" | "DuckDB";

export async function world(kind: StoreKind, campus: Campus = ONE_ROOM): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "campanile-quality-"));
  const store =
    kind === "memory" ? createMemoryStore() : await openDuckDbStore({ path: join(folder, "readings.duckdb") });
  const state = await openState(join(folder, "state.duckdb"));
  const logged: string[] = [];
  const scans: [number, number][] = [];
  const seen: Pick<ReadingStore, "scan" | "scanRollups" | "scanLedger"> = {
    scan: (metrics, fromMs, toMs, take, schoolId) => {
      scans.push([fromMs, toMs]);
      return store.scan(metrics, fromMs, toMs, take, schoolId);
    },
    scanRollups: (...asked) => store.scanRollups(...asked),
    scanLedger: (...asked) => store.scanLedger(...asked),
  };
  const open = async (changes: Partial<QualityKeeperOptions> = {}) =>
    new QualityKeeper({
      store: seen,
      table: await openQualityTable(state),
      inventory: () => it.inventory,
      nowMs: () => it.nowMs,
      rawMs: 120 * DAY_MS,
      keepDays: 120,
      log: { warn: (_, message) => logged.push(message), info: (_, message) => logged.push(message) },
      ...changes,
    });
  const it: World = {
    store,
    state,
    inventory: inventoryOf(campus),
    nowMs: EVENING,
    logged,
    scans,
    keeper: await open(),
    write: async (rows, { receivedAtMs = it.nowMs, untold } = {}) => {
      const batch = batchOf(rows, { schoolId: SCHOOL, receivedAtMs });
      await store.write(batch);
      if (!untold) it.keeper.take(SCHOOL, batch.samples, receivedAtMs);
    },
    restart: async (changes) => {
      await it.keeper.stop();
      it.keeper = await open(changes);
    },
    close: async () => {
      await it.keeper.stop();
      await state.close();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  return it;
}

/** Of the first venue over the window of the evening. */
export function qualityIn({ keeper, inventory }: Pick<World, "keeper" | "inventory">, days: readonly number[] = DAYS) {
  const [first] = inventory.venuesOf(SCHOOL);
  if (!first) throw new RangeError("the school has no venue");
  return keeper.qualityOf(inventory, first, days);
}
