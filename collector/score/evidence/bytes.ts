// Bytes written one after the other and read again: single ones, whole numbers of seven bits a byte, and short texts.
import { CampusError } from "../../../contract/errors.ts";

const FIRST_SIZE = 256;
const MORE_FOLLOWS = 0x80;
const SEVEN_BITS = 0x7f;

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE);
  #length = 0;

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number from 0 to 2^31 - 1, the lowest seven bits first. */
  whole(value: number): void {
    let rest = value;
    while (rest > SEVEN_BITS) {
      this.byte((rest & SEVEN_BITS) | MORE_FOLLOWS);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  text(value: string): void {
    const bytes = Buffer.from(value);
    this.whole(bytes.length);
    this.#room(bytes.length);
    this.#length += bytes.copy(this.#bytes, this.#length);
  }

  append(other: ByteWriter): void {
    this.#room(other.#length);
    this.#length += other.#bytes.copy(this.#bytes, this.#length, 0, other.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** The bytes as a text of as many characters: to find equal ones. */
  latin1(): string {
    return this.#bytes.toString("latin1", 0, this.#length);
  }

  /** What was written, good until more is. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What was written, in memory of its own. */
  finish(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#length);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** @throws CampusError `EVIDENCE_DAMAGED` when there are fewer bytes than what is asked for; so do all that read */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw damaged(`it ends after ${this.#bytes.length} bytes`);
    this.#at += 1;
    return value;
  }

  whole(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & SEVEN_BITS) * 2 ** shift;
      if (byte < MORE_FOLLOWS) return value;
    }
    throw damaged("a number of it is too long");
  }

  text(): string {
    const length = this.whole();
    const to = this.#at + length;
    if (to > this.#bytes.length) throw damaged(`it ends after ${this.#bytes.length} bytes`);
    const value = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, length).toString();
    this.#at = to;
    return value;
  }
}

export function damaged(why: string): CampusError {
  return new CampusError("EVIDENCE_DAMAGED", `a packed day of evidence cannot be read: ${why}`);
}
