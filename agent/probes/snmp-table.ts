// Rows of a walked table, by a profile's rule, into findings.
import { deviceKey } from "../../contract/mac.ts";
import { METRICS } from "../../contract/metrics.ts";
import type { ColumnRule, RowRatioRule, TableRule } from "../profiles/profile.ts";
import { decodeIndex, type IndexValue } from "../snmp/row-index.ts";
import type { SnmpTable } from "../snmp/table.ts";
import type { SnmpValue } from "../snmp/value.ts";
import { type Gathered, gather, settle } from "./gathered.ts";
import type { SnmpFindings } from "./snmp-findings.ts";
import { type NumberReading, readNameBy, readNumber, readText } from "./snmp-value.ts";

/** Adds a whole table. A row whose index or instance cannot be read is refused and costs only itself. */
export function addTable(findings: SnmpFindings, rule: TableRule, table: SnmpTable): void {
  if (rule.listsAccessPoints) findings.expectAccessPoints();
  const gathered: Gathered = new Map();
  const namesakes = namesakesOf(rule, table);
  table.rowKeys.forEach((key, row) => {
    const index = decodeIndex(rule.indexTypes, key);
    if (index === undefined) {
      findings.refuse(`table ${rule.name}: a row whose index cannot be read`);
      return;
    }
    addRow(findings, rule, { index, cells: table.columns.map((column) => column[row]), table, namesakes }, gathered);
  });
  settle(gathered);
}

interface Row {
  index: readonly IndexValue[];
  /** By column. */
  cells: readonly (SnmpValue | undefined)[];
  table: SnmpTable;
  /** Names that it may share with other rows. */
  namesakes: ReadonlySet<string>;
}

function addRow(findings: SnmpFindings, rule: TableRule, row: Row, gathered: Gathered): void {
  const numbers = rule.columns.map((column, i) =>
    isNumber(rule, column) ? readNumber(column, row.cells[i]) : undefined,
  );
  if (!hasNeeded(rule, numbers)) return;
  const device = deviceOf(findings, rule, row);
  // A row that does not name its device, as the entry for access points to come, speaks of none.
  if (device === undefined) return;
  if (numbers.some((number) => number?.kind === "elsewhere")) {
    findings.addElsewhere(device);
    return;
  }
  if (rule.listsAccessPoints) findings.addAccessPoint(device);
  const instance = instanceOf(rule, row);
  if (rule.instance !== undefined && instance === undefined) {
    // A column that the device does not have at all is no fault of the row.
    if (isOffered(rule, row, rule.instance)) findings.refuse(`table ${rule.name}: a row without ${rule.instance}`);
    return;
  }
  if (!isEqualWhereNeeded(findings, rule, row, device, instance)) return;
  addNumbers(findings, rule, { row, numbers, device, instance }, gathered);
  addTexts(findings, rule, row, device);
  findings.addConstants(device, rule.constants);
}

/** Whether the column is read as a number; the others are texts. */
function isNumber(rule: TableRule, { name, metric, total, values }: ColumnRule): boolean {
  if (metric !== undefined || total !== undefined || values !== undefined || name === rule.rowsWith) return true;
  return rule.ratios.some(({ total, free, used }) => [total, free, used].includes(name));
}

function hasNeeded(rule: TableRule, numbers: readonly (NumberReading | undefined)[]): boolean {
  if (rule.rowsWith === undefined) return true;
  const column = rule.columns.findIndex(({ name }) => name === rule.rowsWith);
  return numbers[column]?.kind === "number";
}

function deviceOf(findings: SnmpFindings, rule: TableRule, { index, cells }: Row): string | undefined {
  if (rule.child === undefined) return findings.target;
  const part = rule.index.findIndex((candidate) => candidate.part === rule.child);
  if (part >= 0) return deviceKey(String(index[part]));
  const column = rule.columns.findIndex(({ name }) => name === rule.child);
  const named = rule.columns[column];
  const key = named && readText(named.fact ?? "serial", named, cells[column]);
  return key === undefined ? undefined : deviceKey(key);
}

