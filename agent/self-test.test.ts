import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import type { SegmentTest } from "./config/config.ts";
import { type SelfTestInput, selfTestReading } from "./self-test.ts";

const address = (text: string, internal = false): NetworkInterfaceInfo =>
  text.includes(":")
    ? { address: text, family: "IPv6", internal, netmask: "", mac: "", cidr: null, scopeid: 0 }
    : { address: text, family: "IPv4", internal, netmask: "", mac: "", cidr: null };

const NOW = 1_000_000;
const answered = (agoMs = 0) => ({ endedAtMs: NOW - agoMs, answered: true });
const failed = (agoMs = 0) => ({ endedAtMs: NOW - agoMs, answered: false });

function verdict(change: Partial<Omit<SelfTestInput, "test">> & { test?: Partial<SegmentTest> } = {}) {
  const reading = selfTestReading({
    agent: "a1",
    interfaces: { eth0: [address("192.0.2.9")] },
    outcomes: new Map([
      ["gw", answered()],
      ["r1", answered()],
      ["r2", answered()],
    ]),
    intervals: new Map([
      ["gw", 60_000],
      ["r1", 60_000],
      ["r2", 60_000],
    ]),
    nowMs: NOW,
    ...change,
    test: { segment: "main", gateway: "gw", references: ["r1", "r2"], ...change.test },
  });
  return reading?.values;
}

describe("the self-test", () => {
  it("passes when interface, gateway and a reference are there, and names agent and segment", () => {
    expect(
      selfTestReading({
        agent: "a1",
        test: { segment: "labs", gateway: "self", references: ["r1"] },
        interfaces: { eth0: [address("192.0.2.9")] },
        outcomes: new Map([["r1", answered()]]),
        intervals: new Map([["r1", 60_000]]),
        nowMs: NOW,
      }),
    ).toEqual({
      measurement: "agent",
      device: "a1",
      instance: "labs",
      atMs: NOW,
      values: { agent_interface_up: 1, agent_reference_answered: 1, agent_selftest_passed: 1 },
    });
  });

  it("passes when only one of several references answers", () => {
    const outcomes = new Map([
      ["gw", answered()],
      ["r1", failed()],
      ["r2", answered()],
    ]);
    expect(verdict({ outcomes })).toMatchObject({ agent_reference_answered: 1, agent_selftest_passed: 1 });
  });

  it.each([
    {
      what: "the gateway is silent",
      outcomes: [
        ["gw", failed()],
        ["r1", answered()],
        ["r2", answered()],
      ],
      part: "agent_gateway_answered",
    },
    {
      what: "no reference answers",
      outcomes: [
        ["gw", answered()],
        ["r1", failed()],
        ["r2", failed()],
      ],
      part: "agent_reference_answered",
    },
  ] as const)("fails when $what", ({ outcomes, part }) => {
    expect(verdict({ outcomes: new Map(outcomes) })).toMatchObject({ [part]: 0, agent_selftest_passed: 0 });
  });

  it.each([
    { what: "no interface at all", interfaces: {} },
    { what: "only the loopback", interfaces: { lo: [address("127.0.0.1", true)] } },
    { what: "only link-local addresses", interfaces: { eth0: [address("169.254.3.4"), address("fe80::1")] } },
  ])("fails with $what", ({ interfaces }) => {
    expect(verdict({ interfaces })).toMatchObject({ agent_interface_up: 0, agent_selftest_passed: 0 });
  });

  it("looks only at the interface it is given, which may be the loopback", () => {
    const interfaces = { lo: [address("127.0.0.1", true)], eth0: [address("192.0.2.9")] };
    expect(verdict({ interfaces, test: { interface: "lo" } })).toMatchObject({ agent_interface_up: 1 });
    expect(verdict({ interfaces, test: { interface: "eth1" } })).toMatchObject({ agent_interface_up: 0 });
  });

  it("has no verdict, and no zero, before every target it needs has run", () => {
    const values = verdict({
      outcomes: new Map([
        ["gw", answered()],
        ["r1", answered()],
      ]),
    });
    expect(values).toEqual({ agent_interface_up: 1, agent_gateway_answered: 1, agent_reference_answered: 1 });
    expect(verdict({ outcomes: new Map() })).toEqual({ agent_interface_up: 1 });
    expect(verdict({ outcomes: new Map(), interfaces: undefined })).toBeUndefined();
  });

  it("counts an outcome for two intervals of its target, and then knows nothing", () => {
    const at = (agoMs: number) =>
      verdict({
        outcomes: new Map([
          ["gw", answered(agoMs)],
          ["r1", answered()],
          ["r2", answered()],
        ]),
      });
    expect(at(120_000)).toMatchObject({ agent_gateway_answered: 1, agent_selftest_passed: 1 });
    expect(at(120_001)).toEqual({ agent_interface_up: 1, agent_reference_answered: 1 });
  });

  it("fails on what it knows even while another part is not known", () => {
    const outcomes = new Map([
      ["gw", failed()],
      ["r1", answered(500_000)],
      ["r2", failed()],
    ]);
    expect(verdict({ outcomes })).toEqual({
      agent_interface_up: 1,
      agent_gateway_answered: 0,
      agent_selftest_passed: 0,
    });
  });
});
