// Whether a declaration can be taken: every problem at once, in the words of the form.
import {
  type Declaration,
  type DeclaringRule,
  type DeclaringScope,
  isDeclarable,
  type PartRule,
  rulesOf,
} from "../../contract/declared.ts";
import type { Problem } from "../../contract/errors.ts";
import { dayOf, dayText } from "../inventory/day.ts";
import { isIndicatorId } from "../score/indicators/catalogue.ts";
import { DECLARED_DAYS } from "../score/indicators/limits.ts";
import { problemIf } from "./refused.ts";
import { longestDays } from "./standing.ts";

/** What a declaration is compared with. */
export interface CheckContext {
  /** Day as inventory/day.ts has it. */
  today: number;
  scopeKindOf(scope: string): DeclaringScope | undefined;
  isUploaded(sha256: string): boolean;
}

/** Empty for a declaration that can be taken. Its shape has been checked before. */
export function declarationProblems(declaration: Declaration, context: CheckContext): Problem[] {
  const { indicator, kind, scope } = declaration;
  const scopeKind = context.scopeKindOf(scope);
  const problems = [
    ...problemIf(scopeKind === undefined, "scope", `"${scope}" is no school, region, zone or group`),
    ...dateProblems(declaration, context.today),
    ...attachmentProblems(declaration, context),
  ];
  if (!isIndicatorId(indicator)) return [...problems, { path: "indicator", message: `there is no "${indicator}"` }];
  if (!isDeclarable(indicator)) {
    return [...problems, { path: "indicator", message: `${indicator} is measured or registered, and not declared` }];
  }
  const rules = rulesOf(indicator);
  const rule = rules.find((one) => one.kind === kind);
  if (rule === undefined) {
    const expected = rules.map((one) => one.kind).join(" or ");
    return [...problems, { path: "kind", message: `is ${kind}; ${indicator} is declared as ${expected}` }];
  }
  const isScopeWrong = scopeKind !== undefined && !rule.scopes.includes(scopeKind);
  return [
    ...problems,
    ...problemIf(isScopeWrong, "scope", `is a ${scopeKind}; ${indicator} is declared for a ${rule.scopes.join(", ")}`),
    ...partProblems(declaration, rule.part),
    ...contentProblems(declaration, rule),
  ];
}

function dateProblems({ signedOn, validFrom, validTo, indicator }: Declaration, today: number): Problem[] {
  const signed = dayOf(signedOn);
  const from = validFrom === undefined ? signed : dayOf(validFrom);
  const to = validTo === undefined ? undefined : dayOf(validTo);
  const last = signed === undefined ? undefined : signed + longestDays(indicator);
  const lastWithout = signed === undefined ? undefined : signed + DECLARED_DAYS;
  return [
    ...dayProblem("signedOn", signedOn),
    ...dayProblem("validFrom", validFrom),
    ...dayProblem("validTo", validTo),
    ...problemIf(isAfter(signed, today), "signedOn", `${signedOn} is after today, ${dayText(today)}`),
    ...problemIf(isAfter(from, to), "validTo", `${validTo} is before ${validFrom ?? signedOn}, from which it holds`),
    ...problemIf(
      isAfter(to, last),
      "validTo",
      `is after ${dayWords(last)}, the last day for which the signature stands`,
    ),
    ...problemIf(
      to === undefined && isAfter(from, lastWithout),
      "validFrom",
      `is after ${dayWords(lastWithout)}, the last day for which the signature stands`,
    ),
  ];
}

function attachmentProblems({ attachments }: Declaration, { isUploaded }: CheckContext): Problem[] {
  const seen = new Set<string>();
  return [
    ...problemIf(attachments.length === 0, "attachments", "nothing is attached; a declaration rests on a file"),
    ...attachments.flatMap(({ sha256 }, i) => {
      const isAgain = seen.has(sha256);
      seen.add(sha256);
      const path = `attachments[${i}].sha256`;
      return [
        ...problemIf(isAgain, path, "the same file stands there twice"),
        ...problemIf(!isUploaded(sha256), path, `no file ${sha256} was uploaded, or it is no more what it was`),
      ];
    }),
  ];
}

function partProblems({ part, indicator, signedOn }: Declaration, rule: PartRule | undefined): Problem[] {
  if (rule === undefined) return problemIf(part !== undefined, "part", `${indicator} is declared as a whole`);
  if (part === undefined) return [{ path: "part", message: `is missing; ${indicator} is declared for ${words(rule)}` }];
  if (rule === "name") return [];
  if (rule === "day") {
    const day = dayOf(part);
    const signed = dayOf(signedOn);
    return day === undefined
      ? dayProblem("part", part)
      : problemIf(isAfter(day, signed), "part", `${part} is after the signature, ${signedOn}`);
  }
  return problemIf(!rule.oneOf.includes(part), "part", `"${part}" is not known, expected ${words(rule)}`);
}

function words(rule: PartRule): string {
  if (rule === "name") return "one by its name";
  return rule === "day" ? "one day" : `one of ${rule.oneOf.join(", ")}`;
}

/** Numbers that belong to the kind are there, and no others. */
function contentProblems(declaration: Declaration, rule: DeclaringRule): Problem[] {
  const { numerator, denominator, count } = declaration;
  const wanted = fieldsOf(rule);
  const fields = ["numerator", "denominator", "count", "holds", "systems"] as const;
  return [
    ...fields.flatMap((field) => {
      const isWanted = wanted.includes(field);
      const isThere = declaration[field] !== undefined;
      return [
        ...problemIf(isWanted && !isThere, field, `is missing; a ${rule.kind} has it`),
        ...problemIf(!isWanted && isThere, field, `a ${rule.kind} of this indicator has none`),
      ];
    }),
    ...problemIf(denominator === 0, "denominator", "is 0; there is nothing to be a share of"),
    ...problemIf(
      numerator !== undefined && denominator !== undefined && numerator > denominator,
      "numerator",
      `${numerator} is more than the denominator, ${denominator}`,
    ),
    ...problemIf(rule.part === "day" && count === 0, "count", "is 0; a day without any is not entered"),
    ...systemProblems(declaration.systems),
  ];
}

function fieldsOf(rule: DeclaringRule): string[] {
  switch (rule.kind) {
    case "rate":
      return ["numerator", "denominator"];
    case "count":
      return ["count"];
    case "flag":
      return ["holds"];
    case "zero":
      return [];
    case "list":
      return rule.systems === true ? ["systems"] : [];
  }
}

function systemProblems(systems: Declaration["systems"]): Problem[] {
  if (systems === undefined) return [];
  const ids = new Set<string>();
  return [
    ...problemIf(systems.length === 0, "systems", "the list is empty"),
    ...systems.flatMap(({ id, assessedUntil }, i) => {
      const isAgain = ids.has(id);
      ids.add(id);
      const path = `systems[${i}]`;
      return [
        ...problemIf(isAgain, `${path}.id`, `"${id}" stands there twice`),
        ...dayProblem(`${path}.assessedUntil`, assessedUntil),
      ];
    }),
  ];
}

function dayProblem(path: string, text: string | undefined): Problem[] {
  const isDay = text === undefined || dayOf(text) !== undefined;
  return problemIf(!isDay, path, `"${text}" is no day, expected one such as 2026-09-01`);
}

/** False while one of them is not known. */
function isAfter(day: number | undefined, other: number | undefined): boolean {
  return day !== undefined && other !== undefined && day > other;
}

function dayWords(day: number | undefined): string {
  return day === undefined ? "" : dayText(day);
}
