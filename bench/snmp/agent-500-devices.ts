// The devices of the measurement of a whole agent: simulated controllers, access points and gateways in a process of their
// own. Prints one line of JSON, the ports by kind, and lives until its standard input ends.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { exampleAps } from "../../firmware-sims/models/example-aps.ts";
import { createGateway } from "../../firmware-sims/models/gateway.ts";
import { createHuaweiAc } from "../../firmware-sims/models/huawei-ac.ts";
import { createRuijieAc } from "../../firmware-sims/models/ruijie-ac.ts";
import { createUnifiAp } from "../../firmware-sims/models/unifi-ap.ts";
import { startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import type { Mib } from "../../firmware-sims/snmp/mib.ts";
import { APS_PER_CONTROLLER, COUNTS, type Kind, type PortsByKind } from "./agent-500-plan.ts";

const MIBS: Readonly<Record<Exclude<Kind, "dead">, (n: number) => Mib>> = {
  huawei: (n) => createHuaweiAc({ aps: apsOf(n), seed: n }).mib,
  ruijie: (n) => createRuijieAc({ aps: apsOf(n + COUNTS.huawei), seed: n }).mib,
  unifi: (n) => createUnifiAp({ ap: { mac: macOf("02:aa", n), serial: `U${n}`, name: `AP ${n}` }, seed: n }).mib,
  gateway: (n) => createGateway({ name: `gw-${n}`, seed: n }).mib,
};

const ports: PortsByKind = { huawei: [], ruijie: [], unifi: [], gateway: [], dead: [] };
for (const [kind, mibOf] of Object.entries(MIBS)) {
  const list = ports[kind as Kind]; // the keys of our own constant
  for (let n = 0; n < COUNTS[kind as Kind]; n++) {
    list.push((await startSnmpDevice({ mib: mibOf(n), community: "public" })).port);
  }
}
// Every second dead one is a host that takes datagrams and is silent, the others are ports where nothing listens.
for (let n = 0; n < COUNTS.dead; n++) {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  ports.dead.push(socket.address().port);
  if (n % 2 === 1) socket.close();
}
console.log(JSON.stringify(ports));
process.stdin.resume();
process.stdin.once("end", () => process.exit());

/** As many as a controller has, with MACs of its own. */
function apsOf(controller: number) {
  return exampleAps(APS_PER_CONTROLLER).map((ap, i) => ({
    ...ap,
    mac: macOf("02:bb", controller * APS_PER_CONTROLLER + i),
  }));
}

function macOf(maker: string, n: number): string {
  const hex = n.toString(16).padStart(6, "0");
  return `${maker}:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`;
}
