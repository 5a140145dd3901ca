// Everything that is found when all has ended: in the store, in the spools, in the files of refused lines.
import { readRefused, readSpooled } from "./agent-files.ts";
import type { Cast } from "./cast.ts";
import type { Holding } from "./ledger.ts";
import { readDuckDb, readInflux, type Stored } from "./stored.ts";

export async function findAll(cast: Cast) {
  const stored = await readStored(cast);
  const refused = await Promise.all(cast.agents.map(({ spoolDir }) => readRefused(spoolDir)));
  const spooled = await Promise.all(cast.agents.map(({ spoolDir }) => readSpooled(spoolDir)));
  return {
    stored,
    refused: joined(refused),
    spooled: joined(spooled),
    refusals: refused.map(({ codes }) => codes),
  };
}

function readStored({ influx, dataDir }: Cast): Promise<Stored> {
  return influx ? readInflux(influx.server.url) : readDuckDb(dataDir);
}

function joined(all: readonly Holding[]): Holding {
  return { serials: all.flatMap(({ serials }) => serials), failures: all.flatMap(({ failures }) => failures) };
}
