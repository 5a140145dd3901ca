// A process that writes batches to a DuckDB store until it is killed, and prints the sequence of each once it is stored.
// Run by duckdb-faults.test.ts: node --import ./register.js duckdb-child-suite.ts FILE FIRST_SEQUENCE
import { writeSync } from "node:fs";
import { openDuckDbStore } from "./duckdb.ts";
import { SampleBuilder } from "./sample-columns.ts";

/** Samples of every batch: enough that a kill falls into their writing. */
export const SAMPLES = 500;

const [path, first] = process.argv.slice(2);
if (path !== undefined && first !== undefined) {
  const store = await openDuckDbStore({ path });
  writeSync(1, "open\n");
  const write = async (sequence: number) => {
    const samples = new SampleBuilder(SAMPLES);
    for (let i = 0; i < SAMPLES; i++) samples.add(0, sequence * SAMPLES + i, sequence);
    await store.write({
      agentId: "agent-1",
      session: "s1",
      sequence,
      schoolId: "school",
      lane: "backlog",
      receivedAtMs: sequence,
      digest: "0123456789abcdef",
      lines: SAMPLES,
      samples: samples.columns([{ metric: "wifi_clients", device: `ap-${sequence % 50}` }]),
      facts: [],
      events: [],
    });
    writeSync(1, `${sequence}\n`);
  };
  // Several at a time, so that kills fall into group commits too.
  for (let sequence = Number(first); ; sequence += 4) {
    await Promise.all([0, 1, 2, 3].map((i) => write(sequence + i)));
  }
}
