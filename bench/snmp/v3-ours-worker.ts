// The measured process of our engine with SNMPv3, as it is compiled: what `npm run build` wrote.

import { V3_USER } from "./v3-workload.ts";
import { work } from "./worker.ts";
import { GET_OIDS } from "./workload.ts";

const compiled = (name: string) => new URL(`../../agent/dist/agent/snmp/${name}.js`, import.meta.url).href;
const { createSnmpEngine }: typeof import("../../agent/snmp/engine.ts") = await import(compiled("engine"));
const { parseOid }: typeof import("../../agent/snmp/oid.ts") = await import(compiled("oid"));

const engine = createSnmpEngine();
const values = GET_OIDS.map(parseOid);
const ports = process.argv.slice(2).map(Number);

await work(
  {
    get: async (port) => {
      const peer = { host: "127.0.0.1", port, version: "v3", user: V3_USER, timeoutMs: 1000, retries: 3 } as const;
      // A signal a poll, as the scheduler gives one.
      const answer = await engine.get(peer, values, new AbortController().signal);
      return answer.values.filter((value) => value !== undefined).length;
    },
    table: () => Promise.reject(new Error("no table is measured with SNMPv3")),
  },
  ports,
  { stdin: process.stdin, cpuUsage: (since) => process.cpuUsage(since), print: (line) => console.log(line) },
);
await engine.close();
