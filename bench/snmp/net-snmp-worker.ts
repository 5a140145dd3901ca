// The measured process of the npm library net-snmp. Its first argument says whether one session a device is `kept` open, or
// a `fresh` one is opened for each poll.
import snmp, { type Session, type TableData, type Varbind } from "net-snmp";
import { work } from "./worker.ts";
import { COMMUNITY, GET_OIDS, TABLE_OID, VARIABLES_PER_REQUEST } from "./workload.ts";

const [sessionsAre, ...portTexts] = process.argv.slice(2);
const ports = portTexts.map(Number);
const oids = [...GET_OIDS];
const kept = new Map((sessionsAre === "fresh" ? [] : ports).map((port) => [port, openSession(port)]));

await work(
  {
    get: (port) =>
      new Promise((resolve, reject) => {
        const session = kept.get(port) ?? openSession(port);
        session.get(oids, (error: Error | null, varbinds?: Varbind[]) => {
          if (!kept.has(port)) session.close();
          if (error) reject(error);
          else resolve(varbinds?.filter((varbind) => !snmp.isVarbindError(varbind)).length ?? 0);
        });
      }),
    table: (port) =>
      new Promise((resolve, reject) => {
        const session = kept.get(port) ?? openSession(port);
        session.table(TABLE_OID, VARIABLES_PER_REQUEST, (error: Error | null, table?: TableData) => {
          if (!kept.has(port)) session.close();
          if (error) reject(error);
          else resolve(Object.values(table ?? {}).reduce((sum, row) => sum + Object.keys(row).length, 0));
        });
      }),
  },
  ports,
  { stdin: process.stdin, cpuUsage: (since) => process.cpuUsage(since), print: (line) => console.log(line) },
);
for (const session of kept.values()) session.close();

function openSession(port: number): Session {
  const options = { port, version: snmp.Version2c, timeout: 1000, retries: 3, backwardsGetNexts: false };
  return snmp.createSession("127.0.0.1", COMMUNITY, options);
}
