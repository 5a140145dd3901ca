// Answers scorecards: of a school as it is now, of a day as it was kept, and of groups from their schools.
import { setImmediate as pause } from "node:timers/promises";
import { CampusError } from "../../contract/errors.ts";
import type { AnyScorecard } from "../../contract/scorecard.ts";
import { dayAt, dayText, instantText } from "../inventory/day.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Groups } from "../score/gaps/groups.ts";
import { groupResult } from "../score/group/group.ts";
import { type GroupScope, scopeOf } from "../score/group/population.ts";
import type { GroupSchool } from "../score/group/school.ts";
import { groupBody } from "./group-body.ts";
import { type SchoolBody, schoolBody } from "./school-body.ts";
import { figuresIn, figuresOf } from "./school-figures.ts";
import { dayNumber, endOfDayMs, type InventoryOn, type ResultSources, type SchoolNow } from "./sources.ts";
import { isSchoolBody, type KeptWithBody, type ResultBody, type ResultStore } from "./store.ts";

export interface CardsOptions {
  results: ResultStore;
  sources: ResultSources;
  groups: Groups;
  inventory(): Inventory | undefined;
  nowMs(): number;
  /** Groups of more schools are answered from what is kept, if anything is; of still more only from that. */
  liveSchools?: number;
  mostSchools?: number;
}

/** Which card is asked for: of now, or of the end of a day; of that the newest revision, or one of them. */
export interface CardQuery {
  asOf?: string | undefined;
  revision?: number | undefined;
}

/** What was found, with what a figure of it is made of. */
export type Found =
  | { kind: "school"; body: SchoolBody; kept?: KeptWithBody }
  | { kind: "group"; scope: GroupScope; body: ResultBody; kept?: KeptWithBody; schools?: readonly GroupSchool[] };

/** Some seconds of computing. A province is computed once a month, not while somebody waits. */
const LIVE_SCHOOLS = 100;
const MOST_SCHOOLS = 500;
/** How old what a card of now is made of may be. */
const KEEP_MS = 30_000;

export class Cards {
  readonly #options: CardsOptions;
  readonly #live = new Map<string, { inventory: Inventory; atMs: number; now: Promise<SchoolNow> }>();

  constructor(options: CardsOptions) {
    this.#options = options;
  }

  /** @throws CampusError `NOT_FOUND`, `EVIDENCE_GONE`, `EVIDENCE_MISSING` (retryable) */
  async card(scope: string, query: CardQuery): Promise<AnyScorecard> {
    return answer(await this.find(scope, query));
  }

  /** @throws as `card` */
  async find(scope: string, { asOf, revision }: CardQuery): Promise<Found> {
    const { results, nowMs } = this.#options;
    const today = dayText(dayAt(nowMs()));
    if (asOf === undefined || asOf === today) return this.#now(scope, today);
    const kept = await results.get(scope, asOf, revision);
    if (kept) return this.#kept(scope, kept);
    if (revision !== undefined) throw notKept(scope, `revision ${revision} of ${asOf}`);
    if (asOf > today) throw notKept(scope, `${asOf}, which is still to come`);
    return this.#past(scope, asOf);
  }

  /** Schools of a group on the day of a kept result, as they were kept. */
  async keptSchools({ schools }: GroupScope, asOf: string): Promise<GroupSchool[]> {
    const members: GroupSchool[] = [];
    for (let from = 0; from < schools.length; from += AT_ONCE) {
      const some = schools.slice(from, from + AT_ONCE);
      const ids = some.map(({ school }) => school.id);
      const kept = await this.#options.results.schools(ids, asOf);
      for (const member of some) {
        const body = kept.get(member.school.id)?.body;
        members.push({ ...member, ...(body && isSchoolBody(body) && { figures: figuresIn(body) }) });
      }
      await pause();
    }
    return members;
  }

