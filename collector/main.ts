// The collector's command line: arguments, environment, signals and exit codes. Results on stdout, logs on stderr.
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { pino } from "pino";
import { ConfigError, messageOf } from "../contract/errors.ts";
import { addAgentConfigCommand } from "./commands/agent-config.ts";
import { addBackupCommands } from "./commands/backup.ts";
import { addFleetCommands } from "./commands/fleet.ts";
import { COLLECTOR, type CommandIo, mustBeWebAddress } from "./commands/io.ts";
import { addMigrateCommand } from "./commands/migrate.ts";
import { addSetUpStoreCommand } from "./commands/setup-store.ts";
import { addTokenCommands } from "./commands/tokens.ts";
import { type CollectorConfig, readConfig } from "./config.ts";
import { readCsvFolder } from "./inventory/csv-folder.ts";
import { describeChanges, sendInventory } from "./remote.ts";
import { startCollector } from "./run.ts";

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

program
  .command("import")
  .description("replace the inventory by the CSV files in a folder, and say what changed")
  .argument(
    "<dir>",
    "folder with schools.csv, venues.csv, devices.csv, serves.csv, agents.csv and, if wanted, calendar.csv",
  )
  .option(...COLLECTOR)
  .option("--preview", "only say what would change")
  .option("--json", "print the changes as JSON")
  .action(async (dir: string, { collector, preview, json }: { collector: string; preview?: true; json?: true }) => {
    mustBeWebAddress(collector, commandIo);
    try {
      const changes = await sendInventory(collector, await readCsvFolder(dir), preview === true);
      process.stdout.write(`${json ? JSON.stringify(changes) : describeChanges(changes)}\n`);
    } catch (error) {
      fail(messageOf(error), FAILED);
    }
  });

const commandIo: CommandIo = {
  out: (text) => process.stdout.write(`${text}\n`),
  fail: (error, isUsage) => fail(messageOf(error), isUsage ? WRONG_USAGE : FAILED),
};
addFleetCommands(program, commandIo);
addBackupCommands(program, commandIo, (file) => configOrExit(file, WRONG_USAGE));
addAgentConfigCommand(program, commandIo);
addTokenCommands(program, commandIo);
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
