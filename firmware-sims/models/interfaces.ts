// The network interfaces of a simulated device, as IF-MIB shows them, with counters that never fall.
import { CampusError } from "../../contract/errors.ts";
import type { MibRow } from "../snmp/mib.ts";
import { counter32, counter64, gauge32, integer, macOctets, text, timeTicks } from "../snmp/value.ts";
import { bytesCounted } from "./lesson-rhythm.ts";
import { scalars, tableRow } from "./rows.ts";

export interface InterfaceState {
  readonly name: string;
  description: string;
  mac: string;
  speedMbps: number;
  adminUp: boolean;
  up: boolean;
  inBytesPerSecond: number;
  outBytesPerSecond: number;
}

export type InterfacePatch = Partial<Omit<InterfaceState, "name">>;

export interface Interfaces {
  readonly all: readonly Readonly<InterfaceState>[];
  /** IF-MIB: ifNumber, ifTable and ifXTable; ifIndex counts from 1 in the order given. */
  readonly rows: MibRow[];
  /** @throws CampusError `SIM_INTERFACE_UNKNOWN` naming it. */
  set(name: string, patch: InterfacePatch): void;
}

const UP = 1;
const DOWN = 2;
const ETHERNET = 6;
/** Mean bytes of a packet on a school line. */
const PACKET_BYTES = 900;

export function createInterfaces(
  specs: readonly InterfaceState[],
  bootedAtMs: number,
  nowMs: () => number,
): Interfaces {
  const counted = specs.map((spec) => new CountedInterface(spec, bootedAtMs, nowMs));
  return {
    all: counted.map(({ state }) => state),
    rows: [
      ...scalars("1.3.6.1.2.1.2", { 1: integer(specs.length) }),
      ...counted.flatMap((port, i) => interfaceRows(port, i + 1)),
    ],
    set: (name, patch) => {
      const port = counted.find(({ state }) => state.name === name);
      if (!port) throw new CampusError("SIM_INTERFACE_UNKNOWN", `there is no interface named ${name}`);
      port.change(patch);
    },
  };
}

/** An interface whose counters stand still while it is down and go on from there. */
class CountedInterface {
  readonly state: InterfaceState;
  readonly #nowMs: () => number;
  #sinceMs: number;
  #before = { in: 0, out: 0 };

  constructor(spec: InterfaceState, bootedAtMs: number, nowMs: () => number) {
    this.state = { ...spec };
    this.#sinceMs = bootedAtMs;
    this.#nowMs = nowMs;
  }

  get inBytes(): number {
    return this.#before.in + this.#counted(this.state.inBytesPerSecond);
  }

  get outBytes(): number {
    return this.#before.out + this.#counted(this.state.outBytesPerSecond);
  }

  change(patch: InterfacePatch): void {
    this.#before = { in: this.inBytes, out: this.outBytes };
    this.#sinceMs = this.#nowMs();
    Object.assign(this.state, patch);
  }

  #counted(bytesPerSecond: number): number {
    return this.state.up ? bytesCounted(this.#nowMs(), this.#sinceMs, bytesPerSecond) : 0;
  }
}

function interfaceRows(port: CountedInterface, index: number): MibRow[] {
  const { state } = port;
  return [
    ...tableRow("1.3.6.1.2.1.2.2.1", [index], {
      1: integer(index),
      2: () => text(state.description),
      3: integer(ETHERNET),
      4: integer(1500),
      // ifSpeed holds its largest number from 4.3 Gbit/s on; ifHighSpeed has the real one.
      5: () => gauge32(Math.min(state.speedMbps * 1e6, 2 ** 32 - 1)),
      6: () => macOctets(state.mac),
      7: () => integer(state.adminUp ? UP : DOWN),
      8: () => integer(state.up ? UP : DOWN),
      9: timeTicks(0),
      10: () => counter32(port.inBytes),
      11: () => counter32(port.inBytes / PACKET_BYTES),
      13: counter32(0),
      14: counter32(0),
      16: () => counter32(port.outBytes),
      17: () => counter32(port.outBytes / PACKET_BYTES),
      19: counter32(0),
      20: counter32(0),
    }),
    ...tableRow("1.3.6.1.2.1.31.1.1.1", [index], {
      1: text(state.name),
      6: () => counter64(port.inBytes),
      10: () => counter64(port.outBytes),
      15: () => gauge32(state.speedMbps),
      18: () => text(state.description),
    }),
  ];
}
