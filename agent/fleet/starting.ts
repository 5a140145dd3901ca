// Which configuration the agent works by: the collector's, if it holds one that can be used here, or its own file alone.
import type { Logger } from "pino";
import { ConfigError, messageOf } from "../../contract/errors.ts";
import type { AgentConfig, ConfigFile } from "../config/config.ts";
import { checkProfiles, type OpenProbing, type Probing } from "../wiring.ts";
import { writeKept } from "./kept.ts";
import { type Fetched, inForce, type Kept, restarted, rolledBack } from "./trial.ts";

/** A configuration that has passed its test, with what it needs for asking. */
export interface Usable {
  config: AgentConfig;
  probing: Probing;
}

/**
 * Tests shape, meaning, secrets and profiles; no target is asked.
 *
 * @param held absent: the file alone.
 * @throws ConfigError with every problem that is known
 */
export async function usable(file: ConfigFile, held: Fetched | undefined, openProbing: OpenProbing): Promise<Usable> {
  const config = held ? await file.with(held) : await file.alone();
  const probing = await openProbing(config.profiles, config.profileTexts);
  try {
    checkProfiles(file.path, config, probing);
    return { config, probing };
  } catch (error) {
    await probing.close();
    throw error;
  }
}

/** The first of these that can be used, `undefined` being the file alone; why the others cannot is logged. */
export async function firstUsable(
  file: ConfigFile,
  candidates: readonly (Fetched | undefined)[],
  openProbing: OpenProbing,
  log: Logger,
): Promise<Usable | undefined> {
  for (const held of candidates) {
    try {
      return await usable(file, held, openProbing);
    } catch (error) {
      log.error({ revision: held?.revision, problem: messageOf(error) }, "configuration cannot be used any more");
    }
  }
  return undefined;
}

export interface StartingOptions {
  file: ConfigFile;
  folder: string;
  kept: Kept;
  openProbing: OpenProbing;
  log: Logger;
}

/**
 * Comes up with the configuration that is due after a restart, and counts the start of one that is on trial.
 * @throws ConfigError when what proved itself before cannot be used any more: somebody has changed the file or its secrets
 */
export async function startWith(options: StartingOptions): Promise<Usable & { kept: Kept }> {
  const { file, folder, openProbing, log } = options;
  let kept = restarted(options.kept);
  if (kept !== options.kept) await keep(folder, kept, log);
  if (options.kept.trial && !kept.trial) log.error(kept.verdict, "configuration rolled back");
  const { trial } = kept;
  if (!trial) return { ...(await usable(file, inForce(kept), openProbing)), kept };
  try {
    return { ...(await usable(file, trial.held, openProbing)), kept };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    kept = rolledBack(kept, problemTexts(error));
    await keep(folder, kept, log);
    log.error(kept.verdict, "configuration rolled back");
    return { ...(await usable(file, inForce(kept), openProbing)), kept };
  }
}

/** On a full disk the agent still comes up: this start is not counted then, or what was given up is tried once more. */
async function keep(folder: string, kept: Kept, log: Logger): Promise<void> {
  await writeKept(folder, kept).catch((error: unknown) => {
    log.error({ err: error }, "what became of the configuration could not be kept");
  });
}

/** For people; as all problems of a configuration, without a secret. */
export function problemTexts({ problems }: ConfigError): string[] {
  return problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
}
