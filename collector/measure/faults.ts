// Which readings of a day say that a device is faulty (scoring model 8, “a fault code”).
//
// A supply that is used up, a lid that is open and a socket that is switched off are no faults: somebody has to do something, but
// nothing is broken. Neither is a UPS that runs from its battery: the mains are.
import type { MetricName } from "../../contract/metrics.ts";
import type { Rollup } from "../store/store.ts";

type Extremes = Pick<Rollup, "min" | "max">;

const wasSet = ({ max }: Extremes) => max >= 1;
const wasNotSet = ({ min }: Extremes) => min <= 0;

/** By metric: whether a window in which it had these extremes holds a fault. */
const FAULTS: Partial<Record<MetricName, (window: Extremes) => boolean>> = {
  /** PJLink ERST, or as the profile names. */
  projector_fault: wasSet,
  /** HOST-RESOURCES-MIB::hrDeviceStatus of the printer is down(5). */
  printer_can_print: wasNotSet,
  /** HOST-RESOURCES-MIB::hrPrinterDetectedErrorState, bit jammed(5). */
  printer_jammed: wasSet,
  /** PowerNet-MIB::upsAdvBatteryReplaceIndicator, or as the profile names. */
  ups_battery_replace: wasSet,
  /** A fan, a power supply, a disk, a microphone: broken by its device's own judgement, as the profile names. */
  sensor_ok: wasNotSet,
};

export function isFault(metric: MetricName, window: Extremes): boolean {
  return FAULTS[metric]?.(window) ?? false;
}
