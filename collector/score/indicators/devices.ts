// Indicators from the slots of devices: AVAIL, EVIDENCE_SHARE, SCHOOL_MONITORED_RATE, SEC_EQUIP_ONLINE, TERMINAL_INVENTORY.

import type { DeviceSlots } from "../device.ts";
import { Exact, exactly, ONE, ZERO } from "../exact.ts";
import { atLeast, type ModelParameters, PARAMETERS } from "../parameters.ts";
import { sizeOf, type Tally } from "../share.ts";
import { MONITORED_SHARE } from "./limits.ts";
import { because, type IndicatorPart, type IndicatorReasonCount, type IndicatorValue, mean, rate } from "./value.ts";

/** A device over the window, and what its unknown slots are. */
export interface SeenDevice {
  id: string;
  slots: DeviceSlots;
  reasons?: readonly IndicatorReasonCount[];
}

/** Slots of an agent, or of all its devices together: known ones of expected ones. */
export interface KnownSlots {
  known: number;
  expected: number;
}

/** Whether K is at least κ; without any expected slot it is not. */
export function isEvidenced({ known, expected }: KnownSlots, { knownShare }: ModelParameters = PARAMETERS): boolean {
  return expected > 0 && atLeast(known, expected, knownShare);
}

/**
 * AVAIL: mean availability of core devices, one by one, so that a school with many switches does not hide its gateway. Devices
 * that were not expected in any slot are left out.
 * @param devices gateway, core switches and controllers
 */
export function availability(devices: readonly SeenDevice[], parameters: ModelParameters = PARAMETERS): IndicatorValue {
  return meanAvailability("AVAIL", devices, () => true, parameters);
}

/** A security device, and whether its licence is valid; absent: not known. */
export interface SecurityDevice extends SeenDevice {
  licenceValid?: boolean;
}

/** SEC_EQUIP_ONLINE: as AVAIL; a device without a valid licence counts as not there however long it was up. */
export function securityEquipmentOnline(
  devices: readonly SecurityDevice[],
  parameters: ModelParameters = PARAMETERS,
): IndicatorValue {
  return meanAvailability("SEC_EQUIP_ONLINE", devices, ({ licenceValid }) => licenceValid, parameters);
}

function meanAvailability<D extends SeenDevice>(
  id: "AVAIL" | "SEC_EQUIP_ONLINE",
  devices: readonly D[],
  counts: (device: D) => boolean | undefined,
  parameters: ModelParameters,
): IndicatorValue {
  const expected = devices.filter(({ slots }) => slots.expected > 0);
  const parts = expected.map((device) => availabilityPart(device, counts(device), parameters));
  const dark = parts.filter(({ reason }) => reason === "too_little_evidence").length;
  const unknown = parts.filter(({ reason }) => reason === "unknown_item").length;
  return mean(id, parts, {
    enough: dark + unknown === 0,
    reasons: [
      ...because(devices.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(dark, "too_little_evidence"),
      ...because(unknown, "unknown_item"),
      ...because(devices.length - expected.length, "not_expected"),
      ...expected.flatMap(({ reasons = [] }) => reasons),
    ],
  });
}

function availabilityPart(device: SeenDevice, counts: boolean | undefined, parameters: ModelParameters): IndicatorPart {
  const { id, slots } = device;
  const { up, down, unknown, expected } = slots;
  const seen = { id, numerator: up, denominator: up + down };
  if (counts === false) return { ...seen, value: ZERO, lo: ZERO, hi: ZERO };
  const lo = counts === undefined ? ZERO : Exact.ratio(up, expected);
  const hi = Exact.ratio(up + unknown, expected);
  if (!isEvidenced({ known: up + down, expected }, parameters))
    return { ...seen, lo, hi, reason: "too_little_evidence" };
  if (counts === undefined) return { ...seen, lo, hi, reason: "unknown_item" };
  return { ...seen, value: Exact.ratio(up, up + down), lo, hi };
}

/** EVIDENCE_SHARE: mean of K over a school's devices that were expected at all. It says how much is known, so it is never unknown itself. */
export function evidenceShare(devices: readonly SeenDevice[]): IndicatorValue {
  const expected = devices.filter(({ slots }) => slots.expected > 0);
  const parts = expected.map(({ id, slots }): IndicatorPart => {
    const known = slots.up + slots.down;
    return { id, value: Exact.ratio(known, slots.expected), numerator: known, denominator: slots.expected };
  });
  return mean("EVIDENCE_SHARE", parts, {
    enough: true,
    reasons: [
      ...because(devices.length === 0 ? 1 : 0, "nothing_registered"),
      ...because(devices.length - expected.length, "not_expected"),
      ...expected.flatMap(({ reasons = [] }) => reasons),
    ],
  });
}

/** A school and its EVIDENCE_SHARE; absent when it has no agent or no device. */
export interface MonitoredSchool {
  id: string;
  evidenceShare?: Exact;
}

/** SCHOOL_MONITORED_RATE: a school that nobody watches is known not to be watched. */
export function schoolMonitoredRate(schools: readonly MonitoredSchool[]): IndicatorValue {
  const limit = exactly(MONITORED_SHARE);
  const yes = schools.filter((school) => school.evidenceShare?.isAtLeast(limit)).length;
  const dark = schools.filter((school) => school.evidenceShare === undefined).length;
  return rate(
    "SCHOOL_MONITORED_RATE",
    { yes, no: schools.length - yes, unknown: 0 },
    {
      enough: schools.length > 0,
      reasons: schools.length > 0 ? because(dark, "no_agent") : because(1, "nothing_registered"),
      parts: schools.map(({ id, evidenceShare: share }) =>
        share === undefined
          ? { id, value: ZERO, reason: "no_agent" }
          : { id, value: share.isAtLeast(limit) ? ONE : ZERO },
      ),
    },
  );
}

/**
 * TERMINAL_INVENTORY: terminals seen at least once in 30 days. One that was not seen counts as such only where the agents
 * could have seen it.
 */
export function terminalInventory(
  terminals: Tally,
  agents: KnownSlots,
  parameters: ModelParameters = PARAMETERS,
): IndicatorValue {
  const evidenced = isEvidenced(agents, parameters);
  const { yes, no, unknown } = terminals;
  const judged = evidenced ? terminals : { yes, no: 0, unknown: no + unknown };
  const size = sizeOf(terminals);
  return rate("TERMINAL_INVENTORY", judged, {
    enough: evidenced && yes + no > 0,
    reasons: [
      ...because(size === 0 ? 1 : 0, "nothing_registered"),
      ...because(evidenced ? 0 : 1, "too_little_evidence"),
      ...because(judged.unknown, "unknown_item"),
    ],
  });
}
