// The command line as tests run it: what it says is kept, and never holds the secret.
import { expect } from "vitest";
import { type CliIo, runCli } from "./cli.ts";
import { openDiscovering } from "./discover/open.ts";
import { openProbing } from "./wiring.ts";

/** The community of every test; no output may show it. */
export const SECRET = "Geheim77";

/** Runs one command line; everything outside is as in the program unless `change` says otherwise. */
export async function runWith(args: readonly string[], change: Partial<CliIo> & Pick<CliIo, "stop">) {
  const said = { out: "", err: "", log: "" };
  const code = await runCli(args, {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    logTo: {
      write: (line: string) => {
        said.log += line;
      },
    },
    env: {},
    processes: { pid: process.pid, isAlive: (pid) => pid === process.pid },
    interfaces: () => ({}),
    realMs: () => performance.now(),
    openProbing,
    openDiscovering,
    ...change,
  });
  for (const text of Object.values(said)) expect(text).not.toContain(SECRET);
  return { code, ...said };
}
