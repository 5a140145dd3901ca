// The devices of a torture run: each answers every question with the next number of its own, and every answer is written down.
import { type SnmpDevice, startSnmpDevice } from "../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../firmware-sims/snmp/mib.ts";
import { parseOid } from "../firmware-sims/snmp/oid.ts";
import { oidValue, text } from "../firmware-sims/snmp/value.ts";

/** An answer that a device gave. */
export interface Given {
  device: string;
  /** 1, 2, 3 … */
  serial: number;
  /** Real time. */
  atMs: number;
}

export interface TortureDevice {
  id: string;
  /** Number of the agent that asks it. */
  agent: number;
  sim: SnmpDevice;
}

export interface Campus {
  devices: readonly TortureDevice[];
  given: readonly Given[];
  /** No device answers any more. */
  hush(): void;
  close(): Promise<void>;
}

/**
 * A run of an agent with this profile is one GET (the profile asks nothing but what is asked first anyway), and the agent
 * does not repeat questions; so one serial is one reading, or none.
 */
export const PROFILE = `name: torture
title: Devices of the torture run, which count their answers in sysUpTime
scalars:
  - { oid: 1.3.6.1.2.1.1.3.0, metric: uptime_seconds, divideBy: 100 }
`;
export const PROFILE_NAME = "torture";

/** The read community of every device. */
export const COMMUNITY = "torture";

/** The metric whose value is the serial. */
export const SERIAL_METRIC = "uptime_seconds";

export function deviceId(agent: number, device: number): string {
  return `a${agent}-d${device}`;
}

/** Number of the agent that asks a device. */
export function agentOf(device: string): number {
  return Number(/^a(\d+)-/.exec(device)?.[1]);
}

/** @param sizes how many devices each agent asks */
export async function startCampus(sizes: readonly number[]): Promise<Campus> {
  const given: Given[] = [];
  const devices: TortureDevice[] = [];
  for (const [agent, size] of sizes.entries()) {
    for (let i = 0; i < size; i += 1) {
      const id = deviceId(agent, i);
      devices.push({ id, agent, sim: await startDevice(id, given) });
    }
  }
  return {
    devices,
    given,
    hush: () => {
      for (const { sim } of devices) sim.setFault({ kind: "silent" });
    },
    close: async () => {
      for (const { sim } of devices) await sim.close();
    },
  };
}

function startDevice(id: string, given: Given[]): Promise<SnmpDevice> {
  let serial = 0;
  const next = () => {
    serial += 1;
    given.push({ device: id, serial, atMs: Date.now() });
    return { type: "timeticks", value: serial * 100 } as const;
  };
  const mib = createStaticMib([
    { oid: parseOid("1.3.6.1.2.1.1.1.0"), value: text("torture device") },
    // There, because the search for what comes after a missing one would call the next.
    { oid: parseOid("1.3.6.1.2.1.1.2.0"), value: oidValue("1.3.6.1.4.1.8072.3.2.255") },
    { oid: parseOid("1.3.6.1.2.1.1.3.0"), value: next },
    { oid: parseOid("1.3.6.1.2.1.1.5.0"), value: text(id) },
  ]);
  return startSnmpDevice({ mib, community: COMMUNITY });
}
