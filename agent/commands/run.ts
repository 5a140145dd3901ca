// `campanile-agent run`: the agent, until it is asked to stop.
import type { Logger } from "pino";
import type { Clock } from "../../contract/clock.ts";
import { clockOf } from "../../contract/clock-rule.ts";
import { startAgent } from "../app.ts";
import { type CliIo, EXIT } from "../cli.ts";
import { type AgentConfig, type ConfigFile, openConfig } from "../config/config.ts";
import { ConfigClient } from "../fleet/client.ts";
import { Configuring } from "../fleet/configuring.ts";
import { keptFolder, readKept } from "../fleet/kept.ts";
import { startWith, type Usable, usable } from "../fleet/starting.ts";
import { type Signer, signerOf } from "../identity/signer.ts";
import { createLog } from "../log.ts";
import { sleep } from "../schedule/pace.ts";
import { openSpool } from "../spool/spool.ts";
import { readTls, type TlsOptions } from "../tls.ts";

/**
 * @throws ConfigError and CampusError `CONFIG_UNREADABLE` before anything is started, and CampusError of the identity where the
 *         configuration names one that cannot be used; `SPOOL_LOCKED` while another process holds the spool
 */
export async function runAgent(path: string, io: CliIo): Promise<number> {
  const file = await openConfig(path, io.env);
  const own = await file.alone();
  const log = createLog(own.log.level, io.logTo);
  const clock = clockOf(own.clock);
  const tls = readTls(own.tls);
  const signer = signerOf(own);
  if (!signer) log.warn("this agent was never enrolled and speaks unsigned: most collectors refuse that");
  const { processes, realMs, interfaces } = io;
  // Before a start counts for a configuration on trial: that another process holds the spool, or that the disk cannot be
  // written, says nothing about the configuration.
  const spool = await openSpool({ ...own.spool, nowMs: () => clock.nowMs(), processes, log });
  let starting: Starting;
  try {
    starting = await start({ file, own, io, clock, signer, tls, log });
  } catch (error) {
    await spool.close();
    throw error;
  }
  const { inUse, configuring } = starting;
  const stopAsking = new AbortController();
  try {
    const agent = startAgent({
      ...{ config: inUse.config, probes: inUse.probing.probes, spool, clock, realMs, interfaces, log, tls },
      ...(signer && { signer }),
      ...(configuring && { configStatus: () => configuring.status() }),
    });
    const configured = configuring?.run(agent, stopAsking.signal);
    const onStop = () => {
      stopAsking.abort();
      void agent.stop();
    };
    io.stop.addEventListener("abort", onStop, { once: true });
    if (io.stop.aborted) onStop();
    await agent.done.finally(() => stopAsking.abort());
    await configured;
    return EXIT.ok;
  } finally {
    await (configuring ? configuring.close() : inUse.probing.close());
  }
}

interface Surroundings {
  file: ConfigFile;
  /** The file alone. */
  own: AgentConfig;
  io: CliIo;
  clock: Clock;
  signer: Signer | undefined;
  tls: TlsOptions;
  log: Logger;
}

interface Starting {
  inUse: Usable;
  /** Keeps the agent at what the collector holds for it; absent for an agent that cannot ask. */
  configuring?: Configuring;
}

async function start({ file, own, io, clock, signer, tls, log }: Surroundings): Promise<Starting> {
  const { openProbing, realMs } = io;
  if (!signer) return { inUse: await usable(file, undefined, openProbing) };
  const { agent, spool } = own;
  const folder = keptFolder(spool.dir);
  const { kept, ...inUse } = await startWith({
    ...{ file, folder, kept: await readKept(folder, own, log), openProbing, log },
  });
  const configuring = new Configuring({
    ...{ file, folder, kept, inUse, openProbing, realMs, sleep, random: Math.random, log },
    connect: (collector) => new ConfigClient({ agent, collector, signer, nowMs: () => clock.nowMs(), tls }),
  });
  return { inUse, configuring };
}
