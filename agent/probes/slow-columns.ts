// Which columns and single values of a target are left out of most runs, because they are only texts that hardly change.
//
// A column is slow when it is only a fact: nothing is counted, named or decided by it. Slow columns and values are asked in
// the first run, then every quarter of an hour, and at once for a table in which a row appears that was not there before, or
// one is missing: it may have lost only what is not slow. A table whose rows would be fewer without its slow columns is
// always asked whole, so no count and no metric ever hangs on whether they were asked. A table may also say itself how often
// it is asked (`every`).
import type { FactName } from "../../contract/reading.ts";
import type { ColumnRule, Profile, Read, TableRule } from "../profiles/profile.ts";
import type { Oid } from "../snmp/oid.ts";
import type { SnmpTable } from "../snmp/table.ts";

export const SLOW_EVERY_MS = 15 * 60_000;
/** Runs come a little early or late: what is due within this share of its period is due. */
const SLACK = 0.05;

/** SNMPv2-MIB::system: a few texts in one answer, which the first question mostly asks for anyway. */
const SYSTEM_GROUP = "1.3.6.1.2.1.1.";

/** What a run says of the device; absent is not known. */
export interface DeviceMark {
  profile: Profile;
  sysObjectId: string | undefined;
  /** sysUpTime in hundredths of a second. */
  upTicks: number | undefined;
}

/** Reads whole columns of the target. */
export type Walk = (columns: readonly Oid[]) => Promise<SnmpTable>;

/** Facts that were not asked in this run: of the target, and of devices behind it. */
export interface Skipped {
  target: ReadonlySet<FactName>;
  behind: ReadonlySet<FactName>;
}

/** What was read of a table in this cycle. */
interface Whole {
  /** All rows seen since. */
  rows: ReadonlySet<string>;
  /** How many there were last. */
  count: number;
}

/** More rows of a table are not remembered: one whose rows are others each time is asked whole each time anyway. */
const MOST_ROWS = 50_000;

/** What one target's runs remember of each other. Time is the agent's clock. */
export class SlowColumns {
  #mark: DeviceMark | undefined;
  #cycleMs = 0;
  /** Tables whose slow columns were read in this cycle; the profile stands for single values. */
  readonly #done = new Map<TableRule | Profile, Whole>();
  readonly #alwaysWhole = new Set<TableRule>();
  readonly #readMs = new Map<TableRule | Read, number>();

  /** Begins a run. Another device, or one that restarted, is asked everything; so is one that does not say what it is. */
  begin(mark: DeviceMark, nowMs: number): SlowRun {
    if (!this.#isSame(mark)) {
      this.#done.clear();
      this.#alwaysWhole.clear();
      this.#readMs.clear();
    }
    this.#mark = mark;
    if (this.#done.size === 0 || isDue(nowMs - this.#cycleMs, SLOW_EVERY_MS)) {
      this.#done.clear();
      this.#cycleMs = nowMs;
    }
    return new SlowRun(this.#done, this.#alwaysWhole, this.#readMs, nowMs);
  }

  #isSame({ profile, sysObjectId, upTicks }: DeviceMark): boolean {
    const before = this.#mark;
    if (!before || sysObjectId === undefined) return false;
    if (before.profile !== profile || before.sysObjectId !== sysObjectId) return false;
    return before.upTicks === undefined || upTicks === undefined || upTicks >= before.upTicks;
  }
}

/** Something that is not asked in every run, and was in this one. */
interface Asked {
  /** It speaks of devices behind the target. */
  isOfOthers: boolean;
  /** Notes that it was read. */
  note(): void;
}

