// Turns checked profile files into profiles, and finds what a schema cannot: names that lead nowhere, rules that contradict.

import { parseDurationMs } from "../../contract/duration.ts";
import { MEASUREMENTS } from "../../contract/metrics/measurements.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { compilePattern, compileValue, type ReadOid, type Report, readOid } from "./compile-value.ts";
import type {
  ColumnRule,
  IndexPart,
  Match,
  Profile,
  RatioRule,
  RowRatioRule,
  ScalarRule,
  TableRule,
} from "./profile.ts";
import type { ColumnFile, ProfileFile, ScalarFile, TableFile } from "./schema.ts";

/** sysObjectIDs that every Linux with Net-SNMP answers, so that they say nothing alone. */
const ANY_LINUX = "1.3.6.1.4.1.8072.3.2.10";

/** A profile by itself, what it includes not yet added. */
export function compileProfile(file: ProfileFile, report: Report): Profile {
  const prefixes = new Map(Object.entries(file.prefixes ?? {}));
  const oid = (text: string, path: string) => readOid(text, prefixes, path, report);
  return {
    name: file.name,
    title: file.title,
    ...(file.vendor === undefined ? {} : { vendor: file.vendor }),
    ...(file.kind === undefined ? {} : { kind: file.kind }),
    vendors: compileVendors(file.vendors ?? {}, report),
    match: (file.match ?? []).map((match, i) => compileMatch(match, `match[${i}]`, oid, report)),
    constants: file.constants ?? {},
    scalars: (file.scalars ?? []).map((rule, i) => compileScalar(rule, `scalars[${i}]`, oid, report)),
    ratios: (file.ratios ?? []).map((rule, i) => compileRatio(rule, `ratios[${i}]`, oid, report)),
    tables: (file.tables ?? []).map((table, i) => compileTable(table, `tables[${i}]`, oid, report)),
    reads: file.reads ?? [],
  };
}

/** A profile with the rules of those it includes after its own, so that its own count first. */
export function withIncluded(own: Profile, included: readonly Profile[]): Profile {
  return {
    ...own,
    vendors: new Map([...included.flatMap(({ vendors }) => [...vendors]), ...own.vendors]),
    constants: Object.assign({}, ...included.map(({ constants }) => constants), own.constants),
    scalars: unique([...own.scalars, ...included.flatMap(({ scalars }) => scalars)]),
    ratios: unique([...own.ratios, ...included.flatMap(({ ratios }) => ratios)]),
    tables: unique([...own.tables, ...included.flatMap(({ tables }) => tables)]),
    reads: unique([...own.reads, ...included.flatMap(({ reads }) => reads)]),
  };
}

/** Two that are included may both include a third. */
function unique<T>(rules: readonly T[]): T[] {
  return [...new Set(rules)];
}

function compileMatch(
  { sysObjectId, sysDescr }: NonNullable<ProfileFile["match"]>[number],
  path: string,
  oid: ReadOid,
  report: Report,
): Match {
  const prefix = sysObjectId === undefined ? undefined : oid(sysObjectId, `${path}.sysObjectId`);
  if (prefix === undefined && sysDescr === undefined) report(path, "says neither sysObjectId nor sysDescr");
  if (prefix && sysDescr === undefined && `${ANY_LINUX}.`.startsWith(`${prefix.text}.`)) {
    report(path, `${prefix.text} is any Linux with Net-SNMP: a sysDescr must go with it`);
  }
  const pattern = sysDescr === undefined ? undefined : compilePattern(sysDescr, `${path}.sysDescr`, report);
  return { ...(prefix ? { sysObjectId: prefix } : {}), ...(pattern ? { sysDescr: pattern } : {}) };
}

function compileScalar({ instance, ...file }: ScalarFile, path: string, oid: ReadOid, report: Report): ScalarRule {
  if (file.metric === undefined && file.fact === undefined) report(path, "is neither a metric nor a fact");
  checkMeasurement(file.metric, instance === undefined ? "device" : "instance", `${path}.metric`, report);
  return { ...compileValue(file, path, oid, report), ...(instance === undefined ? {} : { instance }) };
}

function compileRatio(
  { metric, total, free, used }: NonNullable<ProfileFile["ratios"]>[number],
  path: string,
  oid: ReadOid,
  report: Report,
): RatioRule {
  checkMeasurement(metric, "device", `${path}.metric`, report);
  const partsAre = oneOf({ free, used }, path, report);
  return {
    metric,
    total: oid(total, `${path}.total`),
    parts: (free ?? used ?? []).map((text, i) => oid(text, `${path}.${partsAre}[${i}]`)),
    partsAre,
  };
}

/** Which of the two a ratio is made of. */
function oneOf({ free, used }: { free: unknown; used: unknown }, path: string, report: Report): "free" | "used" {
  if ((free === undefined) === (used === undefined)) report(path, "needs either `free` or `used`");
  return free === undefined ? "used" : "free";
}

function compileRowRatio(
  ratio: NonNullable<TableFile["ratios"]>[number],
  table: TableFile,
  path: string,
  report: Report,
): RowRatioRule {
  const { metric, ...parts } = ratio;
  checkMeasurement(metric, table.instance === undefined ? "device" : "instance", `${path}.metric`, report);
  if (Object.keys(parts).length !== 2) report(path, "needs two of `total`, `free` and `used`");
  for (const [key, name] of Object.entries(parts)) {
    if (table.columns[name] === undefined) report(`${path}.${key}`, `"${name}" is no column of this table`);
  }
  return ratio;
}

