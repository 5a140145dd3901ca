// A real InfluxDB 1.x server for tests: Debian's influxd on free ports in a folder that is thrown away.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export interface Influxd {
  url: string;
  /** Stops the server as a crash would (SIGKILL) or in good order; its files stay until `remove`. */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Starts it again on the same files and ports. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Where the server is installed; `undefined` where it is not, which tests must say in their name. */
export const influxdPath = ["/usr/bin/influxd", "/usr/sbin/influxd"].find((path) => existsSync(path));

/** A port that was free may be somebody's by the time the server takes it. */
const START_TRIES = 3;

/**
 * @param withAuth asks for a user's name and password, as a server in production does
 * @param folder for its files, which whoever named it removes; absent: one of its own
 */
export async function startInfluxd(withAuth = false, folder?: string): Promise<Influxd> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnFreePorts(withAuth, folder);
    } catch (error) {
      if (tries === START_TRIES) throw error;
    }
  }
}

async function startOnFreePorts(withAuth: boolean, given: string | undefined): Promise<Influxd> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), "campanile-influxd-")));
  const [http, rpc] = [await freePort(), await freePort()];
  const config = join(folder, "influxdb.conf");
  await writeFile(config, influxdConfig(folder, http, rpc, withAuth));
  const url = `http://127.0.0.1:${http}`;
  let server: ChildProcess | undefined;

  const stop: Influxd["stop"] = async (signal) => {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill(signal);
    await ended;
  };
  const start = async () => {
    if (influxdPath === undefined) throw new Error("influxd is not installed");
    server = spawn(influxdPath, ["-config", config], { stdio: "ignore" });
    await answered(`${url}/ping`, server);
  };
  const remove = async () => {
    await stop("SIGKILL");
    if (given === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return { url, stop, start, remove };
}

async function answered(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`influxd ended with ${server.exitCode}`);
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (up) return;
    await delay(50);
  }
  throw new Error(`influxd did not answer ${url} within ${START_TIMEOUT_MS} ms`);
}

/** A TCP port of the loopback interface that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The server's configuration: on loopback, its files in `folder`. */
export function influxdConfig(folder: string, http: number, rpc: number, withAuth: boolean): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  auth-enabled = ${withAuth}
  log-enabled = false
[logging]
  level = "error"
`;
}

/**
 * Asks the server directly, past everything that is tested.
 * @param credentials as they stand in the address: `u=NAME&p=PASSWORD`
 * @throws Error when it answers with an error
 */
export async function influxQl(url: string, q: string, db = "", credentials = ""): Promise<string> {
  const body = new URLSearchParams({ q, db });
  const response = await fetch(`${url}/query?${credentials}`, { method: "POST", body });
  const text = await response.text();
  if (!response.ok || text.includes('"error"')) throw new Error(`${q}: ${response.status} ${text}`);
  return text;
}
