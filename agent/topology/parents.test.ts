import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KnownDevice } from "./identities.ts";
import { parentsOf, type TopologyInput } from "./parents.ts";
import type { Neighbour, Sightings } from "./sightings.ts";

// A small campus: the gateway behind the core's port 1, access switches on its ports 2 and 3, access points on theirs.
const MAC = { gateway: 1_001, core: 1_002, east: 1_003, west: 1_004, ap1: 1_005, ap2: 1_006, ring: 1_007 } as const;
const CLIENT = 9_000;

const device = (key: string, mac: number | undefined, seen?: Sightings): KnownDevice => ({
  key,
  isTarget: true,
  macs: mac === undefined ? [] : [mac],
  names: [`name of ${key}`],
  addresses: [],
  ...(seen && { seen: { isBridge: true, ...seen } }),
});
/** An access point that a controller tells of. */
const child = (key: string, mac: number | undefined): KnownDevice => ({ ...device(key, mac), isTarget: false });
const heard = (port: string, mac: number | undefined, more: Partial<Neighbour> = {}): Neighbour => ({
  port,
  macs: mac === undefined ? [] : [mac],
  names: [],
  addresses: [],
  ...more,
});
const bridge = (port: string, mac: number, remotePort: string) => heard(port, mac, { remotePort, isBridge: true });
const behind = (ports: Record<string, number[]>) => new Map(Object.entries(ports));

const gateway = device("gateway", MAC.gateway);
const placesOf = (devices: KnownDevice[], root: string | undefined = "gateway") =>
  Object.fromEntries(
    [...parentsOf({ devices, gateways: root === undefined ? [] : [root] }).places].map(([key, { parent, port }]) => [
      key,
      `${parent} ${port}`,
    ]),
  );

