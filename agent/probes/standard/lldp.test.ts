import { describe, expect, it } from "vitest";
import { scalars, tableRow } from "../../../firmware-sims/models/rows.ts";
import { createSwitch } from "../../../firmware-sims/models/switch.ts";
import type { MibRow } from "../../../firmware-sims/snmp/mib.ts";
import { integer, macOctets, octets, text } from "../../../firmware-sims/snmp/value.ts";
import { hardwareAddressOf } from "../../topology/hardware-address.ts";
import { MOST_MANAGED } from "../../topology/sightings.ts";
import { readCdp } from "./cdp.ts";
import { readLldp } from "./lldp.ts";
import { readFrom } from "./reader-suite.ts";
import { readTplinkLldp } from "./tplink-lldp.ts";

const LLDP = "1.0.8802.1.1.2.1";
const AP = "50:6f:77:00:00:01";
const CORE = "50:6f:77:00:00:99";

/** Interfaces 11, 12, …: ifIndex is no port number. */
const interfaces = (...names: string[]): MibRow[] =>
  names.flatMap((name, i) => [
    ...tableRow("1.3.6.1.2.1.31.1.1.1", [i + 11], { 1: text(name) }),
    ...tableRow("1.3.6.1.2.1.2.2.1", [i + 11], {
      2: text(`${name} Interface`),
      6: macOctets(`02:00:00:00:00:${i + 11}`),
    }),
  ]);
const remote = (index: number[], cells: Parameters<typeof tableRow>[2] = {}) =>
  tableRow(`${LLDP}.4.1.1`, index, { 4: integer(4), 5: macOctets(AP), 6: integer(5), 7: text("eth0"), ...cells });
const localPort = (n: number, subtype: number, id: string, description = "") =>
  tableRow(`${LLDP}.3.7.1`, [n], { 2: integer(subtype), 3: text(id), 4: text(description) });
const neighboursOf = async (rows: readonly MibRow[]) => (await readFrom(rows, readLldp)).sightings?.neighbours;

