// Which readings of a day are faults.
import { describe, expect, it } from "vitest";
import type { MetricName } from "../../contract/metrics.ts";
import { isFault } from "./faults.ts";

describe("a day's readings", () => {
  it.each<[MetricName, number, number, boolean]>([
    ["projector_fault", 0, 0, false],
    ["projector_fault", 0, 1, true],
    ["printer_jammed", 0, 1, true],
    ["printer_can_print", 1, 1, false],
    ["printer_can_print", 0, 1, true],
    ["ups_battery_replace", 1, 1, true],
    ["sensor_ok", 1, 1, false],
    ["sensor_ok", 0, 1, true],
    // Used up, open, switched off or on battery is not broken.
    ["printer_paper_out", 1, 1, false],
    ["printer_toner_out", 1, 1, false],
    ["printer_door_open", 1, 1, false],
    ["outlet_on", 0, 0, false],
    ["ups_on_battery", 1, 1, false],
    ["probe_ok", 0, 0, false],
  ])("of %s from %d to %d are a fault: %s", (metric, min, max, fault) => {
    expect(isFault(metric, { min, max })).toBe(fault);
  });
});
