// What a command that is not the running agent knows of the collector's configuration: what is kept, or what it fetches once.
import { clockOf } from "../../contract/clock-rule.ts";
import type { ConfigFile } from "../config/config.ts";
import { networkProblem } from "../http.ts";
import { type Signer, signerOf } from "../identity/signer.ts";
import { readTls } from "../tls.ts";
import { ConfigClient } from "./client.ts";
import { keptFolder, readKept } from "./kept.ts";
import { type Fetched, inForce, type Kept } from "./trial.ts";

export interface HeldFor {
  /** Absent: the file alone. */
  held?: Fetched;
  /** What people should know of it. */
  words: string[];
}

/**
 * What the agent of this file would work by. Nothing is kept of it: that is the running agent's.
 *
 * @param mayAsk whether an enrolled agent that has none yet asks the collector.
 * @throws ConfigError of the file; CampusError of an identity that cannot be used
 */
export async function heldFor(file: ConfigFile, { mayAsk }: { mayAsk: boolean }, stop: AbortSignal): Promise<HeldFor> {
  const own = await file.alone();
  const signer = signerOf(own);
  if (!signer) return { words: [] };
  const kept = await readKept(keptFolder(own.spool.dir), own);
  const held = inForce(kept);
  if (held) return { held, words: wordsOf(kept, held) };
  if (!mayAsk) return { words: wordsOf(kept, undefined) };
  return fetchOnce(own, signer, stop);
}

async function fetchOnce(
  { agent, collector, tls, clock: rule }: Awaited<ReturnType<ConfigFile["alone"]>>,
  signer: Signer,
  stop: AbortSignal,
): Promise<HeldFor> {
  const clock = clockOf(rule);
  const client = new ConfigClient({ agent, collector, signer, nowMs: () => clock.nowMs(), tls: readTls(tls) });
  try {
    const answer = await client.fetch(undefined, 0, stop);
    if (answer.kind === "held") {
      const { held } = answer;
      return { held, words: [`configuration: revision ${held.revision}, fetched from ${collector}`] };
    }
    return {
      words: [
        `the collector holds no configuration for ${agent} yet: the county centre puts one there with ` +
          `campanile-collector agent-config ${agent} FILE, or the file itself names targets`,
      ],
    };
  } catch (error) {
    return { words: [`the collector does not say the configuration: ${networkProblem(error)}`] };
  } finally {
    client.close();
  }
}

function wordsOf({ trial, verdict }: Kept, held: Fetched | undefined): string[] {
  const words: string[] = [];
  if (held) words.push(`configuration: revision ${held.revision} of the collector${trial ? ", on trial" : ""}`);
  if (verdict && verdict.outcome !== "applied") {
    words.push(`revision ${verdict.revision} was ${verdict.outcome}: ${verdict.problems.join("; ")}`);
  }
  return words;
}
