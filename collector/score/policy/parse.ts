// Reads the text of targets.csv: every column of every row is checked, and a wrong file is refused with all that is wrong in it.
import { CsvError, parse } from "csv-parse/sync";
import { CampusError } from "../../../contract/errors.ts";
import { COLUMNS, TargetRow } from "./cells.ts";
import { DOCUMENTS, type PolicyDocument } from "./documents.ts";
import {
  COMPARATORS,
  type Comparator,
  EVIDENCE_KINDS,
  type EvidenceKind,
  type PolicyTarget,
  TARGET_KINDS,
  type TargetKind,
  type TargetValue,
} from "./target.ts";

const ID = /^[A-E]\d{2}[a-z]?$/;
const SOME_CHINESE = /\p{Script=Han}/u;
const SOME_ENGLISH = /[A-Za-z]/;
const SOMETHING = /\S/;

/** Which comparators a kind may have, `undefined` for none, and whether a number stands behind them. */
const FORMS: Record<
  TargetKind,
  { comparators: readonly (Comparator | undefined)[]; number: "always" | "never" | "with_comparator" | "maybe" }
> = {
  rate: { comparators: [">="], number: "maybe" },
  count: { comparators: [">=", ">"], number: "always" },
  trend: { comparators: ["increasing", "decreasing", "improving"], number: "never" },
  capability: { comparators: [undefined, ">="], number: "with_comparator" },
  process: { comparators: [undefined, ">=", "<="], number: "maybe" },
  allocation: { comparators: [">=", ">", "="], number: "maybe" },
  baseline: { comparators: [undefined, ">=", "="], number: "with_comparator" },
  qualitative: { comparators: [undefined], number: "never" },
};

/**
 * All targets of the file, in its order, frozen.
 *
 * @throws CampusError `POLICY_TARGETS_INVALID`: one error that names row and column of everything that is wrong
 */
export function parsePolicyTargets(text: string): readonly PolicyTarget[] {
  const problems: string[] = [];
  const [header = [], ...body] = recordsOf(text);
  if (header.join() !== COLUMNS.join()) {
    throw invalidTargets([`row 1: is "${header.join()}", expected the columns ${COLUMNS.join()}`]);
  }
  if (body.length === 0) throw invalidTargets(["row 2: is missing, expected a target"]);
  const targets = body.map((cells, i) => toTarget(i + 2, cells, problems));
  noteRepeatedIds(targets, problems);
  if (problems.length > 0) throw invalidTargets(problems);
  return Object.freeze(targets.map(frozen));
}

export function invalidTargets(problems: readonly string[], options: ErrorOptions = {}): CampusError {
  return new CampusError("POLICY_TARGETS_INVALID", `targets.csv: ${problems.join("\n  ")}`, options);
}

