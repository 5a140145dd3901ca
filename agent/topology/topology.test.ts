import { pino } from "pino";
import { describe, expect, it } from "vitest";
import type { Fact } from "../../contract/reading.ts";
import { hardwareAddressOf } from "./hardware-address.ts";
import { MOST_OWN, type Neighbour, type Sightings } from "./sightings.ts";
import { Topology } from "./topology.ts";

const AP = "50:6f:77:00:00:01";
const ROUTER = "50:6f:77:00:00:ff";
const MINUTE = 60_000;
const START = 1_790_000_000_000;

const address = (mac: string) => hardwareAddressOf(mac) ?? 0;
const heard = (port: string, mac: string, more: Partial<Neighbour> = {}): Neighbour => ({
  port,
  macs: [address(mac)],
  names: [],
  addresses: [],
  ...more,
});

function school(gateways: string[] = ["gw"]) {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const targets = ["gw", "ac", "east", "west"].map((id) => ({ id, intervalMs: MINUTE }));
  const topology = new Topology({ targets, selfTests: gateways.map((gateway) => ({ gateway })), log });
  /** A run of a target, at a minute. */
  const run = (targetId: string, minute: number, sightings?: Sightings, facts: Fact[] = []) =>
    topology.note({
      targetId,
      endedAtMs: START + minute * MINUTE,
      answered: true,
      result: { readings: [], facts, valuesRefused: 0, ...(sightings && { sightings }) },
    });
  const controllerTells = (minute: number, ...macs: string[]) =>
    run(
      "ac",
      minute,
      undefined,
      macs.map((device) => ({ device, atMs: 0, texts: { mac: device } })),
    );
  const places = (minute: number, interfaces?: Parameters<Topology["facts"]>[1]) =>
    topology
      .facts(START + minute * MINUTE, interfaces)
      .map(({ device, texts }) => `${device}: ${texts.parent} ${texts.parent_port}`)
      .sort();
  return { topology, run, controllerTells, places, logged };
}

