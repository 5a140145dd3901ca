// SNMPv3 with authentication and privacy: our engine beside the npm library net-snmp alone, on Debian's snmpd.
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LineChild } from "../child.ts";
import { installDebian, type Need } from "../debian.ts";
import { type Missing, OURS, type Row, rowsOf } from "../result.ts";
import { type Contender, runRounds } from "../rounds.ts";
import { PORT_COUNT, V3_USER, V3_WHATS, type V3What } from "./v3-workload.ts";

export interface V3Options {
  rounds: number;
  forMs: number;
  isRoot: boolean;
  /** The program of Node that runs ours and net-snmp. */
  node: string;
  signal: AbortSignal;
  say: (line: string) => void;
}

const SNMPD = "/usr/sbin/snmpd";
const NEEDS: Need[] = [{ file: SNMPD, debianPackage: "snmpd" }];
const UNIT = "devices per CPU second";
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Rows for `npm run bench -- snmp`; without snmpd there are none, and the reason is in `missing`. */
export async function measureV3(options: V3Options): Promise<{ rows: Row[]; missing: Missing[] }> {
  const { isRoot, node, say } = options;
  const absent = installDebian(NEEDS, isRoot, say).get("snmpd");
  if (absent) return { rows: [], missing: [{ who: "SNMPv3", reason: absent }] };
  const folder = await mkdtemp(join(tmpdir(), "campanile-bench-v3-"));
  const ports = await freePorts(PORT_COUNT);
  const snmpd = await startSnmpd(folder, ports);
  const contenders: Contender<V3What>[] = [
    contender(OURS, node, "v3-ours-worker.ts", ports),
    contender("net-snmp", node, "v3-net-snmp-worker.ts", ports),
  ];
  try {
    const found = await runRounds(contenders, { whats: V3_WHATS, ...options });
    return { rows: rowsOf(found.samples, UNIT), missing: found.missing };
  } finally {
    await Promise.all(contenders.map((one) => one.stop()));
    snmpd.kill();
    if (snmpd.exitCode === null) await once(snmpd, "exit");
    await rm(folder, { recursive: true, force: true });
  }
}

function contender(who: string, node: string, worker: string, ports: readonly number[]): Contender<V3What> {
  const child = new LineChild(node, ["--import", here("../../register.js"), here(worker), ...ports.map(String)]);
  return {
    who,
    async measure(_what, forMs) {
      const [polls, cpuSeconds] = (await child.ask(`get ${forMs}`)).split(" ").map(Number);
      if (!polls || !cpuSeconds) throw new Error(`${who} polled nothing`);
      return polls / cpuSeconds;
    },
    stop: () => child.stop(),
  };
}

async function startSnmpd(folder: string, ports: readonly number[]): Promise<ChildProcess> {
  const { name, auth, privacy } = V3_USER;
  const user = `createUser ${name} SHA-256 "${auth.password}" AES "${privacy.password}"\nrouser ${name} priv\n`;
  await writeFile(join(folder, "snmpd.conf"), user);
  const args = ["-f", "-Lf", join(folder, "log"), "-C", "-c", join(folder, "snmpd.conf")];
  const addresses = ports.map((port) => `udp:127.0.0.1:${port}`);
  return spawn(SNMPD, [...args, `--agentXSocket=${join(folder, "agentx")}`, ...addresses], {
    stdio: "ignore",
    env: { SNMP_PERSISTENT_DIR: join(folder, "kept") },
  });
}

/** Ports that nobody has at the moment; all are held until the last is found, so that none comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const sockets = Array.from({ length: count }, () => createSocket("udp4"));
  for (const socket of sockets) {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
  }
  const ports = sockets.map((socket) => socket.address().port);
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  return ports;
}
