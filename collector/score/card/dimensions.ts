// The dimensions of the smart-campus score with their indicators and weights: the table of scoring model 9.1.
import { Exact, f01, ONE } from "../exact.ts";
import type { CardIndicatorId } from "./indicator.ts";

export type DimensionId = "D1" | "D2" | "D3" | "D4" | "D5" | "D6";

export interface PartEntry {
  /** The indicator's name; of several, joined by `+`. */
  id: string;
  /** As the model writes it. */
  formula: string;
  /** In points of the whole score. */
  weight: number;
  /** Of several the smallest counts. */
  from: readonly [CardIndicatorId, ...CardIndicatorId[]];
  /** From the indicator's unit to 0–1. */
  value: (raw: Exact) => Exact;
}

export interface DimensionEntry {
  id: DimensionId;
  zh: string;
  en: string;
  /** The sum of its parts' weights. */
  weight: number;
  parts: readonly PartEntry[];
}

const share = (raw: Exact): Exact => raw;
const ofHundred = (raw: Exact): Exact => raw.over(Exact.of(100));
const atLeastOne = (raw: Exact): Exact => (raw.isAtLeast(ONE) ? ONE : raw);
const between = (from: number, to: number) => (raw: Exact) => f01(raw, from, to);

/** A part made of one indicator, by its name. */
function part(id: CardIndicatorId, weight: number, formula: string, value: PartEntry["value"]): PartEntry {
  return { id, formula, weight, from: [id], value };
}

export const DIMENSIONS: readonly DimensionEntry[] = [
  {
    id: "D1",
    zh: "网络覆盖与质量",
    en: "network coverage and quality",
    weight: 25,
    parts: [
      part("WIFI_COVER", 12, "WIFI_COVER", share),
      part("WIFI_QUALITY_SHARE", 5, "WIFI_QUALITY_SHARE", share),
      part("NET_QUALITY", 5, "NET_QUALITY/100", ofHundred),
      part("AVAIL", 3, "f01(AVAIL;0.95→0.995)", between(0.95, 0.995)),
    ],
  },
  {
    id: "D2",
    zh: "IPv6与接入",
    en: "IPv6 and access",
    weight: 15,
    parts: [
      part("IPV6_NET", 9, "IPV6_NET/100", ofHundred),
      part("IPV6_WEB", 3, "IPV6_WEB/100", ofHundred),
      part("ACCESS_BW", 3, "ACCESS_BW", share),
    ],
  },
  {
    id: "D3",
    zh: "物联感知",
    en: "IoT sensing",
    weight: 15,
    parts: [part("IOT_INTEGRATION", 10, "IOT_INTEGRATION", share), part("DATA_COLLECT", 5, "DATA_COLLECT", share)],
  },
  {
    id: "D4",
    zh: "教学空间与装备",
    en: "teaching spaces and equipment",
    weight: 20,
    parts: [
      part("SPACE_COUNT", 6, "min(1,SPACE_COUNT)", atLeastOne),
      part("ROOM_DIGITAL_RATE", 6, "ROOM_DIGITAL_RATE", share),
      part("CLASS_DEV_HEALTH", 6, "CLASS_DEV_HEALTH", share),
      part("EQUIP_AGE", 2, "f01(EQUIP_AGE;10→5)", between(10, 5)),
    ],
  },
  {
    id: "D5",
    zh: "网络与数据安全",
    en: "network and data security",
    weight: 15,
    parts: [
      part("SEC_POSTURE", 10, "SEC_POSTURE/100", ofHundred),
      part("MLPS_FILED", 3, "MLPS_FILED", share),
      part("DRILL_COUNT", 2, "min(1,DRILL_COUNT)", atLeastOne),
    ],
  },
  {
    id: "D6",
    zh: "运维与数据服务",
    en: "operations and data services",
    weight: 10,
    parts: [
      part("ALERT_ACK_RATE", 3, "ALERT_ACK_RATE", share),
      {
        id: "ASSET_OWNER_RATE+CODE_VALID_RATE",
        formula: "min(ASSET_OWNER_RATE,CODE_VALID_RATE)",
        weight: 3,
        from: ["ASSET_OWNER_RATE", "CODE_VALID_RATE"],
        value: share,
      },
      part("DOCKING_STATUS", 2, "DOCKING_STATUS", share),
      part("EVIDENCE_SHARE", 2, "f01(EVIDENCE_SHARE;0.5→0.9)", between(0.5, 0.9)),
    ],
  },
];

/** The dimensions that INFRA_INDEX is made of (6.2). */
export const INFRA_DIMENSIONS: ReadonlySet<DimensionId> = new Set(["D1", "D2", "D3", "D4"]);
