// A parser of line protocol over bytes, in one pass and without a string for a line like an earlier one.
//
// Measurement and tags of a line ("head") are looked up by their bytes, first those that came after the head before; what the
// reader made of them the first time is handed back. Field names are compared with what came there last. Names have their
// escapes undone as contract/line.ts writes them. A line ends at a line feed, also inside quotes unless the dialect lets texts have them; a
// carriage return before it is dropped.
import type { FieldNames, KnownField } from "./line-fields.ts";
import { type Dialect, type LineProblem, OWN_DIALECT, PROBLEM, readHead } from "./line-head.ts";
import { LineMemory } from "./line-memory.ts";
import type { FieldKind, LineFields, LineReader } from "./line-reader.ts";
import {
  BACKSLASH,
  COMMA,
  CR,
  decodeName,
  decodeText,
  EQUALS,
  findUnescaped,
  HASH,
  hasControl,
  isBlank,
  LF,
  parseBoolean,
  parseNumber,
  QUOTE,
  SPACE,
  startsWith,
} from "./line-text.ts";
import { parseTime, parseTimestamp, type Times } from "./line-time.ts";

const NOTHING = new Uint8Array(0);

export class LineParser<H, F> {
  readonly #reader: LineReader<H, F>;
  readonly #own: LineMemory<H, F>;
  #memory: LineMemory<H, F>;
  readonly #fields: LineFields<F> = { count: 0, meaning: [], kind: [], number: [], isInteger: [], text: [] };
  readonly #dialect: Dialect;
  #times: Times | undefined;
  #bytes: Uint8Array = NOTHING;
  /** Where reading stands within the line; where the line ends, and the next one begins. */
  #at = 0;
  #end = 0;
  #next = 0;
  /** The head that is likely to come now, and what is known of the present one. */
  #likely = 0;
  #head: H | undefined;
  #known: FieldNames<F> | undefined;

  constructor(reader: LineReader<H, F>, dialect: Dialect = OWN_DIALECT) {
    this.#reader = reader;
    this.#dialect = dialect;
    this.#own = new LineMemory(dialect.maxRememberedBytes);
    this.#memory = this.#own;
  }

  /**
   * Hands every line to the reader, as a line or as refused. Never throws for what the bytes are.
   * @param times how times are written; absent: milliseconds, and every line has its own
   * @param memory of the sender; absent: the parser's own
   */
  parse(bytes: Uint8Array, times?: Times, memory: LineMemory<H, F> = this.#own): void {
    this.#memory = memory;
    this.#likely = 0;
    // A plain Uint8Array: the `slice` of a Buffer would be a view that keeps the whole batch in memory.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#times = times;
    this.#lines();
    this.#bytes = NOTHING;
  }

