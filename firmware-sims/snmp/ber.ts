// BER primitives (X.690): a reader that never leaves its datagram, and lengths and writers for what we answer.
import { CampusError } from "../../contract/errors.ts";
import { isOid, type Oid } from "./oid.ts";
import { contentOf, tagOf, type Value } from "./value.ts";

/** The bytes are not what they should be; the datagram is dropped. */
export class MalformedMessage extends CampusError {
  constructor(problem: string) {
    super("SNMP_MALFORMED", `SNMP message: ${problem}`);
  }
}

/** Reads one value after another from `buffer`, from `position` up to `end`. Every read throws MalformedMessage beyond `end`. */
export class BerReader {
  readonly #buffer: Buffer;
  readonly #end: number;
  #position: number;

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.#buffer = buffer;
    this.#position = position;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#position >= this.#end;
  }

  peekTag(): number {
    return this.#byteAt(this.#position);
  }

  /** Content of the next value, which must carry `tag`. */
  content(tag: number): Buffer {
    const found = this.peekTag();
    if (found !== tag)
      throw new MalformedMessage(`tag 0x${found.toString(16)} where 0x${tag.toString(16)} was expected`);
    return this.#next().content;
  }

  /** A reader over the content of the next value, which must carry `tag`. */
  enter(tag: number): BerReader {
    return new BerReader(this.content(tag));
  }

  /** Steps over the next value whatever it is, and returns it with tag and length. */
  skip(): Buffer {
    return this.#next().whole;
  }

  integer(): number {
    const content = this.content(0x02);
    if (content.length < 1 || content.length > 4) throw new MalformedMessage(`an INTEGER of ${content.length} bytes`);
    return content.readIntBE(0, content.length);
  }

  oid(): Oid {
    const arcs: number[] = [];
    let arc = 0;
    let open = true;
    for (const byte of this.content(0x06)) {
      arc = arc * 128 + (byte & 0x7f);
      if (arc > 2 ** 33) throw new MalformedMessage("an OID arc beyond 32 bits");
      open = byte >= 0x80;
      if (open) continue;
      if (arcs.length > 0) arcs.push(arc);
      else arcs.push(Math.min(2, Math.floor(arc / 40)), arc - Math.min(2, Math.floor(arc / 40)) * 40);
      arc = 0;
    }
    if (open || !isOid(arcs)) throw new MalformedMessage("an OID that is not one");
    return arcs;
  }

  #next(): { content: Buffer; whole: Buffer } {
    const start = this.#position;
    const first = this.#byteAt(start + 1);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    // The indefinite form (0x80) is not BER that SNMP allows, and a datagram needs no more than two length bytes.
    if (first === 0x80 || lengthBytes > 4) throw new MalformedMessage("a length that SNMP does not allow");
    let length = first < 0x80 ? first : 0;
    for (let i = 0; i < lengthBytes; i++) length = length * 256 + this.#byteAt(start + 2 + i);
    const from = start + 2 + lengthBytes;
    if (from + length > this.#end) throw new MalformedMessage(`a value of ${length} bytes that ends beyond its parent`);
    this.#position = from + length;
    return {
      content: this.#buffer.subarray(from, from + length),
      whole: this.#buffer.subarray(start, this.#position),
    };
  }

  #byteAt(position: number): number {
    const byte = position < this.#end ? this.#buffer[position] : undefined;
    if (byte === undefined) throw new MalformedMessage("it ends too early");
    return byte;
  }
}

/** Bytes of a length field: one below 128, else one more than the length needs. */
export function lengthBytes(length: number): number {
  return length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x1_0000 ? 3 : 4;
}

/** Bytes of tag, length and content together. */
export function tlvBytes(contentLength: number): number {
  return 1 + lengthBytes(contentLength) + contentLength;
}

/** Writes tag and length at `at`; returns the position after them. */
export function writeHeader(target: Buffer, at: number, tag: number, length: number): number {
  target[at] = tag;
  const more = lengthBytes(length) - 1;
  if (more === 0) {
    target[at + 1] = length;
    return at + 2;
  }
  target[at + 1] = 0x80 | more;
  return target.writeUIntBE(length, at + 2, more);
}

/** Bytes of a value's content on the wire. */
export function contentBytes(value: Value): number {
  switch (value.type) {
    case "integer":
    case "gauge32":
    case "counter32":
    case "timeticks":
      return integerBytes(value.value);
    default:
      return contentOf(value).length;
  }
}

/** Writes tag, length and content of a value at `at`; returns the position after it. */
export function writeValue(target: Buffer, at: number, value: Value): number {
  switch (value.type) {
    case "integer":
    case "gauge32":
    case "counter32":
    case "timeticks": {
      const bytes = integerBytes(value.value);
      return target.writeIntBE(value.value, writeHeader(target, at, tagOf(value), bytes), bytes);
    }
    default: {
      const content = contentOf(value);
      const from = writeHeader(target, at, tagOf(value), content.length);
      target.set(content, from);
      return from + content.length;
    }
  }
}

/** Fewest bytes of two's complement; an unsigned number with its 32nd bit set needs five. */
function integerBytes(value: number): number {
  let bytes = 1;
  for (let limit = 0x80; value >= limit || value < -limit; limit *= 256) bytes += 1;
  return bytes;
}