describe("LLDP neighbours", () => {
  it("are named with the port, and with all by which they are known again", async () => {
    const { mib } = createSwitch({
      neighbours: [
        {
          port: 3,
          mac: AP,
          name: "AP-301",
          remotePort: "eth0",
          roles: ["bridge", "access-point"],
          address: "10.0.0.31",
        },
        { port: 24, mac: CORE, name: "core", remotePort: "Gi1/0/7", roles: ["bridge", "router"] },
      ],
    });
    const { sightings, problems } = await readFrom(mib, readLldp);
    expect(sightings?.neighbours).toEqual([
      {
        port: "GigabitEthernet1/0/3",
        macs: [hardwareAddressOf(AP)],
        names: ["AP-301"],
        addresses: ["10.0.0.31"],
        remotePort: "eth0",
        isBridge: true,
        isAccessPoint: true,
      },
      {
        port: "GigabitEthernet1/0/24",
        macs: [hardwareAddressOf(CORE)],
        names: ["core"],
        addresses: [],
        remotePort: "Gi1/0/7",
        isBridge: true,
        isAccessPoint: false,
      },
    ]);
    expect(sightings).toMatchObject({ chassis: hardwareAddressOf("02:6a:7e:10:00:00"), isBridge: true });
    expect(problems).toEqual([]);
  });

  it("are the same when the time marks change", async () => {
    const sim = createSwitch({ neighbours: [{ port: 3, mac: AP, remotePort: "eth0", roles: [] }] });
    const before = (await readFrom(sim.mib, readLldp)).sightings?.neighbours;
    sim.learn(7, [CORE]);
    expect((await readFrom(sim.mib, readLldp)).sightings?.neighbours).toEqual(before);
  });

  it("stand once where the table changed while it was read, so that one is there under two time marks", async () => {
    const found = await neighboursOf([...interfaces("ge1"), ...remote([100, 1, 5]), ...remote([200, 1, 5])]);
    expect(found).toHaveLength(1);
  });

  it("on a switch without LLDP are not known, and on one that hears nobody there are none", async () => {
    expect((await readFrom(interfaces("ge1"), readLldp)).sightings).toBeUndefined();
    expect((await readFrom(createSwitch().mib, readLldp)).sightings?.neighbours).toEqual([]);
  });

  it.each([
    ["its name, whatever the subtype", [localPort(1, 7, "ge2")], "ge2"],
    ["its description", [localPort(1, 7, "x", "ge2 Interface")], "ge2"],
    [
      "the address of an interface",
      [tableRow(`${LLDP}.3.7.1`, [1], { 2: integer(3), 3: macOctets("02:00:00:00:00:12") })],
      "ge2",
    ],
    ["the bridge port of that number", [tableRow("1.3.6.1.2.1.17.1.4.1", [1], { 2: integer(12) })], "ge2"],
    [
      "the name over the number",
      [localPort(1, 5, "ge1"), tableRow("1.3.6.1.2.1.17.1.4.1", [1], { 2: integer(12) })],
      "ge1",
    ],
    ["what it calls itself, where nothing fits", [localPort(1, 7, "Uplink A")], "Uplink A"],
    ["its number, where it does not even say that", [], "port 1"],
  ] as const)("stand on a local port known by %s", async (_, rows, port) => {
    const found = await neighboursOf([...interfaces("ge1", "ge2"), ...rows.flat(), ...remote([1, 1, 1])]);
    expect(found?.map((neighbour) => neighbour.port)).toEqual([port]);
  });

  it("on a device without bridge ports stand on the interface of that number", async () => {
    expect(await neighboursOf([...interfaces("ge1", "ge2"), ...remote([1, 12, 1])])).toMatchObject([{ port: "ge2" }]);
  });

  it.each([
    ["a chassis address", { 4: integer(4), 5: macOctets(AP) }, { macs: [hardwareAddressOf(AP)], addresses: [] }],
    ["a chassis address as a text", { 4: integer(4), 5: text("50-6F-77-00-00-01") }, { macs: [hardwareAddressOf(AP)] }],
    [
      "a network address",
      { 4: integer(5), 5: octets(Uint8Array.of(1, 10, 0, 0, 9)) },
      { macs: [], addresses: ["10.0.0.9"] },
    ],
    [
      "an address of IPv6",
      { 4: integer(5), 5: octets(Uint8Array.of(2, 0xfd, ...new Array(14).fill(0), 9)) },
      { addresses: ["fd00::9"] },
    ],
    ["a text of its own that is an address", { 4: integer(7), 5: text(AP) }, { macs: [hardwareAddressOf(AP)] }],
    ["a text of its own", { 4: integer(7), 5: text("AP 12") }, { macs: [], addresses: [] }],
    ["an interface name of six letters, which is no address", { 4: integer(6), 5: text("bridge") }, { macs: [] }],
    [
      "a port address, subtype 3 and not 4",
      { 6: integer(3), 7: macOctets(CORE) },
      { macs: [hardwareAddressOf(AP), hardwareAddressOf(CORE)] },
    ],
    [
      "a port text of six letters",
      { 6: integer(7), 7: text("port-1") },
      { macs: [hardwareAddressOf(AP)], remotePort: "port-1" },
    ],
  ] as const)("are known by %s", async (_, cells, known) => {
    expect(await neighboursOf([...interfaces("ge1"), ...remote([1, 11, 1], cells)])).toMatchObject([known]);
  });

  it("name their roles in one octet or two, and what is longer is not the map", async () => {
    const roles = async (value: ReturnType<typeof octets>) => {
      const [found] = (await neighboursOf([...interfaces("ge1"), ...remote([1, 11, 1], { 12: value })])) ?? [];
      return [found?.isBridge, found?.isAccessPoint];
    };
    expect(await roles(octets(Uint8Array.of(0x10)))).toEqual([false, true]);
    expect(await roles(octets(Uint8Array.of(0x28, 0)))).toEqual([true, false]);
    expect(await roles(text("28 2 4"))).toEqual([undefined, undefined]);
  });

  it("have a handful of management addresses, however many rows a device makes of one neighbour", async () => {
    const addresses = Array.from({ length: 40 }, (_, i) =>
      tableRow(`${LLDP}.4.2.1`, [1, 11, 1, 1, 4, 10, 0, 0, i + 1], { 3: integer(2) }),
    );
    const [neighbour] = (await neighboursOf([...remote([1, 11, 1]), ...addresses.flat()])) ?? [];
    expect(neighbour?.addresses).toHaveLength(MOST_MANAGED);
  });

  it("have all their management addresses, with and without the length before the bytes", async () => {
    const address = (...arcs: number[]) => tableRow(`${LLDP}.4.2.1`, [1, 11, 1, ...arcs], { 3: integer(2) });
    const found = await neighboursOf([
      ...interfaces("ge1"),
      ...remote([1, 11, 1]),
      ...address(1, 4, 10, 0, 0, 7),
      ...address(1, 10, 0, 0, 8),
      ...address(2, 16, 0xfe, 0x80, ...new Array(13).fill(0), 1),
      ...address(6, 6, 1, 2, 3, 4, 5, 6),
      ...address(1, 4, 0, 0, 0, 0),
    ]);
    expect(found?.[0]?.addresses).toEqual(["10.0.0.7", "10.0.0.8", "fe80::1"]);
  });

  it("without a port, as RouterOS numbers them, are left out; an index of another shape is refused", async () => {
    const { sightings, problems } = await readFrom(
      [...interfaces("ge1"), ...remote([11]), ...remote([0, 0, 11]), ...remote([1, 2])],
      readLldp,
    );
    expect(sightings?.neighbours).toEqual([]);
    expect(problems).toHaveLength(1);
  });
});

