// Who we are as an SNMPv3 engine, and whether messages are of now (RFC 3414 sections 2.2 and 3.2 (7)).
import { createHash } from "node:crypto";
import type { EngineTime } from "../snmp/v3-engine.ts";

/** Half the time window: messages whose clock is further off are of another time. */
const WINDOW_SECONDS = 150;
const BOOTS_MAX = 2 ** 31 - 1;
/** Boots are counted in minutes from here, so that each start has a higher number without keeping one on disk. */
const EPOCH_MS = Date.UTC(2020, 0, 1);
const MINUTE_MS = 60_000;
/** Engines whose clock is remembered; only those that hold a key get here. */
const KEPT_ENGINES = 4_096;

/** The engine that answers informs. Its id comes from the agent's name, so that it stays the same over restarts. */
export class LocalEngine {
  readonly id: Buffer;
  readonly #boots: number;
  readonly #startedMs: number;
  readonly #realMs: () => number;

  /** @param realMs monotonic real time in milliseconds; @param startedAtMs wall clock at the start. */
  constructor(agent: string, startedAtMs: number, realMs: () => number) {
    // RFC 3411 section 5, SnmpEngineID: the high bit, an enterprise, format 5 (octets), and what makes it ours. We have no
    // enterprise number; 0 is reserved and nobody else's.
    const ours = createHash("sha256").update(`campanile-agent ${agent}`).digest().subarray(0, 12);
    this.id = Buffer.concat([Buffer.from("8000000005", "hex"), ours]);
    this.#boots = Math.min(BOOTS_MAX, Math.max(1, Math.floor((startedAtMs - EPOCH_MS) / MINUTE_MS)));
    this.#startedMs = realMs();
    this.#realMs = realMs;
  }

  clock(): EngineTime {
    return { boots: this.#boots, time: Math.floor((this.#realMs() - this.#startedMs) / 1_000) };
  }

  isTimely({ boots, time }: EngineTime): boolean {
    const now = this.clock();
    return boots === now.boots && Math.abs(time - now.time) <= WINDOW_SECONDS;
  }
}

/** The clocks of engines that send us traps: one that goes back means that somebody plays an old message again. */
export class RemoteEngines {
  readonly #known = new Map<string, { boots: number; time: number; atMs: number }>();
  readonly #realMs: () => number;

  constructor(realMs: () => number) {
    this.#realMs = realMs;
  }

  /** Whether an authentic message of the engine is of now; what is newer is remembered. The first one is believed. */
  isTimely(engineId: Buffer, { boots, time }: EngineTime): boolean {
    if (boots === BOOTS_MAX) return false;
    const id = engineId.toString("latin1");
    const known = this.#known.get(id);
    const nowMs = this.#realMs();
    if (known) {
      if (boots < known.boots) return false;
      const expected = known.time + Math.floor((nowMs - known.atMs) / 1_000);
      if (boots === known.boots && time < expected - WINDOW_SECONDS) return false;
      if (boots === known.boots && time <= known.time) return true;
    }
    this.#known.delete(id);
    this.#known.set(id, { boots, time, atMs: nowMs });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KEPT_ENGINES) break;
      this.#known.delete(oldest);
    }
    return true;
  }
}