describe("what hangs on what", () => {
  it("is a fact of the child, of the time at which it was found", () => {
    const { topology, run, controllerTells } = school();
    controllerTells(0, AP);
    run("east", 0, { neighbours: [heard("ge1", AP)] });
    expect(topology.facts(START + MINUTE, undefined)).toEqual([
      { device: AP, atMs: START + MINUTE, texts: { parent: "east", parent_port: "ge1" } },
    ]);
  });

  it("is worked out again only when something was seen meanwhile", () => {
    const { run, controllerTells, places } = school();
    controllerTells(0, AP);
    run("east", 0, { neighbours: [heard("ge1", AP)] });
    expect(places(0)).toEqual([`${AP}: east ge1`]);
    run("east", 5);
    expect(places(5)).toEqual([]);
    run("east", 6, { neighbours: [heard("ge1", AP)] });
    expect(places(6)).toEqual([`${AP}: east ge1`]);
  });

  it("is worked out at most every five minutes, because that stops everything else; at once on a clock that was set back", () => {
    const { run, controllerTells, places } = school();
    controllerTells(0, AP);
    const told = [0, 1, 4, 5, 9, 10, 2].filter((minute) => {
      run("east", minute, { neighbours: [heard("ge1", AP)] });
      return places(minute).length > 0;
    });
    expect(told).toEqual([0, 5, 10, 2]);
  });

  it("moves with the device", () => {
    const { run, controllerTells, places } = school();
    controllerTells(0, AP);
    run("east", 0, { neighbours: [heard("ge1", AP)] });
    expect(places(0)).toEqual([`${AP}: east ge1`]);
    run("west", 5, { neighbours: [heard("ge7", AP)] });
    run("east", 5, { neighbours: [] });
    expect(places(5)).toEqual([`${AP}: west ge7`]);
  });

  it("is not said while two switches claim a device, and the log names both, once", () => {
    const { run, controllerTells, places, logged } = school();
    controllerTells(0, AP);
    for (const minute of [0, 5]) {
      run("east", minute, { neighbours: [heard("ge1", AP)] });
      run("west", minute, { neighbours: [heard("ge7", AP)] });
      expect(places(minute)).toEqual([]);
    }
    expect(logged).toEqual([expect.objectContaining({ level: 20, deviceId: AP, candidates: ["east", "west"] })]);
  });

  it("is not said from tables of a switch that no longer answers, nor from old ones", () => {
    const { topology, run, controllerTells, places } = school();
    controllerTells(0, AP);
    run("east", 0, { neighbours: [heard("ge1", AP)] });
    run("west", 4, { neighbours: [] });
    expect(places(4)).toEqual([]);
    // It answers again, but its tables have not been read since.
    topology.note({ targetId: "east", endedAtMs: START + 10 * MINUTE, answered: true });
    run("west", 10, { neighbours: [] });
    expect(places(10)).toEqual([`${AP}: east ge1`]);
    topology.note({ targetId: "east", endedAtMs: START + 16 * MINUTE, answered: true });
    run("west", 16, { neighbours: [] });
    expect(places(16)).toEqual([]);
  });

  it("stays from the address table while only the neighbours are read anew", () => {
    const { run, controllerTells, places } = school();
    controllerTells(0, AP);
    run("east", 0, { behind: new Map([["ge4", [address(AP)]]]) });
    run("east", 5, { neighbours: [] });
    expect(places(5)).toEqual([`${AP}: east ge4`]);
  });

  it("begins at the agent's own machine, where that is the gateway; it is never named itself", () => {
    const { run, places } = school(["self"]);
    const interfaces = {
      lo: [{ address: "127.0.0.1", family: "IPv4", internal: true, netmask: "", mac: "00:00:00:00:00:00", cidr: null }],
      lan: [{ address: "10.0.0.1", family: "IPv4", internal: false, netmask: "", mac: ROUTER, cidr: null }],
    } as const satisfies Record<string, unknown>;
    const up = (port: string) => new Map([[port, [address(ROUTER)]]]);
    run("east", 0, { chassis: 501, own: new Map([[501, ""]]), isBridge: true, behind: up("ge24") });
    run("west", 0, {
      isBridge: true,
      behind: up("ge24"),
      neighbours: [heard("ge24", "00:00:00:00:01:f5", { remotePort: "ge3" })],
    });
    expect(places(0, { lo: [...interfaces.lo], lan: [...interfaces.lan] })).toEqual(["west: east ge3"]);
    run("west", 5, {});
    expect(places(5)).toEqual([]);
  });

  it("has no beginning where segments have gateways of their own: nothing is said of switches and gateways", () => {
    const { run, places } = school(["gw", "ac"]);
    run("gw", 0, { own: new Map([[address(ROUTER), "lan"]]) });
    run("east", 0, { own: new Map([[501, ""]]), isBridge: true, behind: new Map([["ge24", [address(ROUTER)]]]) });
    run("west", 0, { isBridge: true, neighbours: [heard("ge24", "00:00:00:00:01:f5", { remotePort: "ge3" })] });
    expect(places(0)).toEqual([]);
  });

  it("knows nobody by an address of the loopback, which is everybody's", () => {
    const { run, places } = school();
    const here: Fact[] = [{ device: "west", atMs: 0, texts: { address: "127.0.0.1" } }];
    run("west", 0, undefined, here);
    run("east", 0, { isBridge: true, neighbours: [heard("ge1", AP, { addresses: ["127.0.0.1"] })] });
    expect(places(0)).toEqual([]);
  });

  it("remembers so many hardware addresses of a device and no more", () => {
    const { run, places } = school();
    run("west", 0, { own: new Map(Array.from({ length: MOST_OWN }, (_, i) => [1_000 + i, ""])) });
    run("west", 1, { own: new Map([[1_000_000, ""]]) });
    run("east", 1, { isBridge: true, neighbours: [{ ...heard("ge1", AP), macs: [1_000_000] }] });
    expect(places(1)).toEqual([]);
    run("east", 6, { neighbours: [{ ...heard("ge1", AP), macs: [1_000 + MOST_OWN - 1] }] });
    expect(places(6)).toEqual(["west: east ge1"]);
  });

  it("forgets a hardware address that a device no longer has, and a device of which nothing is heard for a day", () => {
    const { run, controllerTells, places } = school();
    controllerTells(0, AP);
    run("west", 0, { own: new Map([[501, "eth0"]]) });
    run("east", 0, { neighbours: [heard("ge1", AP), heard("ge2", "00:00:00:00:01:f5")] });
    expect(places(0)).toEqual([`${AP}: east ge1`, "west: east ge2"]);
    run("west", 100, { own: new Map([[502, "eth0"]]) });
    run("east", 100, { neighbours: [heard("ge1", AP), heard("ge2", "00:00:00:00:01:f5")] });
    expect(places(100)).toEqual([`${AP}: east ge1`]);
    run("east", 1_500, { neighbours: [heard("ge1", AP)] });
    expect(places(1_500)).toEqual([]);
  });
});
