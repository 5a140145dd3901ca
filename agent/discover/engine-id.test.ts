import { createSocket } from "node:dgram";
import { once } from "node:events";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { because, snmpdMissing, startSnmpd } from "../snmp/snmpd-suite.ts";
import { discoveryBytes } from "../snmp/v3-codec.ts";
import { engineIdentity, readDiscoveryAnswer } from "./engine-id.ts";
import { createEngineIdClient } from "./engine-id-client.ts";
import { messageIdIn, report } from "./engine-id-suite.ts";

/** Written out by hand after RFC 3412 section 6 and RFC 3414 section 4, with message id 0x01020304. */
const QUESTION =
  "303e0201033011020401020304020300ffe30401040201030410300e0400020100020100040004000400301404000400a00e020401020304020100020100" +
  "3000";

describe("SNMPv3 engine discovery", () => {
  it("asks with the bytes of RFC 3414 section 4: nothing but an empty question that wants a Report", () => {
    expect(discoveryBytes(0x01020304).toString("hex")).toBe(QUESTION);
  });

  it.each([
    { id: "80001f8880e9630000d61ff449", enterprise: 8_072 },
    { id: "800007db0300e0fc112233", enterprise: 2_011, mac: "00:e0:fc:11:22:33" },
    { id: "800063a2030cda41aabbcc", enterprise: 25_506, mac: "0c:da:41:aa:bb:cc" },
    { id: "8000000901c0a80101", enterprise: 9 },
    { id: "00000009020000c0a80101ff", enterprise: 9 },
  ])("reads $id", ({ id, enterprise, mac }) => {
    const identity = { engineId: id, enterprise, ...(mac === undefined ? {} : { mac }) };
    expect(readDiscoveryAnswer(report(id))).toEqual({ messageId: 0x01020304, identity });
  });

  it("takes ids of 5 to 32 bytes", () => {
    for (const [bytes, isId] of [
      [4, false],
      [5, true],
      [32, true],
      [33, false],
    ] as const) {
      expect(engineIdentity(Buffer.alloc(bytes, 0x80)) !== undefined).toBe(isId);
    }
    expect(readDiscoveryAnswer(report(""))).toBeUndefined();
  });

  it("does not take anything else for an answer, and never throws", () => {
    const whole = report("800007db0300e0fc112233");
    for (let length = 0; length < 45; length++) expect(readDiscoveryAnswer(whole.subarray(0, length))).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readDiscoveryAnswer(Buffer.from(bytes));
      }),
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bent = Buffer.from(whole);
        bent[at] = byte;
        readDiscoveryAnswer(bent);
      }),
    );
  });
});

describe("the client of engine discovery", () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function device(answer: (question: Buffer) => Buffer[]) {
    const socket = createSocket("udp4");
    socket.on("message", (question, { port, address }) => {
      for (const bytes of answer(question)) socket.send(bytes, port, address);
    });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    closers.push(() => socket.close());
    return socket.address().port;
  }

  function client() {
    const made = createEngineIdClient();
    closers.push(() => made.close());
    return made;
  }

  const never = new AbortController().signal;
  const answerOf = (question: Buffer) => report("800007db0300e0fc112233", messageIdIn(question));

  it("hears the answer among garbage and answers to other questions", async () => {
    const port = await device((question) => [
      Buffer.of(0x30, 3, 2, 0, 0),
      report("8000000901c0a80101", 1),
      answerOf(question),
    ]);
    const answer = await client().ask("127.0.0.1", port, 5_000, never);
    expect(answer).toMatchObject({ enterprise: 2_011, mac: "00:e0:fc:11:22:33" });
  });

  it("does not take an answer from another port than it asked", async () => {
    const other = createSocket("udp4");
    closers.push(() => other.close());
    const port = await device(() => []);
    const asked = await new Promise<Buffer>((resolve) => {
      const listener = createSocket("udp4");
      closers.push(() => listener.close());
      listener.bind(0, "127.0.0.1", () => {
        listener.once("message", (question, from) => {
          other.send(answerOf(question), from.port, from.address, () => resolve(question));
        });
        void client()
          .ask("127.0.0.1", listener.address().port, 50, never)
          .then((answer) => expect(answer).toBeUndefined());
      });
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(await client().ask("127.0.0.1", port, 30, never)).toBeUndefined();
  });

  it.skipIf(snmpdMissing !== undefined)(`is answered by Debian's snmpd${because(snmpdMissing)}`, async () => {
    const snmpd = await startSnmpd("");
    closers.push(() => snmpd.close());
    // 8072 is Net-SNMP's number.
    await expect(client().ask("127.0.0.1", snmpd.port, 5_000, never)).resolves.toMatchObject({ enterprise: 8_072 });
  });

  it("ends at once when it is stopped", async () => {
    const port = await device(() => []);
    const stop = new AbortController();
    const asking = client().ask("127.0.0.1", port, 60_000, stop.signal);
    stop.abort();
    await expect(asking).resolves.toBeUndefined();
  });
});
