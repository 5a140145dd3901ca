// Why an answer may have become no reading that lasts: the reasons for which a serial counts as dropped and not as lost.
//
//   no-reading  The agent took the run for a failed one: a reading of that run says so (probe_ok 0), begun at most one deadline
//               (and a second for a machine that is busy) before the answer, and it explains no other serial. The answer came
//               after the deadline.
//   nobody      It was given after its agent had been killed and before the next one was started: the question was on its way.
//   killed      It was in the memory of an agent that was killed: given at most one flush interval and one deadline before the
//               kill, counted from the begin of a full disk where the agent was killed with a full disk or right after,
//               because then lines wait in memory. And what memory loses is the newest: no later serial of the same device
//               from before the kill is found anywhere.
//   unkept      Its line was refused for its time, and the agent could not write that down: its clock was so far off that every
//               line is refused, and the agent said in its log that refused lines could not be kept, as on a full disk.
import type { Given } from "./campus.ts";
import type { Found } from "./ledger.ts";

export type DropReason = "no-reading" | "killed" | "nobody" | "unkept";

/** One run of an agent's process. Real time. */
export interface Life {
  agent: number;
  startedAtMs: number;
  /** When it was killed; absent where it ended in good order, or runs. */
  killedAtMs?: number;
  /** How far its clock is off. */
  offsetMs: number;
  /** Its clock is so far off that all its lines are refused. */
  isFarOff?: boolean;
}

/** A stretch in which an agent's disk was full. Real time. */
export interface FullDisk {
  agent: number;
  fromMs: number;
  toMs: number;
}

export interface Evidence {
  lives: readonly Life[];
  fullDisks: readonly FullDisk[];
  /** Agents that said that refused lines could not be kept. */
  unkept: ReadonlySet<number>;
  agentOf(device: string): number;
  /** What a clock that is off by so much shows at a real instant. */
  showsMs(realMs: number, offsetMs: number): number;
  flushMs: number;
  deadlineMs: number;
}

const BUSY_MS = 1_000;
/** Two programs read the same clock and round it differently. */
const ROUNDING_MS = 5;

export class Explainer {
  readonly #evidence: Evidence;
  /** By device, by the agent's clock; taken out once they have explained something. */
  readonly #failures = new Map<string, number[]>();
  /** By device: when serials were given that are found somewhere. */
  readonly #found = new Map<string, Given[]>();

  constructor(evidence: Evidence, failures: readonly Found[], found: readonly Given[]) {
    this.#evidence = evidence;
    for (const { device, atMs } of failures) {
      const times = this.#failures.get(device) ?? [];
      if (!times.includes(atMs)) times.push(atMs);
      this.#failures.set(device, times);
    }
    for (const one of found) {
      const list = this.#found.get(one.device) ?? [];
      list.push(one);
      this.#found.set(one.device, list);
    }
  }

  /** `undefined`: nothing explains it. Ask once per serial, in the order in which they were given. */
  explain(one: Given): DropReason | undefined {
    const life = this.#lifeAt(one);
    if (life === undefined) return undefined;
    if (life.killedAtMs !== undefined && one.atMs >= life.killedAtMs) return "nobody";
    if (this.#hasFailure(one, life)) return "no-reading";
    if (this.#diedInMemory(one, life)) return "killed";
    return life.isFarOff && this.#evidence.unkept.has(life.agent) ? "unkept" : undefined;
  }

  /** The last life of the serial's agent that had begun. */
  #lifeAt({ device, atMs }: Given): Life | undefined {
    const agent = this.#evidence.agentOf(device);
    return this.#evidence.lives.filter((life) => life.agent === agent && life.startedAtMs <= atMs).at(-1);
  }

  #hasFailure({ device, atMs }: Given, { offsetMs }: Life): boolean {
    const times = this.#failures.get(device);
    if (times === undefined) return false;
    const shown = this.#evidence.showsMs(atMs, offsetMs);
    const oldest = shown - this.#evidence.deadlineMs - BUSY_MS;
    const newest = Math.max(...times.filter((time) => time >= oldest && time <= shown + ROUNDING_MS));
    if (newest === Number.NEGATIVE_INFINITY) return false;
    times.splice(times.indexOf(newest), 1);
    return true;
  }

  #diedInMemory(one: Given, { agent, killedAtMs }: Life): boolean {
    if (killedAtMs === undefined) return false;
    const { fullDisks, flushMs, deadlineMs } = this.#evidence;
    const windowMs = flushMs + deadlineMs;
    const full = fullDisks.find(
      (disk) => disk.agent === agent && disk.fromMs <= killedAtMs && killedAtMs <= disk.toMs + windowMs,
    );
    const fromMs = Math.min(killedAtMs, full?.fromMs ?? killedAtMs) - windowMs;
    if (one.atMs < fromMs) return false;
    const found = this.#found.get(one.device) ?? [];
    return !found.some(({ serial, atMs }) => serial > one.serial && atMs < killedAtMs);
  }
}
