import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import type { UserTarget } from "../../contract/target.ts";
import { exampleAps } from "../../firmware-sims/models/example-aps.ts";
import { tableRow } from "../../firmware-sims/models/rows.ts";
import { createRuijieAc } from "../../firmware-sims/models/ruijie-ac.ts";
import { createUnifiAp } from "../../firmware-sims/models/unifi-ap.ts";
import { startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { integer } from "../../firmware-sims/snmp/value.ts";
import { because, ipv6Missing, snmpdMissing, startSnmpd, userLines } from "../snmp/snmpd-suite.ts";
import { addressAt, describedMib } from "./campus-suite.ts";
import type { DiscoverOptions } from "./discover.ts";
import { campus, closers, run } from "./discover-suite.ts";
import { messageIdIn, report } from "./engine-id-suite.ts";

const [FIRST, SECOND, THIRD] = [0, 1, 2].map(addressAt) as [string, string, string]; // three of three

describe("a discovery", () => {
  it("names vendor, model and kind by profile, and the access points behind a controller with it", async () => {
    const aps = exampleAps(3);
    const [alone] = exampleAps(9).slice(8);
    const { port } = await campus(
      { mib: createRuijieAc({ aps: aps.slice(0, 2) }).mib },
      ...(alone ? [{ mib: createUnifiAp({ ap: alone }).mib }] : []),
    );
    const { devices, isComplete, asked } = await run([FIRST, SECOND, THIRD], port);
    expect({ isComplete, asked: [...asked].sort() }).toEqual({ isComplete: true, asked: [FIRST, SECOND, THIRD] });
    expect(devices).toMatchObject([
      {
        address: FIRST,
        vendor: "Ruijie",
        model: "WS5708",
        profile: "ruijie-ac",
        kind: "wifi_controller",
        warnings: [],
      },
      { kind: "ap", access: { kind: "controller" }, controller: FIRST, mac: aps[0]?.mac, serial: aps[0]?.serial },
      { kind: "ap", access: { kind: "controller" }, controller: FIRST, childKey: aps[1]?.mac },
      {
        address: SECOND,
        vendor: "Ubiquiti",
        profile: "unifi-ap",
        kind: "ap",
        access: { reference: "CAMPANILE_COMMUNITY_1" },
      },
    ]);
    expect(JSON.stringify(devices)).not.toContain('"campus"');
  });

  it("takes model, serial and firmware from ENTITY-MIB's chassis where no profile knows them", async () => {
    const { port } = await campus({
      mib: describedMib({
        model: "SW-24P",
        serial: "SN00042",
        firmware: "7.1",
        mac: "00:e0:fc:00:00:01",
        capabilities: 0x20,
      }),
    });
    const { devices } = await run([FIRST], port);
    expect(devices).toMatchObject([
      {
        model: "SW-24P",
        serial: "SN00042",
        firmware: "7.1",
        mac: "00:e0:fc:00:00:01",
        kind: "switch",
        profile: expect.any(String),
      },
    ]);
  });

  it("warns of a device that answers to a default community, whichever its own is", async () => {
    const { port } = await campus(
      { mib: describedMib({ name: "a" }), community: "public" },
      { mib: describedMib({ name: "b" }), community: "private" },
      { mib: describedMib({ name: "c" }) },
    );
    const given = await run([FIRST, SECOND, THIRD], port, { given: ["public", "campus"] });
    expect(given.devices.map(({ name, warnings }) => [name, warnings.map(({ code }) => code)])).toEqual([
      ["a", ["SNMP_DEFAULT_COMMUNITY"]],
      ["c", []],
    ]);
    const tested = await run([FIRST, SECOND, THIRD], port, { tryDefaults: true });
    expect(tested.devices.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(tested.devices[1]).toMatchObject({
      access: { reference: "CAMPANILE_COMMUNITY_PRIVATE" },
      warnings: [{ code: "SNMP_DEFAULT_COMMUNITY", message: expect.stringContaining("change") }],
    });
  });

  it("asks each address few questions, silent ones too", async () => {
    const { devices, port } = await campus({ mib: describedMib({}), community: "another" });
    await run([FIRST], port, { given: ["a", "b"] });
    // Two communities, twice with v2c and once with v1, and two SNMPv3 questions, which have no community.
    expect(devices[0]?.counters).toMatchObject({ wrongCommunity: 6, requests: 8 });
  });

  it("asks an address that the configuration knows only with its own community", async () => {
    const { devices, port } = await campus({ mib: describedMib({ name: "a" }) });
    const known = new Map([[FIRST, { value: "campus", reference: "CAMPANILE_COMMUNITY_2" }]]);
    const found = await run([FIRST], port, { given: ["other", "campus"], known });
    expect(found.devices).toMatchObject([{ name: "a", access: { reference: "CAMPANILE_COMMUNITY_2" } }]);
    expect(devices[0]?.counters.wrongCommunity).toBe(0);
  });

  it.each(["silent", "garbage", "truncate"] as const)("is not stopped by a device that is %s", async (kind) => {
    const { devices, port } = await campus({ mib: describedMib({}) }, { mib: describedMib({ name: "well" }) });
    devices[0]?.setFault({ kind });
    const found = await run([FIRST, SECOND], port);
    expect(found.devices.map(({ name }) => name)).toEqual(["well"]);
    expect(found.isComplete).toBe(true);
  });

  it("says of a device whose tables never end that it answers and cannot be read", async () => {
    const rows = tableRow("1.3.6.1.2.1.31.1.1.1", [1], { 1: integer(1) });
    const { devices, port } = await campus(
      { mib: describedMib({ name: "loops", more: rows }) },
      { mib: describedMib({ name: "well" }) },
    );
    devices[0]?.setFault({ kind: "loop" });
    const found = await run([FIRST, SECOND], port);
    expect(found.devices).toMatchObject([
      {
        name: "loops",
        warnings: [{ code: "DEVICE_UNREADABLE", message: expect.stringContaining("does not advance in its tables") }],
      },
      { name: "well", warnings: [] },
    ]);
  });

  it("finds a device that speaks only SNMPv3, with its maker", async () => {
    const { port } = await campus({ mib: describedMib({}) });
    const socket = createSocket("udp4");
    closers.push(() => socket.close());
    socket.on("message", (question, from) => {
      const id = messageIdIn(question);
      // A Huawei engine whose id is made of its MAC.
      const bytes = id === undefined ? undefined : report("800007db0300e0fc112233", id);
      if (bytes) socket.send(bytes, from.port, from.address);
    });
    socket.bind(port, SECOND);
    await once(socket, "listening");
    const { devices } = await run([SECOND], port);
    expect(devices).toMatchObject([
      {
        address: SECOND,
        vendor: "Huawei",
        mac: "00:e0:fc:11:22:33",
        access: { kind: "v3" },
        warnings: [{ code: "SNMP_V3_ONLY" }],
      },
    ]);
  });

  it.skipIf(snmpdMissing !== undefined)(
    `reads a device that speaks SNMPv3 where the configuration has a user for it${because(snmpdMissing)}`,
    async () => {
      const user: SnmpUser = { name: "reader", auth: { protocol: "sha256", password: "auth-password" } };
      const snmpd = await startSnmpd(`sysName lib-2\n${userLines(user)}`);
      closers.push(() => snmpd.close());
      const target: UserTarget = { kind: "snmp", version: "v3", host: "127.0.0.1", port: snmpd.port, user };
      const users = new Map([["127.0.0.1", target]]);
      const { devices } = await run(["127.0.0.1"], snmpd.port, { users, timeoutMs: 1_000 });
      expect(devices).toMatchObject([
        { name: "lib-2", access: { kind: "v3" }, profile: expect.any(String), warnings: [] },
      ]);
    },
  );

  it.skipIf(ipv6Missing !== undefined)(`asks over IPv6${because(ipv6Missing)}`, async () => {
    const device = await startSnmpDevice({ mib: describedMib({ name: "six" }), community: "campus", host: "::1" });
    closers.push(() => device.close());
    const { devices } = await run(["::1"], device.port);
    expect(devices).toMatchObject([{ address: "::1", name: "six" }]);
  });

  it("asks as v1 what is silent to v2c", async () => {
    const old = createSocket("udp4");
    closers.push(() => old.close());
    // An agent that knows only version 0, which is v1, and only what it is called.
    old.on("message", (question, from) => {
      if (question[4] !== 0) return;
      const answer = Buffer.from(question);
      answer[answer.indexOf(0xa0)] = 0xa2;
      old.send(answer, from.port, from.address);
    });
    old.bind(0, FIRST);
    await once(old, "listening");
    const { devices } = await run([FIRST], old.address().port);
    expect(devices).toMatchObject([{ address: FIRST, access: { kind: "community", version: "v1" } }]);
  });

  it("keeps what it found when it is stopped, and says that it is incomplete", async () => {
    const { port } = await campus({ mib: describedMib({ name: "a" }) });
    const stop = new AbortController();
    const onProgress: DiscoverOptions["onProgress"] = (progress) => {
      if (progress.step === "asking" && progress.found > 0) stop.abort();
    };
    const { devices, isComplete, asked } = await run([FIRST, SECOND], port, { signal: stop.signal, onProgress });
    // Not read in full, so that nothing behind it counts as missing.
    expect(devices).toMatchObject([{ address: FIRST, name: "a", warnings: [{ code: "DEVICE_UNREADABLE" }] }]);
    expect(isComplete).toBe(false);
    expect([...asked]).toEqual([FIRST]);
  });

  it("takes a device with two addresses for one", async () => {
    const mib = describedMib({ serial: "SN00077", mac: "00:e0:fc:00:00:07" });
    const { port } = await campus({ mib }, { mib });
    const { devices } = await run([FIRST, SECOND], port);
    expect(devices).toMatchObject([{ address: FIRST, otherAddresses: [SECOND], serial: "SN00077" }]);
  });
});
