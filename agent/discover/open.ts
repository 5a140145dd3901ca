// Puts together what a discovery asks with: engine, probes, vendor profiles, and real time.
import { lookup } from "node:dns/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { ProbeTable } from "../probes/probe.ts";
import { createProbes } from "../probes/table.ts";
import { loadProfiles } from "../profiles/load.ts";
import type { Profiles } from "../profiles/profile.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import { createEngineIdClient, type EngineIdClient } from "./engine-id-client.ts";
import type { LookupHost } from "./inputs.ts";
import type { Sleep } from "./pace.ts";

export interface Discovering {
  engine: SnmpEngine;
  engineIds: EngineIdClient;
  probes: ProbeTable;
  profiles: Profiles;
  sleep: Sleep;
  close(): Promise<void>;
}

export type OpenDiscovering = (profileFolders: readonly string[]) => Promise<Discovering>;

/** No socket is opened before the first question. @throws ConfigError naming what is wrong in profile files. */
export const openDiscovering: OpenDiscovering = async (profileFolders) => {
  const profiles = await loadProfiles(profileFolders);
  const engine = createSnmpEngine();
  const engineIds = createEngineIdClient();
  return {
    engine,
    engineIds,
    probes: createProbes({ engine, profiles }),
    profiles,
    sleep,
    close: async () => {
      await Promise.all([engine.close(), engineIds.close()]);
    },
  };
};

export const lookupHost: LookupHost = async (name) => {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
};

const sleep: Sleep = async (ms, signal) => {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // Woken early by the signal, which is all that it rejects for; the caller looks at the signal.
  }
};
