// An Epson projector in network standby between lessons: MIB-II and the objects that programs for room control read.
import { systemClock } from "../../contract/clock.ts";
import { createStaticMib, type Mib } from "../snmp/mib.ts";
import { integer, text } from "../snmp/value.ts";
import { between } from "./chance.ts";
import type { EquipmentOptions } from "./equipment.ts";
import { createInterfaces } from "./interfaces.ts";
import { isLessonWithDevices } from "./lesson-rhythm.ts";
import { systemRows } from "./mib2.ts";
import { scalars } from "./rows.ts";

/** What can be changed while it answers. */
export interface ProjectorState {
  /** Absent: on in lessons that use devices. */
  on?: boolean;
  lampFailed?: boolean;
}

export interface SimulatedProjector {
  readonly mib: Mib;
  set(patch: ProjectorState): void;
}

const E = "1.3.6.1.4.1.1248.4.1.1";
const HOUR_MS = 3_600_000;
/** Of a day of lessons, the hours its lamp burns. */
const HOURS_A_DAY = 3;

export function createProjector(options: EquipmentOptions = {}): SimulatedProjector {
  const { name = "projector", location = "", mac = "02:e2:00:00:00:01", clock = systemClock, seed = 1 } = options;
  const nowMs = () => clock.nowMs();
  const startedMs = nowMs();
  let state: ProjectorState = {};
  const isOn = () => state.on ?? isLessonWithDevices(nowMs(), seed, name);
  const lampHours = () =>
    between(300, 2_500, seed, name, "lamp") + ((nowMs() - startedMs) / (24 * HOUR_MS)) * HOURS_A_DAY;
  const system = {
    name,
    description: "EPSON Projector EB-L200F",
    objectId: "1.3.6.1.4.1.1248.4.1",
    location,
    contact: "",
    bootedAtMs: startedMs - Math.floor(between(1, 40, seed, name, "uptime") * 24 * HOUR_MS),
  };
  const port = { name: "eth0", description: "eth0", mac, speedMbps: 100, adminUp: true, up: true };
  return {
    mib: createStaticMib([
      ...systemRows(system, nowMs),
      ...createInterfaces([{ ...port, inBytesPerSecond: 60, outBytesPerSecond: 20 }], system.bootedAtMs, nowMs).rows,
      ...scalars(E, {
        1.1: () => integer(Math.floor(lampHours())),
        1.8: text(`1.10/SIM${name.toUpperCase()}`),
        1.9: () => text(statusText(isOn(), state.lampFailed === true)),
        2.7: text(name),
      }),
    ]),
    set: (patch) => {
      state = { ...state, ...patch };
    },
  };
}

/** State, warnings, alarms: 01 standby, 03 normal; alarm 0001, the lamp does not light. */
function statusText(isOn: boolean, lampFailed: boolean): string {
  return `${isOn ? "03" : "01"} 0000 ${lampFailed ? "0001" : "0000"}`;
}
