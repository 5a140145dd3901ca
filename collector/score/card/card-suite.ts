// The school of worked example E18, for tests.
import { dayAt } from "../../inventory/day.ts";
import { Exact } from "../exact.ts";
import { type ScorecardInput, scorecard } from "./card.ts";
import type { CardIndicatorId, Indicator, Indicators } from "./indicator.ts";

export const AS_OF = Date.parse("2026-10-02T17:00:00+08:00");
export const DAY = 86_400_000;

export const known = (value: number | Exact): Indicator => ({
  state: "known",
  value: typeof value === "number" ? Exact.of(value) : value,
  evidence: ["M"],
});
/** Not known, but not just anything: its interval is. */
export const between = (bounds: { lo?: number; hi?: number }): Indicator => ({
  state: "insufficient",
  reasons: ["agent_offline"],
  ...(bounds.lo !== undefined && { lo: Exact.of(bounds.lo) }),
  ...(bounds.hi !== undefined && { hi: Exact.of(bounds.hi) }),
});
export const insufficient = between({});
export const notApplicable: Indicator = { state: "not_applicable", because: "no_own_website" };

/** With IPV6_NET of E14 and IOT_INTEGRATION of E16. */
export const E18: Required<Indicators> = {
  WIFI_COVER: known(0.96),
  WIFI_QUALITY_SHARE: known(0.8),
  NET_QUALITY: known(85),
  AVAIL: known(0.997),
  IPV6_NET: known(Exact.ratio(8_000, 98)),
  IPV6_WEB: notApplicable,
  ACCESS_BW: known(1),
  IOT_INTEGRATION: known(Exact.ratio(23, 30)),
  DATA_COLLECT: insufficient,
  SPACE_COUNT: known(2),
  ROOM_DIGITAL_RATE: known(0.7),
  CLASS_DEV_HEALTH: known(0.9),
  EQUIP_AGE: known(6),
  SEC_POSTURE: known(70),
  MLPS_FILED: known(1),
  DRILL_COUNT: known(3),
  ALERT_ACK_RATE: known(0.8),
  ASSET_OWNER_RATE: known(1),
  CODE_VALID_RATE: known(1),
  DOCKING_STATUS: known(0.5),
  EVIDENCE_SHARE: known(0.93),
};

/** Nothing is known of a school whose indicators are not there; this one has them all at their best. */
export const PERFECT: Required<Indicators> = {
  ...E18,
  WIFI_COVER: known(1),
  WIFI_QUALITY_SHARE: known(1),
  NET_QUALITY: known(100),
  IPV6_NET: known(100),
  IPV6_WEB: known(100),
  IOT_INTEGRATION: known(1),
  DATA_COLLECT: known(1),
  ROOM_DIGITAL_RATE: known(1),
  CLASS_DEV_HEALTH: known(1),
  EQUIP_AGE: known(3),
  SEC_POSTURE: known(100),
  ALERT_ACK_RATE: known(1),
  DOCKING_STATUS: known(1),
};

export const FACTS = { asOfMs: AS_OF, criticalFindings: [], inventoryConfirmedDay: dayAt(AS_OF) - 31 } as const;

export function cardOf(indicators: Indicators, facts: Partial<ScorecardInput> = {}) {
  return scorecard({ ...FACTS, ...facts, indicators });
}

/** PERFECT with some indicators made insufficient. */
export function without(...ids: readonly CardIndicatorId[]): Indicators {
  return { ...PERFECT, ...Object.fromEntries(ids.map((id) => [id, insufficient])) };
}
