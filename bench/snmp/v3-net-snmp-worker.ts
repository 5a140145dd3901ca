// The measured process of the npm library net-snmp with SNMPv3, one session an address kept open.
import snmp, { type Session, type Varbind } from "net-snmp";
import { V3_USER } from "./v3-workload.ts";
import { work } from "./worker.ts";
import { GET_OIDS } from "./workload.ts";

const ports = process.argv.slice(2).map(Number);
const oids = [...GET_OIDS];
const sessions = new Map(ports.map((port) => [port, openSession(port)]));

await work(
  {
    get: (port) =>
      new Promise((resolve, reject) => {
        sessions.get(port)?.get(oids, (error: Error | null, varbinds?: Varbind[]) => {
          if (error) reject(error);
          else resolve(varbinds?.filter((varbind) => !snmp.isVarbindError(varbind)).length ?? 0);
        });
      }),
    table: () => Promise.reject(new Error("no table is measured with SNMPv3")),
  },
  ports,
  { stdin: process.stdin, cpuUsage: (since) => process.cpuUsage(since), print: (line) => console.log(line) },
);
for (const session of sessions.values()) session.close();

function openSession(port: number): Session {
  const user = {
    name: V3_USER.name,
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols.sha256,
    authKey: V3_USER.auth.password,
    privProtocol: snmp.PrivProtocols.aes,
    privKey: V3_USER.privacy.password,
  };
  return snmp.createV3Session("127.0.0.1", user, { port, timeout: 1000, retries: 3 });
}
