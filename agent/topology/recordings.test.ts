// What recorded switches and routers see of others, beside what LibreNMS read from the same recordings.
import { readFileSync } from "node:fs";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FOLDER, missing, openRecordings, type Recordings } from "../probes/golden/recording.ts";
import { hardwareAddressOf } from "./hardware-address.ts";
import { Topology } from "./topology.ts";

/** The tables of LibreNMS's expected files that speak of others. */
interface Peer {
  "discovery-protocols"?: { discovery: { links: { ifName: string; remote_hostname: string; remote_port: string }[] } };
  "fdb-table"?: { discovery: { ports_fdb: { mac_address: string; ifIndex: number; vlan_vlan: number }[] } };
  "ipv6-addresses"?: { discovery: { ipv6_addresses: { ipv6_address: string }[] } };
  ports?: { discovery: { ports: { ifIndex: number; ifName: string | null }[] } };
}

describe.skipIf(missing !== undefined)(
  `recorded neighbours beside LibreNMS${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let recordings: Recordings;
    beforeAll(async () => {
      recordings = await openRecordings();
    });
    afterAll(() => recordings.close());

    const peerOf = (name: string) => JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8")) as Peer; // LibreNMS's own shape
    const seenBy = async (name: string) => (await recordings.probe(name)).sightings ?? {};
    const valuesOf = async (name: string) => {
      const { readings } = await recordings.probe(name);
      return readings.find(({ device, measurement }) => device === name && measurement === "device")?.values ?? {};
    };

    it.each([
      ["dlink_dgs-3620-28sc", 10],
      ["vrp_5720", 5],
      ["vrp_ac6605-26", 2],
      ["fs-switch_s3900-24f4s", 1],
      ["jetstream_sg2218p", 3],
    ])("%s hears who LibreNMS hears on the same ports: %i", async (name, count) => {
      const links = peerOf(name)["discovery-protocols"]?.discovery.links ?? [];
      const { neighbours = [] } = await seenBy(name);
      const ours = neighbours.map(({ port, names }) => `${port}: ${names[0]}`).sort();
      expect(ours).toEqual(links.map(({ ifName, remote_hostname }) => `${ifName}: ${remote_hostname}`).sort());
      expect(ours).toHaveLength(count);
      // LibreNMS writes the neighbour's port and in brackets its chassis; a port known by its address alone as bytes.
      for (const { port, remotePort } of neighbours) {
        const link = links.find(({ ifName }) => ifName === port);
        if (!/^([0-9A-F]{2} )+/.test(link?.remote_port ?? ""))
          expect(link?.remote_port.startsWith(String(remotePort))).toBe(true);
      }
    });

    it("vrp_ac6605-26 has the access point that it tells of on the port on which it hears it", async () => {
      const id = "vrp_ac6605-26";
      const topology = new Topology({
        targets: [{ id, intervalMs: 60_000 }],
        selfTests: [],
        log: pino({ level: "silent" }),
      });
      topology.note({ targetId: id, endedAtMs: 1, answered: true, result: await recordings.probe(id) });
      expect(topology.facts(1, undefined)).toEqual([
        { device: "50:6f:77:ea:dc:a0", atMs: 1, texts: { parent: id, parent_port: "GigabitEthernet0/0/1" } },
      ]);
    });

    it("jetstream_sg2218p has learned what LibreNMS lists, behind the same ports", async () => {
      const name = "jetstream_sg2218p";
      const peer = peerOf(name);
      const names = new Map(peer.ports?.discovery.ports.map(({ ifIndex, ifName }) => [ifIndex, ifName]));
      const rows = peer["fdb-table"]?.discovery.ports_fdb ?? [];
      expect(rows).toHaveLength(66);
      const theirs = new Set(rows.map((row) => `${names.get(row.ifIndex)} ${hardwareAddressOf(row.mac_address)}`));
      const { behind = new Map() } = await seenBy(name);
      const ours = [...behind].flatMap(([port, addresses]) => addresses.map((address: number) => `${port} ${address}`));
      expect(new Set(ours)).toEqual(theirs);
    });

    it.each(["edgeos", "eatonupsm2_9px+empg2", "routeros_rb433gl", "zyxelusg_usgflex100"])(
      "%s has the global addresses of IPv6 that LibreNMS lists",
      async (name) => {
        const rows = peerOf(name)["ipv6-addresses"]?.discovery.ipv6_addresses ?? [];
        const global = rows.filter(({ ipv6_address }) => /^[23]/.test(ipv6_address));
        expect((await valuesOf(name)).ipv6_addresses).toBe(global.length);
      },
    );

    it("edgeos knows twenty devices by IPv4 and eight by IPv6, none by a global address", async () => {
      // ipNetToPhysicalPhysAddress: 20 rows of IPv4 and 8 of IPv6, all link-local, counted by hand; type and state are not recorded.
      expect(await valuesOf("edgeos")).toMatchObject({
        neighbours_ipv4: 20,
        neighbours_ipv6: 8,
        neighbours_ipv6_global: 0,
        neighbours_both: 0,
      });
    });
  },
);
