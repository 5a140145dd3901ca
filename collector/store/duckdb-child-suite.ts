// A process that uses a DuckDB store until it is killed, and prints the sequence of each batch once it is stored.
// Run by the tests of the DuckDB store: node --import ./register.js duckdb-child-suite.ts FILE FIRST_SEQUENCE [days|open]
//
// With `days` each batch is received two hours after the one before, days are put in order without a pause, and `rolled N`
// says that rollups of window N were stored. With `open` it says `opening`, opens the store and ends.
import { writeSync } from "node:fs";
import { openDuckDbStore } from "./duckdb.ts";
import { SampleBuilder } from "./sample-columns.ts";
import type { Retention, SeriesKey } from "./store.ts";

/** Samples of every batch, and rollups of every window: enough that a kill falls into their writing. */
export const SAMPLES = 500;
/** What is between the times of two batches with `days`. */
export const STEP_MS = 2 * 3_600_000;

export const FOR_EVER: Retention = {
  rawMs: Number.POSITIVE_INFINITY,
  rollupMs: { "5m": Number.POSITIVE_INFINITY, "1h": Number.POSITIVE_INFINITY, "1d": Number.POSITIVE_INFINITY },
  eventsMs: Number.POSITIVE_INFINITY,
};

const [path, firstText, mode] = process.argv.slice(2);
if (path !== undefined && firstText !== undefined) {
  const first = Number(firstText);
  const stepMs = mode === "days" ? STEP_MS : 1;
  const say = (line: string) => writeSync(1, `${line}\n`);
  if (mode === "open") say("opening");
  const store = await openDuckDbStore({ path });
  if (mode === "open") process.exit(0);
  say("open");
  let receivedAtMs = first * stepMs;

  const write = async (sequence: number) => {
    const samples = new SampleBuilder(SAMPLES);
    for (let i = 0; i < SAMPLES; i++) samples.add(0, sequence * SAMPLES + i, sequence);
    receivedAtMs = Math.max(receivedAtMs, sequence * stepMs);
    await store.write({
      agentId: "agent-1",
      session: "s1",
      sequence,
      schoolId: "school",
      lane: "backlog",
      receivedAtMs: sequence * stepMs,
      digest: "0123456789abcdef",
      lines: SAMPLES,
      samples: samples.columns([{ metric: "wifi_clients", device: `ap-${sequence % 50}` }]),
      facts: [],
      events: [],
    });
    say(`${sequence}`);
  };

  const rollUp = async (window: number) => {
    const rollups = Array.from({ length: SAMPLES }, (_, i) => {
      const key: SeriesKey = { metric: "wifi_radio_clients", device: "ap-1", instance: `${i}` };
      const at = { startMs: window, firstMs: window, lastMs: window };
      return { key, rollup: { ...at, count: 1, sum: window, min: 0, max: 0, first: 0, last: 0 } };
    });
    await store.writeRollups("school", "5m", rollups);
    await store.setRolledUpTo(receivedAtMs);
    say(`rolled ${window}`);
  };

  /** Again and again, beside each other. */
  const loops = [
    async () => {
      // Several at a time, so that kills fall into group commits too.
      for (let sequence = first; ; sequence += 4) await Promise.all([0, 1, 2, 3].map((i) => write(sequence + i)));
    },
  ];
  if (mode === "days") {
    loops.push(async () => {
      for (;;) await store.maintain(receivedAtMs, FOR_EVER);
    });
    loops.push(async () => {
      for (let window = first; ; window++) await rollUp(window);
    });
  }
  await Promise.all(loops.map((loop) => loop()));
}
