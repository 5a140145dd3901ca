// What a line may not be, and the slow reading of its measurement and tags.
import type { RefusalCode } from "../../contract/batch.ts";
import { COMMA, decodeName, EQUALS, findUnescaped, isControl } from "./line-text.ts";

/** Longer heads and names are refused: no device has such a name, and InfluxDB refuses a whole batch for one of them. */
export const MAX_HEAD_BYTES = 1024;
/** Longest text of a fact or event, in bytes. */
export const MAX_TEXT_BYTES = 16 * 1024;
export const MAX_FIELDS = 256;

/** What lines may be: those of agents are ours to bound, those of others are as InfluxDB takes them. */
export interface Dialect {
  /** Of measurement and tags, and of a field's name. */
  maxHeadBytes: number;
  maxTextBytes: number;
  maxFields: number;
  /** Texts may hold line feeds and other control characters. */
  loosensTexts: boolean;
  /** Readers hear which numbers are written as integers. */
  tellsIntegers: boolean;
  /** Memory for heads and their fields, about; beyond it they are forgotten. */
  maxRememberedBytes: number;
}

export const OWN_DIALECT: Dialect = {
  maxHeadBytes: MAX_HEAD_BYTES,
  maxTextBytes: MAX_TEXT_BYTES,
  maxFields: MAX_FIELDS,
  loosensTexts: false,
  tellsIntegers: false,
  maxRememberedBytes: 32 * 1024 * 1024,
};

/** What is wrong with one line; handed back, not thrown, so that garbage costs no stack trace. */
export interface LineProblem {
  code: RefusalCode;
  message: string;
}

const syntax = (message: string): LineProblem => ({ code: "LINE_SYNTAX", message });

export const PROBLEM = {
  NO_FIELDS: syntax("no fields after measurement and tags"),
  HEAD_TOO_LONG: syntax("measurement and tags are too long"),
  CONTROL_IN_HEAD: syntax("a control character in measurement or tags"),
  HEAD_NOT_UTF8: syntax("measurement or tags are not UTF-8"),
  NO_MEASUREMENT: syntax("the measurement is empty"),
  BAD_TAG: syntax("a tag is not name=value with both parts there"),
  TAG_TWICE: syntax("a tag is there twice"),
  BAD_NAME: syntax("a field has no name, or a name that is not UTF-8 or too long"),
  TOO_MANY_FIELDS: syntax("too many fields"),
  BAD_VALUE: syntax("a value is neither a number, a boolean nor a quoted text"),
  OPEN_TEXT: syntax("a text has no closing quote"),
  CONTROL_IN_TEXT: syntax("a control character in a text"),
  TEXT_TOO_LONG: syntax("a text is too long"),
  TEXT_NOT_UTF8: syntax("a text is not UTF-8"),
  NO_TIMESTAMP: { code: "TIMESTAMP_MISSING", message: "no whole number of milliseconds at the end" },
} as const satisfies Record<string, LineProblem>;

export interface LineHead {
  measurement: string;
  tags: [name: string, value: string][];
}

/** Measurement and tags with their escapes undone, from the bytes before the blank; or what is wrong with them. */
export function readHead(bytes: Uint8Array): LineHead | LineProblem {
  if (bytes.some(isControl)) return PROBLEM.CONTROL_IN_HEAD;
  let end = findUnescaped(bytes, 0, bytes.length, COMMA);
  const measurement = decodeName(bytes, 0, end);
  if (measurement === undefined) return PROBLEM.HEAD_NOT_UTF8;
  if (measurement === "") return PROBLEM.NO_MEASUREMENT;
  const tags: [string, string][] = [];
  while (end < bytes.length) {
    const start = end + 1;
    end = findUnescaped(bytes, start, bytes.length, COMMA);
    const equals = findUnescaped(bytes, start, end, EQUALS);
    if (equals === start || equals >= end - 1 || findUnescaped(bytes, equals + 1, end, EQUALS) < end)
      return PROBLEM.BAD_TAG;
    const name = decodeName(bytes, start, equals);
    const value = decodeName(bytes, equals + 1, end);
    if (name === undefined || value === undefined) return PROBLEM.HEAD_NOT_UTF8;
    if (tags.some(([other]) => other === name)) return PROBLEM.TAG_TWICE;
    tags.push([name, value]);
  }
  return { measurement, tags };
}