function recordsOf(text: string): string[][] {
  try {
    return parse(text, { bom: true, relax_column_count: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw invalidTargets([`row ${String(cause.lines ?? "")}: is not CSV: ${cause.message}`], { cause });
  }
}

function toTarget(number: number, cells: readonly string[], problems: string[]): PolicyTarget {
  const row = new TargetRow(number, cells, problems);
  checkCells(row, number, cells, problems);
  const id = row.required("id", ID, "an id such as A05 or D73a");
  const document = documentOf(row, id);
  const kind = row.choice("kind", TARGET_KINDS);
  const comparator = comparatorOf(row, kind);
  const unit = row.text("unit");
  const note = row.text("note");
  const target: PolicyTarget = {
    id,
    document,
    section: row.required("section", SOMETHING, "the part of the document"),
    phraseZh: row.required("phrase_zh", SOME_CHINESE, "the clause in Chinese"),
    meaningEn: row.required("meaning_en", SOME_ENGLISH, "its meaning in English"),
    kind,
    ...(comparator !== undefined && { comparator }),
    ...(unit !== undefined && { unit }),
    values: valuesOf(row, kind, comparator),
    ...dateOf(row, kind, document),
    scope: row.required("scope", SOMETHING, "whom it speaks of"),
    group: row.required("group", SOMETHING, "a group"),
    populations: row.populations(),
    ...evidenceOf(row),
    indicators: row.indicators(),
    howEvidenced: row.required("how_evidenced", SOMETHING, "how it is evidenced"),
    ...(note !== undefined && { note }),
  };
  checkPopulations(row, target);
  return target;
}

/** What holds for every cell, whatever its column. */
function checkCells(row: TargetRow, number: number, cells: readonly string[], problems: string[]): void {
  if (cells.length !== COLUMNS.length) {
    problems.push(`row ${number}: has ${cells.length} cells, expected ${COLUMNS.length}`);
  }
  for (const column of COLUMNS) {
    const text = row.text(column) ?? "";
    if (text !== text.trim()) row.report(column, `"${text}" has blanks around it`);
    if (/[\uFFFD\p{Cc}]/u.test(text)) row.report(column, `"${text}" holds something that is no character of a text`);
  }
}

function documentOf(row: TargetRow, id: string): PolicyDocument {
  const [first] = DOCUMENTS;
  const document = DOCUMENTS.find(({ prefix }) => id.startsWith(prefix)) ?? first;
  if (document === undefined) throw invalidTargets(["no document is known"]);
  const text = row.text("doc") ?? "";
  if (text !== document.text) row.report("doc", `is "${text}", expected ${document.text} for ${id}`);
  return document;
}

function comparatorOf(row: TargetRow, kind: TargetKind): Comparator | undefined {
  const text = row.text("comparator");
  const { comparators } = FORMS[kind];
  const comparator = COMPARATORS.find((c) => c === text);
  if ((text !== undefined && comparator === undefined) || !comparators.includes(comparator)) {
    const expected = comparators.map((c) => c ?? "none").join(", ");
    row.report("comparator", `is "${text ?? ""}", expected ${expected} for ${kind}`);
  }
  row.together("comparator", "unit");
  return comparator;
}

function valuesOf(row: TargetRow, kind: TargetKind, comparator: Comparator | undefined): TargetValue[] {
  const { number } = FORMS[kind];
  const isThere = row.text("value") !== undefined;
  const mustBe = number === "always" || (number === "with_comparator" && comparator !== undefined);
  if (mustBe && !isThere) row.report("value", `is empty, expected a number for ${kind}`);
  if (isThere && (number === "never" || comparator === undefined)) {
    row.report("value", `is "${row.text("value")}", expected none for ${kind} ${comparator ?? "without comparator"}`);
  }
  row.together("value2", "unit2");
  if (row.text("value2") !== undefined && !isThere) row.report("value2", "is there, but value is empty");
  const [first, second] = [row.values("value", "unit"), row.values("value2", "unit2")];
  const [whole] = first;
  const parts = second.reduce((sum, { text }) => sum + Number(text), 0);
  if (second.length > 1 && whole && parts !== Number(whole.text)) {
    row.report("value2", `adds up to ${parts}, expected ${whole.text} as in value`);
  }
  return [...first, ...second];
}

/** Of a baseline the column holds the day it speaks of. */
function dateOf(
  row: TargetRow,
  kind: TargetKind,
  { isFacts, prefix }: PolicyDocument,
): Pick<PolicyTarget, "deadline" | "baselineOn"> {
  const day = row.day("deadline");
  if (day === undefined) {
    if (kind === "baseline" || !isFacts) row.report("deadline", `is empty, expected a date for ${kind} of ${prefix}`);
    return {};
  }
  return kind === "baseline" ? { baselineOn: day } : { deadline: day };
}

function evidenceOf(row: TargetRow): Pick<PolicyTarget, "evidence" | "primaryEvidence"> {
  const text = row.text("evidence") ?? "";
  const evidence = text.split("+").flatMap((part): EvidenceKind[] => {
    const kind = EVIDENCE_KINDS.find((k) => k === part);
    return kind === undefined ? [] : [kind];
  });
  const isWhole = text !== "" && evidence.join("+") === text && new Set(evidence).size === evidence.length;
  if (!isWhole || (evidence.includes("X") && evidence.length > 1)) {
    row.report("evidence", `is "${text}", expected X, or M, I, D with + between`);
  }
  const primaryEvidence = row.choice("primary_evidence", EVIDENCE_KINDS);
  if (!evidence.includes(primaryEvidence)) {
    row.report("primary_evidence", `is "${primaryEvidence}", expected one of evidence "${text}"`);
  }
  if (primaryEvidence === "X" && row.text("indicator") !== undefined) {
    row.report("indicator", `is "${row.text("indicator")}", expected none for what is out of reach`);
  }
  return { evidence, primaryEvidence };
}

/** Several numbers and several populations must go together one by one. */
function checkPopulations(row: TargetRow, { values, populations }: PolicyTarget): void {
  if (values.length > 1 && populations.length > 1 && values.length !== populations.length) {
    row.report(
      "group",
      `names ${populations.length} populations, expected one or ${values.length} as there are numbers`,
    );
  }
}

function noteRepeatedIds(targets: readonly PolicyTarget[], problems: string[]): void {
  const ids = targets.map(({ id }) => id);
  for (const [i, id] of ids.entries()) {
    const first = ids.indexOf(id);
    if (first < i) problems.push(`row ${i + 2} column id: "${id}" is there twice, first in row ${first + 2}`);
  }
}

/** With everything inside it. */
function frozen(target: PolicyTarget): PolicyTarget {
  for (const value of target.values) Object.freeze(value);
  for (const indicator of target.indicators) Object.freeze(indicator);
  for (const population of target.populations) {
    for (const anyOf of population.allOf) Object.freeze(anyOf);
    Object.freeze(population.allOf);
    Object.freeze(population);
  }
  for (const list of [target.values, target.indicators, target.populations, target.evidence]) Object.freeze(list);
  return Object.freeze(target);
}
