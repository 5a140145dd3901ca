import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeMessage, encodeScopedPdu, FLAG, isEngineId, pduIn } from "./v3-message.ts";

const octets = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
const number = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const headers = fc.record({
  messageId: number,
  flags: fc.integer({ min: 0, max: 7 }),
  engineId: octets(32),
  boots: number,
  time: number,
  userName: octets(32),
});

describe("an SNMPv3 message", () => {
  it("is read as it was written, whatever is in it", () => {
    fc.assert(
      fc.property(headers, fc.nat(48), octets(8), octets(400), (header, digestBytes, salt, content) => {
        const data =
          (header.flags & FLAG.privacy) === 0 ? encodeScopedPdu(header.engineId, header.userName, content) : content;
        const { bytes, digestAt } = encodeMessage(header, digestBytes, salt, data);
        expect(decodeMessage(bytes)).toEqual({ bytes, ...header, digestAt, digestBytes, salt, data });
      }),
    );
  });

  it("is none when it is cut at any byte, or something follows it in its own length", () => {
    const header = {
      messageId: 9,
      flags: 0,
      engineId: Buffer.from("engine"),
      boots: 1,
      time: 1,
      userName: Buffer.from("u"),
    };
    const { bytes } = encodeMessage(
      header,
      0,
      Buffer.alloc(0),
      encodeScopedPdu(header.engineId, header.userName, Buffer.alloc(0)),
    );
    for (let length = 0; length < bytes.length; length++)
      expect(decodeMessage(bytes.subarray(0, length))).toBeUndefined();
    const longer = Buffer.concat([bytes, Buffer.of(5, 0)]);
    longer[1] = (longer[1] ?? 0) + 2;
    expect(decodeMessage(longer)).toBeUndefined();
  });

  it("is none or one, and never an error, whatever arrives", () => {
    const header = {
      messageId: 9,
      flags: 0,
      engineId: Buffer.from("engine"),
      boots: 1,
      time: 1,
      userName: Buffer.from("u"),
    };
    const scoped = encodeScopedPdu(header.engineId, header.userName, Buffer.alloc(40, 0x30));
    const { bytes } = encodeMessage(header, 12, Buffer.alloc(8), scoped);
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(changes, fc.nat(bytes.length), (changed, length) => {
        const damaged = Buffer.from(bytes.subarray(0, length));
        for (const [at, byte] of changed) damaged[at] = byte;
        const message = decodeMessage(damaged);
        if (message) pduIn(message.data);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(fc.property(octets(200), (random) => decodeMessage(random) === undefined || random.length > 20));
  });
});

describe("a scoped PDU", () => {
  it("gives back where its PDU lies, and nothing of what is none", () => {
    const pdu = Buffer.from([0xa2, 1, 0]);
    const scoped = encodeScopedPdu(Buffer.from("engine"), Buffer.from("vlan-7"), pdu);
    const place = pduIn(scoped);
    expect(place && scoped.subarray(place.start, place.end)).toEqual(pdu);
    for (let length = 0; length < scoped.length; length++) expect(pduIn(scoped.subarray(0, length))).toBeUndefined();
  });
});

it.each([
  { length: 4, isOne: false },
  { length: 5, isOne: true },
  { length: 32, isOne: true },
  { length: 33, isOne: false },
])("an engine id of $length bytes is one: $isOne", ({ length, isOne }) => {
  expect(isEngineId(Buffer.alloc(length))).toBe(isOne);
});
