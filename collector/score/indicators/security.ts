// Indicators of how security is organised: DOCKING_STATUS, MLPS_FILED, DRILL_COUNT, DATA_SEC_CAP.
import { Exact, ONE, ZERO } from "../exact.ts";
import { sizeOf, type Tally } from "../share.ts";
import { DELIVERING_MS, DRILL_DAYS, STALE_MS } from "./limits.ts";
import { because, count, type IndicatorPart, type IndicatorValue, indicator, rate } from "./value.ts";

/** A connection to the platform above; absent altogether: nobody knows whether there is one. */
export interface Docking {
  configured: boolean;
  /** Last delivery that the other side took, not after the time of the evaluation; absent: there was none. */
  lastSuccessAtMs?: number;
}

const CONFIGURED = Exact.of(0.25);
const STALE = Exact.of(0.5);

/** DOCKING_STATUS: 0 none, 0.25 configured, 1 delivering, 0.5 stale; older than stale it is no more than configured. */
export function dockingStatus(docking: Docking | undefined, asOfMs: number): IndicatorValue {
  if (docking === undefined) {
    return indicator("DOCKING_STATUS", { enough: false, lo: ZERO, hi: ONE, reasons: because(1, "not_measured") });
  }
  const value = dockingValue(docking, asOfMs);
  return indicator("DOCKING_STATUS", { enough: true, value, lo: value, hi: value });
}

function dockingValue({ configured, lastSuccessAtMs }: Docking, asOfMs: number): Exact {
  if (!configured) return ZERO;
  if (lastSuccessAtMs === undefined) return CONFIGURED;
  const ageMs = asOfMs - lastSuccessAtMs;
  if (ageMs <= DELIVERING_MS) return ONE;
  return ageMs <= STALE_MS ? STALE : CONFIGURED;
}

/** A system of the signed list. Days as inventory/day.ts has them. */
export interface GradedSystem {
  id: string;
  graded: boolean;
  filed: boolean;
  /** Last day on which its assessment is in date; absent: it has none. */
  assessedUntil?: number;
}

/** MLPS_FILED on a day. Without a signed list nothing is known of any system. */
export function mlpsFiled(systems: readonly GradedSystem[], listSigned: boolean, asOf: number): IndicatorValue {
  const holds = ({ graded, filed, assessedUntil }: GradedSystem) =>
    graded && filed && assessedUntil !== undefined && assessedUntil >= asOf;
  const yes = systems.filter(holds).length;
  return rate("MLPS_FILED", signed({ yes, no: systems.length - yes, unknown: 0 }, listSigned), {
    enough: listSigned && systems.length > 0,
    reasons: listReasons(systems.length, listSigned),
    parts: listSigned
      ? systems.map((system): IndicatorPart => ({ id: system.id, value: holds(system) ? ONE : ZERO }))
      : [],
  });
}

/** A drill that was recorded, and whether its record is attached. */
export interface Drill {
  day: number;
  attached: boolean;
}

export interface DrillCount {
  drills: IndicatorValue;
  /** min(1, n / 1): what the drills are worth in a score; absent when they are not printed. */
  score?: Exact;
}

/** DRILL_COUNT: the 365 days that end with the one of the evaluation. @param drills absent: nobody keeps records here */
export function drillCount(drills: readonly Drill[] | undefined, asOf: number): DrillCount {
  if (drills === undefined) {
    return { drills: indicator("DRILL_COUNT", { enough: false, lo: ZERO, reasons: because(1, "no_entry") }) };
  }
  const inTime = drills.filter(({ day }) => day <= asOf && day > asOf - DRILL_DAYS);
  const attached = inTime.filter((drill) => drill.attached).length;
  const value = count("DRILL_COUNT", attached, {
    enough: true,
    hi: Exact.of(inTime.length),
    reasons: because(inTime.length - attached, "no_attachment"),
  });
  return { drills: value, score: attached > 0 ? ONE : ZERO };
}

/** The capabilities of the target: 权限管控, 态势感知, 接口审计, 数据脱敏, 数据加密, 数据水印. */
export const DATA_SECURITY_CAPABILITIES = [
  "access_control",
  "situation_awareness",
  "interface_audit",
  "masking",
  "encryption",
  "watermark",
] as const;
export type DataSecurityCapability = (typeof DATA_SECURITY_CAPABILITIES)[number];

/** DATA_SEC_CAP: one by one and never as a mean. @param systems of the signed list: those that have it, have not, are not known */
export function dataSecurityCapabilities(
  systems: Readonly<Record<DataSecurityCapability, Tally>>,
  listSigned: boolean,
): Record<DataSecurityCapability, IndicatorValue> {
  const of = (capability: DataSecurityCapability): IndicatorValue => {
    const tally = systems[capability];
    return rate("DATA_SEC_CAP", signed(tally, listSigned), {
      // A list that is signed says of every system what it has.
      enough: listSigned && tally.unknown === 0 && sizeOf(tally) > 0,
      reasons: [...listReasons(sizeOf(tally), listSigned), ...because(tally.unknown, "unknown_item")],
    });
  };
  return {
    access_control: of("access_control"),
    situation_awareness: of("situation_awareness"),
    interface_audit: of("interface_audit"),
    masking: of("masking"),
    encryption: of("encryption"),
    watermark: of("watermark"),
  };
}

/** Nothing of an unsigned list is known. */
function signed(tally: Tally, listSigned: boolean): Tally {
  return listSigned ? tally : { yes: 0, no: 0, unknown: sizeOf(tally) };
}

function listReasons(size: number, listSigned: boolean) {
  return [...because(size === 0 ? 1 : 0, "nothing_registered"), ...because(listSigned ? 0 : 1, "list_not_signed")];
}
