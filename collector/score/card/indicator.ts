// What a scorecard is told of one indicator: its value, why there is none, or why it does not apply.
import type { Figure } from "../../../contract/api.ts";
import { Exact } from "../exact.ts";

/** The indicators that the dimensions are made of (scoring model 9.1), in the units of sections 5.5, 7 and 8. */
export const CARD_INDICATORS = [
  "WIFI_COVER",
  "WIFI_QUALITY_SHARE",
  "NET_QUALITY",
  "AVAIL",
  "IPV6_NET",
  "IPV6_WEB",
  "ACCESS_BW",
  "IOT_INTEGRATION",
  "DATA_COLLECT",
  "SPACE_COUNT",
  "ROOM_DIGITAL_RATE",
  "CLASS_DEV_HEALTH",
  "EQUIP_AGE",
  "SEC_POSTURE",
  "MLPS_FILED",
  "DRILL_COUNT",
  "ALERT_ACK_RATE",
  "ASSET_OWNER_RATE",
  "CODE_VALID_RATE",
  "DOCKING_STATUS",
  "EVIDENCE_SHARE",
] as const;
export type CardIndicatorId = (typeof CARD_INDICATORS)[number];

/** M measured, I inventory or registry, D declared with an attachment (scoring model 1). */
export const EVIDENCE_KINDS = ["M", "I", "D"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export type Indicator =
  | {
      state: "known";
      /** In the indicator's own unit: a share, points, years, a count. */
      value: Exact;
      evidence: readonly EvidenceKind[];
      /** Of a share: what it was made of. */
      numerator?: Exact;
      denominator?: Exact;
    }
  | {
      state: "insufficient";
      /** Codes; what the indicator itself says of its missing evidence. */
      reasons: readonly string[];
      /** What the value can be at least and at most, where that is known. */
      lo?: Exact;
      hi?: Exact;
    }
  | {
      state: "not_applicable";
      /** A code, such as `no_own_website`. */
      because: string;
    };

/** What is not there is not observable yet: insufficient, never zero. */
export type Indicators = Readonly<Partial<Record<CardIndicatorId, Indicator>>>;

export const NOT_OBSERVED: Indicator = { state: "insufficient", reasons: ["not_observed"] };

export function indicatorOf(indicators: Indicators, id: CardIndicatorId): Indicator {
  return indicators[id] ?? NOT_OBSERVED;
}

/** A rate of section 5 as an indicator, exactly numerator by denominator; a frozen one is the value of its time. */
export function ofFigure(figure: Figure): Indicator {
  const [numerator, denominator] = [Exact.of(figure.numerator), Exact.of(figure.denominator)];
  return ofValue({
    enough: figure.status !== "insufficient",
    ...(figure.denominator > 0 && { value: numerator.over(denominator) }),
    numerator,
    denominator,
    lo: Exact.of(figure.lo),
    hi: Exact.of(figure.hi),
    reasons: figure.reasons,
    evidence: figure.evidence,
  });
}

/** What indicators of sections 7 and 8 answer, as far as a scorecard looks at it. */
export interface AnsweredValue {
  /** The minimum evidence is met. */
  enough: boolean;
  value?: Exact;
  numerator?: Exact;
  denominator?: Exact;
  lo?: Exact;
  hi?: Exact;
  reasons: readonly { reason: string }[];
  /** Kinds with a mark between them, as `M+I`. */
  evidence: string;
  /** Why it does not apply to the school; then nothing else of it counts. */
  notApplicable?: string;
}

export function ofValue(answer: AnsweredValue): Indicator {
  const { enough, value, numerator, denominator, lo, hi, reasons, evidence, notApplicable } = answer;
  if (notApplicable !== undefined) return { state: "not_applicable", because: notApplicable };
  if (enough && value !== undefined) {
    return {
      state: "known",
      value,
      evidence: EVIDENCE_KINDS.filter((kind) => evidence.includes(kind)),
      ...(numerator !== undefined && { numerator }),
      ...(denominator !== undefined && { denominator }),
    };
  }
  return {
    state: "insufficient",
    reasons: reasons.map(({ reason }) => reason),
    ...(lo !== undefined && { lo }),
    ...(hi !== undefined && { hi }),
  };
}
