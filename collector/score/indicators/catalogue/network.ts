// Indicators of the network and of what is connected to it (scoring model 8).
import type { IndicatorSpec } from "../spec.ts";

export const NETWORK_INDICATORS = {
  AVAIL: {
    section: "8",
    nameZh: "核心设备可用率",
    nameEn: "Availability of core devices",
    formula: "mean over gateway, core switches and controllers of slots up by slots known",
    unit: "0–1",
    window: "W20",
    minimum: "K ≥ 0.80 each",
    source: "M",
    observable: {
      now: true,
      metrics: ["probe_ok", "agent_selftest_passed"],
      inventory: ["devices.csv:kind", "devices.csv:parent"],
    },
  },
  NET_QUALITY: {
    section: "8",
    nameZh: "网络质量",
    nameEn: "Network quality",
    formula:
      "30 points for loss (3 % → 0.5 %), 25 for round trip p95 (150 → 40 ms), 15 for jitter p95 (50 → 10 ms), 15 for DNS success (98 % → 99.9 %), 15 for DHCP success (95 % → 99 %)",
    unit: "0–100",
    window: "W20",
    minimum: "loss, rtt known; K ≥ 0.80; ≥ 70 weight",
    source: "M",
    observable: { now: false, why: "no metric of loss, round trip, jitter, DNS or DHCP towards a reference target" },
  },
  ACCESS_BW: {
    section: "8",
    nameZh: "出口带宽充足度",
    nameEn: "Sufficiency of the access line",
    formula:
      "p95 of the egress line’s use in busy hours (0.95 → 0.70); 0 if its peak capacity stayed below 0.8 of the contract in two tests",
    unit: "0–1",
    window: "W20",
    minimum: "≥ 10 busy hours",
    source: "M+I",
    observable: {
      now: false,
      why: "if_in_bytes_total and if_speed_bits_per_second are there, but no inventory column says which interface is the egress and what the contract is",
    },
  },
  RURAL_SPEED: {
    section: "8",
    nameZh: "乡村学校网速",
    nameEn: "Speed of rural schools",
    formula:
      "median over rural schools of the download capacity in busy hours; with its yearly ratio and per 100 students",
    unit: "Mbit/s",
    window: "YEAR",
    minimum: "≥ 80 % of group, ≥ 10 tests each",
    source: "M",
    observable: { now: false, why: "no metric of download capacity" },
  },
  BACKBONE_BW: {
    section: "8",
    nameZh: "教育骨干网带宽",
    nameEn: "Backbone bandwidth",
    formula: "link speed and p95 of the use of backbone uplinks",
    unit: "Gbit/s",
    window: "MONTH",
    minimum: "read access or contract",
    source: "M/I",
    observable: { now: false, why: "backbone devices are in no inventory and nobody has granted reading them" },
  },
  TERMINAL_INVENTORY: {
    section: "8",
    nameZh: "终端在册在线率",
    nameEn: "Registered terminals that are seen",
    formula: "registered terminals seen at least once in 30 days by registered ones",
    unit: "0–1",
    window: "30 d",
    minimum: "agent K ≥ 0.80",
    source: "M+I",
    observable: {
      now: true,
      metrics: ["probe_ok", "agent_selftest_passed"],
      inventory: ["devices.csv:id", "devices.csv:key", "devices.csv:kind"],
    },
  },
} as const satisfies Record<string, IndicatorSpec>;
