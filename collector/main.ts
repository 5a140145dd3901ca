// The collector's command line: arguments, environment, signals and exit codes. Results on stdout, logs on stderr.
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { pino } from "pino";
import { ConfigError, messageOf } from "../contract/errors.ts";
import { addAgentConfigCommand } from "./commands/agent-config.ts";
import { addBackupCommands } from "./commands/backup.ts";
import { addFleetCommands } from "./commands/fleet.ts";
import { addImportCommand } from "./commands/import.ts";
import type { CommandIo } from "./commands/io.ts";
import { addMigrateCommand } from "./commands/migrate.ts";
import { addScoreCommand } from "./commands/score.ts";
import { addSetUpStoreCommand } from "./commands/setup-store.ts";
import { addTokenCommands } from "./commands/tokens.ts";
import { type CollectorConfig, readConfig } from "./config.ts";

/** 0 success, 1 a negative verdict or a failure, 2 wrong usage. */
const FAILED = 1;
const WRONG_USAGE = 2;

const program = new Command("campanile-collector")
  .description("Stores what agents deliver, judges coverage and serves the page.")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : WRONG_USAGE));

program
  .command("run")
  .description("run the collector until SIGINT or SIGTERM")
  .requiredOption("--config <file>", "configuration file (see config/collector.yaml)")
  .action(async ({ config }: { config: string }) => {
    const settings = configOrExit(config, WRONG_USAGE);
    const log = pino({ level: settings.logLevel, base: null }, pino.destination({ fd: 2, sync: true }));
    const pageDir = fileURLToPath(new URL("../page", import.meta.url));
    // Only here: a command that asks a running collector need not load one.
    const { startCollector } = await import("./run.ts");
    const { url, stop } = await startCollector({
      settings,
      log,
      pageDir,
      residentBytes: process.memoryUsage.rss,
    }).catch((error: unknown) => {
      log.error({ err: error }, "the collector cannot start");
      return fail(messageOf(error), FAILED);
    });
    process.stdout.write(`listening on ${url}\n`);
    let stopping = false;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (stopping) process.exit(FAILED);
        stopping = true;
        stop().then(
          () => process.exit(0),
          (error: unknown) => fail(messageOf(error), FAILED),
        );
      });
    }
  });

program
  .command("check")
  .description("validate a configuration file without touching network or store")
  .requiredOption("--config <file>", "configuration file")
  .action(({ config }: { config: string }) => {
    const { listen, store, dataDir } = configOrExit(config, FAILED);
    process.stdout.write(`ok: listens on ${listen.host}:${listen.port}, store ${store.kind}, data in ${dataDir}\n`);
  });

const commandIo: CommandIo = {
  out: (text) => process.stdout.write(`${text}\n`),
  fail: (error, isUsage) => fail(messageOf(error), isUsage ? WRONG_USAGE : FAILED),
};
addImportCommand(program, commandIo);
addFleetCommands(program, commandIo);
addBackupCommands(program, commandIo, (file) => configOrExit(file, WRONG_USAGE));
addAgentConfigCommand(program, commandIo);
addTokenCommands(program, commandIo);
addScoreCommand(program, {
  ...commandIo,
  isNegative: () => {
    process.exitCode = FAILED;
  },
});
addSetUpStoreCommand(program, commandIo, (file) => configOrExit(file, WRONG_USAGE));
addMigrateCommand(program, commandIo, (file) => configOrExit(file, WRONG_USAGE), {
  say: (text) => process.stderr.write(`${text}\n`),
  differs: () => {
    process.exitCode = FAILED;
  },
});

await program.parseAsync();

function configOrExit(file: string, status: number): CollectorConfig {
  try {
    return readConfig(file, process.env);
  } catch (error) {
    if (error instanceof ConfigError) return fail(error.message, status);
    throw error;
  }
}

function fail(message: string, status: number): never {
  process.stderr.write(`campanile-collector: ${message}\n`);
  process.exit(status);
}
