import { createSocket } from "node:dgram";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { BerReader } from "./ber.ts";
import { type SnmpDevice, type SnmpDeviceOptions, startSnmpDevice } from "./device.ts";
import type { Fault } from "./fault.ts";
import { createStaticMib, type MibRow } from "./mib.ts";
import { ask, inWords, toolsMissing } from "./net-snmp-tools.ts";
import { compareOids, type Oid, parseOid } from "./oid.ts";
import { readSnmprec } from "./snmprec.ts";
import { counter64, gauge32, integer, ipAddress, macOctets, oidValue, text, timeTicks, type Value } from "./value.ts";

const rows = (values: Record<string, Value>): MibRow[] =>
  Object.entries(values).map(([oid, value]) => ({ oid: parseOid(oid), value }));

const small = createStaticMib(
  rows({
    "1.3.6.1.2.1.1.1.0": text("example"),
    "1.3.6.1.2.1.1.2.0": oidValue("1.3.6.1.4.1.8072.3.2.10"),
    "1.3.6.1.2.1.1.3.0": timeTicks(1_230),
    "1.3.6.1.2.1.2.1.0": integer(-129),
    "1.3.6.1.2.1.31.1.1.1.6.1": counter64(2 ** 47),
    "1.3.6.1.2.1.31.1.1.1.15.1": gauge32(4_294_967_295),
    "1.3.6.1.4.1.9.1.0": ipAddress("255.255.255.255"),
    "1.3.6.1.4.1.9.2.0": macOctets("50:6f:77:ea:dc:a0"),
    "1.3.6.1.4.1.9.3.0": text(""),
  }),
);

const devices: SnmpDevice[] = [];
async function start(options: Partial<SnmpDeviceOptions> = {}): Promise<SnmpDevice> {
  const device = await startSnmpDevice({ mib: small, community: "public", ...options });
  devices.push(device);
  return device;
}
afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.close()));
});

const NO_SUCH_OBJECT = "No Such Object available on this agent at this OID";
const NO_SUCH_INSTANCE = "No Such Instance currently exists at this OID";
const END = "No more variables left in this MIB View (It is past the end of the MIB tree)";

