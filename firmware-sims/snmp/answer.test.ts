import { describe, expect, it } from "vitest";
import { createAnswerer } from "./answer.ts";
import { BerReader } from "./ber.ts";
import { readRequest } from "./message.ts";
import { createStaticMib, oidTlv } from "./mib.ts";
import type { Oid } from "./oid.ts";
import { integer, text } from "./value.ts";

/** Tag, length and content, the length in its long form of two bytes. */
const wrap = (tag: number, content: Buffer) =>
  Buffer.concat([Buffer.of(tag, 0x82, content.length >> 8, content.length & 0xff), content]);

function request({ version = 1, tag = 0xa0, second = 0, third = 0 }, oids: Oid[]): Buffer {
  const bindings = oids.map((oid) => wrap(0x30, Buffer.concat([oidTlv(oid), Buffer.of(5, 0)])));
  const pdu = Buffer.concat([Buffer.of(2, 1, 9, 2, 1, second, 2, 1, third), wrap(0x30, Buffer.concat(bindings))]);
  return wrap(0x30, Buffer.concat([Buffer.of(2, 1, version, 4, 1, 0x63), wrap(tag, pdu)]));
}

function read(response: Buffer): { status: number; index: number; oids: string[] } {
  const message = new BerReader(response).enter(0x30);
  message.skip();
  message.skip();
  const pdu = message.enter(0xa2);
  pdu.skip();
  const [status, index] = [pdu.integer(), pdu.integer()];
  const list = pdu.enter(0x30);
  const oids: string[] = [];
  while (!list.atEnd) oids.push(list.enter(0x30).oid().join("."));
  return { status, index, oids };
}

const mib = createStaticMib([
  { oid: [1, 3, 1, 0], value: integer(1) },
  { oid: [1, 3, 2, 0], value: text("x".repeat(300)) },
  { oid: [1, 3, 3, 0], value: integer(3) },
]);
const ask = (maxMessageBytes: number, ...args: Parameters<typeof request>) =>
  createAnswerer(maxMessageBytes)(readRequest(request(...args)), mib);

describe("an answer", () => {
  it("blames the right variable, also beyond the 127th", () => {
    const oids = [...Array<Oid>(199).fill([1, 3, 1, 0]), [1, 3, 9, 0]];
    expect(read(ask(65_507, { version: 0 }, oids))).toMatchObject({ status: 2, index: 200 });
  });

  it("hands back the variables in v1 and none in v2c when it is too big", () => {
    const oids = [[1, 3, 2, 0]];
    expect(read(ask(300, { version: 0 }, oids))).toEqual({ status: 1, index: 0, oids: ["1.3.2.0"] });
    expect(read(ask(300, { version: 1 }, oids))).toEqual({ status: 1, index: 0, oids: [] });
  });

  it("uses every byte of the message and not one more", () => {
    const whole = ask(65_507, { tag: 0xa5, third: 3 }, [[1, 3]]);
    expect(read(whole).oids).toHaveLength(3);
    expect(ask(whole.length, { tag: 0xa5, third: 3 }, [[1, 3]])).toEqual(whole);
    expect(read(ask(whole.length - 1, { tag: 0xa5, third: 3 }, [[1, 3]])).oids).toHaveLength(2);
  });

  it("says tooBig to a GETBULK of which not even the first variable fits", () => {
    expect(read(ask(300, { tag: 0xa5, third: 3 }, [[1, 3, 1, 0]]))).toEqual({ status: 1, index: 0, oids: [] });
  });

  it("stops a GETBULK where every column has ended, whatever number was asked", () => {
    expect(
      read(
        ask(65_507, { tag: 0xa5, third: 127 }, [
          [1, 3, 2],
          [1, 3, 3],
        ]),
      ).oids,
    ).toEqual(["1.3.2.0", "1.3.3.0", "1.3.3.0", "1.3.3.0", "1.3.3.0", "1.3.3.0"]);
  });

  it("takes negative numbers of a GETBULK as 0, and no repetitions as no answer", () => {
    expect(read(ask(1472, { tag: 0xa5, second: 0xff, third: 2 }, [[1, 3]])).oids).toEqual(["1.3.1.0", "1.3.2.0"]);
    expect(read(ask(1472, { tag: 0xa5, third: 0 }, [[1, 3]]))).toEqual({ status: 0, index: 0, oids: [] });
  });
});
