import { describe, expect, it } from "vitest";
import { createGateway } from "./gateway.ts";
import { column, handClock, managedDeviceSuite, valueAt } from "./model-suite.ts";

function create() {
  const clock = handClock();
  return { clock, ...createGateway({ name: "gw", clock }) };
}

managedDeviceSuite("a gateway", create);

describe("a gateway", () => {
  const inBytes = "1.3.6.1.2.1.31.1.1.1.6.1";

  it("names its ports and tells the free one from the used ones", () => {
    const { mib } = create();
    expect([...column(mib, "1.3.6.1.2.1.31.1.1.1.1").values()]).toEqual(["wan0", "lan1", "lan2", "lan3"]);
    expect([...column(mib, "1.3.6.1.2.1.2.2.1.8").values()]).toEqual([1, 1, 1, 2]);
  });

  it("keeps its counters where they are while the uplink is down, and goes on from there", () => {
    const { mib, clock, setInterface } = create();
    setInterface("wan0", { up: false });
    const before = valueAt(mib, inBytes);
    clock.atMs += 600_000;
    expect(valueAt(mib, inBytes)).toBe(before);
    expect(valueAt(mib, "1.3.6.1.2.1.2.2.1.8.1")).toBe(2);
    setInterface("wan0", { up: true });
    clock.atMs += 600_000;
    expect(Number(valueAt(mib, inBytes))).toBeGreaterThan(Number(before));
  });

  it("does not know an interface it does not have", () => {
    expect(() => create().setInterface("wan9", { up: false })).toThrowError(
      expect.objectContaining({ code: "SIM_INTERFACE_UNKNOWN" }),
    );
  });
});
