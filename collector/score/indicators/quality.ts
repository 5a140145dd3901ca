// Indicators of how good the network is: NET_QUALITY and ACCESS_BW.
import { Exact, exactly, f01, ONE, ZERO } from "../exact.ts";
import { type ModelParameters, PARAMETERS } from "../parameters.ts";
import { scoreOf, valueCheck } from "./checks.ts";
import { isEvidenced, type KnownSlots } from "./devices.ts";
import { BUSY_HOURS, CONTRACT_SHARE, CONTRACT_TESTS, NET_QUALITY_KNOWN_WEIGHT } from "./limits.ts";
import { percentileOf } from "./statistics.ts";
import { because, type IndicatorValue, indicator } from "./value.ts";

/** So many of so many: packets lost of those sent, questions answered of those asked. */
export interface Counted {
  of: number;
  count: number;
}

/** What was measured towards reference targets in the window; absent: not measured. */
export interface PathQuality {
  lost?: Counted;
  roundTripP95Ms?: number;
  jitterP95Ms?: number;
  dnsAnswered?: Counted;
  dhcpAnswered?: Counted;
  /** Slots in which the path was measured. */
  slots: KnownSlots;
}

/** NET_QUALITY: loss and round trip must be known, whatever the rest comes to. */
export function netQuality(path: PathQuality, parameters: ModelParameters = PARAMETERS): IndicatorValue {
  const { lost, roundTripP95Ms, jitterP95Ms, dnsAnswered, dhcpAnswered, slots } = path;
  const counted = (id: string, weight: number, counts: Counted | undefined, from: number, to: number) =>
    counts === undefined || counts.of === 0
      ? valueCheck(id, weight, undefined)
      : valueCheck(id, weight, f01(Exact.ratio(counts.count, counts.of), from, to), {
          numerator: counts.count,
          denominator: counts.of,
        });
  const timed = (id: string, weight: number, ms: number | undefined, from: number, to: number) =>
    valueCheck(id, weight, ms === undefined ? undefined : f01(Exact.of(ms), from, to));
  const checks = [
    counted("loss", 30, lost, 0.03, 0.005),
    timed("rtt", 25, roundTripP95Ms, 150, 40),
    timed("jitter", 15, jitterP95Ms, 50, 10),
    counted("dns", 15, dnsAnswered, 0.98, 0.999),
    counted("dhcp", 15, dhcpAnswered, 0.95, 0.99),
  ];
  const score = scoreOf("NET_QUALITY", checks, NET_QUALITY_KNOWN_WEIGHT);
  const evidenced = isEvidenced(slots, parameters);
  const needed = checks.filter(({ id }) => id === "loss" || id === "rtt");
  return indicator("NET_QUALITY", {
    ...score,
    enough: score.enough && evidenced && needed.every(({ value }) => value !== undefined),
    reasons: [...because(evidenced ? 0 : 1, "too_little_evidence"), ...score.reasons],
  });
}

/** The egress of a school in the busy hours of the window. */
export interface AccessLine {
  busyHours: number;
  /** Use of the line from 0 to 1, one a slot of the busy hours, the busier direction. */
  utilisations: readonly number[];
  contractBitsPerSecond?: number;
  /** Peak capacity as it was measured, one a test. */
  measuredBitsPerSecond?: readonly number[];
}

/** Use of the line at which nothing, and at which everything is well. */
const FULL_LINE = 0.95;
const EASY_LINE = 0.7;

/** ACCESS_BW: a line that is full, or that is far below its contract in two tests, does not suffice. */
export function accessBandwidth(line: AccessLine): IndicatorValue {
  const used = percentileOf(line.utilisations, 95);
  const isShort = testsBelowContract(line) >= CONTRACT_TESTS;
  const value = isShort ? ZERO : used && f01(used, FULL_LINE, EASY_LINE);
  const enough = line.busyHours >= BUSY_HOURS && used !== undefined;
  return indicator("ACCESS_BW", {
    enough,
    value,
    lo: enough && value ? value : ZERO,
    hi: isShort ? ZERO : enough && value ? value : ONE,
    reasons: [...because(enough ? 0 : 1, "too_few_tests"), ...because(isShort ? 1 : 0, "below_contract")],
    parts: used ? [{ id: "p95", value: used }] : [],
  });
}

/** Without a contract or without tests there are none. */
function testsBelowContract({ contractBitsPerSecond, measuredBitsPerSecond = [] }: AccessLine): number {
  if (contractBitsPerSecond === undefined) return 0;
  const least = Exact.of(contractBitsPerSecond).times(exactly(CONTRACT_SHARE));
  return measuredBitsPerSecond.filter((measured) => Exact.of(measured).isBelow(least)).length;
}
