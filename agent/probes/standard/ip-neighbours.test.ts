import { describe, expect, it } from "vitest";
import { scalars, tableRow } from "../../../firmware-sims/models/rows.ts";
import type { MibRow } from "../../../firmware-sims/snmp/mib.ts";
import { integer, macOctets, octets, text } from "../../../firmware-sims/snmp/value.ts";
import { parseAddress } from "../../address.ts";
import { readIpNeighbours } from "./ip-neighbours.ts";
import { readFrom } from "./reader-suite.ts";

const PC = "50:6f:77:00:00:01";
const PHONE = "50:6f:77:00:00:02";
const TABLET = "50:6f:77:00:00:03";
const ROUTER = "50:6f:77:00:00:ff";
const OWN: MibRow[] = [
  ...tableRow("1.3.6.1.2.1.31.1.1.1", [1], { 1: text("lan") }),
  ...tableRow("1.3.6.1.2.1.2.2.1", [1], { 6: macOctets(ROUTER) }),
  ...scalars("1.3.6.1.2.1.4", { 1: integer(1) }),
];

/** Type, length and bytes of an address as an index. */
function addressIndex(address: string): number[] {
  const parsed = parseAddress(address);
  const size = parsed?.family === 4 ? 4 : 16;
  const bytes = Array.from({ length: size }, (_, i) =>
    Number(((parsed?.value ?? 0n) >> BigInt(8 * (size - 1 - i))) & 0xffn),
  );
  return [parsed?.family === 4 ? 1 : 2, size, ...bytes];
}
interface Entry {
  type?: number;
  state?: number;
}
const cells = (mac: string, { type, state }: Entry) => ({
  4: mac === "" ? octets(new Uint8Array(0)) : macOctets(mac),
  ...(type === undefined ? {} : { 6: integer(type) }),
  ...(state === undefined ? {} : { 7: integer(state) }),
});
const physical = (address: string, mac: string, entry: Entry = { type: 3, state: 1 }) =>
  tableRow("1.3.6.1.2.1.4.35.1", [1, ...addressIndex(address)], cells(mac, entry));
const media = (address: string, mac: string, type?: number) =>
  tableRow("1.3.6.1.2.1.4.22.1", [1, ...address.split(".").map(Number)], {
    2: macOctets(mac),
    ...(type === undefined ? {} : { 4: integer(type) }),
  });
const own = (
  address: string,
  cellsOf: Parameters<typeof tableRow>[2] = { 3: integer(1), 4: integer(1), 7: integer(1) },
) => tableRow("1.3.6.1.2.1.4.34.1", addressIndex(address), cellsOf);

async function countsOf(...rows: (readonly MibRow[])[]) {
  const { readings, sightings } = await readFrom([...OWN, ...rows.flat()], readIpNeighbours);
  expect(sightings).toBeUndefined();
  return readings.find(({ measurement }) => measurement === "device")?.values ?? {};
}

