// Debian's snmpd as a device for tests: on loopback, on a port the system picks, with a folder of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { AuthProtocol, PrivacyProtocol, SnmpUser } from "../../contract/snmp-user.ts";
import { toolsMissing } from "../../firmware-sims/snmp/net-snmp-tools.ts";
import { createSnmpEngine } from "./engine.ts";
import { boundSocket, closeSocket } from "./hostile-suite.ts";
import { oidText, parseOid } from "./oid.ts";
import type { CommunityPeer } from "./peer.ts";
import { bytesOf, type SnmpValue } from "./value.ts";

const SNMPD = "/usr/sbin/snmpd";

/** Why snmpd cannot be used here; `undefined` when it can. */
export const snmpdMissing: string | undefined =
  toolsMissing ?? (existsSync(SNMPD) ? undefined : "Debian's package snmpd is not installed");

/** Why nothing can be asked over IPv6 here; `undefined` when it can. */
export const ipv6Missing: string | undefined = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === "::1")
  ? undefined
  : "this machine has no ::1";

/** Why snmpd has no AES-256 here, which is not standard; `undefined` when it has. */
export const aes256Missing: string | undefined =
  toolsMissing ??
  (spawnSync("/usr/bin/snmpget", ["-h"], { encoding: "utf8" }).stderr.includes("AES-256")
    ? undefined
    : "this net-snmp was built without AES-256");

export interface Snmpd {
  port: number;
  /** Stops and starts it. @param isNew it forgets everything it had kept, its engine id too */
  restart(isNew?: boolean): Promise<void>;
  close(): Promise<void>;
}

/** @param config lines of snmpd.conf; the community `public` is allowed anyway. */
export async function startSnmpd(config: string): Promise<Snmpd> {
  const folder = await mkdtemp(join(tmpdir(), "campanile-snmpd-"));
  await writeFile(join(folder, "snmpd.conf"), `rocommunity public\nrocommunity6 public\n${config}`);
  const port = await freePort();
  let running = await start(folder, port);
  const stop = async () => {
    const ended = once(running, "exit");
    running.kill();
    await ended;
  };
  return {
    port,
    restart: async (isNew = false) => {
      await stop();
      if (isNew) await rm(join(folder, "kept"), { recursive: true });
      running = await start(folder, port);
    },
    close: async () => {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const args = ["-f", "-Lo", `--agentXSocket=${join(folder, "agentx")}`];
  const addresses = [`udp:127.0.0.1:${port}`, ...(ipv6Missing === undefined ? [`udp6:[::1]:${port}`] : [])];
  const kept = join(folder, "kept");
  // With -C and -c it would not read what it kept itself either: its engine id and how often it was started.
  const env = { SNMPCONFPATH: `${folder}:${kept}`, SNMP_PERSISTENT_DIR: kept };
  const child = spawn(SNMPD, [...args, ...addresses], { stdio: "ignore", env });
  const engine = createSnmpEngine({ tickMs: 20 });
  const peer: CommunityPeer = { host: "127.0.0.1", port, community: "public", timeoutMs: 100, retries: 10 };
  try {
    await engine.get(peer, [parseOid("1.3.6.1.2.1.1.3.0")], AbortSignal.timeout(30_000));
  } finally {
    await engine.close();
  }
  return child;
}

async function freePort(): Promise<number> {
  const free = await boundSocket("127.0.0.1");
  const { port } = free.address();
  await closeSocket(free);
  return port;
}

const TOOL_AUTH = {
  sha1: "SHA",
  sha224: "SHA-224",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
} as const satisfies Record<AuthProtocol, string>;
const TOOL_PRIVACY = {
  aes128: "AES",
  aes256: "AES-256",
  aes256c: "AES-256-C",
} as const satisfies Record<PrivacyProtocol, string>;

/** The line of snmpd.conf that makes this user known and lets it read everything as protected as it can. */
export function userLines({ name, auth, privacy }: SnmpUser): string {
  const password = auth ? ` ${TOOL_AUTH[auth.protocol]} "${auth.password}"` : "";
  const secret = privacy ? ` ${TOOL_PRIVACY[privacy.protocol]} "${privacy.password}"` : "";
  return `createUser ${name}${password}${secret}\nrouser ${name} ${privacy ? "priv" : auth ? "auth" : "noauth"}\n`;
}

/** Why snmpd cannot have this user here; `undefined` when it can. */
export function userMissing({ privacy }: SnmpUser): string | undefined {
  return privacy?.protocol === "aes256" ? aes256Missing : undefined;
}

/** The same user for Debian's tools, each option in one word. */
export function userOptions({ name, auth, privacy }: SnmpUser): string[] {
  const level = privacy ? "authPriv" : auth ? "authNoPriv" : "noAuthNoPriv";
  return [
    "-v3",
    `-u${name}`,
    `-l${level}`,
    ...(auth ? [`-a${TOOL_AUTH[auth.protocol]}`, `-A${auth.password}`] : []),
    ...(privacy ? [`-x${TOOL_PRIVACY[privacy.protocol]}`, `-X${privacy.password}`] : []),
  ];
}

export function because(reason: string | undefined): string {
  return reason === undefined ? "" : ` (skipped: ${reason})`;
}

/** Numbers as digits, texts as their bytes, so that both sides can be compared whatever the type's name is. */
export function printable(value: SnmpValue | undefined): string | undefined {
  if (typeof value === "string" && !/^[\d.]+$/.test(value)) return bytesOf(value).toString("hex");
  return value?.toString();
}

/** The same of `TYPE: value` as the tools print it with numbers and hexadecimal texts only. */
export function meaning(said: string): string | undefined {
  const [, type = "", value = ""] = /^([A-Za-z0-9-]+): ?(.*)$/.exec(said) ?? ["", said, ""];
  if (said === '""') return "";
  if (type.startsWith("No Such")) return undefined;
  if (type === "Hex-STRING") return value.replaceAll(" ", "").toLowerCase();
  return value.replace(/^\./, "");
}

/** The arcs of a row's key, dotted. */
export function suffixText(key: string): string {
  const bytes = Buffer.concat([Buffer.of(0x2b), bytesOf(key)]);
  return (oidText(bytes, 0, bytes.length) ?? "").replace(/^1\.3\./, "");
}
