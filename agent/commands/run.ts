// `campanile-agent run`: the agent, until it is asked to stop.
import { join } from "node:path";
import { type Clock, schoolClock, systemClock } from "../../contract/clock.ts";
import { type Agent, startAgent } from "../app.ts";
import { type CliIo, EXIT } from "../cli.ts";
import { type ConfigFile, openConfig } from "../config/config.ts";
import { ConfigClient } from "../fleet/client.ts";
import { Configuring } from "../fleet/configuring.ts";
import { keptFolder, readKept } from "../fleet/kept.ts";
import { startWith, type Usable, usable } from "../fleet/starting.ts";
import { type Signer, signerOf } from "../identity/signer.ts";
import { createLog } from "../log.ts";
import { sleep } from "../schedule/pace.ts";
import { lockHolder } from "../spool/lock.ts";
import { readTls, type TlsOptions } from "../tls.ts";

/**
 * @throws ConfigError and CampusError `CONFIG_UNREADABLE` before anything is started, and CampusError of the identity where the
 *         configuration names one that cannot be used
 */
export async function runAgent(path: string, io: CliIo): Promise<number> {
  const file = await openConfig(path, io.env);
  const own = await file.alone();
  const log = createLog(own.log.level, io.logTo);
  const clock = own.schoolClock ? schoolClock(own.schoolClock) : systemClock;
  const tls = readTls(own.tls);
  const signer = signerOf(own);
  if (!signer) log.warn("this agent was never enrolled and speaks unsigned: most collectors refuse that");
  const { processes, realMs, interfaces } = io;
  const held = signer && (await heldConfiguration({ file, io, clock, signer, tls }));
  const inUse = held?.inUse ?? (await usable(file, undefined, io.openProbing));
  const stopAsking = new AbortController();
  let agent: Agent | undefined;
  try {
    agent = await startAgent({
      ...{ config: inUse.config, probes: inUse.probing.probes, clock, processes, realMs, interfaces, log, tls },
      ...(signer && { signer }),
      ...(held && { configStatus: () => held.configuring.status() }),
    });
    const configuring = held?.configuring.run(agent, stopAsking.signal);
    const running = agent;
    const onStop = () => {
      stopAsking.abort();
      void running.stop();
    };
    io.stop.addEventListener("abort", onStop, { once: true });
    if (io.stop.aborted) onStop();
    await agent.done.finally(() => stopAsking.abort());
    await configuring;
    return EXIT.ok;
  } finally {
    await (held ? held.configuring.close() : inUse.probing.close());
  }
}

interface Surroundings {
  file: ConfigFile;
  io: CliIo;
  clock: Clock;
  signer: Signer;
  tls: TlsOptions;
}

/** What the collector was last known to hold, and what keeps it at that. */
async function heldConfiguration({ file, io, clock, signer, tls }: Surroundings) {
  const own = await file.alone();
  const { agent, spool, log: settings } = own;
  const log = createLog(settings.level, io.logTo);
  const folder = keptFolder(spool.dir);
  const { openProbing, realMs } = io;
  // A start that cannot succeed because another process holds the spool is not the configuration's.
  const isHeld = (await lockHolder(join(spool.dir, "lock"), io.processes)) !== undefined;
  const kept = await readKept(folder, own, log);
  const started = isHeld
    ? { ...(await usable(file, undefined, openProbing)), kept }
    : await startWith({ file, folder, kept, openProbing, log });
  const inUse: Usable = started;
  const configuring = new Configuring({
    ...{ file, folder, kept: started.kept, inUse, openProbing, realMs, sleep, random: Math.random, log },
    connect: (collector) => new ConfigClient({ agent, collector, signer, nowMs: () => clock.nowMs(), tls }),
  });
  return { configuring, inUse };
}
