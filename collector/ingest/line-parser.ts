// A parser of line protocol over bytes, in one pass and without a string for a line like an earlier one.
//
// Measurement and tags of a line ("head") are looked up by their bytes; what the reader made of them the first time is
// handed back. Field names are compared with those of the head's last line. Names have their escapes undone as
// contract/line.ts writes them. A line ends at a line feed, also inside quotes; a carriage return before it is dropped.
import type { RefusalCode } from "../../contract/batch.ts";
import { type LineProblem, MAX_FIELDS, MAX_HEAD_BYTES, MAX_TEXT_BYTES, PROBLEM, readHead } from "./line-head.ts";
import {
  BACKSLASH,
  COMMA,
  CR,
  decodeName,
  decodeText,
  EQUALS,
  findUnescaped,
  HASH,
  isControl,
  LF,
  parseNumber,
  parseTimestamp,
  QUOTE,
  SPACE,
  TAB,
} from "./line-text.ts";

export type FieldKind = "number" | "text" | "boolean";

/** Fields of one line as columns, overwritten by the next line; only the first `count` entries count. */
export interface LineFields<F> {
  count: number;
  meaning: F[];
  kind: FieldKind[];
  /** The value of a number (NaN when it is written as NaN or infinite), 1 or 0 of a boolean. */
  number: number[];
  /** The value of a text, else empty. */
  text: string[];
}

/** Who reads the lines; `H` and `F` are what it makes of a head and of a field, remembered by their bytes. */
export interface LineReader<H, F> {
  head(measurement: string, tags: readonly [name: string, value: string][]): H;
  field(head: H, name: string): F;
  /** One well-formed line; `line` counts from 1, with blank lines and comments. */
  line(line: number, head: H, fields: LineFields<F>, atMs: number): void;
  refuse(line: number, code: RefusalCode, message: string): void;
}

interface KnownHead<H, F> {
  bytes: Uint8Array;
  head: H;
  /** Names with their equals sign, in the order of the head's last line. */
  names: Uint8Array[];
  meanings: F[];
}

/** Heads remembered at most; beyond it all are forgotten, which costs one slow line each. */
const MAX_HEADS = 50_000;
const MAX_NAMES = 1_000;

const NOTHING = new Uint8Array(0);

export class LineParser<H, F> {
  readonly #reader: LineReader<H, F>;
  /** By hash; a collision replaces, so crafted heads cannot make a lookup slow. */
  readonly #heads = new Map<number, KnownHead<H, F>>();
  readonly #names = new Map<string, Uint8Array>();
  readonly #fields: LineFields<F> = { count: 0, meaning: [], kind: [], number: [], text: [] };
  #bytes: Uint8Array = NOTHING;
  /** Where reading stands within the line. */
  #at = 0;
  #end = 0;

  constructor(reader: LineReader<H, F>) {
    this.#reader = reader;
  }

  /** Hands every line to the reader, as a line or as refused. Never throws for what the bytes are. */
  parse(bytes: Uint8Array): void {
    // A plain Uint8Array: the `slice` of a Buffer would be a view that keeps the whole batch in memory.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#lines();
    this.#bytes = NOTHING;
  }