describe("neighbours of a router", () => {
  it("are counted by hardware address: by IPv4, by IPv6, by a global address of it, and by both", async () => {
    expect(
      await countsOf(
        physical("10.0.0.1", PC),
        physical("10.0.1.1", PC),
        physical("10.0.0.2", PHONE),
        physical("fe80::1", PC),
        physical("2001:db8::1", PC),
        physical("2001:db8::1:1", PC),
        physical("fd00::3", TABLET),
        physical("fe80::3", TABLET),
      ),
    ).toEqual({ neighbours_ipv4: 2, neighbours_ipv6: 2, neighbours_ipv6_global: 1, neighbours_both: 1 });
  });

  it.each([
    ["that are invalid", PC, { type: 2, state: 1 }],
    ["typed in, which stay when the device is off", PC, { type: 4, state: 1 }],
    ["of the router itself, by type", PC, { type: 5, state: 1 }],
    ["of the router itself, by address", ROUTER, { type: 3, state: 1 }],
    ["whose state is invalid", PC, { type: 3, state: 5 }],
    ["that are incomplete", PC, { type: 3, state: 7 }],
    ["without an address yet", "", { type: 3, state: 6 }],
    ["with the address zero", "00:00:00:00:00:00", {}],
    ["of a broadcast", "ff:ff:ff:ff:ff:ff", {}],
    ["of a multicast", "01:00:5e:00:00:16", {}],
    ["that routers share (VRRP)", "00:00:5e:00:01:0a", {}],
  ] as const)("are not the entries %s", async (_, mac, entry) => {
    expect(await countsOf(physical("10.0.0.1", mac, entry), physical("2001:db8::1", mac, entry))).toEqual({
      neighbours_ipv4: 0,
      neighbours_ipv6: 0,
      neighbours_ipv6_global: 0,
      neighbours_both: 0,
    });
  });

  it("are stale ones too, and those of which neither type nor state is shown", async () => {
    const counts = await countsOf(physical("fe80::1", PC, { type: 3, state: 2 }), physical("fe80::2", PHONE, {}));
    expect(counts).toMatchObject({ neighbours_ipv6: 2, neighbours_ipv6_global: 0 });
  });

  it("by IPv6 are not known, and not none, where only IPv4 is in the table", async () => {
    expect(await countsOf(physical("10.0.0.1", PC))).toEqual({ neighbours_ipv4: 1 });
    expect(await countsOf(media("10.0.0.1", PC, 3), media("10.0.0.2", PHONE, 2), media("10.0.0.3", TABLET, 4))).toEqual(
      {
        neighbours_ipv4: 1,
      },
    );
  });

  it("by IPv4 come from the older table where the newer one has only IPv6", async () => {
    expect(await countsOf(physical("2001:db8::1", PC), media("10.0.0.1", PC))).toMatchObject({
      neighbours_ipv4: 1,
      neighbours_both: 1,
    });
  });

  it("by IPv6 come from IPV6-MIB where that is all there is", async () => {
    const [, , ...bytes] = addressIndex("2001:db8::1");
    const rows = tableRow("1.3.6.1.2.1.55.1.12.1", [1, ...bytes], { 2: macOctets(PC), 3: integer(2), 4: integer(1) });
    expect(await countsOf(rows)).toEqual({ neighbours_ipv6: 1, neighbours_ipv6_global: 1 });
  });

  it("are read with a zone in the index, with and without its length", async () => {
    const [, , ...bytes] = addressIndex("fe80::1");
    const [, , ...others] = addressIndex("fe80::2");
    const row = (index: number[], mac: string) => tableRow("1.3.6.1.2.1.4.35.1", [1, ...index], { 4: macOctets(mac) });
    const counts = await countsOf(row([4, 20, ...bytes, 0, 1, 134, 160], PC), row([4, ...others], PHONE));
    expect(counts).toEqual({ neighbours_ipv6: 2, neighbours_ipv6_global: 0 });
  });

  it("are nobody's who says that it forwards nothing", async () => {
    const rows = scalars("1.3.6.1.2.1.4", { 1: integer(2), 25: integer(2) });
    expect(await countsOf(physical("10.0.0.1", PC), rows)).toEqual({});
  });
});

describe("own addresses of IPv6", () => {
  it("count when they are global, once each, and neither anycast nor unusable", async () => {
    const with7 = (status: number) => ({ 3: integer(1), 4: integer(1), 7: integer(status) });
    expect(
      await countsOf(
        own("2001:db8::1"),
        own("2001:db8::2", with7(2)),
        own("2001:db8::3", with7(6)),
        own("2001:db8::4", with7(7)),
        own("2001:db8::", { 3: integer(1), 4: integer(2), 7: integer(1) }),
        own("fe80::1"),
        own("fd00::1"),
        own("::1"),
        own("10.0.0.1"),
      ),
    ).toEqual({ ipv6_addresses: 2 });
  });

  it("are 0 where the device shows others of IPv6, and not known where it shows none", async () => {
    expect(await countsOf(own("fe80::1"))).toEqual({ ipv6_addresses: 0 });
    expect(await countsOf(own("10.0.0.1"))).toEqual({});
  });

  it("come from IPV6-MIB on older devices, with a length before the bytes or as a text, as some write them", async () => {
    const old = (...index: number[]) => tableRow("1.3.6.1.2.1.55.1.8.1", index, { 2: integer(64) });
    const [, , ...bytes] = addressIndex("2001:db8::1");
    expect(
      await countsOf(old(3, ...bytes), old(3, 16, ...bytes), old(4, ...Buffer.from("2a00:e60::2c85:1/64"))),
    ).toEqual({
      ipv6_addresses: 2,
    });
  });
});