describe.skipIf(toolsMissing)(
  `a device asked by net-snmp's tools${toolsMissing ? ` (skipped: ${toolsMissing})` : ""}`,
  () => {
    it("answers GET with every type of value", async () => {
      const said = await ask("snmpget", await start(), [
        "1.3.6.1.2.1.1.1.0",
        "1.3.6.1.2.1.1.2.0",
        "1.3.6.1.2.1.1.3.0",
        "1.3.6.1.2.1.2.1.0",
        "1.3.6.1.2.1.31.1.1.1.6.1",
        "1.3.6.1.2.1.31.1.1.1.15.1",
        "1.3.6.1.4.1.9.1.0",
        "1.3.6.1.4.1.9.2.0",
        "1.3.6.1.4.1.9.3.0",
      ]);
      expect(said.map((line) => line.said)).toEqual([
        "Hex-STRING: 65 78 61 6D 70 6C 65 ",
        "OID: .1.3.6.1.4.1.8072.3.2.10",
        "123",
        "INTEGER: -129",
        "Counter64: 140737488355328",
        "Gauge32: 4294967295",
        "IpAddress: 255.255.255.255",
        "Hex-STRING: 50 6F 77 EA DC A0 ",
        '""',
      ]);
    });

    it("tells a missing object, a missing instance and the end apart in v2c", async () => {
      const device = await start();
      expect(await ask("snmpget", device, ["1.3.6.1.9.9.0", "1.3.6.1.2.1.1.1.1"])).toEqual([
        { oid: ".1.3.6.1.9.9.0", said: NO_SUCH_OBJECT },
        { oid: ".1.3.6.1.2.1.1.1.1", said: NO_SUCH_INSTANCE },
      ]);
      expect(await ask("snmpgetnext", device, ["1.3.6.1.4.1.9.3.0"])).toEqual([
        { oid: ".1.3.6.1.4.1.9.3.0", said: END },
      ]);
    });

    it("says noSuchName in v1, and has no Counter64 there", async () => {
      const device = await start();
      for (const oid of ["1.3.6.1.9.9.0", "1.3.6.1.2.1.31.1.1.1.6.1"]) {
        await expect(ask("snmpget", device, ["1.3.6.1.2.1.1.3.0", oid, "-Cf"], "1")).rejects.toMatchObject({
          stderr: expect.stringContaining("noSuchName"),
        });
      }
      expect(await ask("snmpgetnext", device, ["1.3.6.1.2.1.2.1.0"], "1")).toEqual([
        { oid: ".1.3.6.1.2.1.31.1.1.1.15.1", said: "Gauge32: 4294967295" },
      ]);
      expect(await ask("snmpwalk", device, ["1.3.6"], "1")).toHaveLength(small.size - 1);
    });

    it("takes non-repeaters once and the others as often as asked", async () => {
      const said = await ask("snmpbulkget", await start(), [
        "-Cn1",
        "-Cr2",
        "1.3.6.1.2.1.1.2",
        "1.3.6.1.2.1.1",
        "1.3.6.1.4.1.9.2",
      ]);
      expect(said.map(({ oid }) => oid)).toEqual([
        ".1.3.6.1.2.1.1.2.0",
        ".1.3.6.1.2.1.1.1.0",
        ".1.3.6.1.4.1.9.2.0",
        ".1.3.6.1.2.1.1.2.0",
        ".1.3.6.1.4.1.9.3.0",
      ]);
    });

    it("refuses SET: what exists cannot be written, the rest cannot be reached", async () => {
      const device = await start();
      const set = (oid: string, version: "1" | "2c") => ask("snmpset", device, [oid, "s", "new"], version);
      await expect(set("1.3.6.1.2.1.1.1.0", "2c")).rejects.toMatchObject({
        stderr: expect.stringContaining("notWritable"),
      });
      await expect(set("1.3.6.1.9.9.0", "2c")).rejects.toMatchObject({ stderr: expect.stringContaining("noAccess") });
      await expect(set("1.3.6.1.2.1.1.1.0", "1")).rejects.toMatchObject({
        stderr: expect.stringContaining("noSuchName"),
      });
    });

    it("stays silent to another community, and counts it", async () => {
      const device = await start();
      await expect(
        ask("snmpget", { ...device, host: device.host, port: device.port, community: "private" }, [
          "1.3.6.1.2.1.1.1.0",
        ]),
      ).rejects.toMatchObject({
        stderr: expect.stringContaining("Timeout"),
      });
      expect(device.counters).toMatchObject({ requests: 1, answers: 0, wrongCommunity: 1 });
    });

    it("cuts GETBULK to the message and says tooBig where one GET does not fit", async () => {
      const long = Array.from({ length: 40 }, (_, i) => ({ oid: [1, 3, 6, 1, i], value: text("x".repeat(200)) }));
      const device = await start({ mib: createStaticMib(long) });
      const cut = await ask("snmpbulkget", device, ["-Cr40", "1.3.6.1"]);
      expect(cut.map(({ oid }) => oid)).toEqual([0, 1, 2, 3, 4, 5].map((i) => `.1.3.6.1.${i}`));
      expect(await ask("snmpbulkwalk", device, ["-Cr40", "1.3.6.1"])).toHaveLength(40);
      await expect(
        ask(
          "snmpget",
          device,
          long.slice(0, 8).map(({ oid }) => oid.join(".")),
        ),
      ).rejects.toMatchObject({
        stderr: expect.stringContaining("tooBig"),
      });
    });

    it("listens on IPv6", async () => {
      const device = await start({ host: "::1" });
      const target = { host: "udp6:[::1]", port: device.port, community: "public" };
      expect(await ask("snmpget", target, ["1.3.6.1.2.1.1.3.0"])).toEqual([{ oid: ".1.3.6.1.2.1.1.3.0", said: "123" }]);
    });
  },
);

const RECORDINGS = new URL("../../../shared/devices/librenms/", import.meta.url);
const why = toolsMissing ?? (existsSync(RECORDINGS) ? undefined : "no recordings beside the checkout");
const names = why ? [] : readdirSync(RECORDINGS).filter((name) => name.endsWith(".snmprec"));

