// Metrics of printers, projectors, cameras and recorders.
import { counter, flag, type MetricSpec, ratio, seconds } from "./spec.ts";

export const CLASSROOM_METRICS = {
  printer_can_print: {
    ...flag,
    measurement: "device",
    about: "the printer works, warnings included: 1 yes, 0 no",
    source: "HOST-RESOURCES-MIB::hrDeviceStatus of the printer: running(2), warning(3), testing(4) yes; down(5) no",
  },
  printer_paper_out: {
    ...flag,
    measurement: "device",
    about: "no paper: 1 yes, 0 no",
    source: "HOST-RESOURCES-MIB::hrPrinterDetectedErrorState bit noPaper(1)",
  },
  printer_toner_out: {
    ...flag,
    measurement: "device",
    about: "no toner or ink: 1 yes, 0 no",
    source: "HOST-RESOURCES-MIB::hrPrinterDetectedErrorState bit noToner(3)",
  },
  printer_door_open: {
    ...flag,
    measurement: "device",
    about: "a door is open: 1 yes, 0 no",
    source: "HOST-RESOURCES-MIB::hrPrinterDetectedErrorState bit doorOpen(4)",
  },
  printer_jammed: {
    ...flag,
    measurement: "device",
    about: "paper is jammed: 1 yes, 0 no",
    source: "HOST-RESOURCES-MIB::hrPrinterDetectedErrorState bit jammed(5)",
  },
  printer_pages_total: {
    ...counter,
    measurement: "device",
    about: "pages printed over its life, largest of its marking engines",
    source: "Printer-MIB::prtMarkerLifeCount",
  },
  supply_level_ratio: {
    ...ratio,
    measurement: "supply",
    about: "what is left of a supply, of paper in a tray, or of the room in a waste box",
    source:
      "Printer-MIB::prtMarkerSuppliesLevel / prtMarkerSuppliesMaxCapacity, prtInputCurrentLevel / prtInputMaxCapacity; −2 unknown and −3 some are absent",
  },
  projector_on: {
    ...flag,
    measurement: "device",
    about: "1 on or warming up, 0 in standby or cooling down; off is not broken",
    source: "PJLink POWR, or as the profile names",
  },
  projector_lamp_seconds: {
    ...seconds,
    measurement: "device",
    about: "how long the lamp or light source has been used, of several the longest",
    source: "PJLink LAMP, or as the profile names",
  },
  projector_fault: {
    ...flag,
    measurement: "device",
    about: "the projector reports an error: 1 yes, 0 no",
    source: "PJLink ERST, or as the profile names",
  },
} as const satisfies Record<string, MetricSpec>;
