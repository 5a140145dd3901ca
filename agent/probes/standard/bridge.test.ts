import { describe, expect, it } from "vitest";
import { tableRow } from "../../../firmware-sims/models/rows.ts";
import { createSwitch } from "../../../firmware-sims/models/switch.ts";
import type { MibRow } from "../../../firmware-sims/snmp/mib.ts";
import { macIndex, parseOid } from "../../../firmware-sims/snmp/oid.ts";
import { integer, macOctets, text } from "../../../firmware-sims/snmp/value.ts";
import { hardwareAddressOf } from "../../topology/hardware-address.ts";
import { readBridge } from "./bridge.ts";
import { readFrom } from "./reader-suite.ts";

const FIRST = "50:6f:77:00:00:01";
const SECOND = "50:6f:77:00:00:02";
const THIRD = "50:6f:77:00:00:03";

/** Interfaces 11, 12 and 13. */
const INTERFACES = ["ge1", "ge2", "ge3"].flatMap((name, i) =>
  tableRow("1.3.6.1.2.1.31.1.1.1", [i + 11], { 1: text(name) }),
);
const basePort = (port: number, ifIndex: number) => tableRow("1.3.6.1.2.1.17.1.4.1", [port], { 2: integer(ifIndex) });
const BASE_PORTS = [basePort(1, 11), basePort(2, 12), basePort(3, 13)].flat();
const byVlan = (vlan: number, mac: string, port: number, status?: number): MibRow[] =>
  tableRow("1.3.6.1.2.1.17.7.1.2.2.1", [vlan, ...macIndex(mac)], {
    2: integer(port),
    ...(status === undefined ? {} : { 3: integer(status) }),
  });
const plain = (mac: string, port: number) =>
  tableRow("1.3.6.1.2.1.17.4.3.1", macIndex(mac), { 2: integer(port), 3: integer(3) });

const counts = async (...rows: (readonly MibRow[])[]) => {
  const { value, readings } = await readFrom(rows.flat(), readBridge);
  return readings.length === 0 ? undefined : ["ge1", "ge2", "ge3"].map((name) => value("if_learned_macs", name));
};

describe("addresses that a switch learned", () => {
  it("are counted by port, and remembered with it", async () => {
    const { mib } = createSwitch({ ports: 3, learned: { 1: [FIRST], 3: [SECOND, THIRD] } });
    const { value, sightings } = await readFrom(mib, readBridge);
    expect([1, 2, 3].map((n) => value("if_learned_macs", `GigabitEthernet1/0/${n}`))).toEqual([1, 0, 2]);
    expect(sightings?.behind).toEqual(
      new Map([
        ["GigabitEthernet1/0/1", [hardwareAddressOf(FIRST)]],
        ["GigabitEthernet1/0/3", [hardwareAddressOf(SECOND), hardwareAddressOf(THIRD)]],
      ]),
    );
    expect(sightings?.own?.has(hardwareAddressOf("02:6a:7e:10:00:00") ?? 0)).toBe(true);
  });

  it("are counted once, in however many VLANs they are", async () => {
    expect(await counts(INTERFACES, BASE_PORTS, byVlan(1, FIRST, 2, 3), byVlan(20, FIRST, 2, 3))).toEqual([0, 1, 0]);
  });

  it("are those learned: not the switch's own, typed in, old or without a port; where no status is shown, all", async () => {
    const rows = [byVlan(1, FIRST, 1, 4), byVlan(1, SECOND, 1, 5), byVlan(1, THIRD, 1, 2)];
    expect(await counts(INTERFACES, BASE_PORTS, ...rows, byVlan(2, FIRST, 0, 3), byVlan(2, SECOND, 3, 3))).toEqual([
      0, 0, 1,
    ]);
    expect(await counts(INTERFACES, BASE_PORTS, byVlan(1, FIRST, 1), byVlan(1, SECOND, 0))).toEqual([1, 0, 0]);
  });

  it("come from BRIDGE-MIB where there is no Q-BRIDGE-MIB, as on Cisco, which shows one VLAN: other ports are not known", async () => {
    expect(await counts(INTERFACES, BASE_PORTS, plain(FIRST, 2), plain(SECOND, 2))).toEqual([undefined, 2, undefined]);
  });

  it("stand on the interface with the port's number where the device has no bridge ports", async () => {
    expect(await counts(INTERFACES, byVlan(1, FIRST, 13, 3))).toEqual([undefined, undefined, 1]);
  });

  it("stand on ports in their order where bridge ports are numbered from 49153, as TP-Link does", async () => {
    const shifted = [basePort(49_153, 11), basePort(49_154, 12), basePort(49_155, 13)];
    expect(await counts(INTERFACES, ...shifted, byVlan(1, FIRST, 1, 3), byVlan(1, SECOND, 3, 3))).toEqual([1, 0, 1]);
  });

  it("on ports that are no bridge ports of any other make are nowhere, and then no port is said to have none", async () => {
    const high = [basePort(49, 11), basePort(50, 12), basePort(51, 13)];
    const rows = [byVlan(1, FIRST, 1, 3), byVlan(1, SECOND, 2, 3)];
    expect(await counts(INTERFACES, ...high, ...rows)).toBeUndefined();
  });

  it("behind a port that is no bridge port are not put behind another", async () => {
    expect(await counts(INTERFACES, basePort(1, 11), byVlan(1, FIRST, 1, 3), byVlan(1, SECOND, 2, 3))).toEqual([
      1,
      undefined,
      undefined,
    ]);
  });

  it("are not known where no entry is shown: a switch that was asked has learned at least who asked", async () => {
    expect(await counts(INTERFACES, BASE_PORTS)).toBeUndefined();
    const own = [{ oid: parseOid("1.3.6.1.2.1.17.1.1.0"), value: macOctets(FIRST) }];
    const { sightings } = await readFrom([...INTERFACES, ...own], readBridge);
    expect(sightings).toEqual({ own: new Map([[hardwareAddressOf(FIRST), ""]]) });
  });
});
