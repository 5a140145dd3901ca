// What LibreNMS read from a recording, as a flat list. LibreNMS is another reader, not the truth.
import type { Said } from "./said.ts";
import { withUniqueKeys } from "./said.ts";

type Cell = string | number | null | undefined;
type Row = Readonly<Record<string, Cell>>;
/** Per module what it discovered and what it polled: tables by name, or the text "matches discovery". */
type Modules = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

const MEGABITS = 1_000_000;

/** Whether the recording has this object. */
export type IsRecorded = (oid: string) => boolean;

/** Every value of LibreNMS's expected file that a metric or fact of ours could be beside. */
export function peerSays(modules: Modules, isRecorded: IsRecorded): Said[] {
  return withUniqueKeys([
    ...identity(modules),
    ...mean("cpu", rowsOf(modules, "processors", "processors"), "processor_usage"),
    ...mean("memory", mainMemory(modules), "mempool_perc"),
    ...sensors(modules),
    ...wirelessSensors(modules),
    ...shares("supply", rowsOf(modules, "printer-supplies", "printer_supplies"), "supply_descr", "supply_current"),
    ...shares("storage", rowsOf(modules, "storage", "storage"), "storage_descr", "storage_perc"),
    ...ports(modules, isRecorded),
    ...addresses(modules),
  ]);
}

/** What was polled, where that is another table than what was discovered. */
function rowsOf(modules: Modules, module: string, table: string): readonly Row[] {
  const { discovery, poller } = modules[module] ?? {};
  for (const phase of [poller, discovery]) {
    if (typeof phase !== "object" || phase === null) continue;
    const rows = (phase as Record<string, readonly Row[] | undefined>)[table]; // LibreNMS's own shape
    if (rows !== undefined) return rows;
  }
  return [];
}

function identity(modules: Modules): Said[] {
  const [device] = rowsOf(modules, "os", "devices");
  return (["hardware", "version", "serial"] as const).flatMap((column) => {
    const text = device?.[column];
    const topic = { hardware: "os/model", version: "os/firmware", serial: "os/serial" }[column];
    return typeof text === "string" && text !== "" ? [{ topic, key: topic, value: text }] : [];
  });
}

/** LibreNMS lists processors and pools one by one; ours is their mean. */
function mean(topic: string, rows: readonly Row[], column: string): Said[] {
  const numbers = rows.map((row) => row[column]).filter((value) => typeof value === "number");
  if (numbers.length === 0) return [];
  return [{ topic, key: topic, value: numbers.reduce((sum, value) => sum + value, 0) / numbers.length }];
}

/** Neither swap, nor what buffers and caches hold, nor a flash chip among the pools. */
function mainMemory(modules: Modules): readonly Row[] {
  const pools = rowsOf(modules, "mempools", "mempools").filter((row) => row.mempool_class === "system");
  return pools.filter((row) => row.mempool_descr !== "Flash");
}

function sensors(modules: Modules): Said[] {
  return rowsOf(modules, "sensors", "sensors").flatMap((row) => {
    const topic = `sensor/${row.sensor_class}`;
    const value = row.sensor_class === "state" ? judgedState(modules, row) : row.sensor_current;
    if (typeof value !== "number") return [];
    return [{ topic, key: `${topic}/${row.sensor_type}/${oneLine(row.sensor_descr)}`, value }];
  });
}

/** 1 good or on, 0 bad or off, by LibreNMS's table of states; `undefined` where that says "unknown". */
function judgedState(modules: Modules, row: Row): number | undefined {
  const name = row.state_name ?? row.sensor_type;
  const state = ["discovery", "poller"]
    .flatMap((phase) => tableOf(modules.sensors?.[phase], "state_indexes"))
    .find((candidate) => candidate.state_name === name && candidate.state_value === row.sensor_current);
  if (state === undefined) return undefined;
  if (state.state_generic_value === 0) return 1;
  const isOff = /off|down|disabled/i.test(String(state.state_descr));
  return state.state_generic_value === 3 && !isOff ? undefined : 0;
}

