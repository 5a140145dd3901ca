// How much of the window a school's agents could see: the K of agents that several indicators ask for.
import type { InventoryDevice } from "../../inventory/inventory.ts";
import type { KnownSlots } from "../indicators/devices.ts";
import type { SchoolView } from "./view.ts";

/**
 * Of the segments that these devices are in. What is known of any device of a segment its agent has seen, so the best known one
 * says what the agent saw at least; a segment of which no device is known counts as not seen.
 */
export function agentSlots({ devices, judgement }: SchoolView, of: readonly InventoryDevice[]): KnownSlots {
  const total = { known: 0, expected: 0 };
  for (const segment of new Set(of.map((device) => device.segment))) {
    let best = { known: 0, expected: 0 };
    for (const { id, segment: its } of devices) {
      const slots = its === segment ? judgement.devices.get(id)?.slots : undefined;
      if (slots === undefined || slots.expected === 0) continue;
      const known = slots.up + slots.down;
      const isBetter = best.expected === 0 || known * best.expected > best.known * slots.expected;
      if (isBetter) best = { known, expected: slots.expected };
    }
    total.known += best.known;
    total.expected += best.expected;
  }
  return total;
}