describe("an access point hangs on", () => {
  const core = device("core", MAC.core, {
    neighbours: [bridge("c2", MAC.east, "e24")],
    behind: behind({ c1: [MAC.gateway], c2: [MAC.east, MAC.ap1, CLIENT] }),
  });
  const east = (seen: Sightings) =>
    device("east", MAC.east, {
      neighbours: [bridge("e24", MAC.core, "c2"), ...(seen.neighbours ?? [])],
      behind: behind({ e24: [MAC.gateway, MAC.core], ...Object.fromEntries(seen.behind ?? []) }),
    });
  const switches = { core: undefined, east: "core c2" } as const;
  const expected = (place: string | undefined, key = "ap1") => ({
    east: switches.east,
    ...(place === undefined ? {} : { [key]: place }),
  });

  it("the port on which the switch hears it", () => {
    const seen = { neighbours: [heard("e1", MAC.ap1, { isAccessPoint: true })] };
    expect(placesOf([gateway, core, east(seen), child("ap1", MAC.ap1)])).toEqual(expected("east e1"));
  });

  it.each([
    ["its name, in whatever case", heard("e1", 77, { names: ["NAME of ap1"] })],
    ["its management address", heard("e1", undefined, { addresses: ["10.0.0.1"] })],
    ["the address of its port", heard("e1", 77, { macs: [77, MAC.ap1] })],
  ])("the port of a neighbour that is known by %s", (_, neighbour) => {
    const ap = { ...child("ap1", MAC.ap1), addresses: ["10.0.0.1"] };
    expect(placesOf([gateway, core, east({ neighbours: [neighbour] }), ap])).toEqual(expected("east e1"));
  });

  it("the port behind which its address was learned, where nobody hears it", () => {
    const seen = { behind: behind({ e5: [MAC.ap1, CLIENT, CLIENT + 1] }) };
    expect(placesOf([gateway, core, east(seen), child("ap1", MAC.ap1)])).toEqual(expected("east e5"));
  });

  it("the port by its Ethernet address, where it announces its radio's", () => {
    const seen = { neighbours: [heard("e5", MAC.ap1 + 16)], behind: behind({ e5: [MAC.ap1] }) };
    expect(placesOf([gateway, core, east(seen), child("ap1", MAC.ap1)])).toEqual(expected("east e5"));
  });

  it("the port to a switch that nobody asks, together with others", () => {
    const seen = { behind: behind({ e9: [MAC.ap1, MAC.ap2, CLIENT] }) };
    expect(placesOf([gateway, core, east(seen), child("ap1", MAC.ap1), child("ap2", MAC.ap2)])).toEqual({
      ...expected("east e9"),
      ap2: "east e9",
    });
  });

  it("the switch below, where the one above does not see that switch itself but what is behind it", () => {
    const blind = device("core", MAC.core, { behind: behind({ c1: [MAC.gateway], c2: [MAC.ap1, CLIENT] }) });
    const below = device("east", MAC.east, { behind: behind({ e24: [MAC.gateway], e1: [MAC.ap1], e2: [CLIENT] }) });
    expect(placesOf([gateway, blind, below, child("ap1", MAC.ap1)])).toEqual({ ap1: "east e1" });
  });

  it("the port of the core it is plugged into itself", () => {
    const there = device("core", MAC.core, { behind: behind({ c1: [MAC.gateway], c2: [MAC.east], c7: [MAC.ap1] }) });
    expect(placesOf([gateway, there, east({}), child("ap1", MAC.ap1)])).toMatchObject({ ap1: "core c7" });
  });

  it("what it hears itself, where the switch hears nobody", () => {
    const ap = device("ap1", MAC.ap1, {
      isBridge: true,
      isAccessPoint: true,
      neighbours: [bridge("eth0", MAC.east, "e3")],
    });
    expect(placesOf([gateway, core, east({}), ap])).toEqual(expected("east e3"));
  });

  it("an interface of the switch by its name, where it hears only the address of the port", () => {
    const ap = device("ap1", MAC.ap1, {
      isAccessPoint: true,
      neighbours: [heard("eth0", MAC.east, { remotePortMac: 555, isBridge: true })],
    });
    const named = device("east", MAC.east, {
      own: new Map([[555, "e3"]]),
      behind: behind({ e24: [MAC.gateway, MAC.core] }),
    });
    expect(placesOf([gateway, core, named, ap])).toMatchObject({ ap1: "east e3" });
  });

  it("the same under both of its keys, when it is asked itself and its controller tells of it", () => {
    const seen = { neighbours: [heard("e1", MAC.ap1)] };
    const both = [device("ap-301", MAC.ap1), child("50:6f:77:00:00:01", MAC.ap1)];
    expect(placesOf([gateway, core, east(seen), ...both])).toEqual({
      ...expected("east e1", "ap-301"),
      "50:6f:77:00:00:01": "east e1",
    });
  });

  it("a switch also where the gateway is not known", () => {
    const seen = { behind: behind({ e5: [MAC.ap1] }) };
    expect(placesOf([core, east(seen), child("ap1", MAC.ap1)], undefined)).toEqual({ ap1: "east e5" });
  });

  it("nothing that is known, when two switches hear it", () => {
    const west = device("west", MAC.west, { neighbours: [heard("w1", MAC.ap1)] });
    const input: TopologyInput = {
      gateways: ["gateway"],
      devices: [gateway, core, east({ neighbours: [heard("e1", MAC.ap1)] }), west, child("ap1", MAC.ap1)],
    };
    expect(placesOf([...input.devices])).toEqual(expected(undefined));
    expect(parentsOf(input).ambiguous.get("ap1")).toEqual(["east", "west"]);
  });

  it("nothing that is known, while two switches have learned it on ports of their own, as just after a move", () => {
    const west = device("west", MAC.west, {
      behind: behind({ w24: [MAC.gateway, MAC.core, MAC.east], w1: [MAC.ap1] }),
    });
    const seen = { behind: behind({ e5: [MAC.ap1, CLIENT] }) };
    const devices = [gateway, device("core", MAC.core), east(seen), west, child("ap1", MAC.ap1)];
    expect(placesOf(devices).ap1).toBeUndefined();
  });

  it("nothing that is known, while one switch has learned it on two ports", () => {
    const seen = { behind: behind({ e5: [MAC.ap1], e6: [MAC.ap1] }) };
    expect(placesOf([gateway, device("core", MAC.core), east(seen), child("ap1", MAC.ap1)]).ap1).toBeUndefined();
  });

  it("nothing on the way to the gateway: it is not below that switch", () => {
    const seen = { behind: behind({ e24: [MAC.gateway, MAC.ap1] }) };
    expect(placesOf([gateway, east(seen), child("ap1", MAC.ap1)])).toEqual({});
  });

  it.each([
    [
      "the same name",
      [
        { ...child("ap1", 71), names: ["AP"] },
        { ...child("ap2", 72), names: ["AP"] },
      ],
      heard("e1", 99, { names: ["AP"] }),
    ],
    [
      "the same address",
      [
        { ...child("ap1", 71), addresses: ["10.0.0.1"] },
        { ...child("ap2", 72), addresses: ["10.0.0.1"] },
      ],
      heard("e1", 99, { addresses: ["10.0.0.1"] }),
    ],
    ["the same hardware address", [device("ap1", 71), device("ap2", 71)], heard("e1", 71)],
  ])("nothing that is known, where two devices have %s", (_, devices, neighbour) => {
    expect(placesOf([gateway, core, east({ neighbours: [neighbour] }), ...devices])).toEqual(expected(undefined));
  });

  it("nothing, where a stranger only has its name", () => {
    const named = (seen: Sightings) => ({ ...device("nvr", 5_000, { isBridge: false, ...seen }), names: ["device"] });
    const stranger = east({ neighbours: [heard("e1", 6_000, { names: ["device"] })] });
    expect(placesOf([gateway, core, stranger, named({ chassis: 5_000 })])).toEqual(expected(undefined));
    expect(placesOf([gateway, core, stranger, named({ own: new Map([[5_000, "eth0"]]) })])).toEqual(
      expected(undefined),
    );
    const near = east({ neighbours: [heard("e1", 5_002, { names: ["device"] })] });
    expect(placesOf([gateway, core, near, named({ own: new Map([[5_000, "eth0"]]) })])).toEqual(
      expected("east e1", "nvr"),
    );
  });
});

