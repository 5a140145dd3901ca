// Everything that is found when all has ended: in the store, in the spools, in the files of refused lines.
import { readRefused, readSpooled } from "./agent-files.ts";
import { agentOf, type Campus } from "./campus.ts";
import type { Cast } from "./cast.ts";
import type { Clocks } from "./clocks.ts";
import type { Holding, LedgerInput } from "./ledger.ts";
import { DEADLINE_MS, FLUSH_MS, schoolId } from "./settings.ts";
import { readDuckDb, readInflux, type Stored } from "./stored.ts";

/** Ends the agents, then the collector, and finds what is left; `refusals` are counts by code, agent by agent. */
export async function endAndFind(
  cast: Cast,
  campus: Campus,
  clocks: Clocks,
): Promise<{ input: LedgerInput; refusals: Partial<Record<string, number>>[] }> {
  for (const { program } of cast.agents) await program.stop();
  await cast.collector.stop();
  const stored = await readStored(cast);
  const refused = await Promise.all(cast.agents.map(({ spoolDir }) => readRefused(spoolDir)));
  const spooled = await Promise.all(cast.agents.map(({ spoolDir }) => readSpooled(spoolDir)));
  const input: LedgerInput = {
    ...{ given: campus.given, stored, refused: joined(refused), spooled: joined(spooled) },
    ...{ lives: cast.lives, fullDisks: cast.fullDisks, unkept: cast.unkept },
    ...{ agentOf, schoolOf: (device) => schoolId(agentOf(device)), showsMs: clocks.showsMs },
    ...{ flushMs: FLUSH_MS, deadlineMs: DEADLINE_MS },
  };
  return { input, refusals: refused.map(({ codes }) => codes) };
}

function readStored({ influx, dataDir }: Cast): Promise<Stored> {
  return influx ? readInflux(influx.server.url) : readDuckDb(dataDir);
}

function joined(all: readonly Holding[]): Holding {
  return { serials: all.flatMap(({ serials }) => serials), failures: all.flatMap(({ failures }) => failures) };
}
