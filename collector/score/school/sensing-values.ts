// IOT_INTEGRATION and DATA_COLLECT of a school: on how many teaching days the state of its terminals came.
import { attestedZeros } from "../../declared/inputs.ts";
import type { InventoryDevice } from "../../inventory/inventory.ts";
import {
  type DeliveryDays,
  dataCollect,
  iotIntegration,
  isIntegrated,
  TERMINAL_CLASSES,
  type TerminalClass,
} from "../indicators/iot.ts";
import type { IndicatorValue } from "../indicators/value.ts";
import { tallyOf } from "../share.ts";
import { agentSlots } from "./agent-slots.ts";
import { terminalClassOf } from "./kinds.ts";
import type { SchoolView } from "./view.ts";

export function sensingValues(view: SchoolView): IndicatorValue[] {
  return [integration(view), collection(view)];
}

function integration(view: SchoolView): IndicatorValue {
  const { devices, standings, parameters } = view;
  const zeros: ReadonlySet<TerminalClass> = attestedZeros(standings);
  const classes = TERMINAL_CLASSES.map((name) => {
    const terminals = devices.filter((device) => terminalClassOf(device) === name);
    const integrated = terminals.map((device) =>
      isIntegrated(
        {
          hasClass: device.kind !== "unknown",
          hasOwner: device.owner !== undefined,
          hasLocation: device.venue !== undefined || device.location !== undefined,
          days: deliveryDays(view, device),
        },
        parameters,
      ),
    );
    return { class: name, terminals: tallyOf(integrated), attestedZero: zeros.has(name) };
  });
  return iotIntegration(classes, parameters);
}

/** Terminals that may be off deliver when they are on, so they are no points that can be asked for every day. */
function collection(view: SchoolView): IndicatorValue {
  const points = view.devices.filter(
    (device) => device.expectedOn === "always" && terminalClassOf(device) !== undefined,
  );
  return dataCollect(
    points.map((device) => deliveryDays(view, device)),
    agentSlots(view, points),
    view.parameters,
  );
}

/** A day on which it was not seen counts against it only where an agent looked; one spent in maintenance counts neither way. */
function deliveryDays({ judgement }: SchoolView, { id }: InventoryDevice): DeliveryDays {
  const tally = { yes: 0, no: 0, unknown: 0 };
  for (const { seen, watched, expectedSlots } of judgement.deviceDays.of(id)) {
    tally[seen ? "yes" : watched && expectedSlots > 0 ? "no" : "unknown"] += 1;
  }
  return tally;
}
