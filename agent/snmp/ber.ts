// BER as SNMP uses it (RFC 3417 section 8): tags, lengths, and writing them.

export const TAG = {
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  sequence: 0x30,
  ipAddress: 0x40,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  opaque: 0x44,
  counter64: 0x46,
  /** RFC 1442 only; a few old agents still answer with it. */
  uinteger32: 0x47,
  noSuchObject: 0x80,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const;

export const PDU = {
  get: 0xa0,
  getNext: 0xa1,
  response: 0xa2,
  getBulk: 0xa5,
  report: 0xa8,
} as const;

/** How many bytes a length takes in its shortest form. */
export function lengthBytes(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 4;
}

/** How many bytes tag, length and content take. */
export function tlvBytes(contentBytes: number): number {
  return 1 + lengthBytes(contentBytes) + contentBytes;
}

/** Writes tag and length at `at`; returns where the content begins. */
export function writeHeader(to: Buffer, at: number, tag: number, length: number): number {
  to[at] = tag;
  const bytes = lengthBytes(length);
  if (bytes === 1) {
    to[at + 1] = length;
    return at + 2;
  }
  to[at + 1] = 0x80 | (bytes - 1);
  to.writeUIntBE(length, at + 2, bytes - 1);
  return at + 1 + bytes;
}

/** Content bytes of a whole number of 0 to 2^31 − 1, as few as it takes. */
export function integerBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x8000) return 2;
  return value < 0x800000 ? 3 : 4;
}

/** Writes a whole number of 0 to 2^31 − 1 with its header; returns where the next thing begins. */
export function writeInteger(to: Buffer, at: number, value: number): number {
  const bytes = integerBytes(value);
  const content = writeHeader(to, at, TAG.integer, bytes);
  to.writeUIntBE(value, content, bytes);
  return content + bytes;
}
