// What was declared beside what is measured (scoring model 9.4). Neither changes the other: a contradiction is for people to look at.
import type { ComparisonView, DeclarableId } from "../../contract/declared.ts";
import type { InventoryDevice } from "../inventory/inventory.ts";
import { terminalClassOf } from "../score/school/kinds.ts";
import type { SchoolResult } from "../score/school/result.ts";
import type { Truth } from "../score/truth.ts";
import type { DeclaredEntry } from "./entry.ts";

/** The measured side of a figure. */
export interface Measured {
  /** The indicator it is taken from, and its kind of evidence. */
  as: string;
  evidence: string;
  /** A statement that holds or does not, or how many there are; absent: not known. */
  holds?: boolean;
  count?: number;
}

/** What of a school's result is looked at, and of its inventory. */
export interface ComparedResult extends Pick<SchoolResult, "judgement" | "card" | "indicators"> {
  devices: readonly InventoryDevice[];
}

const COMPARED: readonly string[] = [
  "WIFI_FULL",
  "SMART_RATE",
  "ALL_OPTICAL_COUNT",
  "IOT_INTEGRATION",
  "IPV6_WEB",
] satisfies DeclarableId[];

/** Whether anything of a school is measured that the entry could be compared with. */
export function isCompared({ indicator }: DeclaredEntry): boolean {
  return COMPARED.includes(indicator);
}

/** Both sides; without enough evidence on the measured one they cannot be compared. */
export function compare(entry: DeclaredEntry, measured: Measured): ComparisonView {
  const { scope, indicator, part } = entry;
  const { agrees, contradicted } = verdictOf(entry, measured);
  return {
    scope,
    indicator,
    ...(part !== undefined && { part }),
    entry: entry.id,
    declared: declaredText(entry),
    measured: measuredText(measured),
    measuredAs: measured.as,
    measuredEvidence: measured.evidence,
    result: agrees === undefined ? "not_comparable" : agrees ? "agree" : "disagree",
    contradicted: contradicted === true,
  };
}

/** A school's entries in force that are measured too; those that claim more than is measured come first. */
export function compareSchool(holding: readonly DeclaredEntry[], result: ComparedResult): ComparisonView[] {
  const compared = holding.flatMap((entry) => {
    const measured = measuredOf(entry, result);
    return measured === undefined ? [] : [compare(entry, measured)];
  });
  return [...compared.filter(isForReview), ...compared.filter((one) => !isForReview(one))];
}

function isForReview({ contradicted }: ComparisonView): boolean {
  return contradicted;
}

/** More was declared than is measured: that it holds and it does not, that there is none and there is, more than there are. */
function verdictOf(entry: DeclaredEntry, { holds, count }: Measured): { agrees: Truth; contradicted: Truth } {
  switch (entry.kind) {
    case "flag":
      if (entry.holds === undefined || holds === undefined) return { agrees: undefined, contradicted: undefined };
      return { agrees: entry.holds === holds, contradicted: entry.holds && !holds };
    case "zero":
      if (count === undefined) return { agrees: undefined, contradicted: undefined };
      return { agrees: count === 0, contradicted: count > 0 };
    case "count":
      if (entry.count === undefined || count === undefined) return { agrees: undefined, contradicted: undefined };
      return { agrees: entry.count === count, contradicted: entry.count > count };
    case "rate":
    case "list":
      return { agrees: undefined, contradicted: undefined };
  }
}

/** What is measured of the figure that an entry declares; `undefined` when nothing is. */
function measuredOf({ indicator, part }: DeclaredEntry, result: ComparedResult): Measured | undefined {
  switch (indicator) {
    case "WIFI_FULL":
      return { as: "WIFI_FULL", evidence: "M+I", ...statement(TRUTH_OF[result.judgement.coverage.full]) };
    case "SMART_RATE":
      return { as: "SMART_READY", evidence: "M+I", ...statement(TRUTH_OF[result.card.smartReady.ready]) };
    case "ALL_OPTICAL_COUNT":
      return { as: "ALL_OPTICAL_COUNT", evidence: "I", ...statement(opticalTruth(result)) };
    case "IOT_INTEGRATION":
      return { as: "IOT_INTEGRATION", evidence: "I", count: terminalsOf(part, result) };
    case "IPV6_WEB":
      return { as: "IPV6_WEB", evidence: "M", ...websitesOf(result) };
    default:
      return undefined;
  }
}

const TRUTH_OF = {
  true: true,
  false: false,
  unknown: undefined,
  yes: true,
  no: false,
  insufficient: undefined,
} as const;

function statement(holds: Truth): Pick<Measured, "holds"> {
  return holds === undefined ? {} : { holds };
}

/** Ports that are not fibre contradict; ports that tell nothing prove nothing. */
function opticalTruth({ indicators }: ComparedResult): Truth {
  const isContradicted = indicators.get("ALL_OPTICAL_COUNT")?.reasons.some(({ reason }) => reason === "contradicted");
  return isContradicted === true ? false : undefined;
}

/** Registered terminals of a class. */
function terminalsOf(part: string | undefined, { devices }: ComparedResult): number {
  return devices.filter((device) => terminalClassOf(device) === part).length;
}

/** A website that answered is there. That none did does not say that there is none. */
function websitesOf({ indicators }: ComparedResult): Pick<Measured, "count"> {
  const isThere = indicators.get("IPV6_WEB")?.parts.some(({ value }) => value !== undefined) === true;
  return isThere ? { count: 1 } : {};
}

function declaredText({ kind, holds, count, numerator, denominator }: DeclaredEntry): string {
  switch (kind) {
    case "flag":
      return words(holds);
    case "count":
      return String(count);
    case "zero":
      return "0";
    case "rate":
      return `${numerator}/${denominator}`;
    case "list":
      return "yes";
  }
}

function measuredText({ holds, count }: Measured): string {
  return count === undefined ? words(holds) : String(count);
}

function words(truth: Truth): string {
  if (truth === undefined) return "unknown";
  return truth ? "yes" : "no";
}
