// SNMPv3 from senders that Debian's tools do not play: old messages, engines by the thousand, damaged ones.
import { describe, expect, it } from "vitest";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { parseOid } from "../snmp/oid.ts";
import { encrypt, localizedKeys, sign } from "../snmp/v3-keys.ts";
import { encodeMessage, encodeScopedPdu, FLAG } from "../snmp/v3-message.ts";
import { LocalEngine, RemoteEngines } from "./engine-clock.ts";
import { PDU_TAG } from "./pdu.ts";
import { testReceiver } from "./receiver-suite.ts";
import { integer, tlv } from "./writer.ts";

const USER: SnmpUser = {
  name: "nms",
  auth: { protocol: "sha256", password: "a password" },
  privacy: { protocol: "aes128", password: "another password" },
};
const ENGINE = Buffer.from("8000000001020304", "hex");
const SWITCH = { address: "127.0.0.1", port: 40_000 };

interface Sent {
  user?: SnmpUser;
  engineId?: Buffer;
  boots?: number;
  time?: number;
  requestId?: number;
  flags?: number;
}

function trap({ user = USER, engineId = ENGINE, boots = 3, time = 1_000, requestId = 1, flags }: Sent = {}): Buffer {
  const varbind = tlv(
    0x30,
    tlv(0x06, parseOid("1.3.6.1.6.3.1.1.4.1.0").bytes),
    tlv(0x06, parseOid("1.3.6.1.6.3.1.1.5.1").bytes),
  );
  const pdu = tlv(PDU_TAG.trapV2, integer(requestId), integer(0), integer(0), tlv(0x30, varbind));
  const scoped = encodeScopedPdu(engineId, Buffer.alloc(0), pdu);
  const keys = localizedKeys(user, engineId);
  const salt = keys.privacy ? Buffer.from("0102030405060708", "hex") : Buffer.alloc(0);
  const data = keys.privacy ? encrypt(keys.privacy, { boots, time, salt }, scoped) : scoped;
  const header = {
    messageId: requestId,
    flags: flags ?? (keys.auth ? FLAG.auth : 0) | (keys.privacy ? FLAG.privacy : 0),
    engineId,
    boots,
    time,
    userName: Buffer.from(user.name),
  };
  const { bytes, digestAt } = encodeMessage(header, keys.auth?.digestBytes ?? 0, salt, data);
  if (keys.auth) sign(keys.auth, bytes, digestAt);
  return bytes;
}

describe("an SNMPv3 trap", () => {
  const receive = () => testReceiver({ users: [USER], communities: [], gate: { burst: 1e6 } });

  it("is taken, and not again when somebody plays it a second time", async () => {
    const { receiver, events } = await receive();
    receiver.take(trap(), SWITCH);
    receiver.take(trap(), SWITCH);
    expect(events).toMatchObject([{ device: "switch", kind: "cold_start" }]);
    expect(receiver.stats()).toMatchObject({ events: 1, repeated: 1, refused: {} });
  });

  it("from before what the engine sent since is refused", async () => {
    const { receiver, events, pass } = await receive();
    receiver.take(trap({ requestId: 1 }), SWITCH);
    receiver.take(trap({ requestId: 2, boots: 2, time: 9_000 }), SWITCH);
    pass(151_000);
    receiver.take(trap({ requestId: 3, time: 1_000 }), SWITCH);
    expect(receiver.stats().refused).toEqual({ replay: 2 });
    receiver.take(trap({ requestId: 4, time: 1_002 }), SWITCH);
    receiver.take(trap({ requestId: 5, boots: 4, time: 0 }), SWITCH);
    expect(events).toHaveLength(3);
  });

  it("is refused where a byte of it was changed, wherever it stands", async () => {
    const { receiver, events } = await receive();
    const bytes = trap();
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x11;
      receiver.take(changed, SWITCH);
    }
    for (let length = 0; length < bytes.length; length++) receiver.take(bytes.subarray(0, length), SWITCH);
    expect(events.filter(({ kind }) => kind !== "trap_refused")).toEqual([]);
    expect(receiver.stats().received).toBe(2 * bytes.length);
  });

  it("without the security its user has is refused, as is one without any user", async () => {
    const { receiver, events } = await receive();
    receiver.take(trap({ user: { name: "nms" } }), SWITCH);
    receiver.take(trap({ user: { name: "" } }), SWITCH);
    receiver.take(trap({ flags: FLAG.privacy }), SWITCH);
    expect(receiver.stats().refused).toEqual({ user: 2, malformed: 1 });
    expect(events.map(({ kind }) => kind)).toEqual(["trap_refused"]);
  });

  it("under a known name from thousands of made-up engines costs a few keys, and leaves the known engine its traps", async () => {
    const { receiver, events, pass } = await receive();
    receiver.take(trap({ requestId: 1 }), SWITCH);
    const genuine = trap();
    const at = genuine.indexOf(ENGINE);
    for (let i = 0; i < 3_000; i++) {
      genuine.writeUInt32BE(i, at + 4);
      receiver.take(genuine, SWITCH);
    }
    expect(receiver.stats().refused).toEqual({ digest: 7, flood: 2_993 });
    receiver.take(trap({ requestId: 2 }), SWITCH);
    expect(events.filter(({ kind }) => kind === "cold_start")).toHaveLength(2);
    pass(60_000);
    receiver.take(trap({ requestId: 3, engineId: Buffer.from("8000000001020305", "hex") }), SWITCH);
    expect(events.filter(({ kind }) => kind === "cold_start")).toHaveLength(3);
  });
});

describe("the engine that answers informs", () => {
  it("keeps its id over restarts and counts each start higher", () => {
    const [first, second] = [0, 3_600_000].map((later) => new LocalEngine("gw", Date.UTC(2026, 8, 1) + later, () => 0));
    expect(second?.id).toEqual(first?.id);
    expect(new LocalEngine("other", 0, () => 0).id).not.toEqual(first?.id);
    expect(second?.clock().boots).toBeGreaterThan(first?.clock().boots ?? 0);
  });

  it("believes messages within 150 seconds of its clock", () => {
    let nowMs = 0;
    const engine = new LocalEngine("gw", Date.UTC(2026, 8, 1), () => nowMs);
    nowMs = 1_000_000;
    const { boots, time } = engine.clock();
    expect([150, 151, -150, -151].map((off) => engine.isTimely({ boots, time: time + off }))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(engine.isTimely({ boots: boots - 1, time })).toBe(false);
  });

  it("refuses what comes from an engine whose boots have run out", () => {
    const engines = new RemoteEngines(() => 0);
    expect(engines.isTimely(ENGINE, { boots: 2 ** 31 - 1, time: 1 })).toBe(false);
  });
});
