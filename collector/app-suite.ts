// The application over a store in memory, at a fixed moment of the first school morning; for tests.
import { join } from "node:path";
import { pino } from "pino";
import { type App, buildApp } from "./app.ts";
import { Board } from "./board.ts";
import { Fleet } from "./fleet/heard.ts";
import { type Identity, openIdentity } from "./fleet/identity.ts";
import { IngestCounts } from "./ingest/counts.ts";
import { createIngest, type StoredInfo } from "./ingest/ingest.ts";
import { trusting } from "./ingest/speakers-suite.ts";
import { Inventories } from "./inventory/inventories.ts";
import { loadRegions } from "./inventory/regions.ts";
import { Charts } from "./rollup/charts.ts";
import { Roller } from "./rollup/roller.ts";
import { Evidence } from "./score/evidence.ts";
import { openState } from "./state/state.ts";
import { createMemoryStore } from "./store/memory.ts";
import type { ReadingStore, SampleColumns } from "./store/store.ts";
import { openTokens } from "./write/tokens.ts";
import { Writer } from "./write/writer.ts";

export const SCHOOL = "2133000001";
export const FILES = {
  "schools.csv": [
    "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at",
    `${SCHOOL},示例小学,Example Primary,330106,111,900,,2026-06-01`,
  ],
  "venues.csv": [
    "id,school,building,room,name,kind,main_teaching,area_m2,seats",
    `v1,${SCHOOL},A,101,一年级1班,classroom,,,`,
    `v2,${SCHOOL},A,102,一年级2班,classroom,,,`,
    `v3,${SCHOOL},A,103,办公室,office,,,`,
  ],
  "devices.csv": [
    "id,school,kind,name,key,venue,parent,segment,expected_on",
    `ap1,${SCHOOL},ap,AP 1,AA-BB-CC-00-00-01,v1,,,`,
    `ap2,${SCHOOL},ap,AP 2,aabbcc000002,v1,,,`,
  ],
  "serves.csv": ["device,venue,role", "ap1,v1,primary", "ap2,v1,primary"],
  "agents.csv": ["id,school,name", `gw,${SCHOOL},gateway`],
  "calendar.csv": ["scope,from,to,kind,name", `${SCHOOL},2026-09-07,2027-01-20,term,`],
};
/** Monday of the first week of term, 09:02 in Zhejiang: twelve slots have ended. */
export const NOW_MS = Date.parse("2026-09-07T09:02:00+08:00");
export const SLOT_MS = 300_000;
const DAY_MS = 86_400_000;
const RETENTION = {
  rawMs: 120 * DAY_MS,
  rollupMs: { "5m": 400 * DAY_MS, "1h": 1_100 * DAY_MS, "1d": 3_660 * DAY_MS },
  eventsMs: 400 * DAY_MS,
};

/**
 * Without an inventory; keeps what is imported in `folder`, and serves the page from `folder`/page if it is there. Believes
 * every agent of the inventory, unless they are to sign.
 */
export async function testApp(
  folder: string,
  { isSigned = false } = {},
): Promise<{ app: App; store: ReadingStore; identity: Identity }> {
  const store = createMemoryStore();
  const board = new Board({
    regions: loadRegions(),
    inventory: undefined,
    evidence: new Evidence(),
    fleet: new Fleet(),
  });
  const inventoryDir = join(folder, "inventory");
  const inventories = await Inventories.open({
    dir: inventoryDir,
    regions: board.regions,
    nowMs: () => NOW_MS,
    onInForce: (inventory) => board.replaceInventory(inventory),
  });
  const clock = { nowMs: () => NOW_MS, sleepUntil: async () => {}, kind: "system", speed: () => 1 } as const;
  const counts = new IngestCounts();
  const state = await openState(join(folder, "state.duckdb"));
  const identity = await openIdentity({
    state,
    ledger: store,
    inventory: () => board.inventory,
    clockOffsetMs: () => undefined,
    unsigned: false,
    nowMs: clock.nowMs,
    log: pino({ level: "silent" }),
  });
  const speakers = isSigned ? identity.speakers : trusting((id) => board.inventory?.schoolOfAgent(id)?.id);
  const receiving = {
    isForeign: (school: string, device: string) => board.inventory?.isForeign(school, device) ?? false,
    nowMs: clock.nowMs,
    lateAcceptMs: 7 * 86_400_000,
    onStored: (school: string, samples: SampleColumns, info: StoredInfo) => board.take(school, samples, info),
  };
  const ingest = createIngest({
    store,
    speakers,
    counts,
    ...receiving,
  });
  const writes = { writer: new Writer({ store, ...receiving }), tokens: await openTokens(state) };
  const services = {
    store,
    state,
    ingest,
    writes,
    speakers,
    identity,
    paused: () => undefined,
    board,
    charts: new Charts({ store, roller: new Roller({ store, rawMs: RETENTION.rawMs }), retention: RETENTION }),
    clock,
    inventoryDir,
    inventories,
    counts,
    housekeeping: { windows: 12, rollFailures: 3, maintained: 2, maintainFailures: 1 },
    residentBytes: () => 1e8,
  };
  const app = await buildApp({ services, log: pino({ level: "silent" }), pageDir: join(folder, "page") });
  app.addHook("onClose", async () => {
    await identity.close();
    await state.close();
  });
  return { app, store, identity };
}

/** Puts FILES in force, or others. */
export function importFiles(app: App, files: Record<string, string[]> = FILES, query = "") {
  const texts = Object.fromEntries(Object.entries(files).map(([name, lines]) => [name, `${lines.join("\n")}\n`]));
  return app.inject({ method: "POST", url: `/v1/inventory${query}`, payload: { files: texts } });
}
