// Which rule of the scoring model (section 5.3) gave a venue its verdict, so that the page can say it in words. It
// explains the collector's verdict and never makes one.
import type { VenueSummary } from "../contract/api.ts";

/** θ: share of known slots that must be served. */
export const THETA = 0.95;
/** κ: share of expected slots that must be known. */
export const KAPPA = 0.8;

/** Rules 1–5 of section 5.3; `no-evidence` where none of them could be asked, because no slot was expected. */
export const RULES = ["no-ap", "best-case", "evidence", "share", "passed", "no-evidence", "other"] as const;
export type Rule = (typeof RULES)[number];

/** The rule behind `verdict`. Compares whole numbers, as the model does; `other` when the counts do not explain it. */
export function decidingRule({ verdict, slots }: Pick<VenueSummary, "verdict" | "slots">): Rule {
  const { expected, served, unserved, unknown } = slots;
  switch (verdict) {
    case "not_equipped":
      return "no-ap";
    case "insufficient":
      if (expected === 0) return "no-evidence";
      return 5 * (served + unserved) < 4 * expected ? "evidence" : "other";
    case "not_covered":
      if (20 * (served + unknown) < 19 * expected) return "best-case";
      return 20 * served < 19 * (served + unserved) ? "share" : "other";
    case "covered":
    case "covered_quality_unproven":
    case "covered_below_quality":
      return "passed";
  }
}
