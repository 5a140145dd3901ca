// The small parts of a line: bytes by name, names and texts with their escapes undone, and numbers.

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
const DELETE = 0x7f;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Control characters are never meant in a line (contract/line.ts writes none). */
export function isControl(byte: number): boolean {
  return byte < SPACE || byte === DELETE;
}

export function hasControl(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (isControl(bytes[i] ?? 0)) return true;
  return false;
}

export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** A line feed stands in no prefix, so a match never runs into the next line. */
export function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** Where the first unescaped `stop` stands in `from … end`; `end` when there is none. */
export function findUnescaped(bytes: Uint8Array, from: number, end: number, stop: number): number {
  for (let i = from; i < end; i++) {
    const byte = bytes[i];
    if (byte === stop) return i;
    if (byte === BACKSLASH) i++;
  }
  return end;
}

/** The characters of a name or tag value with `\,` `\=` `\ ` and `\\` undone; `undefined` when the bytes are not UTF-8. */
export function decodeName(bytes: Uint8Array, from: number, end: number): string | undefined {
  return decode(bytes, from, end)?.replace(/\\([\\,= ])/g, "$1");
}

/** The characters between two quotes with `\"` and `\\` undone; `undefined` when the bytes are not UTF-8. */
export function decodeText(bytes: Uint8Array, from: number, end: number): string | undefined {
  return decode(bytes, from, end)?.replace(/\\(["\\])/g, "$1");
}

function decode(bytes: Uint8Array, from: number, end: number): string | undefined {
  try {
    return utf8.decode(bytes.subarray(from, end));
  } catch {
    return undefined; // `fatal` decoding throws for one reason only: the bytes are not UTF-8
  }
}

/** Powers of ten that a double holds exactly, as far as fifteen digits need them. */
const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] as const;
const EXACT_DIGITS = 15;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INTEGER = /^[+-]?\d+[iu]$/;
const NO_NUMBER = /^[+-]?(?:nan|inf|infinity)$/i;

/**
 * The number that fills `from … end`: a float, or an integer with its suffix `i` or `u`.
 *
 * Up to fifteen digits are read by hand: mantissa and power of ten are then exact doubles, so their quotient is the
 * correctly rounded value (Clinger 1990, section 4). Everything else goes through `Number`.
 *
 * @returns NaN for NaN, infinities and what is too large for a double; `undefined` for what is no number at all.
 */
export function parseNumber(bytes: Uint8Array, from: number, end: number): number | undefined {
  let i = from;
  const negative = bytes[i] === 0x2d;
  if (negative) i++;
  const firstDigit = i;
  let mantissa = 0;
  let pointAt = -1;
  for (; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) mantissa = mantissa * 10 + (byte - 0x30);
    else if (byte === 0x2e && pointAt < 0) pointAt = i;
    else break;
  }
  const digits = i - firstDigit - (pointAt < 0 ? 0 : 1);
  const isInteger = pointAt < 0 && i === end - 1 && (bytes[i] === 0x69 || bytes[i] === 0x75);
  if ((i !== end && !isInteger) || digits === 0 || digits > EXACT_DIGITS) return parseAnyNumber(bytes, from, end);
  const magnitude = pointAt < 0 ? mantissa : mantissa / (POWERS_OF_TEN[i - pointAt - 1] ?? 1);
  return negative ? -magnitude : magnitude;
}

function parseAnyNumber(bytes: Uint8Array, from: number, end: number): number | undefined {
  const text = decode(bytes, from, end);
  if (text === undefined) return undefined;
  if (NO_NUMBER.test(text)) return Number.NaN;
  const value = FLOAT.test(text) ? Number(text) : INTEGER.test(text) ? Number(text.slice(0, -1)) : undefined;
  return value === undefined || Number.isFinite(value) ? value : Number.NaN;
}

export function parseBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(?:t|T|true|True|TRUE)$/.test(text)) return true;
  return /^(?:f|F|false|False|FALSE)$/.test(text) ? false : undefined;
}
