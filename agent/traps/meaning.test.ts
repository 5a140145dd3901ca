import { describe, expect, it } from "vitest";
import { deviceKey } from "../../contract/mac.ts";
import { address, octets, v1, v2c } from "./messages-suite.ts";
import { testReceiver } from "./receiver-suite.ts";
import { integer } from "./writer.ts";

const SWITCH = { address: "127.0.0.1", port: 40_000 };
const STRANGER = { address: "192.0.2.77", port: 40_000 };
const SNMP_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0";

describe("a notification becomes an event", () => {
  it.each([
    { generic: 0, kind: "cold_start" },
    { generic: 1, kind: "warm_start" },
    { generic: 2, kind: "link_down" },
    { generic: 3, kind: "link_up" },
    { generic: 4, kind: "snmp_auth_failure" },
    { generic: 5, kind: "snmp_notification" },
  ])("v1's generic trap $generic is $kind", async ({ generic, kind }) => {
    const { receiver, events } = await testReceiver();
    receiver.take(v1(generic, 0, "0.0.0.0"), SWITCH);
    expect(events).toMatchObject([{ device: "switch", kind }]);
  });

  it("that nobody knows keeps its identifier and what it carried, in few words", async () => {
    const { receiver, events } = await testReceiver();
    const more: [string, Buffer][] = [
      ["1.3.6.1.4.1.9.9.43.1.1.6.1.3.7", integer(-1)],
      ["1.3.6.1.4.1.9.9.43.1.1.6.1.4.7", octets(Buffer.from("教学楼 3 层"))],
      ["1.3.6.1.4.1.9.9.43.1.1.6.1.5.7", octets(Buffer.from([0, 1, 2, 254]))],
      ["1.3.6.1.4.1.9.9.43.1.1.6.1.6.7", octets(Buffer.alloc(5_000, "x"))],
    ];
    receiver.take(v1(6, 7, "0.0.0.0", more), SWITCH);
    const [event] = events;
    expect(event).toMatchObject({ device: "switch", kind: "snmp_notification" });
    expect(event?.text).toMatch(
      /^1\.3\.6\.1\.4\.1\.9\.1\.1\.0\.7; 1\.3.*\.3\.7 = -1; .* = 教学楼 3 层; .* = 000102fe; .*x…$/,
    );
    expect(event?.text.length).toBeLessThanOrEqual(300);
  });

  it("that nobody knows keeps the hardware addresses of the school's devices, and nobody else's", async () => {
    const { receiver, events, devices } = await testReceiver();
    devices.learn({ device: "ap", atMs: 0, texts: { mac: "aa:bb:cc:dd:ee:01" } });
    const said = [
      Buffer.from("aabbccddee01", "hex"),
      Buffer.from("aabbccddee02", "hex"),
      Buffer.from("STA aabb-ccdd-ee02 left AP AA-BB-CC-DD-EE-01"),
      Buffer.from("aabbccddee02 120000000000 Gi1/24"),
    ];
    const more = said.map((bytes, i): [string, Buffer] => [`1.3.6.1.4.1.9.${i}`, octets(bytes)]);
    receiver.take(v2c({ trap: "1.3.6.1.4.1.9.0.1", more }), SWITCH);
    expect(events[0]?.text.split("; ").map((text) => text.replace(/.* = /, ""))).toEqual([
      "1.3.6.1.4.1.9.0.1",
      "aa:bb:cc:dd:ee:01",
      "(a MAC)",
      "STA (a MAC) left AP AA-BB-CC-DD-EE-01",
      "(a MAC) 120000000000 Gi1/24",
    ]);
  });

  it.each([
    { case: "GB 18030", bytes: Buffer.from("bdcc D1 A7 C2A5 33 B2E3".replaceAll(" ", ""), "hex"), text: "教学楼3层" },
    { case: "line feeds", bytes: Buffer.from("a\r\nb\tc"), text: "a b c" },
    { case: "turned direction", bytes: Buffer.from("a\u202eb\u2066c"), text: "a b c" },
    { case: "an escape sequence", bytes: Buffer.from("\u001b[2Jx"), text: "1b5b324a78" },
    { case: "C1 control characters", bytes: Buffer.from("x\u009b2J"), text: "78c29b324a" },
  ])("with $case is fit for a page and a terminal", async ({ bytes, text }) => {
    const { receiver, events } = await testReceiver();
    receiver.take(v2c({ more: [["1.3.6.1.2.1.31.1.1.1.1.7", octets(bytes)]] }), SWITCH);
    expect(events[0]?.text).toBe(`ifName ${text}`);
  });

  it("of two ports that fail in the same millisecond are two events to a store", async () => {
    const { receiver, events } = await testReceiver();
    for (const port of [1, 2, 3])
      receiver.take(v2c({ more: [[`1.3.6.1.2.1.2.2.1.1.${port}`, integer(port)]] }), SWITCH);
    expect(new Set(events.map(({ atMs }) => atMs)).size).toBe(3);
    expect(events.map(({ text }) => text)).toEqual(["ifIndex 1", "ifIndex 2", "ifIndex 3"]);
  });

  it("of the device that a relay names, when the relay is no target", async () => {
    const { receiver, events } = await testReceiver();
    receiver.take(v1(0, 0, "127.0.0.1"), STRANGER);
    receiver.take(v2c({ more: [[SNMP_TRAP_ADDRESS, address("127.0.0.1")]] }), STRANGER);
    expect(events).toMatchObject([
      { device: "switch", kind: "cold_start" },
      { device: "switch", kind: "link_down", text: "linkDown" },
    ]);
  });

  it("of the sender, whatever it says of other targets", async () => {
    const targets = [
      { id: "switch", host: "127.0.0.1" },
      { id: "core", host: "192.0.2.1" },
    ];
    const { receiver, events } = await testReceiver({ targets });
    receiver.take(v1(0, 0, "192.0.2.1"), SWITCH);
    expect(events).toMatchObject([{ device: "switch" }]);
  });
});

