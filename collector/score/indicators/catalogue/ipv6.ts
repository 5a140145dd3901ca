// Indicators of IPv6 (scoring model 7).
import type { IndicatorSpec } from "../spec.ts";

export const IPV6_INDICATORS = {
  IPV6_NET: {
    section: "7.1",
    nameZh: "网络IPv6就绪度",
    nameEn: "IPv6 readiness of a network",
    formula: "points of checks N1 to N10b by their known weight",
    unit: "0–100",
    window: "W20",
    minimum: "known weight ≥ 80",
    source: "M",
    level: "school",
    pooling: { by: "own", how: "share of networks with full support, each population on its own (7.3)" },
    observable: {
      now: false,
      why: "only N8 (ipv6_addresses) and N9 (neighbours_ipv6_global) have metrics, 20 of 100 points: router advertisements, addresses got, resolvers and outside targets are not probed",
    },
  },
  IPV6_WEB: {
    section: "7.2",
    nameZh: "网站IPv6支持度",
    nameEn: "IPv6 readiness of a website",
    formula:
      "points of checks W1 to W9 by their known weight; at most 20 when the home page does not load over IPv6 alone",
    unit: "0–100",
    window: "as_of",
    minimum: "known weight ≥ 80; ≥ 20 probes for W4",
    source: "M",
    level: "school",
    pooling: { by: "own", how: "share of websites that are supported (7.3)" },
    observable: { now: false, why: "websites are not probed" },
  },
  IPV6_SINGLE_STACK: {
    section: "7.3",
    nameZh: "IPv6单栈网络数",
    nameEn: "Networks with IPv6 alone",
    formula: "networks proved at level L4",
    unit: "n",
    window: "as_of",
    minimum: "section 7.1",
    source: "M+D",
    level: "group",
    pooling: { by: "own", how: "networks at level L4 are counted" },
    observable: {
      now: true,
      metrics: [],
      inventory: ["schools.csv:county"],
      declared: ["count"],
      note: "levels of networks are not measured, so only what is declared of a region counts",
    },
  },
} as const satisfies Record<string, IndicatorSpec>;
