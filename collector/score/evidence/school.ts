// The evidence of one school: its days, those that may still change and those that are over, and the numbers of its devices.
import { OpenDay } from "./open-day.ts";
import { PackedDay } from "./packed-day.ts";
import { SettledDays } from "./settled-days.ts";

export class SchoolEvidence {
  /** Grows whenever a verdict on the school may have changed. */
  revision = 0;
  /** Days with something that the archive does not have yet. */
  readonly unsaved = new Set<number>();
  /** Days that are being put into the archive. */
  readonly saving = new Set<number>();
  /** Days of which the archive may have more than there is here. */
  readonly partial = new Set<number>();
  /** Days that were fetched from the archive because somebody asked for the past. */
  readonly fetched = new Set<number>();
  readonly #keys: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #open = new Map<number, OpenDay>();
  readonly #settled = new SettledDays();
  #byKey: readonly number[] = [];

  /** Device keys by number. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Days that there is something of, in no order. */
  get days(): Set<number> {
    return new Set([...this.#open.keys(), ...this.#settled.days]);
  }

  get openDays(): ReadonlyMap<number, OpenDay> {
    return this.#open;
  }

  /** Of a device that nothing was ever heard of a number that none has. */
  numberOf(key: string): number {
    return this.#numbers.get(key) ?? Number.MAX_SAFE_INTEGER;
  }

  /** The number of a device, given when it is first asked for and kept for ever, because packed days hold it. */
  numberFor(key: string): number {
    const there = this.#numbers.get(key);
    if (there !== undefined) return there;
    const number = this.#keys.push(key) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** All numbers in the order of their keys. */
  numbersByKey(): readonly number[] {
    if (this.#byKey.length !== this.#keys.length) {
      const keys = this.#keys;
      this.#byKey = keys.map((_, number) => number).sort((a, b) => ((keys[a] ?? "") < (keys[b] ?? "") ? -1 : 1));
    }
    return this.#byKey;
  }

  has(day: number): boolean {
    return this.#open.has(day) || this.#settled.has(day);
  }

  /** For reading; `undefined` when nothing is there of the day. */
  read(day: number): PackedDay | undefined {
    const open = this.#open.get(day);
    if (open !== undefined) return open.packed();
    const bytes = this.#settled.get(day);
    return bytes && new PackedDay(bytes);
  }

  /** For writing: a day that was over is opened again. */
  open(day: number): OpenDay {
    const there = this.#open.get(day);
    if (there !== undefined) return there;
    const made = new OpenDay();
    const bytes = this.#settled.get(day);
    if (bytes !== undefined) made.merge(new PackedDay(bytes));
    this.#settled.drop(day);
    this.#open.set(day, made);
    return made;
  }

  settle(day: number): void {
    const open = this.#open.get(day);
    if (open === undefined) return;
    this.#settled.put(day, open.packed().bytes);
    this.#open.delete(day);
  }

  /** Adds a day of the archive to what is there. */
  restore(day: number, packed: Uint8Array): void {
    if (this.has(day)) this.open(day).merge(new PackedDay(packed));
    else this.#settled.put(day, packed);
  }

  drop(day: number): void {
    this.#open.delete(day);
    this.#settled.drop(day);
    this.partial.delete(day);
    this.fetched.delete(day);
  }
}
