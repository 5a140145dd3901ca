// Which of a figure's reasons are worth a line: what is the matter first, then the rule that it broke.
import type { Figure, FigureReason } from "../contract/api.ts";

/** These say that evidence is missing; why it is missing is said by the others. */
const RULES: readonly FigureReason[] = ["too_few_known_venues", "too_few_known_schools"];

/** At most one reason of each sort, the most frequent; empty when nothing is unknown. */
export function mainReasons({ reasons }: Pick<Figure, "reasons">): FigureReason[] {
  const keys = reasons.map(({ reason }) => reason);
  const matter = keys.find((key) => !RULES.includes(key));
  const rule = keys.find((key) => RULES.includes(key));
  return [matter, rule].filter((key) => key !== undefined);
}
