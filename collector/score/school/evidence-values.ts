// Indicators of what is known and registered of a school: EVIDENCE_SHARE, SCHOOL_MONITORED_RATE, DATA_QUALITY, ASSET_OWNER_RATE,
// CODE_VALID_RATE.
import type { Delivery } from "../../measure/deliveries.ts";
import { assetOwnerRate, codeValidRate, dataQuality, type PartOf } from "../indicators/assets.ts";
import { evidenceShare, schoolMonitoredRate } from "../indicators/devices.ts";
import { ASSET_CODE } from "../indicators/limits.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import { seenDevices } from "./network-values.ts";
import type { SchoolView } from "./view.ts";

export function evidenceValues(view: SchoolView): IndicatorValue[] {
  const { school, devices } = view;
  // What may be switched off is judged by days, so it has no slots that ought to be known.
  const expected = seenDevices(
    view,
    devices.filter(({ expectedOn }) => expectedOn === "always"),
  );
  const share = evidenceShare(expected);
  const slots = expected.reduce<PartOf>(
    ({ part, whole }, { slots: { up, down, expected: all } }) => ({ part: part + up + down, whole: whole + all }),
    { part: 0, whole: 0 },
  );
  return [
    share,
    schoolMonitoredRate([{ id: school.id, ...(share.value && view.hasAgent && { evidenceShare: share.value }) }]),
    dataQuality({ complete: slots, ...arrivals(view.measured?.delivery) }),
    assetOwnerRate(ownedOf(view)),
    codeValidRate(codesOf(view)),
  ];
}

/** Lines of batches that reach from in time to late count neither way. */
function arrivals(delivery: Delivery | undefined): { timely?: PartOf; valid?: PartOf } {
  if (delivery === undefined) return {};
  const { timelyLines, lateLines, mixedLines, refusedLines } = delivery;
  const stored = timelyLines + lateLines + mixedLines;
  return {
    timely: { part: timelyLines, whole: timelyLines + lateLines },
    ...(refusedLines !== undefined && { valid: { part: stored, whole: stored + refusedLines } }),
  };
}

function ownedOf({ devices }: SchoolView): PartOf {
  const owned = devices.filter(({ owner, operator }) => owner !== undefined && operator !== undefined);
  return { part: owned.length, whole: devices.length };
}

/** The school's own code, which its import has checked, and one of each device; a code that two devices have names neither. */
function codesOf({ devices }: SchoolView): PartOf {
  const uses = new Map<string, number>();
  for (const { assetCode } of devices) {
    if (assetCode !== undefined) uses.set(assetCode, (uses.get(assetCode) ?? 0) + 1);
  }
  const valid = devices.filter(
    ({ assetCode }) => assetCode !== undefined && ASSET_CODE.test(assetCode) && uses.get(assetCode) === 1,
  );
  return { part: 1 + valid.length, whole: 1 + devices.length };
}
