// Indicators of assets and of the data themselves: ASSET_OWNER_RATE, CODE_VALID_RATE, DATA_QUALITY, SEC_MONITOR_UPTIME, CONFIG_CHANGE_TRACE.
import { Exact } from "../exact.ts";
import type { IndicatorId } from "./catalogue.ts";
import { scoreOf, valueCheck } from "./checks.ts";
import { type IndicatorValue, indicator, rate } from "./value.ts";

/** So many of so many; both whole, the part not above the whole. */
export interface PartOf {
  part: number;
  whole: number;
}

/** ASSET_OWNER_RATE: devices with owner and operator named by devices. */
export function assetOwnerRate(devices: PartOf): IndicatorValue {
  return share("ASSET_OWNER_RATE", devices);
}

/** CODE_VALID_RATE: schools and assets together whose code validates. What has no code is not valid. */
export function codeValidRate(codes: PartOf): IndicatorValue {
  return share("CODE_VALID_RATE", codes);
}

/** SEC_MONITOR_UPTIME: slots, day and night, with a heartbeat through the whole chain. A slot without one is not proven. */
export function securityMonitorUptime(slots: PartOf): IndicatorValue {
  return share("SEC_MONITOR_UPTIME", slots);
}

/** CONFIG_CHANGE_TRACE: changes of firmware and configuration matched to a work order by changes seen. */
export function configChangeTrace(changes: PartOf): IndicatorValue {
  return share("CONFIG_CHANGE_TRACE", changes);
}

function share(id: IndicatorId, { part, whole }: PartOf): IndicatorValue {
  return rate(id, { yes: part, no: whole - part, unknown: 0 }, { enough: whole > 0 });
}

/** Readings of a month; absent: not counted. */
export interface DataFeed {
  /** Readings that came, late ones included, by those expected. */
  complete?: PartOf;
  /** Readings that arrived within 15 minutes by those that came. */
  timely?: PartOf;
  /** Readings in range and of the right form by those that came, refused ones included. */
  valid?: PartOf;
}

/** DATA_QUALITY: all three must be known. */
export function dataQuality({ complete, timely, valid }: DataFeed): IndicatorValue {
  const part = (id: string, weight: number, counts: PartOf | undefined) =>
    counts === undefined || counts.whole === 0
      ? valueCheck(id, weight, undefined)
      : valueCheck(id, weight, Exact.ratio(counts.part, counts.whole), {
          numerator: counts.part,
          denominator: counts.whole,
        });
  const checks = [part("completeness", 40, complete), part("timeliness", 30, timely), part("validity", 30, valid)];
  const { value, lo, hi, enough, reasons } = scoreOf("DATA_QUALITY", checks, 100);
  const toShare = (points: Exact | undefined) => points?.over(Exact.of(100));
  return indicator("DATA_QUALITY", {
    enough,
    value: toShare(value),
    lo: toShare(lo),
    hi: toShare(hi),
    reasons,
    parts: checks,
  });
}
