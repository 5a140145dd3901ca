import { describe, expect, it } from "vitest";
import { ERAS, type Fault, type PlanOptions, planOf } from "./plan.ts";

const LONG: PlanOptions = { seed: 1, minutes: 30, store: "influx", agents: 3, devicesPerAgent: 8 };
const CUTS = new Set(["cut-before", "cut-within", "cut-after"]);

const isKill = ({ kind }: Fault) => kind.startsWith("kill-") || kind === "clock-step" || kind === "clock-wrong";
const isCut = (fault: Fault) => fault.kind === "link-down" || (fault.kind === "request" && CUTS.has(fault.fault.kind));

describe("the plan of a torture run", () => {
  it("is the same for the same seed and another for another", () => {
    expect(planOf(LONG)).toEqual(planOf(LONG));
    expect(planOf(LONG)).not.toEqual(planOf({ ...LONG, seed: 2 }));
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    "has far more than 200 kills and cuts in 30 minutes, seed %i",
    (seed) => {
      const faults = planOf({ ...LONG, seed }).map(({ fault }) => fault);
      expect(faults.filter(isKill).length).toBeGreaterThan(250);
      expect(faults.filter(isCut).length).toBeGreaterThan(250);
    },
  );

  it("knows every kind of fault, in order, within the run and its numbers", () => {
    const plan = planOf(LONG);
    const kinds = new Set(plan.map(({ fault }) => (fault.kind === "request" ? fault.fault.kind : fault.kind)));
    expect([...kinds].sort()).toEqual([
      "agent-disk-full",
      "clock-step",
      "clock-wrong",
      "collector-disk-full",
      "corrupt",
      "cut-after",
      "cut-before",
      "cut-within",
      "delay",
      "device-late",
      "duplicate",
      "kill-agent",
      "kill-collector",
      "kill-store",
      "link-down",
      "reorder",
    ]);
    const times = plan.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(LONG.minutes * 60_000);
    for (const { fault } of plan) {
      if ("agent" in fault) expect([0, 1, 2]).toContain(fault.agent);
      if ("device" in fault) expect(fault.device).toBeLessThan(LONG.devicesPerAgent);
      if ("era" in fault) expect(fault.era).toBeLessThan(ERAS);
    }
  });

  it("does not kill a store of its own where the collector is the store", () => {
    expect(planOf({ ...LONG, store: "duckdb" }).some(({ fault }) => fault.kind === "kill-store")).toBe(false);
  });
});
