// SMART_READY, and how it stands beside what was attested (scoring model 9.3, 9.4).
import { Exact } from "../exact.ts";
import type { Gate } from "./gates.ts";
import { CARD_PARAMETERS, type CardParameters } from "./limits.ts";
import type { Total, WithheldReason } from "./total.ts";

export type Ready = "yes" | "no" | "insufficient";

export type ReadyReason = WithheldReason | "score_below" | "score_cannot_reach" | Gate["gate"];

export interface ReadyVerdict {
  ready: Ready;
  /** Why not, or why nothing can be said; empty for yes. */
  reasons: ReadyReason[];
}

/**
 * Whether a gated score is ready: at least 80 points and no gate active. No where a cap is active or no missing evidence could
 * lift the score; without coverage nothing else is said, and neither yes while a gate may be active.
 */
export function readyOf(
  { point, hi, withheld }: Total,
  gates: readonly Gate[],
  parameters: CardParameters = CARD_PARAMETERS,
): ReadyVerdict {
  const limit = Exact.of(parameters.ready);
  const names = (wanted: (gate: Gate) => boolean) => gates.filter(wanted).map(({ gate }) => gate);
  const capping = names((gate) => gate.state === "active" && "cap" in gate);
  if (capping.length > 0) return { ready: "no", reasons: capping };
  if (hi.isBelow(limit)) return { ready: "no", reasons: ["score_cannot_reach"] };
  const barring = names((gate) => gate.state === "active");
  if (barring.length > 0) return { ready: "insufficient", reasons: [...barring, ...withheld] };
  if (point === undefined) return { ready: "insufficient", reasons: [...withheld] };
  if (point.isBelow(limit)) return { ready: "no", reasons: ["score_below"] };
  const doubtful = names((gate) => gate.state === "unknown");
  return doubtful.length > 0 ? { ready: "insufficient", reasons: doubtful } : { ready: "yes", reasons: [] };
}

export type Standing = "confirmed" | "unverified" | "contradicted" | "ready_not_attested" | "not_attested";

export const STANDING_WORDS: Readonly<Record<Standing, { zh: string; en: string }>> = {
  confirmed: { zh: "已认定·数据支持", en: "confirmed" },
  unverified: { zh: "已认定·数据不足", en: "attested, unverified" },
  contradicted: { zh: "已认定·数据存疑", en: "attested, contradicted" },
  ready_not_attested: { zh: "具备条件·未认定", en: "ready, not attested" },
  not_attested: { zh: "未认定", en: "not attested" },
};

/** The attested fact beside the computed one; neither changes the other. */
export function standingOf(attested: boolean, ready: Ready): Standing {
  if (!attested) return ready === "yes" ? "ready_not_attested" : "not_attested";
  switch (ready) {
    case "yes":
      return "confirmed";
    case "insufficient":
      return "unverified";
    case "no":
      return "contradicted";
  }
}

/** Whether a person should look at it: a school that is attested and whose data say otherwise. */
export function isForReview(standing: Standing): boolean {
  return standing === "contradicted";
}
