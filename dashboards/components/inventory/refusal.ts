// Why the collector did not take a change of the inventory, told apart by what can be done about it.
import type { Problem } from "../../../contract/errors.ts";
import { ApiError } from "../../api.ts";
import type { Text } from "../../i18n/text.ts";
import { problemWords } from "../../problem.ts";

export type Refusal =
  /** What is wrong with the rows, all of it. */
  | { kind: "problems"; problems: readonly Problem[] }
  /** Another version holds by now; `present` is its number, when it is known. */
  | { kind: "conflict"; present: number | undefined }
  /** Not from this machine. */
  | { kind: "elsewhere" }
  | { kind: "not_a_workbook"; message: string }
  | { kind: "too_large"; message: string }
  | { kind: "other"; error: unknown };

export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiError)) return { kind: "other", error };
  if (error.status === 403) return { kind: "elsewhere" };
  if (error.code === "INVENTORY_CHANGED") return { kind: "conflict", present: presentIn(error.details) };
  if (error.code === "WORKBOOK_INVALID") return { kind: "not_a_workbook", message: error.message };
  if (error.status === 413) return { kind: "too_large", message: error.message };
  const problems = problemsIn(error.details);
  return problems.length > 0 ? { kind: "problems", problems } : { kind: "other", error };
}

/** In the page's language; problems of rows are shown as a list, so only their number is said. */
export function refusalWords(t: Text["t"], refusal: Refusal): string {
  switch (refusal.kind) {
    case "problems":
      return t("inventory.problemsN", { n: refusal.problems.length }, refusal.problems.length);
    case "conflict":
      return refusal.present === undefined
        ? t("inventory.conflict")
        : t("inventory.conflictWith", { n: refusal.present });
    case "elsewhere":
      return t("inventory.localOnly");
    case "not_a_workbook":
      return t("inventory.notWorkbook", { message: refusal.message });
    case "too_large":
      return t("inventory.tooLarge", { message: refusal.message });
    case "other":
      return problemWords(t, refusal.error);
  }
}

function problemsIn(details: unknown): Problem[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((detail: unknown) => {
    const path = propertyOf(detail, "path");
    const message = propertyOf(detail, "message");
    return typeof path === "string" && typeof message === "string" ? [{ path, message }] : [];
  });
}

function presentIn(details: unknown): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const present = propertyOf(details[0], "present");
  return typeof present === "number" ? present : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
