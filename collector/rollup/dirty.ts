// Which windows of which schools have to be rolled up: a bit a school and window, so that a province's backlog fits.

/** One window with what is to be done in it. */
interface DirtyWindow {
  /** One bit a school, by its number. */
  schools: Uint32Array;
  /** When the first of what made it dirty was received. */
  receivedMs: number;
  /** Samples in it, about; to know how much to read at once. */
  samples: number;
}

/** A window that was taken out to be rolled up, with the schools that need it. */
export interface TakenWindow {
  startMs: number;
  schools: readonly string[];
  receivedMs: number;
  samples: number;
}

export class DirtyWindows {
  readonly #numbers = new Map<string, number>();
  readonly #schools: string[] = [];
  readonly #windows = new Map<number, DirtyWindow>();

  /** Number of windows in which anything is to be done. */
  get size(): number {
    return this.#windows.size;
  }

  /** Schools that were ever marked. */
  get schoolCount(): number {
    return this.#schools.length;
  }

  mark(schoolId: string, startMs: number, receivedMs = Number.POSITIVE_INFINITY, samples = 0): void {
    const number = this.#number(schoolId);
    let window = this.#windows.get(startMs);
    if (!window) {
      window = { schools: new Uint32Array(Math.ceil((this.#schools.length + 1) / 32)), receivedMs, samples: 0 };
      this.#windows.set(startMs, window);
    }
    if (number >> 5 >= window.schools.length) {
      const larger = new Uint32Array(Math.max(window.schools.length * 2, (number >> 5) + 1));
      larger.set(window.schools);
      window.schools = larger;
    }
    window.schools[number >> 5] = (window.schools[number >> 5] ?? 0) | (1 << (number & 31));
    window.receivedMs = Math.min(window.receivedMs, receivedMs);
    window.samples += samples;
  }

  /** Begins of the windows, in time order. */
  starts(): number[] {
    return [...this.#windows.keys()].sort((a, b) => a - b);
  }

  /** Samples of a window, about. */
  samples(startMs: number): number {
    return this.#windows.get(startMs)?.samples ?? 0;
  }

  /** How many schools have to do in a window. */
  countOf(startMs: number): number {
    return this.#windows.get(startMs)?.schools.reduce((sum, bits) => sum + bitsIn(bits), 0) ?? 0;
  }

  /** Schools that have to do in a window. */
  schoolsOf(startMs: number): string[] {
    const bits = this.#windows.get(startMs)?.schools ?? new Uint32Array();
    return this.#schools.filter((_, number) => isSet(bits, number));
  }

  /** Begins of a school's windows, in time order. */
  startsOf(schoolId: string): number[] {
    const number = this.#numbers.get(schoolId);
    if (number === undefined) return [];
    return this.starts().filter((startMs) => isSet(this.#windows.get(startMs)?.schools, number));
  }

  /** Reception of the oldest of what is to be done; `undefined` when nothing is, or nobody said when. */
  oldestReceivedMs(): number | undefined {
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const { receivedMs } of this.#windows.values()) oldestMs = Math.min(oldestMs, receivedMs);
    return oldestMs === Number.POSITIVE_INFINITY ? undefined : oldestMs;
  }

  /** Removes a window. What cannot be done after all is marked again. */
  takeWindow(startMs: number): TakenWindow {
    const schools = this.schoolsOf(startMs);
    const { receivedMs = Number.POSITIVE_INFINITY, samples = 0 } = this.#windows.get(startMs) ?? {};
    this.#windows.delete(startMs);
    return { startMs, schools, receivedMs, samples };
  }

  /** Removes some windows of one school. */
  takeOf(schoolId: string, starts: readonly number[]): TakenWindow[] {
    const number = this.#numbers.get(schoolId);
    if (number === undefined) return [];
    return starts.flatMap((startMs) => {
      const window = this.#windows.get(startMs);
      if (!window || !isSet(window.schools, number)) return [];
      window.schools[number >> 5] = (window.schools[number >> 5] ?? 0) & ~(1 << (number & 31));
      if (window.schools.every((bits) => bits === 0)) this.#windows.delete(startMs);
      return [{ startMs, schools: [schoolId], receivedMs: window.receivedMs, samples: 0 }];
    });
  }

  /** Puts back what was taken, or what is left of it to do. */
  putBack({ startMs, schools, receivedMs, samples }: TakenWindow): void {
    for (const schoolId of schools) this.mark(schoolId, startMs, receivedMs, samples / schools.length);
  }

  #number(schoolId: string): number {
    const known = this.#numbers.get(schoolId);
    if (known !== undefined) return known;
    const number = this.#schools.push(schoolId) - 1;
    this.#numbers.set(schoolId, number);
    return number;
  }
}

function isSet(bits: Uint32Array | undefined, number: number): boolean {
  return (((bits?.[number >> 5] ?? 0) >>> (number & 31)) & 1) === 1;
}

/** Number of bits that are set among 32. */
function bitsIn(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}
