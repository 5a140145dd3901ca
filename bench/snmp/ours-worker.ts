// The measured process of our engine, as it is compiled: what `npm run build` wrote. Its first argument says whether a
// device's abort signal is `kept` from poll to poll, as the scheduler does, or each poll gets a `fresh` one.
import type { SnmpPeer } from "../../agent/snmp/peer.ts";
import { work } from "./worker.ts";
import { COLUMN_OIDS, COMMUNITY, GET_OIDS } from "./workload.ts";

const compiled = (name: string) => new URL(`../../agent/dist/agent/snmp/${name}.js`, import.meta.url).href;
const { createSnmpEngine }: typeof import("../../agent/snmp/engine.ts") = await import(compiled("engine"));
const { parseOid }: typeof import("../../agent/snmp/oid.ts") = await import(compiled("oid"));

const engine = createSnmpEngine();
const values = GET_OIDS.map(parseOid);
const columns = COLUMN_OIDS.map(parseOid);
const [signalsAre, ...portTexts] = process.argv.slice(2);
const ports = portTexts.map(Number);
const kept = new Map(ports.map((port) => [port, new AbortController().signal]));
const signalOf = (port: number) => (signalsAre === "kept" ? kept.get(port) : undefined) ?? new AbortController().signal;
const peers = new Map<number, SnmpPeer>(
  ports.map((port) => [port, { host: "127.0.0.1", port, community: COMMUNITY, timeoutMs: 1000, retries: 3 }]),
);

await work(
  {
    get: async (port) => {
      const answer = await engine.get(peerAt(port), values, signalOf(port));
      return answer.values.length - answer.values.filter((value) => value === undefined).length;
    },
    table: async (port) => {
      const table = await engine.walkColumns(peerAt(port), columns, signalOf(port));
      return table.columns.reduce((sum, cells) => sum + cells.length, 0);
    },
  },
  ports,
  { stdin: process.stdin, cpuUsage: (since) => process.cpuUsage(since), print: (line) => console.log(line) },
);
await engine.close();

function peerAt(port: number): SnmpPeer {
  const peer = peers.get(port);
  if (!peer) throw new Error(`no device was announced at port ${port}`);
  return peer;
}