describe("an access point that comes or goes", () => {
  const MAC = Buffer.from("aabbccddee01", "hex");
  const SERIAL = "210235A1GWB123456789";
  const h3c = (specific: 1 | 2) =>
    v2c({
      trap: `1.3.6.1.4.1.25506.2.75.1.3.0.${specific}`,
      more: [
        ["1.3.6.1.4.1.25506.2.75.1.2.1.1.1", octets(Buffer.from(SERIAL))],
        ["1.3.6.1.4.1.25506.2.75.1.3.1.4.0", octets(Buffer.from("3F-library"))],
        ["1.3.6.1.4.1.25506.2.75.1.3.1.5.0", address("10.1.2.3")],
      ],
    });

  it("is named by what a stranger to the probes would call it", async () => {
    const { receiver, events } = await testReceiver();
    receiver.take(h3c(2), SWITCH);
    receiver.take(h3c(1), SWITCH);
    expect(events).toMatchObject([
      { device: SERIAL, kind: "ap_left", text: `serial ${SERIAL}, name 3F-library, address 10.1.2.3` },
      { device: SERIAL, kind: "ap_joined" },
    ]);
  });

  it("is named by the key under which its readings come, once a probe has told", async () => {
    const { receiver, events, devices } = await testReceiver();
    const texts = { mac: "aa:bb:cc:dd:ee:01", serial: SERIAL, name: "3F-library", controller: "switch" };
    devices.learn({ device: "aa:bb:cc:dd:ee:01", atMs: 0, texts });
    receiver.take(h3c(2), SWITCH);
    receiver.take(
      v2c({
        trap: "1.3.6.1.4.1.9.9.513.0.4",
        more: [["1.3.6.1.4.1.9.9.513.1.1.1.1.5.1.2.3.4.5.6", octets(Buffer.from("3F-library"))]],
      }),
      SWITCH,
    );
    expect(events).toMatchObject([
      { device: "aa:bb:cc:dd:ee:01", kind: "ap_left" },
      { device: "aa:bb:cc:dd:ee:01", kind: "ap_joined", text: "name 3F-library" },
    ]);
  });

  it.each([
    { vendor: "Huawei", trap: "2011.6.139.13.1.1.1", mac: "2011.6.139.13.3.3.1.1", value: MAC, kind: "ap_left" },
    { vendor: "Huawei", trap: "2011.6.139.13.1.1.2", mac: "2011.6.139.13.3.3.1.1", value: MAC, kind: "ap_joined" },
    { vendor: "Aruba", trap: "14823.2.3.1.11.1.2.1041", mac: "14823.2.3.1.11.1.1.1.0", value: MAC, kind: "ap_left" },
    { vendor: "Aruba", trap: "14823.2.3.1.11.1.2.1040", mac: "14823.2.3.1.11.1.1.1.0", value: MAC, kind: "ap_joined" },
    { vendor: "Cisco", trap: "14179.2.6.3.8", mac: "14179.2.6.2.20.0", value: MAC, kind: "ap_left" },
    {
      vendor: "ZoneDirector",
      trap: "25053.2.2.1.1",
      mac: "25053.2.2.2.18.0",
      value: "AA:BB:CC:DD:EE:01",
      kind: "ap_joined",
    },
    {
      vendor: "ZoneDirector",
      trap: "25053.2.2.1.5",
      mac: "25053.2.2.2.18.0",
      value: "aabb.ccdd.ee01",
      kind: "ap_left",
    },
    {
      vendor: "Unleashed",
      trap: "25053.2.15.1.5",
      mac: "25053.2.15.2.18.0",
      value: "aa-bb-cc-dd-ee-01",
      kind: "ap_left",
    },
    {
      vendor: "SmartZone",
      trap: "25053.2.11.1.23",
      mac: "25053.2.11.2.23.0",
      value: "AA:BB:CC:DD:EE:01",
      kind: "ap_left",
    },
  ])("of $vendor is $kind of its MAC", async ({ trap, mac, value, kind }) => {
    const { receiver, events } = await testReceiver();
    receiver.take(
      v2c({ trap: `1.3.6.1.4.1.${trap}`, more: [[`1.3.6.1.4.1.${mac}`, octets(Buffer.from(value))]] }),
      SWITCH,
    );
    expect(events).toMatchObject([{ device: deviceKey("AA-BB-CC-DD-EE-01"), kind, text: "mac aa:bb:cc:dd:ee:01" }]);
  });

  it("that is not named stays an event of its controller", async () => {
    const { receiver, events } = await testReceiver();
    receiver.take(
      v2c({ trap: "1.3.6.1.4.1.12356.101.2.0.802", more: [["1.3.6.1.4.1.12356.1.1", octets(Buffer.from("FAP-3"))]] }),
      SWITCH,
    );
    expect(events).toMatchObject([
      { device: "switch", kind: "ap_left", text: "fgTrapWcApDown; 1.3.6.1.4.1.12356.1.1 = FAP-3" },
    ]);
  });
});
