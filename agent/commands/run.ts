// `campanile-agent run`: the agent, until it is asked to stop.
import { schoolClock, systemClock } from "../../contract/clock.ts";
import { startAgent } from "../app.ts";
import { type CliIo, EXIT } from "../cli.ts";
import { loadConfig } from "../config/config.ts";
import { createLog } from "../log.ts";
import { checkProfiles } from "../wiring.ts";

/** @throws ConfigError and CampusError `CONFIG_UNREADABLE` before anything is started. */
export async function runAgent(file: string, io: CliIo): Promise<number> {
  const config = await loadConfig(file, io.env);
  const probing = await io.openProbing(config.profiles);
  try {
    checkProfiles(file, config, probing);
    const log = createLog(config.log.level, io.logTo);
    const clock = config.schoolClock ? schoolClock(config.schoolClock) : systemClock;
    const { processes, realMs, interfaces } = io;
    const agent = await startAgent({ config, clock, probes: probing.probes, processes, realMs, interfaces, log });
    const onStop = () => void agent.stop();
    io.stop.addEventListener("abort", onStop, { once: true });
    if (io.stop.aborted) onStop();
    await agent.done;
    return EXIT.ok;
  } finally {
    await probing.close();
  }
}
