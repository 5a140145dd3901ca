// Starts our compiled programs as real processes, for tests of both sides together.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

const BINS = {
  agent: "agent/bin/campanile-agent.js",
  collector: "collector/bin/campanile-collector.js",
  sims: "firmware-sims/bin/campanile-sims.js",
  start: "scripts/start.js",
} as const;

export interface Program {
  readonly child: ChildProcess;
  /** Everything it wrote so far, for the message of a failing test. */
  output(): string;
  /** The first line on stdout, past or future, that `wanted` accepts. @throws when it ends before. */
  line(wanted: (line: string) => boolean): Promise<string>;
  /** Waits for its own end; returns the exit status, or the signal that ended it. */
  finished(): Promise<number | NodeJS.Signals | null>;
  /** Sends a signal and waits for the end; returns the exit status, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

export function start(name: keyof typeof BINS, args: readonly string[], env: Record<string, string> = {}): Program {
  if (!existsSync(`${ROOT}collector/dist/collector/main.js`))
    throw new Error("not built: run `npm run build` (npm test does)");
  const child = spawn(process.execPath, [`${ROOT}${BINS[name]}`, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let written = "";
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  child.stderr.on("data", (chunk: Buffer) => {
    written += chunk;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    written += `${line}\n`;
    lines.push(line);
    for (const listener of listeners) listener(line);
  });
  const ended = once(child, "exit");
  const finished = async () => {
    await ended;
    return child.exitCode ?? child.signalCode;
  };
  return {
    child,
    output: () => written,
    line: (wanted) =>
      new Promise((resolve, reject) => {
        const past = lines.find(wanted);
        if (past !== undefined) return resolve(past);
        listeners.add((line) => wanted(line) && resolve(line));
        void ended.then(() => reject(new Error(`${name} ended before it said what was awaited:\n${written}`)));
      }),
    finished,
    end: (signal) => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return finished();
    },
  };
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const LOOK_EVERY_MS = 50;

/** The first truthy value that `look` gives; looks again and again until the test's own time-out ends it. */
export async function until<T>(look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** JSON of a GET, or `undefined` when nothing answers yet. */
export async function getJson<T>(url: string): Promise<T | undefined> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok ? ((await response.json()) as T) : undefined; // the caller names the shape it expects
}
