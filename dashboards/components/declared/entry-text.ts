// What was declared, in words.
import type { EntryView } from "../../../contract/declared.ts";
import { percent } from "../../format.ts";
import type { Text } from "../../i18n/text.ts";

/** `9 / 10 (90.0%)`, `3`, `yes`, `none`, `4 systems`. */
export function contentText(t: Text["t"], { kind, numerator, denominator, count, holds, systems }: EntryView): string {
  switch (kind) {
    case "rate": {
      if (numerator === undefined || denominator === undefined) return t("declared.unknown");
      return `${numerator} / ${denominator} (${percent(numerator / denominator)})`;
    }
    case "count":
      return count === undefined ? t("declared.unknown") : String(count);
    case "flag":
      return holds === undefined ? t("declared.unknown") : t(holds ? "declared.yes" : "declared.no");
    case "zero":
      return t("declared.none");
    case "list":
      return systems === undefined ? t("declared.signedList") : t("declared.systemsN", { n: systems.length });
  }
}

/** One side of a comparison, as the collector writes it: `yes`, `no`, `unknown`, or a number. */
export function sideText(t: Text["t"], side: string): string {
  return side === "yes" || side === "no" || side === "unknown" ? t(`declared.${side}`) : side;
}

/** From when, until when, or since when no more. */
export function spanText(t: Text["t"], { state, validFrom, lastDay }: EntryView): string {
  if (state === "not_yet") return t("declared.from", { day: validFrom });
  return t(state === "expired" ? "declared.ended" : "declared.until", { day: lastDay });
}
