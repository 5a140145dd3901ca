// A little county with real inventories and evidence, and the results of it, for tests.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify from "fastify";
import { pino } from "pino";
import { answerErrors } from "../api/error-answers.ts";
import { policyTargetsApi } from "../api/policy-targets.ts";
import { scorecardsApi } from "../api/scorecards.ts";
import type { DeclaredEntry } from "../declared/entry.ts";
import { dayAt, dayText } from "../inventory/day.ts";
import { Inventory, type InventoryContents, type School } from "../inventory/inventory.ts";
import { NO_PUBLIC_HOLIDAYS } from "../inventory/public-holidays.ts";
import { loadRegions } from "../inventory/regions.ts";
import { TeachingCalendar, windowAt } from "../score/calendar.ts";
import { columns, device, film, school, slotBegins, venue } from "../score/campus-suite.ts";
import { Evidence } from "../score/evidence.ts";
import { judgeSchool } from "../score/judge.ts";
import { feedSchool } from "../score/school/feed.ts";
import { pool } from "../score/school/pool.ts";
import { openState, type State } from "../state/state.ts";
import { resultRunsApi } from "./api.ts";
import { openResults, type Results } from "./results.ts";
import { endOfDayMs, type InventoryOn, type ResultSources, type SchoolMaterial } from "./sources.ts";

export const REGIONS = loadRegions();
export const MONTH_END = "2026-09-30";
/** Two counties of Hangzhou, one of Wenzhou that is a mountain county. */
export const [XIHU, BINJIANG, WENCHENG] = ["330106", "330108", "330328"] as const;

/** What the one access point of a school was like in its window: u up, d down, o the agent offline (campus-suite.ts). */
export type Strip = readonly (readonly [letter: string, slots: number])[];

export interface LittleSchool {
  id: string;
  county: string;
  strip: Strip;
  changes?: Partial<School>;
  /** It has no urban–rural class. */
  unclassified?: true;
}

export const UP: Strip = [["u", 1920]];
export const DOWN: Strip = [["d", 1920]];
export const OFFLINE: Strip = [];

/** Ten digits: 21 primary, 31 junior. */
export function schoolId(serial: number, category = "21"): string {
  return `${category}33${String(serial).padStart(6, "0")}`;
}

export function countyInventory(schools: readonly LittleSchool[], more: Partial<InventoryContents> = {}): Inventory {
  return new Inventory(
    {
      schools: schools.map(({ id, county, changes, unclassified }) =>
        school({ id, county, students: 100, ...(!unclassified && { areaCode: "111" }), ...changes }),
      ),
      venues: schools.map(({ id }) => venue(`room-${id}`, { school: id })),
      devices: schools.map(({ id }) => device(`ap-${id}`, { school: id, key: "ap" })),
      serves: schools.map(({ id }) => ({ device: `ap-${id}`, venue: `room-${id}`, role: "primary" })),
      agents: schools.map(({ id }) => ({ id: `gw-${id}`, school: id, name: id })),
      calendar: [],
      ...more,
    },
    REGIONS,
    NO_PUBLIC_HOLIDAYS,
  );
}

/** Fills the window that ends with a day. */
export function addEvidence(evidence: Evidence, { id, strip }: LittleSchool, day = MONTH_END): void {
  evidence.take(id, columns(film({ ap: strip }, slotBegins(endOfDayMs(day)))));
}

/** Sources over an inventory and evidence that a test may change; what the store alone knows is not measured. */
export class LittleSources implements ResultSources {
  readonly pool = pool;
  inventory: Inventory;
  evidence: Evidence;
  /** Of the inventory. */
  version = "1";
  recordedOn: string | undefined;
  declared: DeclaredEntry[] = [];
  /** Asked before each school; may throw. */
  beforeSchool: (schoolId: string) => void | Promise<void> = () => {};
  readonly #nowMs: () => number;

  constructor(inventory: Inventory, evidence: Evidence, nowMs: () => number) {
    this.inventory = inventory;
    this.evidence = evidence;
    this.#nowMs = nowMs;
  }