describe("CDP neighbours", () => {
  const cdp = (index: number[], cells: Parameters<typeof tableRow>[2] = {}) =>
    tableRow("1.3.6.1.4.1.9.9.23.1.2.1.1", index, {
      3: integer(1),
      4: octets(Uint8Array.of(10, 0, 0, 5)),
      6: text("ap-12.school.example"),
      7: text("GigabitEthernet0"),
      8: text("cisco AIR-CAP2702I-H-K9"),
      9: octets(Uint8Array.of(0, 0, 0, 2)),
      ...cells,
    });

  it("are known with their name, also without its domain, their address and their port", async () => {
    const { sightings } = await readFrom([...interfaces("Gi1/0/1"), ...cdp([11, 4])], readCdp);
    expect(sightings?.neighbours).toEqual([
      {
        port: "Gi1/0/1",
        macs: [],
        names: ["ap-12.school.example", "ap-12"],
        addresses: ["10.0.0.5"],
        remotePort: "GigabitEthernet0",
        isBridge: true,
        isAccessPoint: true,
      },
    ]);
  });

  it("count where LLDP hears nobody on the port", async () => {
    const rows = [
      ...interfaces("Gi1/0/1", "Gi1/0/2"),
      ...scalars(`${LLDP}.3`, { 1: integer(4), 2: macOctets(CORE) }),
      ...remote([1, 11, 1]),
      ...cdp([11, 4]),
      ...cdp([12, 5]),
    ];
    const { sightings } = await readFrom(rows, readLldp, readCdp);
    expect(sightings?.neighbours?.map(({ port, names }) => [port, names.length])).toEqual([
      ["Gi1/0/1", 0],
      ["Gi1/0/2", 2],
    ]);
  });
});

describe("neighbours of a TP-Link switch", () => {
  const tplink = (n: number, cells: Parameters<typeof tableRow>[2]) =>
    tableRow("1.3.6.1.4.1.11863.6.35.1.2.2.1", [n, 1], cells);

  it("stand in a table of its own, in words for people", async () => {
    const { sightings } = await readFrom(
      [
        ...interfaces("gigabitEthernet 1/0/1", "gigabitEthernet 1/0/2"),
        ...tplink(11, {
          4: text(AP),
          6: text("eth0"),
          9: text("AP-1"),
          12: text("Bridge WLAN AP "),
          13: text("10.0.0.9"),
        }),
        ...tplink(12, {
          4: text("50:6F:77:00:00:99"),
          6: text(CORE),
          8: text("uplink"),
          12: text("Router "),
          13: text("::"),
        }),
        ...tplink(99, { 4: text(AP) }),
      ],
      readTplinkLldp,
    );
    expect(sightings?.neighbours).toEqual([
      {
        port: "gigabitEthernet 1/0/1",
        macs: [hardwareAddressOf(AP)],
        names: ["AP-1"],
        addresses: ["10.0.0.9"],
        remotePort: "eth0",
        isBridge: true,
        isAccessPoint: true,
      },
      {
        port: "gigabitEthernet 1/0/2",
        macs: [hardwareAddressOf(CORE), hardwareAddressOf(CORE)],
        names: [],
        addresses: [],
        remotePort: "uplink",
        remotePortMac: hardwareAddressOf(CORE),
        isBridge: false,
        isAccessPoint: false,
      },
    ]);
  });
});
