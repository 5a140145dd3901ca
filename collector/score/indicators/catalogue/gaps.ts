// Indicators of gaps between regions and schools (scoring model 6).
import type { IndicatorSpec } from "../spec.ts";

export const GAP_INDICATORS = {
  INFRA_INDEX: {
    section: "6.2",
    nameZh: "基础设施指数",
    nameEn: "Infrastructure index",
    formula: "points of dimensions 1 to 4 of the smart-campus score, brought to 100",
    unit: "0–100",
    window: "W20",
    minimum: "known weight ≥ 80 % of dimensions 1 to 4; EVIDENCE_SHARE ≥ 0.80",
    source: "M+I",
    observable: {
      now: false,
      why: "of the 75 points of dimensions 1 to 4 those of IPv6, access, sensing and rooms have no metric or inventory column that feeds them",
    },
  },
  CV_COUNTY: {
    section: "6.1",
    nameZh: "区域差异系数",
    nameEn: "Variation between counties",
    formula: "standard deviation by mean of the counties’ mean INFRA_INDEX, weighted by students",
    unit: "0..",
    window: "YEAR",
    minimum: "≥ 3 counties; a mean above 0",
    source: "M+I",
    observable: { now: false, why: "INFRA_INDEX cannot be observed yet" },
  },
  CV_SCHOOL: {
    section: "6.1",
    nameZh: "校际差异系数",
    nameEn: "Variation between schools of a county and stage",
    formula:
      "standard deviation by mean of INFRA_INDEX of the schools of one county and one stage, weighted by students",
    unit: "0..",
    window: "YEAR",
    minimum: "≥ 5 schools; a mean above 0",
    source: "M+I",
    observable: {
      now: false,
      why: "INFRA_INDEX cannot be observed yet, and no inventory column names a school's stage",
    },
  },
  CV_URBAN_RURAL: {
    section: "6.1",
    nameZh: "城乡差异系数",
    nameEn: "Variation between urban and rural schools",
    formula:
      "standard deviation by mean of the mean INFRA_INDEX of urban and town schools and of rural schools, equal weights",
    unit: "0..",
    window: "YEAR",
    minimum: "both groups known; unclassified schools ≤ 5 %",
    source: "M+I",
    observable: { now: false, why: "INFRA_INDEX cannot be observed yet" },
  },
  GAP_URBAN_RURAL: {
    section: "6.1",
    nameZh: "城乡差距",
    nameEn: "Gap between urban and rural schools",
    formula: "mean INFRA_INDEX of urban and town schools minus that of rural schools",
    unit: "points",
    window: "YEAR",
    minimum: "both groups known; unclassified schools ≤ 5 %",
    source: "M+I",
    observable: { now: false, why: "INFRA_INDEX cannot be observed yet" },
  },
} as const satisfies Record<string, IndicatorSpec>;