function instanceOf(rule: TableRule, row: Row): string | undefined {
  const { instance, instancePrefix, uniqueBy } = rule;
  if (instance === undefined) return undefined;
  const name = nameOf(rule, row, instance);
  if (name === undefined && !isOffered(rule, row, instance)) return undefined;
  const isAlone = name !== undefined && !row.namesakes.has(name);
  const parts = [name, uniqueBy === undefined || isAlone ? undefined : nameOf(rule, row, uniqueBy)];
  const full = parts.filter((part) => part !== undefined).join(" ");
  return full === "" ? undefined : instancePrefix + full;
}

const NONE: ReadonlySet<string> = new Set();

/** Names that several rows have, where the rule wants those told apart. */
function namesakesOf(rule: TableRule, table: SnmpTable): ReadonlySet<string> {
  if (rule.uniqueBy === undefined) return NONE;
  const column = rule.columns.findIndex(({ name }) => name === rule.instance);
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const cell of table.columns[column] ?? []) {
    const name = readNameBy(rule.columns[column], cell);
    if (name === undefined) continue;
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return twice;
}

function nameOf(rule: TableRule, { index, cells }: Row, name: string): string | undefined {
  const part = rule.index.findIndex((candidate) => candidate.part === name);
  if (part >= 0) return index[part]?.toString();
  const column = rule.columns.findIndex((candidate) => candidate.name === name);
  return readNameBy(rule.columns[column], cells[column]);
}

function isOffered(rule: TableRule, { table }: Row, columnName: string): boolean {
  const column = rule.columns.findIndex(({ name }) => name === columnName);
  return (table.columns[column]?.length ?? 0) > 0;
}

function isEqualWhereNeeded(
  findings: SnmpFindings,
  rule: TableRule,
  { index }: Row,
  device: string,
  instance: string | undefined,
): boolean {
  return rule.index.every(({ equals }, i) => {
    if (equals === undefined) return true;
    return findings.slot(device, METRICS[equals].measurement, instance).values[equals] === index[i];
  });
}

interface RowNumbers {
  row: Row;
  numbers: readonly (NumberReading | undefined)[];
  device: string;
  instance: string | undefined;
}

function addNumbers(findings: SnmpFindings, rule: TableRule, found: RowNumbers, gathered: Gathered): void {
  const { row, numbers, device, instance } = found;
  rule.columns.forEach((column, i) => {
    const number = numbers[i];
    if (number === undefined || !isOffered(rule, row, column.name)) return;
    if (number.kind === "refused") findings.refuse(number.problem);
    const value = number.kind === "number" ? number.value : undefined;
    if (column.metric !== undefined) {
      const { measurement } = METRICS[column.metric];
      gather(gathered, findings.slot(device, measurement, instance), column.metric, column.combine, value);
    }
    if (column.total !== undefined) gather(gathered, findings.slot(device, "device"), column.total, "sum", value);
  });
  for (const ratio of rule.ratios) addRatio(findings, rule, ratio, found, gathered);
}

/** Absent in a row in which either number is. */
function addRatio(
  findings: SnmpFindings,
  rule: TableRule,
  { metric, total, free, used }: RowRatioRule,
  { numbers, device, instance }: RowNumbers,
  gathered: Gathered,
): void {
  const numberOf = (name: string | undefined) => {
    const number = name === undefined ? undefined : numbers[rule.columns.findIndex((column) => column.name === name)];
    return number?.kind === "number" ? number.value : undefined;
  };
  const [unused, inUse] = [numberOf(free), numberOf(used)];
  const whole = total === undefined ? add(unused, inUse) : numberOf(total);
  const share = used === undefined ? add(whole, unused, -1) : inUse;
  if (whole === undefined || share === undefined || whole <= 0) return;
  const ratio = share / whole;
  gather(gathered, findings.slot(device, METRICS[metric].measurement, instance), metric, "first", ratio);
}

function add(a: number | undefined, b: number | undefined, sign: 1 | -1 = 1): number | undefined {
  return a === undefined || b === undefined ? undefined : a + sign * b;
}

function addTexts(findings: SnmpFindings, rule: TableRule, { index, cells }: Row, device: string): void {
  rule.columns.forEach((column, i) => {
    if (column.fact !== undefined) findings.addText(device, column.fact, readText(column.fact, column, cells[i]));
  });
  rule.index.forEach(({ fact }, i) => {
    if (fact !== undefined) findings.addText(device, fact, index[i]?.toString());
  });
}