describe.skipIf(why)(`recorded devices walked by net-snmp's tools${why ? ` (skipped: ${why})` : ""}`, () => {
  it.each(names)("%s gives each of its rows once, in order, as recorded", async (name) => {
    const { rows } = readSnmprec(readFileSync(new URL(name, RECORDINGS), "utf8"));
    const device = await start({ mib: createStaticMib(rows), maxMessageBytes: 65_507 });
    const last = new Map(rows.map(({ oid, value }) => [oid.join("."), { oid, value }]));
    const want = [...last.values()].sort((a, b) => compareOids(a.oid, b.oid));
    const said = await ask("snmpbulkwalk", device, ["-Cr40", "1"]);
    expect(said).toEqual(want.map(({ oid, value }) => ({ oid: `.${oid.join(".")}`, said: inWords(value) })));
  });
});

/** A request for what follows 1.3, written by hand: id 7, `second` and `third` number, community public. */
function request(tag: number, second: number, third: number): Buffer {
  const wrap = (outer: number, content: Buffer) => Buffer.concat([Buffer.of(outer, content.length), content]);
  const binding = wrap(0x30, Buffer.from("06012b0500", "hex"));
  const pdu = wrap(tag, Buffer.concat([Buffer.of(2, 1, 7, 2, 1, second, 2, 1, third), wrap(0x30, binding)]));
  return wrap(0x30, Buffer.concat([Buffer.of(2, 1, 1, 4, 6), Buffer.from("public"), pdu]));
}
const GETNEXT = request(0xa1, 0, 0);
const getBulk = (repetitions: number) => request(0xa5, 0, repetitions);

/** Sends datagrams and resolves with the first `count` answers. */
function exchange(device: SnmpDevice, datagrams: Buffer[], count: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    const answers: Buffer[] = [];
    socket.on("error", reject);
    socket.on("message", (answer) => {
      if (answers.push(answer) === count) socket.close(() => resolve(answers));
    });
    for (const datagram of datagrams) socket.send(datagram, device.port, device.host);
  });
}

/** OID and value tag of each binding of a response. */
function bindingsOf(answer: Buffer): { oid: Oid; tag: number }[] {
  const message = new BerReader(answer).enter(0x30);
  message.skip();
  message.skip();
  const pdu = message.enter(0xa2);
  for (let i = 0; i < 3; i++) pdu.skip();
  const list = pdu.enter(0x30);
  const bindings: { oid: Oid; tag: number }[] = [];
  while (!list.atEnd) {
    const binding = list.enter(0x30);
    bindings.push({ oid: binding.oid(), tag: binding.peekTag() });
  }
  return bindings;
}

describe("a device with a fault", () => {
  const healthy = async () => (await exchange(await start(), [GETNEXT], 1))[0] ?? Buffer.of();
  const faulty = async (fault: Fault, datagrams: Buffer[], count: number) => {
    const device = await start();
    device.setFault(fault);
    return exchange(device, datagrams, count);
  };

  it("is silent while it is powered off, and answers again afterwards", async () => {
    const device = await start();
    device.setFault({ kind: "silent" });
    const socket = createSocket("udp4");
    socket.send(GETNEXT, device.port, device.host);
    await waitForRequests(device, 1);
    socket.close();
    expect(device.counters.answers).toBe(0);
    device.setFault(undefined);
    expect(await exchange(device, [GETNEXT], 1)).toEqual([await healthy()]);
  });

  it("sends bytes that no reader takes", async () => {
    const [answer = Buffer.of()] = await faulty({ kind: "garbage" }, [GETNEXT], 1);
    expect(() => bindingsOf(answer)).toThrowError(expect.objectContaining({ code: "SNMP_MALFORMED" }));
  });

  it("sends the same answer twice", async () => {
    const [first, second] = await faulty({ kind: "duplicate" }, [GETNEXT], 2);
    expect(first).toEqual(await healthy());
    expect(second).toEqual(first);
  });

  it("sends the first half of its answer", async () => {
    const whole = await healthy();
    const [answer] = await faulty({ kind: "truncate" }, [GETNEXT], 1);
    expect(answer).toEqual(whole.subarray(0, whole.length >>> 1));
  });

  it("answers late", async () => {
    const device = await start();
    device.setFault({ kind: "slow", delayMs: 30 });
    const late = exchange(device, [GETNEXT], 1);
    await waitForRequests(device, 1);
    expect(device.counters.answers).toBe(0);
    expect(await late).toEqual([await healthy()]);
  });

  it("does not send a late answer after it was closed", async () => {
    const device = await start();
    device.setFault({ kind: "slow", delayMs: 60_000 });
    const socket = createSocket("udp4");
    socket.send(GETNEXT, device.port, device.host);
    await waitForRequests(device, 1);
    await device.close();
    socket.close();
    expect(device.counters.answers).toBe(0);
  });

  it("is silent to a GETBULK of too many repetitions only", async () => {
    const answers = await faulty(
      { kind: "silent-when-large", maxRepetitions: 4 },
      [getBulk(5), getBulk(4), GETNEXT],
      2,
    );
    expect(answers.map((answer) => bindingsOf(answer).length)).toEqual([4, 1]);
  });

  it("gives the first value a tag that does not exist", async () => {
    const [answer = Buffer.of()] = await faulty({ kind: "unknown-type" }, [getBulk(3)], 1);
    expect(bindingsOf(answer).map(({ tag }) => tag)).toEqual([0x4f, 0x06, 0x43]);
  });

  it("never gets beyond the variable it was asked from", async () => {
    const [answer = Buffer.of()] = await faulty({ kind: "loop" }, [getBulk(3)], 1);
    expect(bindingsOf(answer).map(({ oid }) => oid.join("."))).toEqual(Array(3).fill("1.3.6.1.2.1.1.1.0"));
  });
});