  async #kept(id: string, kept: KeptWithBody): Promise<Found> {
    const { body, asOf } = kept;
    if (isSchoolBody(body)) return { kind: "school", body, kept };
    const on = await this.#on(asOf);
    const scope = scopeOf(id, { inventory: on.inventory, groups: this.#options.groups, day: asOf });
    if (!scope) throw notKept(id, asOf);
    return { kind: "group", scope, body, kept };
  }

  async #now(id: string, today: string): Promise<Found> {
    const { inventory: current, sources, groups, results, liveSchools = LIVE_SCHOOLS } = this.#options;
    const { mostSchools = MOST_SCHOOLS } = this.#options;
    const inventory = current();
    if (!inventory) throw notFound(id);
    const school = inventory.school(id);
    if (school) {
      const { result, attested } = await this.#school(inventory, id);
      return { kind: "school", body: schoolBody({ school, inventory, result, attested }) };
    }
    const scope = scopeOf(id, { inventory, groups, day: today });
    if (!scope) throw notFound(id);
    if (countIn(scope) > liveSchools) {
      const kept = await results.latest(id);
      if (kept) return { kind: "group", scope, body: kept.body, kept };
    }
    if (countIn(scope) > mostSchools) {
      throw notKept(id, "any day, and it has too many schools to be computed while somebody waits");
    }
    sources.mustKnow();
    const schools = await withEach(scope, (member) => this.#school(inventory, member));
    return this.#group(scope, schools, inventory, this.#options.nowMs());
  }

  async #past(id: string, asOf: string): Promise<Found> {
    const { sources, groups, mostSchools = MOST_SCHOOLS } = this.#options;
    sources.mustKnow();
    const on = await this.#on(asOf);
    const { inventory } = on;
    const asOfMs = endOfDayMs(asOf);
    const school = inventory.school(id);
    if (school) {
      const material = await sources.school(on, id, asOfMs);
      return { kind: "school", body: schoolBody({ school, inventory, ...material }) };
    }
    const scope = scopeOf(id, { inventory, groups, day: asOf });
    if (!scope) throw notFound(id);
    if (countIn(scope) > mostSchools) throw notKept(id, asOf);
    const schools = await withEach(scope, (member) => sources.school(on, member, asOfMs));
    return this.#group(scope, schools, inventory, asOfMs);
  }

  #group(scope: GroupScope, schools: readonly GroupSchool[], inventory: Inventory, asOfMs: number): Found {
    const { counties, county } = scope;
    const { pool } = this.#options.sources;
    const result = groupResult({
      schools,
      asOfMs,
      pool,
      ...(counties && { counties }),
      ...(county !== undefined && { county }),
    });
    return { kind: "group", scope, body: groupBody({ scope, result, regions: inventory.regions }), schools };
  }

  async #on(asOf: string): Promise<InventoryOn> {
    const on = await this.#options.sources.inventoryOn(asOf);
    if (!on) throw new CampusError("NOT_FOUND", `no inventory was valid on ${asOf}`);
    return on;
  }

  /** As it is now, or was within the last half minute. */
  #school(inventory: Inventory, id: string): Promise<SchoolNow> {
    const atMs = this.#options.nowMs();
    const there = this.#live.get(id);
    const isFresh = there?.inventory === inventory && there.atMs <= atMs && atMs - there.atMs < KEEP_MS;
    if (there && isFresh) return there.now;
    const now = this.#options.sources.now(inventory, id);
    this.#live.delete(id);
    this.#live.set(id, { inventory, atMs, now });
    this.#forgetStale(atMs);
    // One that failed is not kept; whoever waits for it is told.
    now.catch(() => this.#live.delete(id));
    return now;
  }

  /** The oldest come first. */
  #forgetStale(nowMs: number): void {
    for (const [id, { atMs }] of this.#live) {
      if (Math.abs(nowMs - atMs) < KEEP_MS) return;
      this.#live.delete(id);
    }
  }
}

const AT_ONCE = 40;

function countIn({ schools }: GroupScope): number {
  return schools.filter(({ member }) => member !== false).length;
}

async function withEach(
  { schools }: GroupScope,
  figuresFor: (id: string) => Promise<SchoolNow>,
): Promise<GroupSchool[]> {
  const members: GroupSchool[] = [];
  for (const member of schools) {
    if (member.member === false) {
      members.push(member);
      continue;
    }
    const { result, attested } = await figuresFor(member.school.id);
    members.push({ ...member, figures: figuresOf(result, attested) });
    await pause();
  }
  return members;
}

function answer({ body, kept }: Found): AnyScorecard {
  const head = kept ? { computed: "stored" as const, kept: keptView(kept) } : { computed: "now" as const };
  return { ...body.card, ...head };
}

export function keptView({
  revision,
  sha256,
  computedAtMs,
}: Pick<KeptWithBody, "revision" | "sha256" | "computedAtMs">) {
  return { revision, sha256, computedAt: instantText(computedAtMs) };
}

/** @throws CampusError `BAD_QUERY` for what is no day */
export function checkedDay(path: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    dayNumber(text);
    return text;
  } catch (cause) {
    throw new CampusError("BAD_QUERY", `${path} is "${text}", expected a day such as 2026-10-31`, { cause });
  }
}

function notFound(scope: string): CampusError {
  return new CampusError("NOT_FOUND", `there is no school, region, zone or group "${scope}"`);
}

function notKept(scope: string, what: string): CampusError {
  return new CampusError("NOT_FOUND", `no result of ${scope} is kept of ${what}; POST /v1/results/runs computes a day`);
}
