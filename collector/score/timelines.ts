// The states of all devices of a school over an axis, and how often each state stands on each day. Devices that come out the same on
// a day, which are most of them, are counted once.
import type { DeviceSlots } from "./device.ts";
import { CODE, CODES } from "./state.ts";
import type { SlotAxis } from "./timeline.ts";

export class Timelines {
  readonly axis: SlotAxis;
  /** How many runs of the axis make up the window: its first ones. */
  readonly windowRuns: number;
  readonly #rowOf: ReadonlyMap<string, number>;
  /** Row after row, as long as the axis. */
  readonly #codes: Uint8Array;
  /** By run and row: the first row that has the same codes there, and the same segment. */
  readonly #firsts: Uint32Array;
  /** By run and such first row: how often each code stands there, in slots. */
  readonly #counts: Uint16Array;

  /**
   * @param rowOf places of devices
   * @param codes row after row, each as long as the axis
   * @param firsts run after run, for each row the first one that is like it there
   */
  constructor(axis: SlotAxis, rowOf: ReadonlyMap<string, number>, codes: Uint8Array, firsts: Uint32Array) {
    this.axis = axis;
    this.windowRuns = axis.runs.filter(({ from }) => from < axis.counted).length;
    this.#rowOf = rowOf;
    this.#codes = codes;
    this.#firsts = firsts;
    this.#counts = this.#counted();
  }

  /** A byte a slot, not to be changed; `undefined` for a device that is not of the school. */
  get(deviceId: string): Uint8Array | undefined {
    const row = this.#rowOf.get(deviceId);
    const { length } = this.axis;
    return row === undefined ? undefined : this.#codes.subarray(row * length, (row + 1) * length);
  }

  /** The same. Nothing is expected of a device that is not of the school. */
  codesOf(deviceId: string): Uint8Array {
    return this.get(deviceId) ?? new Uint8Array(this.axis.length);
  }

  /** Something that only devices with the same codes and segment have in common on a run; `undefined` for a device not of the school. */
  likeness(run: number, deviceId: string): number | undefined {
    const row = this.#rowOf.get(deviceId);
    return row === undefined ? undefined : this.#firsts[run * this.#rowOf.size + row];
  }

  /** How many slots of a run have a code, of the devices that are alike there. */
  count(run: number, likeness: number, code: number): number {
    return this.#counts[(run * this.#rowOf.size + likeness) * CODES + code] ?? 0;
  }

  /** The slots of a device over the window. */
  slotsOf(deviceId: string): DeviceSlots {
    const slots = { expected: 0, up: 0, down: 0, unknown: 0 };
    for (let run = 0; run < this.windowRuns; run += 1) {
      const likeness = this.likeness(run, deviceId);
      if (likeness === undefined) return slots;
      slots.up += this.count(run, likeness, CODE.up) + this.count(run, likeness, CODE.degraded);
      slots.down += this.count(run, likeness, CODE.down) + this.count(run, likeness, CODE.downDep);
      for (let code: number = CODE.unknown; code < CODES; code += 1) slots.unknown += this.count(run, likeness, code);
    }
    slots.expected = slots.up + slots.down + slots.unknown;
    return slots;
  }

  #counted(): Uint16Array {
    const rows = this.#rowOf.size;
    const { runs, length } = this.axis;
    const counts = new Uint16Array(this.windowRuns * rows * CODES);
    for (let run = 0; run < this.windowRuns; run += 1) {
      const { from = 0, slots = [] } = runs[run] ?? {};
      for (let row = 0; row < rows; row += 1) {
        if (this.#firsts[run * rows + row] !== row) continue;
        const at = (run * rows + row) * CODES;
        const begin = row * length + from;
        for (let i = begin; i < begin + slots.length; i += 1) {
          const place = at + (this.#codes[i] ?? 0);
          counts[place] = (counts[place] ?? 0) + 1;
        }
      }
    }
    return counts;
  }
}
