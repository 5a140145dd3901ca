// The begin and the end of a run: everything up and heard, and nothing waiting any more.
import { type Program, start } from "../e2e/programs.ts";
import { readSpooled } from "./agent-files.ts";
import type { Campus } from "./campus.ts";
import type { Cast, CastAgent } from "./cast.ts";
import { inventoryFiles } from "./settings.ts";
import type { Supervised } from "./supervised.ts";
import { becomes } from "./wait.ts";

const START_MS = 60_000;
/** Every look unpacks all spools. */
const DRAIN_LOOK_EVERY_MS = 500;

/** Resolves when a batch of every agent is stored. @throws Error when that takes more than a minute */
export async function startAll(
  cast: Cast,
  campus: Campus,
  sizes: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  cast.influx?.program.start();
  if (cast.influx) {
    await working(cast.influx.program, signal);
    await succeed(start("collector", ["setup-store", "--config", cast.collectorFile]), "the store cannot be set up");
  }
  cast.collector.start();
  await working(cast.collector, signal);
  await importInventory(cast.collectorUrl, sizes);
  for (const agent of cast.agents) {
    await enrol(agent, cast.collectorUrl);
    agent.program.start();
  }
  const isHeard = () => cast.agents.every(({ link }) => (link.counts.answers[200] ?? 0) > 0);
  await within(START_MS, signal, isHeard, "no batch was stored within a minute of the start");
  if (campus.given.length === 0) throw new Error("no device was asked anything");
}

async function importInventory(collector: string, sizes: readonly number[]): Promise<void> {
  await post(`${collector}/v1/inventory`, { files: inventoryFiles(sizes) });
}

/** Makes the agent's key and has the collector know it, as a person does: with a code. */
async function enrol({ id, school, folder, link }: CastAgent, collector: string): Promise<void> {
  const answer = await post(`${collector}/v1/enrolment-codes`, { school, agent: id });
  const { code } = answer as { code: string }; // as contract and OpenAPI have it
  const program = start("agent", ["enroll", "--collector", link.url, "--code", code, "--dir", folder]);
  await succeed(program, `${id} cannot be enrolled`);
}

/** @throws Error with `problem` and what the program wrote */
async function succeed(program: Program, problem: string): Promise<void> {
  if ((await program.finished()) !== 0) throw new Error(`${problem}: ${program.output()}`);
}

/** The answer. @throws Error with what the collector says is wrong */
async function post(url: string, body: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Resolves to true when no serial waits in any spool, to false when the patience ends before. */
export function drained({ agents }: Cast, ms: number, signal: AbortSignal): Promise<boolean> {
  const isEmpty = async () => {
    const spools = await Promise.all(agents.map(({ spoolDir }) => readSpooled(spoolDir)));
    return spools.every(({ serials }) => serials.length === 0);
  };
  return becomes(isEmpty, { ms, everyMs: DRAIN_LOOK_EVERY_MS, signal });
}

export function working(program: Supervised, signal: AbortSignal): Promise<void> {
  return within(START_MS, signal, () => program.isWorking, "a program does not start within a minute");
}

/** Resolves when `look` is true. @throws Error with `problem` when `look` is not true in time */
export async function within(ms: number, signal: AbortSignal, look: () => boolean, problem: string): Promise<void> {
  if (!(await becomes(look, { ms, signal }))) throw new Error(problem);
}
