// collectd's SNMP plugin. It polls on its own account, so it runs only while it is measured and the devices count its polls.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LineChild } from "../child.ts";
import { cpuSecondsOf } from "../cpu-time.ts";
import type { Contender } from "../rounds.ts";
import type { Devices } from "./devices.ts";
import { COLUMN_OIDS, COMMAND, COMMUNITY, GET_OIDS, VARIABLES_PER_REQUEST, type What } from "./workload.ts";

export const COLLECTD = "/usr/sbin/collectd";
/** Shorter than it can keep, so that it is never idle. */
const INTERVAL_SECONDS = 0.001;
const START_MS = 10_000;
/** From the first poll until all its threads are at work. */
const SETTLE_MS = 300;
/** Requests a poll takes to read all rows, a little below what it is because walks are cut off at both ends of the time. */
const FEWEST_STEPS = { "GET of 12 values": 0, "table of 640 values": 3 } as const satisfies Record<What, number>;

type Counted = Awaited<ReturnType<Devices["counted"]>>;

export function collectd(folder: string, devices: Devices): Contender<What> {
  let child: LineChild | undefined;
  const stop = async () => {
    await child?.stop();
    child = undefined;
  };
  return {
    who: "collectd",
    async measure(what, forMs) {
      await writeFile(join(folder, "types.db"), typesDb());
      await writeFile(join(folder, "collectd.conf"), config(folder, what, devices.ports));
      child = new LineChild(COLLECTD, ["-f", "-C", join(folder, "collectd.conf")], { MIBS: "" });
      try {
        const { pid } = child;
        if (pid === undefined) throw new Error("collectd did not start");
        const counted = () => devices.counted();
        await untilPolling(child, counted);
        const before = { ...(await counted()), cpu: cpuSecondsOf(pid) };
        await delay(forMs);
        const cpuSeconds = cpuSecondsOf(pid) - before.cpu;
        const after = await counted();
        const polls = after[COMMAND[what]] - before[COMMAND[what]];
        if (polls === 0) throw new Error("collectd polled nothing");
        if (after.steps - before.steps < polls * FEWEST_STEPS[what]) throw new Error("collectd gave up its walks");
        return polls / cpuSeconds;
      } finally {
        await stop();
      }
    },
    stop,
  };
}

async function untilPolling(child: LineChild, counted: () => Promise<Counted>): Promise<void> {
  const { get, table } = await counted();
  for (const untilMs = performance.now() + START_MS; performance.now() < untilMs; await delay(50)) {
    if (child.ended) throw child.ended;
    const now = await counted();
    if (now.get === get && now.table === table) continue;
    await delay(SETTLE_MS);
    return;
  }
  throw new Error("collectd did not begin to poll");
}

function typesDb(): string {
  const type = (name: string, values: number) =>
    `${name} ${Array.from({ length: values }, (_, i) => `v${i}:GAUGE:U:U`).join(", ")}\n`;
  return type("bench_get", GET_OIDS.length) + type("bench_table", COLUMN_OIDS.length);
}

function config(folder: string, what: What, ports: readonly number[]): string {
  const isTable = what === "table of 640 values";
  const oids = isTable ? COLUMN_OIDS : GET_OIDS;
  const hosts = ports.map(
    (port) => `  <Host "device-${port}">
    Address "127.0.0.1:${port}"
    Version 2
    Community "${COMMUNITY}"
    Collect "bench"
    Interval ${INTERVAL_SECONDS}
    BulkSize ${isTable ? VARIABLES_PER_REQUEST : 0}
  </Host>`,
  );
  return `BaseDir "${folder}"
PIDFile "${join(folder, "collectd.pid")}"
TypesDB "${join(folder, "types.db")}"
Hostname "bench"
FQDNLookup false
Interval 1
WriteQueueLimitHigh 10000
WriteQueueLimitLow 10000
LoadPlugin snmp
<Plugin snmp>
  <Data "bench">
    Type "${isTable ? "bench_table" : "bench_get"}"
    Table ${isTable}
    Values ${oids.map((oid) => `"${oid}"`).join(" ")}
  </Data>
${hosts.join("\n")}
</Plugin>
`;
}