describe("a switch hangs on", () => {
  const core = (seen: Sightings = {}) =>
    device("core", MAC.core, {
      neighbours: [bridge("c2", MAC.east, "e24"), bridge("c3", MAC.west, "w24")],
      ...seen,
    });
  const access = (key: "east" | "west", seen: Sightings = {}) =>
    device(key, MAC[key], { neighbours: [bridge(`${key[0]}24`, MAC.core, key === "east" ? "c2" : "c3")], ...seen });

  it("the switch on the way to the gateway, by cables from the gateway where it speaks of them", () => {
    const speaking = device("gateway", MAC.gateway, { isBridge: false, neighbours: [bridge("lan1", MAC.core, "c1")] });
    expect(placesOf([speaking, core(), access("east"), access("west")])).toEqual({
      core: "gateway lan1",
      east: "core c2",
      west: "core c3",
    });
  });

  it("the switch on the way to the gateway, by the port behind which it is", () => {
    const east = access("east", { behind: behind({ e24: [MAC.gateway] }) });
    const west = access("west", { behind: behind({ w24: [MAC.gateway] }) });
    expect(placesOf([gateway, core({ behind: behind({ c1: [MAC.gateway] }) }), east, west])).toEqual({
      east: "core c2",
      west: "core c3",
    });
  });

  it("the one above, when only that one speaks LLDP", () => {
    const silent = device("east", MAC.east, { behind: behind({ e24: [MAC.gateway] }) });
    expect(placesOf([gateway, core({ behind: behind({ c1: [MAC.gateway] }) }), silent])).toEqual({ east: "core c2" });
  });

  it("the one above, when only the one below speaks LLDP", () => {
    const silent = device("core", MAC.core, { behind: behind({ c1: [MAC.gateway] }) });
    expect(placesOf([gateway, silent, access("east", { behind: behind({ e24: [MAC.gateway] }) })])).toEqual({
      east: "core c2",
    });
  });

  it("the one above by what was learned, when neither speaks LLDP", () => {
    const above = device("core", MAC.core, { behind: behind({ c1: [MAC.gateway], c2: [MAC.east, MAC.west] }) });
    const middle = device("east", MAC.east, { behind: behind({ e24: [MAC.gateway, MAC.core], e1: [MAC.west] }) });
    const below = device("west", MAC.west, { behind: behind({ w24: [MAC.gateway, MAC.core, MAC.east] }) });
    expect(placesOf([gateway, above, middle, below])).toEqual({ east: "core c2", west: "east e1" });
  });

  it("the bundle behind which it is learned; else all its ports", () => {
    const neighbours = [bridge("c10", MAC.east, "e24"), bridge("c9", MAC.east, "e23")];
    const east = device("east", MAC.east, {
      neighbours: [bridge("e23", MAC.core, "c9"), bridge("e24", MAC.core, "c10")],
      behind: behind({ trunk2: [MAC.gateway] }),
    });
    const learning = device("core", MAC.core, {
      neighbours,
      behind: behind({ c1: [MAC.gateway], trunk1: [MAC.east] }),
    });
    expect(placesOf([gateway, learning, east])).toEqual({ east: "core trunk1" });
    const speaking = device("gateway", MAC.gateway, { neighbours: [bridge("lan1", MAC.core, "c1")] });
    const hearing = device("core", MAC.core, { neighbours });
    expect(placesOf([speaking, hearing, east])).toEqual({ core: "gateway lan1", east: "core c9, c10" });
  });

  it("the side of a ring on which its way to the gateway is", () => {
    const ring = device("ring", MAC.ring, {
      neighbours: [bridge("r1", MAC.east, "e2"), bridge("r2", MAC.west, "w2")],
      behind: behind({ r2: [MAC.gateway] }),
    });
    const east = access("east", {
      neighbours: [bridge("e24", MAC.core, "c2"), bridge("e2", MAC.ring, "r1")],
      behind: behind({ e24: [MAC.gateway] }),
    });
    const west = access("west", {
      neighbours: [bridge("w24", MAC.core, "c3"), bridge("w2", MAC.ring, "r2")],
      behind: behind({ w24: [MAC.gateway] }),
    });
    const top = core({ behind: behind({ c1: [MAC.gateway] }) });
    expect(placesOf([gateway, top, east, west, ring])).toEqual({ east: "core c2", west: "core c3", ring: "west w2" });
    const unsure = { ...ring, seen: { ...ring.seen, behind: behind({}) } };
    expect(placesOf([gateway, top, east, west, unsure])).toEqual({ east: "core c2", west: "core c3" });
  });

  it("nothing that is known, where no gateway is", () => {
    expect(placesOf([core(), access("east"), access("west")], undefined)).toEqual({});
  });
});

