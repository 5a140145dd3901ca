// The Prometheus snmp_exporter, asked over HTTP by this process for one device after another.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LineChild } from "../child.ts";
import { cpuSecondsOf } from "../cpu-time.ts";
import { freePort } from "../free-port.ts";
import type { Contender } from "../rounds.ts";
import {
  CELLS,
  COLUMN_OIDS,
  COMMAND,
  COMMUNITY,
  ENTRY_OID,
  GET_OIDS,
  VARIABLES_PER_REQUEST,
  type What,
} from "./workload.ts";

export const SNMP_EXPORTER = "/usr/bin/prometheus-snmp-exporter";
const EXPECTED = { "GET of 12 values": GET_OIDS.length, "table of 640 values": CELLS } as const;
/** Scrapes side by side: enough to keep it busy on any machine of today. */
const SCRAPERS = 16;
const START_MS = 10_000;

/** @throws Error when it does not begin to listen */
export async function startSnmpExporter(folder: string, ports: readonly number[]): Promise<Contender<What>> {
  const config = join(folder, "snmp.yml");
  await writeFile(config, JSON.stringify(modules(), undefined, 2)); // JSON is YAML
  const listen = `127.0.0.1:${await freePort()}`;
  const child = new LineChild(SNMP_EXPORTER, [
    `--config.file=${config}`,
    `--web.listen-address=${listen}`,
    "--log.level=error",
  ]);
  await untilListening(listen, child);
  return {
    who: "snmp_exporter",
    async measure(what, forMs) {
      if (child.pid === undefined) throw new Error("snmp_exporter did not start");
      const before = cpuSecondsOf(child.pid);
      const untilMs = performance.now() + forMs;
      let polls = 0;
      const scraper = async () => {
        while (performance.now() < untilMs) {
          await scrape(listen, what, ports[polls++ % ports.length] ?? 0);
        }
      };
      await Promise.all(Array.from({ length: SCRAPERS }, scraper));
      return polls / (cpuSecondsOf(child.pid) - before);
    },
    stop: () => child.stop(),
  };
}

async function scrape(listen: string, what: What, port: number): Promise<void> {
  const answer = await fetch(`http://${listen}/snmp?module=${COMMAND[what]}&target=127.0.0.1:${port}`);
  const text = await answer.text();
  const values = text.match(/^value\d+/gm)?.length ?? 0;
  if (values !== EXPECTED[what]) {
    throw new Error(`snmp_exporter answered ${values} values (status ${answer.status}), expected ${EXPECTED[what]}`);
  }
}

function modules() {
  const common = { version: 2, max_repetitions: VARIABLES_PER_REQUEST, auth: { community: COMMUNITY } };
  const metric = (oid: string, i: number) => ({ name: `value${i}`, oid, type: "gauge", help: oid });
  const indexes = [{ labelname: "ifIndex", type: "gauge" }];
  return {
    get: { ...common, get: GET_OIDS, metrics: GET_OIDS.map(metric) },
    table: { ...common, walk: [ENTRY_OID], metrics: COLUMN_OIDS.map((oid, i) => ({ ...metric(oid, i), indexes })) },
  };
}

async function untilListening(listen: string, child: LineChild): Promise<void> {
  for (const untilMs = performance.now() + START_MS; performance.now() < untilMs; await delay(50)) {
    if (child.ended) throw child.ended;
    const isUp = await fetch(`http://${listen}/`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return;
  }
  await child.stop();
  throw new Error("snmp_exporter did not begin to listen");
}
