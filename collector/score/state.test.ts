import { describe, expect, it } from "vitest";
import { DEVICE_STATES, UNKNOWN_REASONS } from "../../contract/api.ts";
import { CODE, deviceState, type Observation, pathOf, stateCode, stateOf } from "./state.ts";

/** An agent that sees asked twice and got no answer; the parent is up. */
const SILENT: Observation = {
  expected: true,
  maintenance: false,
  success: false,
  secondPathFailed: false,
  failedAttempts: 2,
  onDemand: false,
  agentHeard: true,
  selfTestPassed: true,
  selfTestFailed: false,
  authFailed: false,
  unasked: false,
  clockUntrusted: false,
  rejected: false,
  path: "up",
};

describe("the table of states, first match wins", () => {
  it.each<{ rule: string; o: Partial<Observation>; want: string }>([
    {
      rule: "1 outside school hours, whatever was seen",
      o: { expected: false, success: true, maintenance: true },
      want: "not-expected",
    },
    { rule: "2 maintenance, even when it answered", o: { maintenance: true, success: true }, want: "maintenance" },
    { rule: "3 one success is enough", o: { success: true }, want: "up" },
    {
      rule: "3 a success counts when the agent is blind",
      o: { success: true, selfTestPassed: false, selfTestFailed: true },
      want: "up",
    },
    { rule: "3 a success counts when the parent is down", o: { success: true, path: "down" }, want: "up" },
    { rule: "3 a success counts when the parent is unknown", o: { success: true, path: "unknown" }, want: "up" },
    { rule: "3 with a second path that failed", o: { success: true, secondPathFailed: true }, want: "degraded" },
    { rule: "4 silent twice, parent up", o: {}, want: "down" },
    { rule: "4 without a known parent", o: { path: "none" }, want: "down" },
    { rule: "5 silent twice, parent down", o: { path: "down" }, want: "down-dep" },
    { rule: "6 silent only once", o: { failedAttempts: 1 }, want: "unknown not_probed" },
    { rule: "6 not asked", o: { failedAttempts: 0 }, want: "unknown not_probed" },
    { rule: "6 not asked, parent down", o: { failedAttempts: 0, path: "down" }, want: "unknown not_probed" },
    { rule: "6 parent unknown", o: { path: "unknown" }, want: "unknown path_unknown" },
    { rule: "6 parent unknown, silent once", o: { failedAttempts: 1, path: "unknown" }, want: "unknown path_unknown" },
    {
      rule: "6 parent unknown, not asked itself",
      o: { failedAttempts: 0, path: "unknown" },
      want: "unknown not_probed",
    },
    { rule: "6 agent blind", o: { selfTestPassed: false, selfTestFailed: true }, want: "unknown agent_blind" },
    { rule: "6 agent blind for a part of the slot", o: { selfTestFailed: true }, want: "unknown agent_blind" },
    { rule: "6 agent that proved nothing", o: { selfTestPassed: false }, want: "unknown not_probed" },
    {
      rule: "6 agent not heard",
      o: { agentHeard: false, selfTestPassed: false, failedAttempts: 0 },
      want: "unknown agent_offline",
    },
    { rule: "6 credentials refused: it was there", o: { authFailed: true }, want: "unknown auth_failed" },
    { rule: "6 credentials refused, parent down", o: { authFailed: true, path: "down" }, want: "unknown auth_failed" },
    {
      rule: "6 clock not to be trusted",
      o: { failedAttempts: 0, clockUntrusted: true },
      want: "unknown clock_untrusted",
    },
    { rule: "6 batches refused", o: { failedAttempts: 0, rejected: true }, want: "unknown rejected" },
    { rule: "6 the agent failed to ask", o: { unasked: true }, want: "unknown not_probed" },
    { rule: "6 off is not broken", o: { onDemand: true }, want: "unknown not_probed" },
    { rule: "6 off is not broken, parent down", o: { onDemand: true, path: "down" }, want: "unknown not_probed" },
    { rule: "3 on demand and seen", o: { onDemand: true, success: true }, want: "up" },
  ])("$rule: $want", ({ o, want }) => {
    const { state, reason } = deviceState({ ...SILENT, ...o });
    expect(reason === undefined ? state : `${state} ${reason}`).toBe(want);
  });

  it("names the first reason that applies when several do", () => {
    const all: Observation = {
      ...SILENT,
      agentHeard: false,
      selfTestFailed: true,
      authFailed: true,
      clockUntrusted: true,
      rejected: true,
      path: "unknown",
    };
    const taken: Partial<Observation>[] = [
      {},
      { agentHeard: true },
      { selfTestFailed: false },
      { authFailed: false },
      { clockUntrusted: false },
      { rejected: false },
      { path: "none", selfTestPassed: false },
    ];
    const o = { ...all };
    expect(taken.map((change) => deviceState(Object.assign(o, change)).reason)).toEqual([
      "agent_offline",
      "agent_blind",
      "auth_failed",
      "clock_untrusted",
      "rejected",
      "path_unknown",
      "not_probed",
    ]);
  });
});

describe("the parents of a device", () => {
  it.each([
    { parents: [], path: "none" },
    { parents: [CODE.up], path: "up" },
    { parents: [CODE.up, CODE.degraded], path: "up" },
    { parents: [CODE.down], path: "down" },
    { parents: [CODE.downDep], path: "down" },
    { parents: [CODE.up, CODE.down], path: "down" },
    { parents: [CODE.unknown, CODE.down], path: "down" },
    { parents: [CODE.unknown + 3], path: "unknown" },
    { parents: [CODE.up, CODE.unknown], path: "unknown" },
    { parents: [CODE.maintenance], path: "unknown" },
    { parents: [CODE.notExpected], path: "unknown" },
  ])("$parents: $path", ({ parents, path }) => {
    expect(pathOf(parents)).toBe(path);
  });
});

describe("states as numbers", () => {
  it("name every state and every reason of the contract once", () => {
    const all = Array.from({ length: CODE.unknown + UNKNOWN_REASONS.length }, (_, code) => stateOf(code));
    expect(new Set(all.map(({ state }) => state))).toEqual(new Set(DEVICE_STATES));
    expect(all.slice(CODE.unknown).map(({ reason }) => reason)).toEqual([...UNKNOWN_REASONS]);
    expect(stateOf(CODE.downDep)).toEqual({ state: "down-dep" });
    expect(stateOf(CODE.maintenance)).toEqual({ state: "maintenance" });
  });

  it("give the reason that was meant", () => {
    const code = stateCode({ ...SILENT, path: "unknown" });
    expect(stateOf(code)).toEqual({ state: "unknown", reason: "path_unknown" });
  });
});
