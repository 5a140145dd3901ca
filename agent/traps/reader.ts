// BER from strangers (X.690 as RFC 3417 section 8 narrows it): reads one value after another and never leaves its datagram.
import { CampusError } from "../../contract/errors.ts";
import { TAG } from "../snmp/ber.ts";
import { oidText } from "../snmp/oid.ts";

/** The bytes are not what they should be: the datagram is dropped and counted. */
export class MalformedTrap extends CampusError {
  constructor(problem: string) {
    super("TRAP_MALFORMED", problem);
  }
}

/** One value: its tag, and where in the datagram tag and content stand. */
export interface Element {
  tag: number;
  /** Where the tag stands. */
  at: number;
  start: number;
  end: number;
}

/** Every method throws MalformedTrap where the next value is not what is asked for. */
export class Reader {
  readonly bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The next value, whatever it is. */
  next(): Element {
    const at = this.#at;
    const tag = this.#byte(at);
    const first = this.#byte(at + 1);
    // 0x80 is the indefinite form, which SNMP forbids; no datagram needs more than four bytes of length.
    if (first === 0x80 || first > 0x84) throw new MalformedTrap("a length that SNMP does not allow");
    let length = first;
    let start = at + 2;
    if (first > 0x80) {
      length = 0;
      for (; start < at + 2 + (first & 0x7f); start++) length = length * 256 + this.#byte(start);
    }
    const end = start + length;
    if (end > this.#end) throw new MalformedTrap("a value ends beyond what holds it");
    this.#at = end;
    return { tag, at, start, end };
  }

  expect(tag: number): Element {
    const element = this.next();
    if (element.tag !== tag) throw new MalformedTrap(`tag ${element.tag} where ${tag} was expected`);
    return element;
  }

  /** A reader over the content of the next value. */
  enter(tag: number): Reader {
    const { start, end } = this.expect(tag);
    return new Reader(this.bytes, start, end);
  }

  octets(): Buffer {
    const { start, end } = this.expect(TAG.octetString);
    return this.bytes.subarray(start, end);
  }

  oid(): string {
    const { start, end } = this.expect(TAG.objectIdentifier);
    const text = oidText(this.bytes, start, end);
    if (text === undefined) throw new MalformedTrap("an object identifier that is none");
    return text;
  }

  /** A whole number of 32 bits with its sign; request ids of some devices take a fifth byte of zero. */
  integer(tag: number = TAG.integer): number {
    const { start, end } = this.expect(tag);
    if (start === end || end - start > 5) throw new MalformedTrap("a number that does not fit 32 bits");
    return this.bytes.readIntBE(start, end - start);
  }

  /** A whole number of 0 to 2^31 − 1. */
  count(): number {
    const value = this.integer();
    if (value < 0 || value > 0x7fffffff) throw new MalformedTrap("a number that is no count");
    return value;
  }

  #byte(at: number): number {
    const byte = at < this.#end ? this.bytes[at] : undefined;
    if (byte === undefined) throw new MalformedTrap("it ends too early");
    return byte;
  }
}
