// All indicators of the scoring model: what each says, what it needs, and whether this program can observe it.
import { COVERAGE_INDICATORS } from "./catalogue/coverage.ts";
import { DECLARED_INDICATORS } from "./catalogue/declared.ts";
import { EVIDENCE_INDICATORS } from "./catalogue/evidence.ts";
import { GAP_INDICATORS } from "./catalogue/gaps.ts";
import { IPV6_INDICATORS } from "./catalogue/ipv6.ts";
import { NETWORK_INDICATORS } from "./catalogue/network.ts";
import { SECURITY_INDICATORS } from "./catalogue/security.ts";
import { SPACE_INDICATORS } from "./catalogue/spaces.ts";
import type { IndicatorSpec } from "./spec.ts";

export const INDICATORS = {
  ...COVERAGE_INDICATORS,
  ...GAP_INDICATORS,
  ...IPV6_INDICATORS,
  ...NETWORK_INDICATORS,
  ...SPACE_INDICATORS,
  ...EVIDENCE_INDICATORS,
  ...SECURITY_INDICATORS,
  ...DECLARED_INDICATORS,
} as const satisfies Record<string, IndicatorSpec>;

export type IndicatorId = keyof typeof INDICATORS;

export function isIndicatorId(name: string): name is IndicatorId {
  return Object.hasOwn(INDICATORS, name);
}
