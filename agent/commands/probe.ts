// `campanile-agent probe`: asks one thing once and prints what it says.
import { isMetricName, METRICS } from "../../contract/metrics.ts";
import type { Fact, Reading } from "../../contract/reading.ts";
import { parseTargetUrl, redactTarget } from "../../contract/target.ts";
import { type CliIo, EXIT } from "../cli.ts";
import type { AgentTarget } from "../config/config.ts";
import { createLog } from "../log.ts";
import { type Outcome, probeReading, startRun } from "../schedule/run.ts";
import { checkProfile } from "../wiring.ts";
import { textTable } from "./text-table.ts";

/** Longer than the agent allows a run: a person is waiting and can stop it. */
const DEADLINE_MS = 60_000;
const RETRIES = 2;

export interface ProbeOptions {
  json?: boolean;
  /** Milliseconds to wait for one answer. */
  timeout: number;
  /** Name of a vendor profile. */
  profile?: string;
  /** Folder of further profiles. */
  profiles?: string;
}

/** @throws CampusError `TARGET_INVALID` when the URL cannot be used. */
export async function runProbe(
  url: string,
  { json, timeout, profile, profiles }: ProbeOptions,
  io: CliIo,
): Promise<number> {
  const address = parseTargetUrl(url);
  const shown = redactTarget(address);
  const target: AgentTarget = {
    // Named as it was asked, because a single probe knows no inventory.
    id: shown.slice(shown.indexOf("//") + 2),
    address,
    segment: "main",
    ...(profile !== undefined && { profile }),
    timeoutMs: timeout,
    retries: RETRIES,
    intervalMs: DEADLINE_MS,
    deadlineMs: DEADLINE_MS,
  };
  const probing = await io.openProbing(profiles === undefined ? [] : [profiles]);
  try {
    if (profile !== undefined) checkProfile(profile, probing);
    const log = createLog("error", io.logTo);
    const { outcome } = startRun(target, io.stop, {
      probes: probing.probes,
      realMs: io.realMs,
      nowMs: () => Date.now(),
      log,
    });
    return report(await outcome, shown, json === true, io);
  } finally {
    await probing.close();
  }
}

function report(outcome: Outcome | undefined, shown: string, json: boolean, io: CliIo): number {
  if (!outcome) {
    io.err("stopped before there was an answer\n");
    return EXIT.negative;
  }
  const { failure, result } = outcome;
  const readings = [...(result?.readings ?? []), probeReading(outcome)];
  if (json) io.out(ndjson(readings, result?.facts ?? []));
  // Of a run that failed on the way there may be something to show.
  if (!json && (result || !failure)) io.out(tables(readings, result?.facts ?? []));
  if (!failure) return EXIT.ok;
  io.err(`${shown}: ${failure.reason}: ${failure.message}\n`);
  return EXIT.negative;
}

function ndjson(readings: readonly Reading[], facts: readonly Fact[]): string {
  const at = (atMs: number) => new Date(atMs).toISOString();
  const objects = [
    ...readings.map(({ measurement, device, instance, atMs, values }) => {
      return { kind: "reading", measurement, device, instance, at: at(atMs), values };
    }),
    ...facts.map(({ device, atMs, texts }) => ({ kind: "fact", device, at: at(atMs), texts })),
  ];
  return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
}

function tables(readings: readonly Reading[], facts: readonly Fact[]): string {
  const texts = facts.flatMap((fact) => Object.entries(fact.texts).map(([name, text]) => [fact.device, name, text]));
  const values = readings.flatMap(({ device, instance, values }) =>
    Object.entries(values).map(([name, value]) => [device, instance, name, String(value), unitOf(name)]),
  );
  const factTable = texts.length > 0 ? `${textTable(["DEVICE", "FACT", "TEXT"], texts)}\n` : "";
  return factTable + textTable(["DEVICE", "INSTANCE", "METRIC", "VALUE", "UNIT"], values);
}

function unitOf(name: string): string | undefined {
  return isMetricName(name) ? METRICS[name].unit : undefined;
}