/** One run of one target. What it has read counts as read only after `commit`, once it is on its way. */
export class SlowRun {
  readonly #done: Map<TableRule | Profile, Whole>;
  readonly #alwaysWhole: Set<TableRule>;
  readonly #readMs: Map<TableRule | Read, number>;
  readonly #nowMs: number;
  readonly #asked: Asked[] = [];
  readonly #read: Asked[] = [];
  readonly #skippedOfTarget = new Set<FactName>();
  readonly #skippedBehind = new Set<FactName>();
  /**
   * Grows as the run goes on: facts of which a source was left out. A later source would be taken for it, and the fact would
   * change to and fro.
   */
  readonly skipped: Skipped = { target: this.#skippedOfTarget, behind: this.#skippedBehind };

  constructor(
    done: Map<TableRule | Profile, Whole>,
    alwaysWhole: Set<TableRule>,
    readMs: Map<TableRule | Read, number>,
    nowMs: number,
  ) {
    this.#done = done;
    this.#alwaysWhole = alwaysWhole;
    this.#readMs = readMs;
    this.#nowMs = nowMs;
  }

  /** Of a profile's single values that are only facts, those that are not asked in this run. */
  skippedValues(profile: Profile): ReadonlySet<string> {
    const slow = slowScalars(profile);
    if (!this.#done.has(profile)) {
      const note = () => this.#done.set(profile, { rows: new Set(), count: 0 });
      this.#asked.push({ isOfOthers: false, note });
      return new Set();
    }
    for (const { fact } of slow) if (fact !== undefined) this.#skippedOfTarget.add(fact);
    return new Set(slow.map(({ oid }) => oid.text));
  }

  /** Whether a table that is not asked in every run is asked in this one. */
  asksTable(rule: TableRule): boolean {
    if (this.#isAsked(rule, rule.everyMs)) return true;
    this.#skip(rule, rule.columns);
    return false;
  }

  /** The same of a standard table. */
  asksRead(name: Read, everyMs: number | undefined): boolean {
    return this.#isAsked(name, everyMs);
  }

  #isAsked(what: TableRule | Read, everyMs: number | undefined): boolean {
    if (everyMs === undefined) return true;
    const lastMs = this.#readMs.get(what);
    if (lastMs !== undefined && !isDue(this.#nowMs - lastMs, everyMs)) return false;
    const note = () => this.#readMs.set(what, this.#nowMs);
    this.#asked.push({ isOfOthers: typeof what !== "string" && what.child !== undefined, note });
    return true;
  }

  /** The table: whole, or with its slow columns empty. `undefined` when all it has is slow and not due. */
  async read(rule: TableRule, walk: Walk): Promise<SnmpTable | undefined> {
    const fast = fastColumns(rule);
    const known = this.#done.get(rule);
    if (fast.length === rule.columns.length || !known || this.#alwaysWhole.has(rule))
      return this.#whole(rule, fast, walk);
    if (fast.length > 0) {
      const part = await walk(fastOids(rule));
      const count = part.rowKeys.length;
      if (count < known.count || part.rowKeys.some((key) => !known.rows.has(key))) return this.#whole(rule, fast, walk);
      const note = () => this.#done.set(rule, { rows: known.rows, count });
      this.#asked.push({ isOfOthers: rule.child !== undefined, note });
      this.#skip(
        rule,
        rule.columns.filter((_, i) => !fast.includes(i)),
      );
      const columns = rule.columns.map((_, i) => (fast.includes(i) ? (part.columns[fast.indexOf(i)] ?? []) : []));
      return { rowKeys: part.rowKeys, columns, refused: part.refused };
    }
    this.#skip(rule, rule.columns);
    return undefined;
  }

  /** What was asked until now has been read whole. */
  keep(): void {
    this.#read.push(...this.#asked.splice(0));
  }

  /** What was asked last could not be read: it is asked again, and no other source of its texts is taken for it. */
  giveUp(rule: TableRule | undefined): void {
    this.#asked.length = 0;
    if (rule) this.#skip(rule, rule.columns);
  }

  /** What was read whole in this run has been handed on: all of it, or only what it says of the target itself. */
  commit(what: "all" | "target"): void {
    for (const { isOfOthers, note } of this.#read.splice(0)) if (what === "all" || !isOfOthers) note();
  }

  async #whole(rule: TableRule, fast: readonly number[], walk: Walk): Promise<SnmpTable> {
    const table = await walk(rule.oids);
    if (fast.length === rule.columns.length) return table;
    const note = () => {
      const before = this.#done.get(rule)?.rows ?? [];
      const rows = new Set([...before, ...table.rowKeys]);
      const isBounded = rows.size <= MOST_ROWS;
      this.#done.set(rule, { rows: isBounded ? rows : new Set(table.rowKeys), count: table.rowKeys.length });
      const hasHidden = table.rowKeys.some((_, row) => !fast.some((i) => table.columns[i]?.[row] !== undefined));
      if (fast.length > 0 && hasHidden) this.#alwaysWhole.add(rule);
    };
    this.#asked.push({ isOfOthers: rule.child !== undefined, note });
    return table;
  }

  #skip({ child }: TableRule, columns: readonly ColumnRule[]): void {
    const skipped = child === undefined ? this.#skippedOfTarget : this.#skippedBehind;
    for (const { fact } of columns) if (fact !== undefined) skipped.add(fact);
  }
}

/** A clock that was set back makes everything due. */
function isDue(elapsedMs: number, everyMs: number): boolean {
  return elapsedMs < 0 || elapsedMs >= everyMs * (1 - SLACK);
}

/** Single values that are only facts, and that nothing else of the profile needs; the system group is always asked. */
function slowScalars({ scalars, ratios }: Profile): Profile["scalars"] {
  const needed = new Set([
    ...scalars.flatMap(({ oid, metric }) => (metric === undefined ? [] : [oid.text])),
    ...ratios.flatMap(({ total, parts }) => [total.text, ...parts.map(({ text }) => text)]),
  ]);
  return scalars.filter(({ oid }) => !needed.has(oid.text) && !oid.text.startsWith(SYSTEM_GROUP));
}

const FAST = new WeakMap<TableRule, readonly number[]>();
const FAST_OIDS = new WeakMap<TableRule, readonly Oid[]>();

/** Positions of the columns that every run needs. Empty when the rows of the table say nothing but facts. */
function fastColumns(rule: TableRule): readonly number[] {
  let fast = FAST.get(rule);
  if (fast === undefined) {
    fast = rule.columns.flatMap((column, i) => (isFactOnly(rule, column) ? [] : [i]));
    const rowsCount = rule.listsAccessPoints || Object.keys(rule.constants).length > 0;
    // Which rows there are has to be read from some column.
    if (fast.length === 0 && rowsCount) fast = [0];
    FAST.set(rule, fast);
  }
  return fast;
}

/** Made once, so that the engine knows the list again. */
function fastOids(rule: TableRule): readonly Oid[] {
  const oids = FAST_OIDS.get(rule) ?? fastColumns(rule).flatMap((i) => rule.oids[i] ?? []);
  FAST_OIDS.set(rule, oids);
  return oids;
}

function isFactOnly(rule: TableRule, { name, fact, metric, total, values }: ColumnRule): boolean {
  if (fact === undefined || metric !== undefined || total !== undefined || values !== undefined) return false;
  if ([rule.child, rule.instance, rule.uniqueBy, rule.rowsWith].includes(name)) return false;
  return !rule.ratios.some(({ total, free, used }) => [total, free, used].includes(name));
}