  mustKnow(): void {}

  async inventoryOn(): Promise<InventoryOn> {
    const { inventory, version, recordedOn } = this;
    return { inventory, version, ...(recordedOn !== undefined && { recordedOn }) };
  }

  async now(inventory: Inventory, id: string) {
    return this.#material(inventory, id, this.#nowMs());
  }

  async school({ inventory }: InventoryOn, id: string, asOfMs: number): Promise<SchoolMaterial> {
    await this.beforeSchool(id);
    return this.#material(inventory, id, asOfMs);
  }

  declaredOn(scope: string): DeclaredEntry[] {
    return this.declared.filter((entry) => entry.scope === scope);
  }

  #material(inventory: Inventory, id: string, asOfMs: number): SchoolMaterial {
    const its = inventory.school(id);
    if (!its) throw new RangeError(`there is no school ${id}`);
    const { evidence } = this;
    const judgement = judgeSchool({ inventory, evidence, schoolId: id, asOfMs });
    const declared = this.declared.filter(({ scope }) => scope === id);
    const result = feedSchool({ inventory, school: its, asOfMs, judgement, declared, measured: undefined });
    const window = windowAt(its, new TeachingCalendar([]), asOfMs);
    const attested = declared.find(({ indicator }) => indicator === "SMART_RATE")?.holds;
    const { fromDay, toDay } = judgement.window;
    return {
      result,
      ...(attested !== undefined && { attested }),
      inputs: {
        inventory: this.version,
        evidence: evidence.digest(
          id,
          window.days.map(({ day }) => day),
        ),
        ...(fromDay !== undefined && { fromDay }),
        ...(toDay !== undefined && { toDay }),
        recordedOn: [toDay ?? dayText(dayAt(asOfMs)), this.recordedOn ?? ""].sort().at(-1) ?? "",
      },
    };
  }
}

export interface World {
  folder: string;
  state: State;
  results: Results;
  sources: LittleSources;
  /** The clock, which tests set. */
  clock: { atMs: number; nowMs(): number };
  /** Closes the state and opens it again, as a new process would; what was being computed is lost. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const SILENT = pino({ level: "silent" });

export async function littleWorld(
  schools: readonly LittleSchool[],
  { at = "2026-10-01T08:00:00+08:00", more = {}, liveSchools = 100, mostSchools = 500 } = {},
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "campanile-results-"));
  const clock = { atMs: Date.parse(at), nowMs: () => clock.atMs };
  const evidence = new Evidence();
  for (const one of schools) addEvidence(evidence, one);
  const sources = new LittleSources(countyInventory(schools, more), evidence, clock.nowMs);
  const open = async () => {
    const state = await openState(join(folder, "state.duckdb"));
    const results = await openResults({
      state,
      sources,
      inventory: () => sources.inventory,
      regions: REGIONS,
      nowMs: clock.nowMs,
      log: SILENT,
      liveSchools,
      mostSchools,
    });
    return { state, results };
  };
  const world: World = {
    folder,
    ...(await open()),
    sources,
    clock,
    restart: async () => {
      await world.results.stop();
      await world.state.close();
      Object.assign(world, await open());
    },
    close: async () => {
      await world.results.stop();
      await world.state.close();
      await rm(folder, { recursive: true });
    },
  };
  return world;
}

/** A run of everything, to its end. */
export async function run(world: World, asOf = MONTH_END, scope?: string) {
  const { results } = world;
  const { id } = await results.runs.order({ asOf, reason: "on_demand", ...(scope !== undefined && { scope }) });
  await results.runs.idle();
  const done = (await results.records.newest()).find((one) => one.id === id);
  if (!done) throw new RangeError(`run ${id} is gone`);
  return done;
}

/** The routes of results alone. */
export async function routes({ results, clock }: World) {
  const app = Fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  answerErrors(app);
  const options = { results, clock };
  await app.register(scorecardsApi, options);
  await app.register(policyTargetsApi, options);
  await app.register(resultRunsApi, options);
  await app.ready();
  return app;
}
