import { describe, expect, it } from "vitest";
import { column, handClock, managedDeviceSuite, valueAt, walk } from "./model-suite.ts";
import { createSwitch } from "./switch.ts";

const AP = "02:33:01:00:01:00";
const neighbour = { port: 3, mac: AP, name: "AP-1", remotePort: "eth0", roles: ["bridge", "access-point"] } as const;

function create() {
  const clock = handClock();
  return { clock, ...createSwitch({ name: "sw", ports: 4, poePorts: 4, neighbours: [neighbour], clock }) };
}

managedDeviceSuite("a switch", create);

describe("a switch", () => {
  const names = (mib: Parameters<typeof column>[0]) => [...column(mib, "1.0.8802.1.1.2.1.4.1.1.9").entries()];
  const forwarding = (mib: Parameters<typeof column>[0]) => [...column(mib, "1.3.6.1.2.1.17.7.1.2.2.1.2").values()];

  it("numbers its bridge ports, and so the local ports of LLDP, apart from its interfaces", () => {
    const { mib } = create();
    expect([...column(mib, "1.3.6.1.2.1.31.1.1.1.1").values()][1]).toBe("GigabitEthernet1/0/1");
    expect([...column(mib, "1.3.6.1.2.1.17.1.4.1.2").values()]).toEqual([2, 3, 4, 5]);
    expect(valueAt(mib, "1.0.8802.1.1.2.1.3.7.1.3.3")).toBe("GigabitEthernet1/0/3");
  });

  it("hears who is connected, under a time mark that grows with each change", () => {
    const { mib, connect, disconnect } = create();
    const [before] = names(mib);
    expect(before?.[1]).toBe("AP-1");
    connect({ ...neighbour, port: 4, name: "AP-2" });
    const after = names(mib);
    expect(after.map(([, name]) => name)).toEqual(["AP-1", "AP-2"]);
    expect(after[0]?.[0]).not.toBe(before?.[0]);
    disconnect(3);
    disconnect(4);
    expect(names(mib)).toEqual([]);
  });

  it("knows behind which port an address is, and its own behind none", () => {
    const { mib, learn, disconnect } = create();
    expect(forwarding(mib)).toEqual([0]);
    learn(2, [AP]);
    expect(forwarding(mib).sort()).toEqual([0, 2]);
    disconnect(2);
    expect(forwarding(mib)).toEqual([0]);
  });

  it("feeds access points, and nobody on other ports", () => {
    const { mib, disconnect } = create();
    const states = () => [...column(mib, "1.3.6.1.2.1.105.1.1.1.6").values()];
    expect(states()).toEqual([2, 2, 3, 2]);
    expect(valueAt(mib, "1.3.6.1.2.1.105.1.3.1.1.4.1")).toBe(9);
    disconnect(3);
    expect(states()).toEqual([2, 2, 2, 2]);
    expect(walk(createSwitch({ ports: 2 }).mib, "1.3.6.1.2.1.105")).toEqual([]);
  });
});
