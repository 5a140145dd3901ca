// `campanile-agent check`: is this configuration usable, and with --probe: does every target answer?
import { ConfigError } from "../../contract/errors.ts";
import { redactTarget } from "../../contract/target.ts";
import { type CliIo, EXIT } from "../cli.ts";
import { type AgentConfig, openConfig } from "../config/config.ts";
import { heldFor } from "../fleet/held.ts";
import { usable } from "../fleet/starting.ts";
import { createLog } from "../log.ts";
import { type Outcome, startRun } from "../schedule/run.ts";
import type { Probing } from "../wiring.ts";
import { textTable } from "./text-table.ts";

export async function runCheck(path: string, options: { probe?: boolean; json?: boolean }, io: CliIo): Promise<number> {
  try {
    const file = await openConfig(path, io.env);
    const { held, words } = await heldFor(file, { mayAsk: options.probe === true }, io.stop);
    const { config, probing } = await usable(file, held, io.openProbing);
    try {
      for (const note of [...words, ...notes(config)]) io.err(`note: ${note}\n`);
      if (options.probe && config.targets.length > 0) return await probeAll(config, probing, options, io);
    } finally {
      await probing.close();
    }
    const { targets, revision } = config;
    const { length } = targets;
    const result = { ok: true, targets: length, ...(revision !== undefined && { revision }), problems: [] };
    io.out(options.json ? `${JSON.stringify(result)}\n` : `ok: ${length} targets\n`);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    io.err(`${error.message}\n`);
    if (options.json) io.out(`${JSON.stringify({ ok: false, problems: error.problems })}\n`);
    return EXIT.negative;
  }
}

/** What is allowed and probably not meant. */
function notes({ targets, selfTests }: AgentConfig): string[] {
  const tested = new Set(selfTests.map(({ segment }) => segment));
  const blind = [...new Set(targets.map(({ segment }) => segment))].filter((segment) => !tested.has(segment));
  return blind.map((s) => `segment ${s} has no selfTest: what is silent there stays unknown and is never called down`);
}

async function probeAll(
  config: AgentConfig,
  { probes }: Probing,
  { json }: { json?: boolean },
  io: CliIo,
): Promise<number> {
  const log = createLog("error", io.logTo);
  const outcomes: (Outcome | undefined)[] = [];
  const next = config.targets.entries();
  const worker = async () => {
    for (const [i, target] of next) {
      const run = startRun(target, io.stop, { probes, realMs: io.realMs, nowMs: () => Date.now(), log });
      outcomes[i] = await run.outcome;
    }
  };
  await Promise.all(Array.from({ length: config.concurrency }, worker));
  const rows = config.targets.map(({ id, address }, i) => row(id, redactTarget(address), outcomes[i]));
  const ok = rows.every(({ state }) => state === "ok");
  if (json) io.out(`${JSON.stringify({ ok, targets: rows })}\n`);
  else {
    const cells = rows.map((r) => [r.id, r.url, r.state, r.reason, r.seconds?.toFixed(2), r.problem]);
    io.out(textTable(["TARGET", "URL", "STATE", "REASON", "SECONDS", "PROBLEM"], cells));
  }
  return ok ? EXIT.ok : EXIT.negative;
}

function row(id: string, url: string, outcome: Outcome | undefined) {
  if (!outcome) return { id, url, state: "not asked" };
  const { failure, result, durationSeconds: seconds } = outcome;
  if (failure) return { id, url, state: "failing", reason: failure.reason, problem: failure.message, seconds };
  return { id, url, state: "ok", seconds, readings: result?.readings.length, valuesRefused: result?.valuesRefused };
}