describe("whatever devices say", () => {
  const macs = fc.integer({ min: 1, max: 6 });
  const port = fc.constantFrom("p1", "p2", "p3");
  const neighbour = fc.record({
    port,
    macs: fc.array(macs, { maxLength: 2 }),
    names: fc.array(fc.constantFrom("a", "b"), { maxLength: 1 }),
    addresses: fc.constant([]),
    remotePort: port,
    isBridge: fc.boolean(),
    isAccessPoint: fc.boolean(),
  });
  const seen = fc.record(
    {
      neighbours: fc.array(neighbour, { maxLength: 4 }),
      behind: fc
        .array(fc.tuple(port, fc.array(macs, { maxLength: 4 })), { maxLength: 3 })
        .map((ports) => new Map(ports)),
      isBridge: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const devices = fc
    .array(
      fc.record({
        isTarget: fc.boolean(),
        macs: fc.array(macs, { maxLength: 2 }),
        names: fc.array(fc.constantFrom("a", "b"), { maxLength: 1 }),
        seen,
      }),
      { minLength: 2, maxLength: 7 },
    )
    .map((all) =>
      all.map(({ seen: sees, ...one }, i): KnownDevice => {
        // Only who is asked himself says what he sees.
        return { ...one, key: `d${i}`, addresses: [], ...(one.isTarget && { seen: sees }) };
      }),
    );

  it("nothing hangs on itself, not even by way of others, the gateway hangs on nothing, and every parent is known", () => {
    fc.assert(
      fc.property(devices, fc.constantFrom(undefined, "d0", "nobody"), (all, root) => {
        const { places } = parentsOf({ devices: all, gateways: root === undefined ? [] : [root] });
        for (const start of places.keys()) {
          const above = new Set<string>();
          for (let key: string | undefined = start; key !== undefined; key = places.get(key)?.parent) {
            expect(above.has(key)).toBe(false);
            above.add(key);
            expect(all.some((known) => known.key === key)).toBe(true);
          }
        }
        if (root === "d0") expect(places.has("d0")).toBe(false);
        for (const { port: at } of places.values()) expect(at).not.toBe("");
      }),
      { numRuns: 2_000 },
    );
  });

  it("the same is said in whatever order the devices are known", () => {
    fc.assert(
      fc.property(devices, (all) => {
        const said = (list: KnownDevice[]) =>
          [...parentsOf({ devices: list, gateways: ["d0"] }).places]
            .map(([key, place]) => `${key} ${place.port}`)
            .sort();
        expect(said([...all].reverse()).length).toBe(said(all).length);
      }),
    );
  });
});
