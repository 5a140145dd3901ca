// Which number stands for which series of which school. Hundreds of thousands are held at all times, so none costs a text or
// an entry in a map: keys stand at their numbers, and a hash table of numbers finds them.
import type { SeriesKey } from "./store.ts";

export interface KnownSeries {
  id: number;
  schoolId: string;
  key: SeriesKey;
}

/** Stands in the table where no number does. */
const EMPTY = 0;

export class SeriesIndex {
  readonly #keys: (SeriesKey | undefined)[] = [undefined];
  readonly #schools: (string | undefined)[] = [undefined];
  #table = new Int32Array(1_024);
  #count = 0;
  readonly #seed: number;

  /** @param seed chance: names that were made to share a place elsewhere do not share one here */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  byId(id: number): KnownSeries | undefined {
    const key = this.#keys[id];
    const schoolId = this.#schools[id];
    return key === undefined || schoolId === undefined ? undefined : { id, schoolId, key };
  }

  /** 0 for a series that has no number; numbers begin at 1. */
  idOf(schoolId: string, key: SeriesKey): number {
    const mask = this.#table.length - 1;
    for (let place = this.#hash(schoolId, key); ; place++) {
      const id = this.#table[place & mask] ?? EMPTY;
      if (id === EMPTY) return 0;
      if (this.#schools[id] === schoolId && isSame(this.#keys[id], key)) return id;
    }
  }

  add({ id, schoolId, key }: KnownSeries): void {
    while (this.#keys.length < id) {
      // Numbers of metrics that the dictionary no longer has stay without a key.
      this.#keys.push(undefined);
      this.#schools.push(undefined);
    }
    this.#keys[id] = key;
    this.#schools[id] = schoolId;
    this.#count++;
    if (this.#count * 2 > this.#table.length) this.#enlarge();
    else this.#enter(id, schoolId, key);
  }

  #enter(id: number, schoolId: string, key: SeriesKey): void {
    const mask = this.#table.length - 1;
    let place = this.#hash(schoolId, key);
    while (this.#table[place & mask] !== EMPTY) place++;
    this.#table[place & mask] = id;
  }

  #enlarge(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (let id = 1; id < this.#keys.length; id++) {
      const key = this.#keys[id];
      const schoolId = this.#schools[id];
      if (key !== undefined && schoolId !== undefined) this.#enter(id, schoolId, key);
    }
  }

  #hash(schoolId: string, { metric, device, instance }: SeriesKey): number {
    let hash = hashed(hashed(hashed(this.#seed, schoolId), metric), device);
    if (instance !== undefined) hash = hashed(hash ^ 0x55, instance);
    return (hash ^ (hash >>> 15)) & 0x3fffffff;
  }
}

function isSame(a: SeriesKey | undefined, b: SeriesKey): boolean {
  return a !== undefined && a.device === b.device && a.metric === b.metric && a.instance === b.instance;
}

/** FNV-1a over the characters, with the length so that parts do not run into each other. */
function hashed(from: number, text: string): number {
  let hash = Math.imul(from ^ text.length, 0x01000193);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
