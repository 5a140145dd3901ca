// What the agent says of itself once per interval: whether it can see each segment, and how its spool is.
import type { Logger } from "pino";
import type { Reading } from "../contract/reading.ts";
import type { AgentConfig } from "./config/config.ts";
import type { Outcome } from "./schedule/run.ts";
import { type Interfaces, selfTestReading } from "./self-test.ts";
import type { SpoolStats } from "./spool/spool.ts";

export interface SelfReportInput {
  nowMs: number;
  /** Absent when the system did not say. */
  interfaces: Interfaces | undefined;
  outcomes: ReadonlyMap<string, Outcome>;
  skippedRounds: number;
  spool: Pick<SpoolStats, "pendingBytes" | "droppedTotal">;
}

export class SelfReport {
  readonly #config: Pick<AgentConfig, "agent" | "selfTests">;
  readonly #intervals: ReadonlyMap<string, number>;
  readonly #log: Logger;
  readonly #verdicts = new Map<string, boolean>();

  constructor(config: Pick<AgentConfig, "agent" | "selfTests" | "targets">, log: Logger) {
    this.#config = config;
    this.#intervals = new Map(config.targets.map(({ id, intervalMs }) => [id, intervalMs]));
    this.#log = log;
  }

  /** The newest verdict on a segment; `undefined` while it is not known. */
  passed(segment: string): boolean | undefined {
    return this.#verdicts.get(segment);
  }

  /** One reading of each segment of which anything is known, and one of the agent. */
  readings({ nowMs, interfaces, outcomes, skippedRounds, spool }: SelfReportInput): Reading[] {
    const { agent, selfTests } = this.#config;
    const tests = selfTests.flatMap((test) => {
      const reading = selfTestReading({ agent, test, interfaces, outcomes, intervals: this.#intervals, nowMs });
      this.#noteVerdict(test.segment, reading?.values.agent_selftest_passed);
      return reading ?? [];
    });
    const values = {
      agent_rounds_skipped_total: skippedRounds,
      agent_spool_bytes: spool.pendingBytes,
      agent_spool_dropped_total: spool.droppedTotal,
    };
    return [...tests, { measurement: "agent", device: agent, atMs: nowMs, values }];
  }

  #noteVerdict(segment: string, passed: number | undefined): void {
    const before = this.#verdicts.get(segment);
    if (passed === undefined) {
      this.#verdicts.delete(segment);
      return;
    }
    this.#verdicts.set(segment, passed === 1);
    if (passed === 0 && before !== false) this.#log.warn({ segment }, "self-test fails, the agent is blind");
    if (passed === 1 && before === false) this.#log.info({ segment }, "self-test passes again");
  }
}
