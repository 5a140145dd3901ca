// The configuration files and the inventory of a torture run.
import { stringify } from "yaml";
import { COMMUNITY, deviceId, PROFILE_NAME, type TortureDevice } from "./campus.ts";
import { DATABASE } from "./influx-server.ts";

/** How agents ask: one question a second to each device, never repeated. */
export const FLUSH_MS = 250;
export const DEADLINE_MS = 2_000;
const TIMEOUT_MS = 1_500;
const INTERVAL = "1s";

export function agentId(agent: number): string {
  return `torture-${agent}`;
}

export function schoolId(agent: number): string {
  return `213300090${agent}`;
}

export interface AgentSettings {
  agent: string;
  collector: string;
  devices: readonly TortureDevice[];
  /** The clock part, as YAML. */
  clock: string;
  /** As in the file; absent: every second. */
  interval?: string;
  /** Bound of the spool, as in the file; absent: as usual. */
  maxBytes?: string;
}

export function agentYaml({ agent, collector, devices, clock, interval = INTERVAL, maxBytes }: AgentSettings): string {
  const rest = {
    agent,
    collector,
    identity: "./identity",
    interval,
    deadline: `${DEADLINE_MS}ms`,
    timeout: `${TIMEOUT_MS}ms`,
    retries: 0,
    // More than the clocks of a run are ever apart: nothing is dropped for its age.
    spool: { dir: "./spool", flush: `${FLUSH_MS}ms`, maxAge: "366d", ...(maxBytes !== undefined && { maxBytes }) },
    profiles: ["../profiles"],
    log: { level: "warn" },
    targets: devices.map(({ id, sim }) => ({
      id,
      url: `snmp://127.0.0.1:${sim.port}`,
      community: COMMUNITY,
      profile: PROFILE_NAME,
    })),
  };
  return `${clock}${stringify(rest)}`;
}

export interface CollectorSettings {
  port: number;
  dataDir: string;
  clock: string;
  /** Absent: DuckDB in the data folder. */
  influxUrl?: string;
}

export function collectorYaml({ port, dataDir, clock, influxUrl }: CollectorSettings): string {
  const rest = {
    listen: { port },
    dataDir,
    ...(influxUrl !== undefined && { store: { kind: "influx", url: influxUrl, database: DATABASE } }),
    // The disk is really to be full, not nearly.
    minFree: "0B",
    log: { level: "warn" },
  };
  return `${clock}${stringify(rest)}`;
}

/** One school an agent, with so many devices. */
export function inventoryFiles(sizes: readonly number[]): Record<string, string> {
  const each = [...sizes.keys()];
  const devices = sizes.flatMap((size, agent) =>
    Array.from({ length: size }, (_, device) => {
      const id = deviceId(agent, device);
      return `${id},${schoolId(agent)},other,${id},${id},,,,\n`;
    }),
  );
  return {
    "schools.csv": [
      "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at\n",
      ...each.map((agent) => `${schoolId(agent)},测试小学${agent},,330106,111,,,\n`),
    ].join(""),
    "venues.csv": "id,school,building,room,name,kind,main_teaching,area_m2,seats\n",
    "devices.csv": ["id,school,kind,name,key,venue,parent,segment,expected_on\n", ...devices].join(""),
    "serves.csv": "device,venue,role\n",
    // They enrol.
    "agents.csv": "id,school,name\n",
  };
}
