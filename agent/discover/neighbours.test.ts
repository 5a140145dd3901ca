import { describe, expect, it } from "vitest";
import { tableRow } from "../../firmware-sims/models/rows.ts";
import { integer, macOctets } from "../../firmware-sims/snmp/value.ts";
import { addressAt, describedMib } from "./campus-suite.ts";
import { campus, run } from "./discover-suite.ts";

const [FIRST, SECOND, THIRD, FOURTH] = [0, 1, 2, 3].map(addressAt) as [string, string, string, string]; // four of four

describe("a discovery with neighbours", () => {
  const arp = (...entries: [string, string][]) =>
    entries.flatMap(([address, mac]) =>
      tableRow("1.3.6.1.2.1.4.22.1", [1, ...address.split(".").map(Number)], { 2: macOctets(mac), 4: integer(3) }),
    );
  const arp2 = (address: string, mac: string, type = 3) =>
    tableRow("1.3.6.1.2.1.4.35.1", [1, 1, 4, ...address.split(".").map(Number)], {
      4: macOctets(mac),
      6: integer(type),
    });
  const lldp = (address: string) =>
    tableRow("1.0.8802.1.1.2.1.4.2.1", [0, 7, 1, 1, 4, ...address.split(".").map(Number)], { 3: integer(2) });

  it("follows ARP tables and LLDP as far as it was told", async () => {
    const { port } = await campus(
      { mib: describedMib({ name: "a", more: arp([SECOND, "00:e0:fc:00:00:02"]) }) },
      { mib: describedMib({ name: "b", more: lldp(THIRD) }) },
      { mib: describedMib({ name: "c", more: arp2(FOURTH, "00:e0:fc:00:00:04") }) },
      { mib: describedMib({ name: "d" }) },
    );
    const names = async (depth: number) => (await run([FIRST], port, { depth })).devices.map(({ name }) => name);
    expect(await names(0)).toEqual(["a"]);
    expect(await names(1)).toEqual(["a", "b"]);
    expect(await names(2)).toEqual(["a", "b", "c"]);
    expect(await names(3)).toEqual(["a", "b", "c", "d"]);
  });

  it("learns from them the MAC that a device does not say itself", async () => {
    const { port } = await campus(
      { mib: describedMib({ name: "a", more: arp([SECOND, "00:e0:fc:00:00:02"]) }) },
      { mib: describedMib({ name: "b" }) },
    );
    const { devices } = await run([FIRST], port, { depth: 1 });
    expect(devices).toMatchObject([{ name: "a" }, { name: "b", mac: "00:e0:fc:00:00:02" }]);
  });

  it("never leaves one's own networks, nor asks for more than allowed", async () => {
    const far = ["8.8.8.8", "224.0.0.1", "255.255.255.255"].map((address): [string, string] => [
      address,
      "00:e0:fc:00:00:09",
    ]);
    const { port } = await campus(
      {
        mib: describedMib({
          name: "a",
          more: arp([SECOND, "00:e0:fc:00:00:02"], [THIRD, "00:e0:fc:00:00:03"], ...far),
        }),
      },
      { mib: describedMib({ name: "b" }) },
      { mib: describedMib({ name: "c" }) },
    );
    const { devices, asked, neighboursLeftOut } = await run([FIRST], port, { depth: 2, maxHosts: 2 });
    expect(devices.map(({ name }) => name)).toEqual(["a", "b"]);
    expect([...asked]).toEqual([FIRST, SECOND]);
    expect(neighboursLeftOut).toBe(4);
  });

  it("does not take an entry for a neighbour that is being forgotten", async () => {
    const { port } = await campus(
      { mib: describedMib({ name: "a", more: arp2(SECOND, "00:e0:fc:00:00:02", 2) }) },
      { mib: describedMib({ name: "b" }) },
    );
    expect((await run([FIRST], port, { depth: 1 })).devices).toHaveLength(1);
  });
});