function tableOf(phase: unknown, table: string): readonly Row[] {
  if (typeof phase !== "object" || phase === null) return [];
  return (phase as Record<string, readonly Row[] | undefined>)[table] ?? []; // LibreNMS's own shape
}

function wirelessSensors(modules: Modules): Said[] {
  return rowsOf(modules, "wireless", "wireless_sensors").flatMap((row) => {
    const topic = `wireless/${row.sensor_class}`;
    const value = row.sensor_current;
    return typeof value === "number" ? [{ topic, key: `${topic}/${oneLine(row.sensor_descr)}`, value }] : [];
  });
}

function shares(topic: string, rows: readonly Row[], name: string, share: string): Said[] {
  return rows.flatMap((row) => {
    const value = row[share];
    return typeof value === "number" ? [{ topic, key: `${topic}/${oneLine(row[name])}`, value }] : [];
  });
}

/** Topics of an interface by LibreNMS's column, and the columns of ifTable and ifXTable it reads them from. */
const IF = "1.3.6.1.2.1.2.2.1";
const IFX = "1.3.6.1.2.1.31.1.1.1";
const PORT_NUMBERS: Readonly<Record<string, { what: string; from: readonly string[] }>> = {
  ifSpeed: { what: "speed", from: [`${IFX}.15`, `${IF}.5`] },
  ifInOctets: { what: "bytes-in", from: [`${IFX}.6`, `${IF}.10`] },
  ifOutOctets: { what: "bytes-out", from: [`${IFX}.10`, `${IF}.16`] },
  ifInErrors: { what: "errors-in", from: [`${IF}.14`] },
  ifOutErrors: { what: "errors-out", from: [`${IF}.20`] },
  ifInDiscards: { what: "discards-in", from: [`${IF}.13`] },
  ifOutDiscards: { what: "discards-out", from: [`${IF}.19`] },
};

/** A 0 that stands on nothing in the recording is what LibreNMS's database begins with, no reading; a speed of 0 is "not known". */
function ports(modules: Modules, isRecorded: IsRecorded): Said[] {
  const rows = rowsOf(modules, "ports", "ports");
  const isShared = (name: string) => rows.filter(({ ifName }) => oneLine(ifName) === name).length > 1;
  return rows.flatMap((row) => {
    const ifName = oneLine(row.ifName);
    const name = isShared(ifName) ? `${ifName} ${row.ifIndex}` : ifName;
    const about = (what: string, value: number): Said => {
      const topic = `port/${what}/${name}`;
      return { topic, key: topic, value };
    };
    const numbers = Object.entries(PORT_NUMBERS).flatMap(([column, { what, from }]) => {
      const value = row[column];
      if (typeof value !== "number") return [];
      if (value === 0 && (what === "speed" || !from.some((oid) => isRecorded(`${oid}.${row.ifIndex}`)))) return [];
      return [about(what, what === "speed" ? value / MEGABITS : value)];
    });
    const { ifOperStatus: status, ifAdminStatus: admin } = row;
    const up = typeof status !== "string" || status === "unknown" ? [] : [about("up", status === "up" ? 1 : 0)];
    const on = admin === "up" || admin === "down" ? [about("admin-up", admin === "up" ? 1 : 0)] : [];
    return [...up, ...on, ...numbers];
  });
}

/** How many global addresses (2000::/3) it has itself. */
function addresses(modules: Modules): Said[] {
  const rows = rowsOf(modules, "ipv6-addresses", "ipv6_addresses");
  if (rows.length === 0) return [];
  const global = rows.filter((row) => /^[23]/.test(String(row.ipv6_address)));
  return [{ topic: "ipv6-addresses", key: "ipv6-addresses", value: global.length }];
}

function oneLine(cell: Cell): string {
  return String(cell ?? "")
    .replace(/\s+/g, " ")
    .trim();
}
