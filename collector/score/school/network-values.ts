// Indicators from the slots of a school's devices and from its uplink: AVAIL, ACCESS_BW, TERMINAL_INVENTORY, SEC_EQUIP_ONLINE.
import { dayAt } from "../../inventory/day.ts";
import type { InventoryDevice } from "../../inventory/inventory.ts";
import { terminalDays } from "../../measure/measure.ts";
import { ONE, ZERO } from "../exact.ts";
import { availability, type SeenDevice, securityEquipmentOnline, terminalInventory } from "../indicators/devices.ts";
import { accessBandwidth } from "../indicators/quality.ts";
import { because, type IndicatorValue, indicator } from "../indicators/value.ts";
import { tallyOf } from "../share.ts";
import type { Truth } from "../truth.ts";
import { agentSlots } from "./agent-slots.ts";
import { isCore, isSecurityDevice, isTerminal } from "./kinds.ts";
import type { SchoolView } from "./view.ts";

export function networkValues(view: SchoolView): IndicatorValue[] {
  const { devices, parameters } = view;
  const terminals = devices.filter(isTerminal);
  const seen = tallyOf(terminals.map(seenLately(view)));
  return [
    availability(seenDevices(view, devices.filter(isCore)), parameters),
    access(view),
    terminalInventory(seen, agentSlots(view, terminals), parameters),
    securityEquipmentOnline(seenDevices(view, devices.filter(isSecurityDevice)), parameters),
  ];
}

/** Devices with their slots of the window. */
export function seenDevices({ judgement }: SchoolView, devices: readonly InventoryDevice[]): SeenDevice[] {
  return devices.flatMap(({ id }) => {
    const slots = judgement.devices.get(id)?.slots;
    return slots ? [{ id, slots }] : [];
  });
}

/** An uplink that the inventory does not name is not a line that suffices or does not. */
function access({ devices, measured }: SchoolView): IndicatorValue {
  const isNamed = devices.some(({ role, uplink }) => role === "egress" && uplink !== undefined);
  if (isNamed && measured?.access) return accessBandwidth(measured.access);
  const reason = isNamed ? "not_measured" : "nothing_registered";
  return indicator("ACCESS_BW", { enough: false, lo: ZERO, hi: ONE, reasons: because(1, reason) });
}

/**
 * Whether a terminal was seen in the 30 days, or since; not seen only where all of them were looked at. The last day may still go on.
 */
function seenLately({ judgement, measured, asOfMs }: SchoolView): (device: InventoryDevice) => Truth {
  const { from, to } = terminalDays(judgement, asOfMs);
  const isLookedAt = measured !== undefined && measured.knownFrom <= from && measured.knownBefore >= to;
  return ({ id }) => {
    const lastSeenMs = judgement.devices.get(id)?.lastSeenMs;
    const lastDay = measured?.lastSeenDay.get(id);
    const wasSeen =
      (lastSeenMs !== undefined && dayAt(lastSeenMs) >= from) || (lastDay !== undefined && lastDay >= from);
    return wasSeen ? true : isLookedAt ? false : undefined;
  };
}