  #lines(): void {
    const bytes = this.#bytes;
    let line = 0;
    for (let start = 0; start < bytes.length; start = this.#next) {
      line++;
      this.#next = start + 1;
      if (bytes[start] === LF) continue; // many millions of them fit into a batch
      this.#at = start;
      this.#endAfter(start);
      const problem = this.#line(line);
      if (problem !== undefined) this.#reader.refuse(line, problem.code, problem.message);
    }
  }

  /** The line ends at the first line feed from here on. */
  #endAfter(from: number): void {
    const bytes = this.#bytes;
    const feed = bytes.indexOf(LF, from);
    const end = feed < 0 ? bytes.length : feed;
    this.#end = end > from && bytes[end - 1] === CR ? end - 1 : end;
    this.#next = end + 1;
  }

  #line(line: number): LineProblem | undefined {
    this.#skipBlanks();
    if (this.#at === this.#end || this.#bytes[this.#at] === HASH) return undefined;
    let problem = this.#readHead();
    const head = this.#head;
    const known = this.#known;
    if (problem !== undefined || head === undefined || known === undefined) return problem;
    problem = this.#readFields(head, known);
    if (problem !== undefined) return problem;
    this.#skipBlanks();
    let end = this.#end;
    while (end > this.#at && isBlank(this.#bytes[end - 1])) end--;
    const times = this.#times;
    const atMs =
      times === undefined ? parseTimestamp(this.#bytes, this.#at, end) : parseTime(this.#bytes, this.#at, end, times);
    if (atMs === undefined) return PROBLEM.NO_TIMESTAMP;
    this.#reader.line(line, head, this.#fields, atMs);
    return undefined;
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && isBlank(this.#bytes[this.#at])) this.#at++;
  }

  /** Reads up to the blank before the fields. */
  #readHead(): LineProblem | undefined {
    const start = this.#at;
    const length = this.#memory.lengthAt(this.#likely, this.#bytes, start);
    if (length < 0 || start + length >= this.#end || this.#bytes[start + length] !== SPACE)
      return this.#findHead(start);
    this.#at = start + length + 1;
    return this.#use(this.#likely);
  }

  #findHead(start: number): LineProblem | undefined {
    const bytes = this.#bytes;
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
    const number = this.#memory.find(hash, bytes, start, i);
    return number < 0 ? this.#newHead(hash, start, i) : this.#use(number);
  }

  #use(number: number): undefined {
    this.#likely = number + 1;
    this.#head = this.#memory.head(number);
    this.#known = this.#memory.fieldsOf(number);
  }

  #newHead(hash: number, start: number, end: number): LineProblem | undefined {
    const { maxHeadBytes, maxFields } = this.#dialect;
    if (end - start > maxHeadBytes) return PROBLEM.HEAD_TOO_LONG;
    const bytes = this.#bytes.subarray(start, end);
    const read = readHead(bytes);
    if ("code" in read) return read;
    const head = this.#reader.head(read.measurement, read.tags);
    return this.#use(this.#memory.add(hash, bytes, head, this.#reader.fieldsOf?.(head), maxFields));
  }

  #readFields(head: H, known: FieldNames<F>): LineProblem | undefined {
    const fields = this.#fields;
    const { maxFields, tellsIntegers } = this.#dialect;
    let before: KnownField<F> | undefined;
    fields.count = 0;
    this.#skipBlanks();
    while (this.#at < this.#end) {
      if (fields.count === maxFields) return PROBLEM.TOO_MANY_FIELDS;
      const likely = before === undefined ? known.first : before.next;
      if (likely !== undefined && startsWith(this.#bytes, this.#at, likely.name)) {
        fields.meaning[fields.count] = likely.meaning;
        this.#at += likely.name.length;
        before = likely;
      } else {
        const found = known.find(this.#bytes, this.#at) ?? this.#newName(head, known);
        if ("code" in found) return found;
        fields.meaning[fields.count] = found.meaning;
        this.#at += found.name.length;
        known.follows(before, found);
        before = found;
      }
      const problem = this.#value(fields.count);
      if (problem !== undefined) return problem;
      if (tellsIntegers) fields.isInteger[fields.count] = isSuffix(this.#bytes[this.#at - 1]);
      fields.count++;
      if (this.#at === this.#end) return this.#times?.missingMs === undefined ? PROBLEM.NO_TIMESTAMP : undefined;
      if (this.#bytes[this.#at++] === SPACE) return undefined;
    }
    return fields.count === 0 ? PROBLEM.NO_FIELDS : PROBLEM.BAD_NAME;
  }

  /** Reads a name that is not known, up to its equals sign. */
  #newName(head: H, known: FieldNames<F>): KnownField<F> | LineProblem {
    const start = this.#at;
    const equals = findUnescaped(this.#bytes, start, this.#end, EQUALS);
    if (equals === this.#end || equals === start || equals - start > this.#dialect.maxHeadBytes)
      return PROBLEM.BAD_NAME;
    if (findUnescaped(this.#bytes, start, equals, COMMA) < equals) return PROBLEM.BAD_NAME;
    if (findUnescaped(this.#bytes, start, equals, SPACE) < equals) return PROBLEM.BAD_NAME;
    const text = decodeName(this.#bytes, start, equals);
    if (text === undefined) return PROBLEM.BAD_NAME;
    const name = this.#memory.shared(text, this.#bytes, start, equals + 1);
    const meaning = this.#reader.field(head, text);
    this.#memory.learned();
    return known.add(name, meaning);
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
    const { maxTextBytes, loosensTexts } = this.#dialect;
    const start = this.#at + 1;
    let close = findUnescaped(this.#bytes, start, this.#end, QUOTE);
    if (close >= this.#end && loosensTexts) {
      close = findUnescaped(this.#bytes, start, Math.min(this.#bytes.length, start + maxTextBytes + 1), QUOTE);
      if (this.#bytes[close] === QUOTE) this.#endAfter(close);
    }
    if (close >= this.#end) return PROBLEM.OPEN_TEXT;
    if (close - start > maxTextBytes) return PROBLEM.TEXT_TOO_LONG;
    if (!loosensTexts && hasControl(this.#bytes, start, close)) return PROBLEM.CONTROL_IN_TEXT;
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

/** `i` or `u` behind a number. */
function isSuffix(byte: number | undefined): boolean {
  return byte === 0x69 || byte === 0x75;
}
