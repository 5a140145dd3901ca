// Answers as bytes: one pass finds out whether a datagram is a well-formed Response and where its names and values lie.
import { PDU, TAG } from "./ber.ts";
import { isBelow } from "./oid.ts";
import { type RefusedValues, readValue, type SnmpValue } from "./value.ts";

/** Positions kept for each variable: begin and end of its name, begin and end of its value's content. */
const STRIDE = 4;

/**
 * A decoder that is used again for each datagram; what it holds is valid until the next `read`. Nothing is allocated for
 * a variable until its value is asked for.
 */
export class Response {
  bytes: Buffer = Buffer.alloc(0);
  requestId = 0;
  errorStatus = 0;
  /** 1 is the first variable; 0 when none is to blame. */
  errorIndex = 0;
  /** Number of variables. */
  count = 0;
  #positions = new Int32Array(64 * STRIDE);
  /** Where the header read last ends, so where its content begins, and where that ends. */
  #content = 0;
  #end = 0;

  /**
   * Takes a datagram.
   * @returns false when it is not one whole SNMP v1 or v2c Response in which every length lies inside what holds it. Bytes
   *          after the message are ignored.
   */
  read(bytes: Buffer): boolean {
    this.bytes = bytes;
    this.count = 0;
    if (!this.#open(TAG.sequence, 0, bytes.length)) return false;
    const messageEnd = this.#end;
    const version = this.#integer(this.#content, messageEnd);
    if (version !== 0 && version !== 1) return false;
    if (!this.#open(TAG.octetString, this.#end, messageEnd)) return false;
    if (!this.#open(PDU.response, this.#end, messageEnd)) return false;
    return this.#end === messageEnd && this.#readPdu(this.#content, messageEnd);
  }

  /**
   * Takes a Response or Report without the message around it, as SNMPv3 carries it.
   * @returns false when it is not one whole PDU of these that ends at `end`.
   */
  readPdu(bytes: Buffer, start: number, end: number): boolean {
    this.bytes = bytes;
    this.count = 0;
    const tag = bytes[start];
    if (tag !== PDU.response && tag !== PDU.report) return false;
    return this.#open(tag, start, end) && this.#end === end && this.#readPdu(this.#content, end);
  }

  nameStart(i: number): number {
    return this.#positions[i * STRIDE] ?? 0;
  }

  nameEnd(i: number): number {
    return this.#positions[i * STRIDE + 1] ?? 0;
  }

  /** Whether the name of variable `i` is exactly this OID. */
  isNamed(i: number, oid: Uint8Array): boolean {
    const start = this.nameStart(i);
    if (this.nameEnd(i) - start !== oid.length) return false;
    for (let at = oid.length - 1; at >= 0; at--) {
      if (oid[at] !== this.bytes[start + at]) return false;
    }
    return true;
  }

  /** Whether variable `i` lies below this OID. */
  isBelow(i: number, oid: Uint8Array): boolean {
    return isBelow(oid, this.bytes, this.nameStart(i), this.nameEnd(i));
  }

  /** The tag of the value stands right behind the name. */
  tag(i: number): number {
    return this.bytes[this.nameEnd(i)] ?? 0;
  }

  /** See `readValue`. */
  value(i: number, counter: RefusedValues): SnmpValue | undefined {
    const at = i * STRIDE;
    return readValue(this.bytes, this.tag(i), this.#positions[at + 2] ?? 0, this.#positions[at + 3] ?? 0, counter);
  }

  #readPdu(start: number, end: number): boolean {
    const requestId = this.#integer(start, end);
    if (requestId === undefined) return false;
    const errorStatus = this.#integer(this.#end, end);
    if (errorStatus === undefined) return false;
    const errorIndex = this.#integer(this.#end, end);
    if (errorIndex === undefined) return false;
    this.requestId = requestId;
    this.errorStatus = errorStatus;
    this.errorIndex = errorIndex;
    return this.#open(TAG.sequence, this.#end, end) && this.#end === end && this.#readVariables(this.#content, end);
  }

  #readVariables(start: number, end: number): boolean {
    const { bytes } = this;
    let at = start;
    while (at < end) {
      // Nearly all variables have lengths of one byte: read here, and with care below otherwise.
      const next = at + 2 + (bytes[at + 1] ?? 0);
      const nameEnd = at + 4 + (bytes[at + 3] ?? 0);
      const value = nameEnd + 2;
      const isShort =
        next <= end &&
        value <= next &&
        next - at < 0x82 &&
        bytes[at] === TAG.sequence &&
        bytes[at + 2] === TAG.objectIdentifier &&
        value + (bytes[nameEnd + 1] ?? 0) === next;
      if (isShort) {
        if (!this.#keep(at + 4, nameEnd, value, next)) return false;
        at = next;
      } else {
        if (!this.#readVariable(at, end)) return false;
        at = this.#end;
      }
    }
    return true;
  }

  /** One variable of any form; its end is then in `#end`. */
  #readVariable(at: number, end: number): boolean {
    if (!this.#open(TAG.sequence, at, end)) return false;
    const next = this.#end;
    if (!this.#open(TAG.objectIdentifier, this.#content, next)) return false;
    const nameStart = this.#content;
    const nameEnd = this.#end;
    return this.#header(nameEnd, next) && this.#end === next && this.#keep(nameStart, nameEnd, this.#content, next);
  }

  /** Returns false for an empty name, and for one whose last arc has no end. */
  #keep(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): boolean {
    if (nameStart === nameEnd || (this.bytes[nameEnd - 1] ?? 0x80) >= 0x80) return false;
    const at = this.count * STRIDE;
    if (at === this.#positions.length) {
      const larger = new Int32Array(at * 2);
      larger.set(this.#positions);
      this.#positions = larger;
    }
    this.#positions[at] = nameStart;
    this.#positions[at + 1] = nameEnd;
    this.#positions[at + 2] = valueStart;
    this.#positions[at + 3] = valueEnd;
    this.count += 1;
    return true;
  }

  #open(tag: number, at: number, end: number): boolean {
    return this.bytes[at] === tag && this.#header(at, end);
  }

  /** Reads tag and length at `at`; false when the length is cut off, indefinite, or reaches beyond `end`. */
  #header(at: number, end: number): boolean {
    if (at + 2 > end) return false;
    let length = this.bytes[at + 1] ?? 0;
    let content = at + 2;
    if (length >= 0x80) {
      const lengthBytes = length & 0x7f;
      // A datagram's length fits two bytes; agents that fill up with zeros use up to four.
      if (lengthBytes === 0 || lengthBytes > 4 || content + lengthBytes > end) return false;
      length = this.bytes.readUIntBE(content, lengthBytes);
      content += lengthBytes;
    }
    this.#content = content;
    this.#end = content + length;
    return this.#end <= end;
  }

  /** The INTEGER of one to four bytes at `at`; `undefined` when there is none. */
  #integer(at: number, end: number): number | undefined {
    if (!this.#open(TAG.integer, at, end)) return undefined;
    const length = this.#end - this.#content;
    return length >= 1 && length <= 4 ? this.bytes.readIntBE(this.#content, length) : undefined;
  }
}