function compileTable(file: TableFile, path: string, oid: ReadOid, report: Report): TableRule {
  checkTableNames(file, path, report);
  const columns = Object.entries(file.columns).map(([name, column]) => {
    checkColumn(file, name, column, `${path}.columns.${name}`, report);
    return compileColumn(name, column, `${path}.columns.${name}`, oid, report);
  });
  const index: IndexPart[] = file.index;
  return {
    name: file.name,
    index,
    indexTypes: index.map(({ type }) => type),
    ...(file.child === undefined ? {} : { child: file.child }),
    listsAccessPoints: file.lists === "accessPoints",
    ...(file.instance === undefined ? {} : { instance: file.instance }),
    instancePrefix: file.instancePrefix ?? "",
    ...(file.uniqueBy === undefined ? {} : { uniqueBy: file.uniqueBy }),
    ...(file.rowsWith === undefined ? {} : { rowsWith: file.rowsWith }),
    ...(file.unlessKnown === undefined ? {} : { unlessKnown: file.unlessKnown }),
    ...(file.every === undefined ? {} : { everyMs: parseDurationMs(file.every) }),
    constants: file.constants ?? {},
    ratios: (file.ratios ?? []).map((ratio, i) => compileRowRatio(ratio, file, `${path}.ratios[${i}]`, report)),
    columns,
    oids: columns.map((column) => column.oid),
  };
}

function checkTableNames(file: TableFile, path: string, report: Report): void {
  const parts = file.index.map(({ part }) => part);
  const columns = Object.keys(file.columns);
  if (columns.length === 0) report(`${path}.columns`, "is empty: a table is found by its columns");
  for (const name of columns.filter((column) => parts.includes(column))) {
    report(`${path}.columns.${name}`, "is also the name of an index part");
  }
  for (const key of ["child", "instance", "uniqueBy"] as const) {
    const name = file[key];
    if (name === undefined || [...parts, ...columns].includes(name)) continue;
    report(`${path}.${key}`, `"${name}" is neither an index part nor a column of this table`);
  }
  for (const key of ["instancePrefix", "uniqueBy"] as const) {
    if (file[key] !== undefined && file.instance === undefined) report(`${path}.${key}`, "needs `instance`");
  }
  if (file.rowsWith !== undefined && !columns.includes(file.rowsWith)) {
    report(`${path}.rowsWith`, `"${file.rowsWith}" is no column of this table`);
  }
  if (file.lists !== undefined && file.child === undefined) {
    report(`${path}.lists`, "needs `child`, the index part or column that names each access point");
  }
  if (file.every !== undefined && file.lists !== undefined) {
    report(`${path}.every`, "a table that lists access points is asked in every run, or they could not be counted");
  }
  file.index.forEach(({ type }, i) => {
    if ((type === "impliedText" || type === "arcs") && i < file.index.length - 1) {
      report(`${path}.index[${i}].type`, `${type} has no length, so it can only be the last part`);
    }
  });
}

function checkColumn(table: TableFile, name: string, column: ColumnFile, path: string, report: Report): void {
  const isElsewhere = Object.values(column.values ?? {}).includes("elsewhere");
  const isUsed = [column.metric, column.fact, column.total].some((use) => use !== undefined);
  const { instance, uniqueBy, rowsWith, child, ratios = [] } = table;
  const named = [instance, uniqueBy, rowsWith, child, ...ratios.flatMap(Object.values)];
  if (!isUsed && !isElsewhere && !named.includes(name)) {
    report(path, "is of no use: it is no metric, fact, total, instance, child, rowsWith or part of a ratio");
  }
  checkMeasurement(column.metric, table.instance === undefined ? "device" : "instance", `${path}.metric`, report);
  checkMeasurement(column.total, "device", `${path}.total`, report);
  if (isElsewhere && table.lists === undefined)
    report(`${path}.values`, "elsewhere has a meaning only for access points");
}

/** Metrics of a device stand in rows about a device, those of a radio, an interface or a sensor in rows with an instance. */
function checkMeasurement(
  metric: MetricName | undefined,
  place: "device" | "instance",
  path: string,
  report: Report,
): void {
  if (metric === undefined) return;
  const { measurement } = METRICS[metric];
  const isAllowed =
    place === "device"
      ? measurement === "device"
      : "instanceOf" in MEASUREMENTS[measurement] && measurement !== "agent";
  if (isAllowed) return;
  const expected = place === "device" ? "a metric of the device" : "a metric of a radio, an interface or a sensor";
  report(path, `${metric} belongs to ${measurement}, expected ${expected} here`);
}

function compileColumn(name: string, file: ColumnFile, path: string, oid: ReadOid, report: Report): ColumnRule {
  return {
    ...compileValue(file, path, oid, report),
    name,
    combine: file.combine ?? "first",
    ...(file.total === undefined ? {} : { total: file.total }),
  };
}

function compileVendors(file: Record<string, string>, report: Report): Map<number, string> {
  for (const number of Object.keys(file)) {
    if (!/^\d+$/.test(number)) report(`vendors.${number}`, "is no enterprise number");
  }
  return new Map(Object.entries(file).map(([number, vendor]) => [Number(number), vendor]));
}
