// A real influxd for a torture run, in a folder of its own, on a port that stays the same over its restarts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, influxdConfig, influxdPath } from "../collector/store/influxd-suite.ts";
import { type Program, until } from "../e2e/programs.ts";
import type { Launch } from "./supervised.ts";

export const DATABASE = "torture";

export interface InfluxServer {
  url: string;
  launch: Launch;
}

/** Writes its configuration. @param dataDir where it keeps its files, which may be a small disk */
export async function influxServer(folder: string, dataDir: string): Promise<InfluxServer> {
  const [http, rpc] = [await freePort(), await freePort()];
  const config = join(folder, "influxdb.conf");
  await writeFile(config, influxdConfig(dataDir, http, rpc, false));
  const url = `http://127.0.0.1:${http}`;
  return {
    url,
    launch: {
      start: () => startInfluxd(config),
      ready: async ({ child }) => {
        const isOver = () => child.exitCode !== null || child.signalCode !== null;
        await until(async () => isOver() || (await answers(`${url}/ping`)));
        if (isOver()) throw new Error("influxd ended before it answered");
      },
    },
  };
}

/** The answer to a query, times in milliseconds. @throws when the server says no */
export async function query(url: string, q: string): Promise<unknown> {
  const response = await fetch(`${url}/query?${new URLSearchParams({ db: DATABASE, epoch: "ms" })}`, {
    method: "POST",
    body: new URLSearchParams({ q }),
  });
  if (!response.ok) throw new Error(`influxd answered ${response.status} to: ${q}`);
  return response.json();
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok === true;
}

function startInfluxd(config: string): Program {
  if (influxdPath === undefined) throw new Error("influxd is not installed (Debian package influxdb)");
  const child = spawn(influxdPath, ["-config", config], { stdio: ["ignore", "ignore", "pipe"] });
  let written = "";
  child.stderr.on("data", (chunk: Buffer) => {
    written += chunk;
  });
  const ended = once(child, "exit");
  const finished = async () => {
    await ended;
    return child.exitCode ?? child.signalCode;
  };
  return {
    child,
    output: () => written,
    line: () => Promise.reject(new Error("influxd writes no lines on stdout")),
    finished,
    end: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return finished();
    },
  };
}
