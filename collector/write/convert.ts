// Turns the numbers of others into ours: one function per kind of number that Telegraf writes.

export interface Conversion {
  /** For people: how the number is changed. */
  about: string;
  /**
   * @param isInteger written with the suffix `i` or `u`
   * @returns `undefined` for a number that stands for "not known"
   */
  ofNumber(value: number, isInteger: boolean): number | undefined;
  /** Of a state that is written as a word; absent where words mean nothing. */
  ofText?(text: string): number | undefined;
}

export const CONVERSIONS = {
  same: { about: "as it is", ofNumber: (value) => value },
  percent: { about: "÷ 100", ofNumber: (value) => share(value) },
  freePercent: { about: "1 − value ÷ 100", ofNumber: (value) => share(100 - value) },
  nanoseconds: { about: "÷ 10⁹", ofNumber: (value) => value / 1e9 },
  kilowattHours: { about: "× 3,600,000", ofNumber: (value) => value * 3_600_000 },
  /** IF-MIB::ifHighSpeed, and `speed` of the plugin net, which writes −1 for an interface that is down. */
  megabits: { about: "× 10⁶; 0 and less are absent", ofNumber: (value) => (value > 0 ? value * 1e6 : undefined) },
  /** IF-MIB::ifSpeed: its largest value means "faster than this can say". */
  bits: {
    about: "as it is; 0 and 4,294,967,295 are absent",
    ofNumber: (value) => (value > 0 && value < 4_294_967_295 ? value : undefined),
  },
  /** TimeTicks come as an integer of hundredths, and as seconds where the plugin was told `conversion = "float(2)"`. */
  ticks: {
    about: "integers ÷ 100, other numbers as they are",
    ofNumber: (value, isInteger) => (isInteger ? value / 100 : value),
  },
  /** IF-MIB::ifOperStatus: up(1); unknown(4) is absent. */
  operStatus: {
    about: "up(1) is 1, unknown(4) is absent, others are 0",
    ofNumber: (value) => (value === 4 ? undefined : Number(value === 1)),
    ofText: (text) => (/^unknown\b/i.test(text) ? undefined : Number(/^up\b/i.test(text))),
  },
  /** IF-MIB::ifAdminStatus: up(1). */
  adminStatus: {
    about: "up(1) is 1, others are 0",
    ofNumber: (value) => Number(value === 1),
    ofText: (text) => Number(/^up\b/i.test(text)),
  },
} as const satisfies Record<string, Conversion>;

export type ConversionName = keyof typeof CONVERSIONS;

/** Sums of floats come out a hair beyond their ends. */
const HAIR = 1e-6;

/** A ratio of a percentage; what is beyond its end by a hair is at its end. */
function share(percent: number): number {
  if (Math.abs(percent) < HAIR) return 0;
  return Math.abs(percent - 100) < HAIR ? 1 : percent / 100;
}
