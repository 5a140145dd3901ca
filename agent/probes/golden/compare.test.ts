import { describe, expect, it } from "vitest";
import { compare } from "./compare.ts";
import { judge } from "./differences.ts";
import { peerSays } from "./peer.ts";
import type { Said } from "./said.ts";

const said = (topic: string, key: string, value: number | string): Said => ({ topic, key, value });
const always = () => true;

describe("comparing", () => {
  const matches = (peer: Said[], ours: Said[]) => compare(peer, ours).map((pair) => pair.ours?.key);

  it("gives one value of ours to one of the peer's only", () => {
    const peer = [said("sensor/power", "a", 2), said("sensor/power", "b", 2)];
    expect(matches(peer, [said("sensor/power", "1", 2)])).toEqual(["1", undefined]);
  });

  it("gives the likelier of two equal values first", () => {
    const peer = [
      said("sensor/voltage", "sensor/voltage/x/Output", 230),
      said("sensor/voltage", "sensor/voltage/x/Input", 230),
    ];
    expect(matches(peer, [said("sensor/voltage", "input 1", 230), said("sensor/voltage", "output 1", 230)])).toEqual([
      "output 1",
      "input 1",
    ]);
  });

  it("does not take a state for another of which nothing has the same name", () => {
    const peer = [said("sensor/state", "sensor/state/cswSwitchRole/Role", 1)];
    expect(matches(peer, [said("sensor/state", "fan 1 sensor_ok", 1)])).toEqual([undefined]);
    expect(matches(peer, [said("sensor/state", "switch 1 sensor_ok", 1)])).toEqual(["switch 1 sensor_ok"]);
  });

  it.each([
    { topic: "cpu", peer: 12, ours: 12.5, agrees: true },
    { topic: "cpu", peer: 12, ours: 12.6, agrees: false },
    { topic: "sensor/temperature", peer: 21.5, ours: 21.5, agrees: true },
    { topic: "sensor/temperature", peer: 21.5, ours: 21.6, agrees: false },
    { topic: "os/model", peer: "S5720-56C ", ours: "s5720-56c", agrees: true },
    { topic: "os/model", peer: "S5720", ours: "S5720-56C", agrees: false },
  ])("$topic $peer and $ours: $agrees", ({ topic, peer, ours, agrees }) => {
    expect(matches([said(topic, topic, peer)], [said(topic, "ours", ours)])).toEqual([agrees ? "ours" : undefined]);
  });
});

describe("judging", () => {
  const pairs = compare([said("os/model", "os/model", "A"), said("cpu", "cpu", 3)], [said("os/model", "model", "B")]);
  const explanation = { keys: ["os/*"], reason: "right", because: "the maker writes it so in its MIB" } as const;
  const judged = (own: object) => judge("box", pairs, new Map([["box", [{ ...explanation, keys: ["os/*"], ...own }]]]));

  it("finds which difference is explained and which is not", () => {
    expect(judged({}).differences.map((one) => one.explanation?.reason)).toEqual(["right", undefined]);
  });

  it("does not take an explanation that says another value than ours", () => {
    expect(judged({ ours: "B" }).differences[0]?.explanation).toBeDefined();
    expect(judged({ ours: "C" })).toMatchObject({
      differences: [{ explanation: undefined }, {}],
      idle: [{ ours: "C" }],
    });
  });

  it("names an explanation that explains nothing", () => {
    expect(judged({ keys: ["wireless/*"] }).idle).toHaveLength(1);
    expect(judged({}).idle).toEqual([]);
  });
});

describe("what LibreNMS says", () => {
  const ports = (row: object, isRecorded: (oid: string) => boolean) =>
    peerSays({ ports: { poller: { ports: [{ ifName: "1", ifIndex: 7, ...row }] } } }, isRecorded).map(({ key }) => key);

  it("has no counter of 0 that stands on nothing in the recording", () => {
    expect(ports({ ifInErrors: 0 }, () => false)).toEqual([]);
    expect(ports({ ifInErrors: 0 }, (oid) => oid === "1.3.6.1.2.1.2.2.1.14.7")).toEqual(["port/errors-in/1"]);
  });

  it("has a state as good or bad, by LibreNMS's table, and none that it does not know itself", () => {
    const states = [
      { state_name: "fan", state_value: 1, state_descr: "active", state_generic_value: 0 },
      { state_name: "fan", state_value: 2, state_descr: "broken", state_generic_value: 2 },
      { state_name: "fan", state_value: 3, state_descr: "notInstalled", state_generic_value: 3 },
      { state_name: "fan", state_value: 4, state_descr: "off", state_generic_value: 3 },
    ];
    const values = [1, 2, 3, 4].flatMap((sensor_current) => {
      const sensor = { sensor_class: "state", sensor_type: "fan", sensor_descr: "Fan", sensor_current };
      return peerSays({ sensors: { discovery: { sensors: [sensor], state_indexes: states } } }, always);
    });
    expect(values.map(({ value }) => value)).toEqual([1, 0, 0]);
  });

  it("has the mean of processors, and of pools only main memory", () => {
    const pool = (mempool_class: string, mempool_perc: number) => ({ mempool_class, mempool_perc });
    const modules = {
      processors: {
        discovery: { processors: [{ processor_usage: 10 }, { processor_usage: 20 }] },
        poller: "matches discovery",
      },
      mempools: { discovery: { mempools: [pool("system", 40), pool("swap", 90)] } },
    };
    expect(peerSays(modules, always).map(({ key, value }) => [key, value])).toEqual([
      ["cpu", 15],
      ["memory", 40],
    ]);
  });
});
