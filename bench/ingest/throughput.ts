// Values that each server stores for a second of CPU time: the same minutes of the county, in interleaved rounds.
import type { Missing, Row, Sample } from "../result.ts";
import { rowsOf } from "../result.ts";
import { type Contender, runRounds } from "../rounds.ts";
import type { County, SchoolMinute } from "./county.ts";
import { type Route, send } from "./sender.ts";
import { cpuMeter } from "./server.ts";

const STORED = "values stored, until they are durable";
const BEHIND = "values stored, with all that is done behind";
const UNIT = "values per CPU second";

/** A server, or several that work together. */
export interface Entrant {
  who: string;
  url: string;
  route: Route;
  pids: readonly number[];
  /** Rows of some of its processes alone. */
  parts?: readonly { who: string; pid: number }[];
  /** @throws Error when not all of so many values are there */
  check?(values: number): Promise<void>;
}

export interface ThroughputOptions {
  county: County;
  rounds: number;
  /** Minutes of the county in one round. */
  minutes: number;
  /** How long after the last answer everything is durable, whoever it is. */
  durableMs: number;
  /** How long what is done behind is waited for at the end; 0 leaves those rows out. */
  settleMs: number;
  signal: AbortSignal;
  say: (line: string) => void;
  delay(ms: number, signal: AbortSignal): Promise<unknown>;
}

export async function measureThroughput(
  entrants: readonly Entrant[],
  options: ThroughputOptions,
): Promise<{ rows: Row[]; missing: Missing[] }> {
  const { rounds, settleMs, signal, say, delay } = options;
  const batchesOf = roundsOf(options);
  const parts: Sample[] = [];
  const measured = entrants.map((entrant) => contenderOf(entrant, batchesOf, options, parts));
  const contenders = measured.map(({ contender }) => contender);
  const found = await runRounds(contenders, { whats: [STORED], rounds, forMs: 0, signal, say });
  if (settleMs > 0) {
    say("waiting for what is done behind");
    await delay(settleMs, signal);
  }
  const gone = new Set(found.missing.map(({ who }) => who));
  const whole = settleMs === 0 ? [] : measured.filter(({ contender }) => !gone.has(contender.who));
  const behind = whole.map(({ contender, total }): Sample => ({ what: BEHIND, who: contender.who, value: total() }));
  // Those of a whole before its parts.
  const samples = [...found.samples, ...parts.filter(({ who }) => !gone.has(who))];
  return { rows: rowsOf([...samples, ...behind], UNIT), missing: found.missing };
}

function contenderOf(
  { who, url, route, pids, parts = [], check }: Entrant,
  batchesOf: (round: number) => readonly SchoolMinute[],
  { durableMs, signal, delay }: ThroughputOptions,
  partSamples: Sample[],
): { contender: Contender<typeof STORED>; total(): number } {
  const meter = cpuMeter(pids);
  let round = 0;
  let sent = 0;
  let counted = { values: 0, seconds: 0 };
  const contender: Contender<typeof STORED> = {
    who,
    async measure() {
      const batches = batchesOf(round);
      const behind = sum(meter()); // since its last turn
      await send(batches, { url, route, signal });
      await delay(durableMs, signal);
      const used = meter();
      const seconds = sum(used);
      const values = batches.reduce((sum, batch) => sum + batch.values, 0);
      sent += values;
      await check?.(sent);
      if (round > 0) {
        counted = { values: counted.values + values, seconds: counted.seconds + behind + seconds };
        for (const part of parts) {
          partSamples.push({ what: STORED, who: part.who, value: values / (used[pids.indexOf(part.pid)] ?? 0) });
        }
      }
      round += 1;
      return values / seconds;
    },
    stop: async () => {},
  };
  return { contender, total: () => counted.values / (counted.seconds + sum(meter())) };
}

/** The batches of a round, made once for all contenders and before their time is taken. */
function roundsOf({ county, minutes }: ThroughputOptions): (round: number) => readonly SchoolMinute[] {
  let made: { round: number; batches: SchoolMinute[] } | undefined;
  return (round) => {
    if (made?.round !== round) {
      made = { round, batches: Array.from({ length: minutes }, () => county.next()).flat() };
    }
    return made.batches;
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
