// An office printer: MIB-II, the printer's row of HOST-RESOURCES-MIB (RFC 2790), pages, toner and paper of Printer-MIB (RFC 3805).
import { systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib, type MibRow } from "../snmp/mib.ts";
import { counter32, integer, octets, oidValue, text } from "../snmp/value.ts";
import { between } from "./chance.ts";
import type { EquipmentOptions } from "./equipment.ts";
import { createInterfaces } from "./interfaces.ts";
import { systemRows } from "./mib2.ts";
import { tableRow } from "./rows.ts";

export interface PrinterState {
  /** Of the toner, 0 to 100; absent: falls with the pages. */
  tonerPercent?: number;
  paperOut?: boolean;
}

export interface SimulatedPrinter {
  readonly mib: Mib;
  set(patch: PrinterState): void;
}

const DEVICE = 1;
const DAY_MS = 86_400_000;
const PAGES_A_DAY = 160;
/** Pages of one toner. */
const TONER_PAGES = 6_000;
const PRTMIB = "1.3.6.1.2.1.43";

export function createPrinter(options: EquipmentOptions = {}): SimulatedPrinter {
  const { name = "printer", location = "", mac = "02:e3:00:00:00:01", clock = systemClock, seed = 1 } = options;
  const nowMs = () => clock.nowMs();
  const startedMs = nowMs();
  let state: PrinterState = {};
  const pages = () =>
    Math.floor(between(4_000, 60_000, seed, name, "pages") + ((nowMs() - startedMs) / DAY_MS) * PAGES_A_DAY);
  const system = {
    name,
    description: "Pantum P3370DN Series",
    objectId: "1.3.6.1.4.1.40093.1",
    location,
    contact: "",
    bootedAtMs: startedMs - Math.floor(between(1, 20, seed, name, "uptime") * DAY_MS),
  };
  const port = { name: "eth0", description: "eth0", mac, speedMbps: 100, adminUp: true, up: true };
  return {
    mib: createStaticMib([
      ...systemRows(system, nowMs),
      ...createInterfaces([{ ...port, inBytesPerSecond: 90, outBytesPerSecond: 30 }], system.bootedAtMs, nowMs).rows,
      ...hostRows(() => state),
      ...printerRows(name, pages, () => state),
    ]),
    set: (patch) => {
      state = { ...state, ...patch };
    },
  };
}

/** hrDeviceTable and hrPrinterTable. Detected errors are bits from the left: lowPaper(0), noPaper(1), lowToner(2) … */
function hostRows(state: () => PrinterState): MibRow[] {
  return [
    ...tableRow("1.3.6.1.2.1.25.3.2.1", [DEVICE], {
      1: integer(DEVICE),
      2: oidValue("1.3.6.1.2.1.25.3.1.5"),
      3: text("Pantum P3370DN"),
      // running(2), down(5).
      5: () => integer(state().paperOut ? 5 : 2),
    }),
    ...tableRow("1.3.6.1.2.1.25.3.5.1", [DEVICE], {
      // idle(3), other(1).
      1: () => integer(state().paperOut ? 1 : 3),
      2: () => octets(Uint8Array.of(state().paperOut ? 0b0100_0000 : 0)),
    }),
  ];
}

function printerRows(name: string, pages: () => number, state: () => PrinterState): MibRow[] {
  const tonerLeft = () =>
    state().tonerPercent === undefined
      ? TONER_PAGES - (pages() % TONER_PAGES)
      : (TONER_PAGES * (state().tonerPercent ?? 0)) / 100;
  return [
    // prtGeneralSerialNumber.
    ...tableRow(`${PRTMIB}.5.1.1`, [DEVICE], { 17: text(`SIM${name.toUpperCase()}`) }),
    // prtInputTable: a tray of 250 sheets(8).
    ...tableRow(`${PRTMIB}.8.2.1`, [DEVICE, 1], {
      8: integer(8),
      9: integer(250),
      10: () => integer(state().paperOut ? 0 : 250 - (pages() % 240)),
      13: text("Tray 1"),
    }),
    // prtMarkerTable: impressions(7).
    ...tableRow(`${PRTMIB}.10.2.1`, [DEVICE, 1], { 3: integer(7), 4: () => counter32(pages()) }),
    // prtMarkerSuppliesTable: toner(3) that is consumed(3), in impressions(7).
    ...tableRow(`${PRTMIB}.11.1.1`, [DEVICE, 1], {
      4: integer(3),
      5: integer(3),
      6: text("Black Toner"),
      7: integer(7),
      8: integer(TONER_PAGES),
      9: () => integer(tonerLeft()),
    }),
  ];
}