/** Resolves once the device has received so many datagrams. */
async function waitForRequests(device: SnmpDevice, count: number): Promise<void> {
  while (device.requests < count) await new Promise((resolve) => setImmediate(resolve));
}

describe("a device asked nonsense", () => {
  const cut = (bytes: number) => GETNEXT.subarray(0, bytes);
  const changed = (at: number, byte: number) => Buffer.from(GETNEXT.map((b, i) => (i === at ? byte : b)));

  it.each([
    { what: "an empty datagram", datagram: Buffer.of() },
    { what: "text", datagram: Buffer.from("GET / HTTP/1.1\r\n\r\n") },
    { what: "a request cut short", datagram: cut(20) },
    { what: "five bytes that end other agents", datagram: Buffer.from("3003020000", "hex") },
    { what: "SNMPv3", datagram: changed(4, 3) },
    { what: "a response", datagram: changed(13, 0xa2) },
    { what: "a GETBULK in v1", datagram: Buffer.from(getBulk(1).map((b, i) => (i === 4 ? 0 : b))) },
    { what: "a length without end", datagram: changed(1, 0x80) },
    { what: "a length beyond the datagram", datagram: changed(1, 0x7f) },
    { what: "a length of four gigabytes", datagram: Buffer.from("3084ffffffff", "hex") },
  ])("ignores and counts $what, and goes on answering", async ({ datagram }) => {
    const device = await start();
    await exchange(device, [datagram, GETNEXT], 1);
    expect(device.counters).toEqual({ requests: 2, answers: 1, malformed: 1, wrongCommunity: 0, socketErrors: 0 });
  });

  it("survives every change of one byte of a request", async () => {
    const device = await start();
    const spoilt = Array.from(GETNEXT, (byte, i) => changed(i, byte ^ 0xff));
    for (const datagram of spoilt) {
      const seen = device.requests + 1;
      const socket = createSocket("udp4");
      socket.send(datagram, device.port, device.host);
      await waitForRequests(device, seen);
      socket.close();
    }
    expect(await exchange(device, [GETNEXT], 1)).toHaveLength(1);
    expect(device.requests).toBe(GETNEXT.length + 1);
  });
});

describe("starting a device", () => {
  it("names the port that is in use", async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({
      code: "SIM_PORT_IN_USE",
      message: expect.stringContaining(String(port)),
    });
  });

  it("says that an address of another machine cannot be listened on", async () => {
    await expect(start({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "SIM_CANNOT_LISTEN" });
  });

  it("can be closed twice and frees its port", async () => {
    const device = await start();
    await Promise.all([device.close(), device.close()]);
    await expect(start({ port: device.port })).resolves.toMatchObject({ port: device.port });
  });
});
