import { createSocket, type Socket } from "node:dgram";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { v2c } from "./messages-suite.ts";
import { PDU_TAG } from "./pdu.ts";
import { testReceiver } from "./receiver-suite.ts";

const SWITCH = { address: "127.0.0.1", port: 40_000 };

describe("an inform", () => {
  it("that is sent again is one event, until a minute has passed", async () => {
    const { receiver, events, pass } = await testReceiver();
    const inform = v2c({ tag: PDU_TAG.inform, requestId: 77 });
    for (let i = 0; i < 3; i++) receiver.take(inform, SWITCH);
    receiver.take(v2c({ tag: PDU_TAG.inform, requestId: 78 }), SWITCH);
    expect(events).toHaveLength(2);
    expect(receiver.stats()).toMatchObject({ events: 2, repeated: 2 });
    pass(61_000);
    receiver.take(inform, SWITCH);
    expect(events).toHaveLength(3);
  });

  it("is not to be confused with a trap of the same number", async () => {
    const { receiver, events } = await testReceiver();
    for (let i = 0; i < 3; i++) receiver.take(v2c({ requestId: 0 }), SWITCH);
    expect(events).toHaveLength(3);
  });

  it("whose event was lost before it was durable is an event again", async () => {
    const { receiver, events } = await testReceiver();
    const inform = v2c({ tag: PDU_TAG.inform, requestId: 77 });
    receiver.take(inform, SWITCH);
    receiver.forgetInforms();
    receiver.take(inform, SWITCH);
    expect(events).toHaveLength(2);
  });
});

describe("the answer to an inform", () => {
  let sender: Socket;
  beforeEach(async () => {
    sender = createSocket("udp4");
    await new Promise<void>((resolve) => sender.bind(0, "127.0.0.1", resolve));
  });
  afterEach(() => new Promise<void>((resolve) => sender.close(resolve)));

  it("is the inform as a response, and is given when its event is durable, not before", async () => {
    let store = (_isStored: boolean): void => undefined;
    let isStored = false;
    const stored = () =>
      new Promise<boolean>((resolve) => {
        store = resolve;
      });
    const { receiver, untilEvents } = await testReceiver({ stored });
    const port = await receiver.listen();
    const answered = new Promise<Buffer>((resolve, reject) => {
      sender.on("message", (bytes) => (isStored ? resolve(bytes) : reject(new Error("answered too early"))));
    });
    const inform = v2c({ tag: PDU_TAG.inform, requestId: 0x0102 });
    sender.send(inform, port, "127.0.0.1");
    await untilEvents(1);
    // What the spool did not take is not answered; the sender asks again.
    store(false);
    sender.send(inform, port, "127.0.0.1");
    await expect.poll(() => receiver.stats().repeated).toBe(1);
    isStored = true;
    store(true);
    const response = Buffer.from(inform);
    response[response.indexOf(PDU_TAG.inform)] = PDU_TAG.response;
    await expect(answered).resolves.toEqual(response);
    await receiver.close();
  });

  it("is left out while too many wait for the disk", async () => {
    let asked = 0;
    const stored = () => {
      asked += 1;
      return new Promise<boolean>(() => undefined);
    };
    const { receiver, events } = await testReceiver({ stored, gate: { burst: 1e6 } });
    const { address, port } = sender.address();
    for (let i = 0; i < 2_000; i++) receiver.take(v2c({ tag: PDU_TAG.inform, requestId: i }), { address, port });
    expect(events).toHaveLength(2_000);
    expect(asked).toBe(500);
  });
});