  #lines(): void {
    const bytes = this.#bytes;
    let line = 0;
    for (let start = 0; start < bytes.length; ) {
      const feed = bytes.indexOf(LF, start);
      const next = feed < 0 ? bytes.length : feed;
      line++;
      this.#end = next > start && bytes[next - 1] === CR ? next - 1 : next;
      this.#at = start;
      start = next + 1;
      const problem = this.#line(line);
      if (problem !== undefined) this.#reader.refuse(line, problem.code, problem.message);
    }
  }

  #line(line: number): LineProblem | undefined {
    this.#skipBlanks();
    if (this.#at === this.#end || this.#bytes[this.#at] === HASH) return undefined;
    const known = this.#head();
    if (!("head" in known)) return known;
    const problem = this.#readFields(known);
    if (problem !== undefined) return problem;
    this.#skipBlanks();
    let end = this.#end;
    while (end > this.#at && isBlank(this.#bytes[end - 1])) end--;
    const atMs = parseTimestamp(this.#bytes, this.#at, end);
    if (atMs === undefined) return PROBLEM.NO_TIMESTAMP;
    this.#reader.line(line, known.head, this.#fields, atMs);
    return undefined;
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && isBlank(this.#bytes[this.#at])) this.#at++;
  }

  /** Reads up to the blank before the fields. */
  #head(): KnownHead<H, F> | LineProblem {
    const bytes = this.#bytes;
    const start = this.#at;
    const end = this.#end;
    let hash = 0x811c9dc5; // FNV-1a
    let i = start;
    for (; i < end; i++) {
      const byte = bytes[i] ?? 0;
      if (byte === SPACE) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
      if (byte === BACKSLASH) {
        i++;
        hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
      }
    }
    if (i >= end) return PROBLEM.NO_FIELDS;
    this.#at = i + 1;
    const known = this.#heads.get(hash);
    if (known !== undefined && known.bytes.length === i - start && startsWith(bytes, start, known.bytes)) return known;
    return this.#newHead(hash, start, i);
  }

  #newHead(hash: number, start: number, end: number): KnownHead<H, F> | LineProblem {
    if (end - start > MAX_HEAD_BYTES) return PROBLEM.HEAD_TOO_LONG;
    const bytes = this.#bytes.slice(start, end);
    const read = readHead(bytes);
    if ("code" in read) return read;
    const known = { bytes, head: this.#reader.head(read.measurement, read.tags), names: [], meanings: [] };
    if (this.#heads.size >= MAX_HEADS) this.#heads.clear();
    this.#heads.set(hash, known);
    return known;
  }

  #readFields(known: KnownHead<H, F>): LineProblem | undefined {
    const fields = this.#fields;
    fields.count = 0;
    this.#skipBlanks();
    while (this.#at < this.#end) {
      if (fields.count === MAX_FIELDS) return PROBLEM.TOO_MANY_FIELDS;
      const problem = this.#name(known, fields.count) ?? this.#value(fields.count);
      if (problem !== undefined) return problem;
      fields.count++;
      if (this.#at === this.#end) return PROBLEM.NO_TIMESTAMP;
      if (this.#bytes[this.#at++] === SPACE) return undefined;
    }
    return fields.count === 0 ? PROBLEM.NO_FIELDS : PROBLEM.BAD_NAME;
  }

  /** Reads a field's name with its equals sign. */
  #name(known: KnownHead<H, F>, position: number): LineProblem | undefined {
    const start = this.#at;
    let name = known.names[position];
    let meaning = known.meanings[position];
    if (name === undefined || meaning === undefined || !startsWith(this.#bytes, start, name)) {
      const equals = findUnescaped(this.#bytes, start, this.#end, EQUALS);
      if (equals === this.#end || equals === start || equals - start > MAX_HEAD_BYTES) return PROBLEM.BAD_NAME;
      if (findUnescaped(this.#bytes, start, equals, COMMA) < equals) return PROBLEM.BAD_NAME;
      if (findUnescaped(this.#bytes, start, equals, SPACE) < equals) return PROBLEM.BAD_NAME;
      const text = decodeName(this.#bytes, start, equals);
      if (text === undefined) return PROBLEM.BAD_NAME;
      name = this.#shared(text, start, equals + 1);
      meaning = this.#reader.field(known.head, text);
      known.names[position] = name;
      known.meanings[position] = meaning;
    }
    this.#fields.meaning[position] = meaning;
    this.#at = start + name.length;
    return undefined;
  }

  /** One copy of a name's bytes for all heads: thousands of copies would push each other out of the processor's cache. */
  #shared(text: string, start: number, end: number): Uint8Array {
    const known = this.#names.get(text);
    if (known !== undefined && known.length === end - start && startsWith(this.#bytes, start, known)) return known;
    const name = this.#bytes.slice(start, end);
    if (this.#names.size >= MAX_NAMES) this.#names.clear();
    this.#names.set(text, name);
    return name;
  }

  /** Reads a value up to the comma or blank after it. */
  #value(position: number): LineProblem | undefined {
    if (this.#bytes[this.#at] === QUOTE) return this.#text(position);
    const start = this.#at;
    let end = start;
    while (end < this.#end && this.#bytes[end] !== COMMA && this.#bytes[end] !== SPACE) end++;
    this.#at = end;
    const value = parseNumber(this.#bytes, start, end);
    if (value !== undefined) return this.#set(position, "number", value, "");
    const truth = parseBoolean(decodeName(this.#bytes, start, Math.min(end, start + 6)));
    return truth === undefined ? PROBLEM.BAD_VALUE : this.#set(position, "boolean", truth ? 1 : 0, "");
  }

  #text(position: number): LineProblem | undefined {
    const start = this.#at + 1;
    const close = findUnescaped(this.#bytes, start, this.#end, QUOTE);
    if (close >= this.#end) return PROBLEM.OPEN_TEXT;
    if (close - start > MAX_TEXT_BYTES) return PROBLEM.TEXT_TOO_LONG;
    for (let i = start; i < close; i++) if (isControl(this.#bytes[i] ?? 0)) return PROBLEM.CONTROL_IN_TEXT;
    const text = decodeText(this.#bytes, start, close);
    if (text === undefined) return PROBLEM.TEXT_NOT_UTF8;
    this.#at = close + 1;
    const after = this.#bytes[this.#at];
    if (this.#at < this.#end && after !== COMMA && after !== SPACE) return PROBLEM.BAD_VALUE;
    return this.#set(position, "text", 0, text);
  }

  #set(position: number, kind: FieldKind, value: number, text: string): undefined {
    this.#fields.kind[position] = kind;
    this.#fields.number[position] = value;
    this.#fields.text[position] = text;
  }
}

function parseBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(?:t|T|true|True|TRUE)$/.test(text)) return true;
  return /^(?:f|F|false|False|FALSE)$/.test(text) ? false : undefined;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** A line feed stands in no prefix, so a match never runs into the next line. */
function startsWith(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}
