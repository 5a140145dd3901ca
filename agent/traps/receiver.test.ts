import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { v1, v2c } from "./messages-suite.ts";
import { PDU_TAG } from "./pdu.ts";
import { testReceiver } from "./receiver-suite.ts";
import { integer } from "./writer.ts";

const SWITCH = { address: "127.0.0.1", port: 40_000 };
const STRANGER = { address: "192.0.2.77", port: 40_000 };

describe("what is not taken", () => {
  it("of an unknown community is counted, said once, and once an hour an event of the target that sent it", async () => {
    const { receiver, events, logged, pass } = await testReceiver();
    for (let i = 0; i < 5; i++) receiver.take(v2c({ community: "Geheim77" }), SWITCH);
    receiver.take(v2c({ community: "Geheim77" }), STRANGER);
    expect(receiver.stats()).toMatchObject({ received: 6, events: 1, refused: { community: 6 } });
    expect(events).toMatchObject([{ device: "switch", kind: "trap_refused", text: "unknown community" }]);
    expect(logged).toHaveLength(2);
    expect(logged.join()).not.toContain("Geheim77");
    pass(3_600_000);
    receiver.take(v2c({ community: "Geheim77" }), SWITCH);
    expect(events).toHaveLength(2);
  });

  it("of a sender that is no target is counted and said once; no device is made up for it", async () => {
    const { receiver, events, logged } = await testReceiver();
    for (let i = 0; i < 5; i++) receiver.take(v2c(), STRANGER);
    expect(events).toEqual([]);
    expect(receiver.stats().refused).toEqual({ stranger: 5 });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("192.0.2.77");
  });

  it("of an address that two targets share is counted as that", async () => {
    const targets = [
      { id: "a", host: "127.0.0.1" },
      { id: "b", host: "127.0.0.1" },
    ];
    const { receiver, events } = await testReceiver({ targets });
    receiver.take(v2c(), SWITCH);
    expect(events).toEqual([]);
    expect(receiver.stats().refused).toEqual({ ambiguous: 1 });
  });

  it("of a flooding sender is cut off, which is said once, and comes through again after a pause", async () => {
    const { receiver, events, logged, pass } = await testReceiver({ gate: { burst: 10, perSecond: 1 } });
    for (let i = 0; i < 1_000; i++) receiver.take(v2c(), SWITCH);
    expect(events).toHaveLength(10);
    expect(receiver.stats()).toMatchObject({ received: 1_000, refused: { flood: 990 } });
    expect(logged).toHaveLength(1);
    pass(2_000);
    receiver.take(v2c(), SWITCH);
    expect(events).toHaveLength(10);
    pass(4_000);
    receiver.take(v2c(), SWITCH);
    expect(events).toHaveLength(11);
  });

  it("of a thousand made-up senders fills neither log nor memory", async () => {
    const { receiver, logged } = await testReceiver();
    for (let i = 0; i < 1_000; i++) receiver.take(v2c(), { address: `10.0.${i >> 8}.${i & 255}`, port: 1 });
    expect(logged).toHaveLength(200);
  });

  it("of many made-up senders leaves a target its own share", async () => {
    const { receiver, events } = await testReceiver({ gate: { burst: 10, perSecond: 1 } });
    for (let i = 0; i < 10_000; i++)
      receiver.take(v2c(), { address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, port: 1 });
    expect(receiver.stats().refused).toEqual({ stranger: 10, flood: 9_990 });
    receiver.take(v2c(), SWITCH);
    expect(events).toHaveLength(1);
  });
});

describe("whatever arrives", () => {
  const valid = [v2c(), v2c({ tag: PDU_TAG.inform }), v1(6, 3, "192.0.2.1", [["1.3.6.1.2.1.2.2.1.1.1", integer(1)]])];

  it.each(valid.map((bytes, i) => ({ i, bytes })))("cut off anywhere is malformed ($i)", async ({ bytes }) => {
    const { receiver } = await testReceiver({ gate: { burst: 1e6 } });
    for (let length = 0; length < bytes.length; length++) receiver.take(bytes.subarray(0, length), SWITCH);
    expect(receiver.stats()).toMatchObject({ events: 0, refused: { malformed: bytes.length } });
  });

  it.each([
    ["the five bytes that end a net-snmp session", "3003020000"],
    ["a length without end", "3080"],
    ["a length of 4 GB", "3084ffffffff020101"],
    ["nothing", ""],
  ])("%s is malformed", async (_, hex) => {
    const { receiver } = await testReceiver();
    receiver.take(Buffer.from(hex, "hex"), SWITCH);
    expect(receiver.stats().refused).toEqual({ malformed: 1 });
  });

  it("neither random bytes nor changed messages do harm", async () => {
    const { receiver, logged } = await testReceiver({
      gate: { burst: 1e9 },
      users: [
        {
          name: "u",
          auth: { protocol: "sha256", password: "a password" },
          privacy: { protocol: "aes128", password: "a password" },
        },
      ],
    });
    const changed = fc
      .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([bytes, changes]) => {
        const copy = Buffer.from(bytes);
        for (const [at, byte] of changes) copy[at % copy.length] = byte;
        return copy;
      });
    const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(random, changed), (bytes) => receiver.take(bytes, SWITCH)),
      { numRuns: 5_000, seed: 20_260_901 },
    );
    expect(receiver.stats().received).toBe(5_000);
    expect(logged.join("\n")).not.toContain("could not be read");
  });
});
