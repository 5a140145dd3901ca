// `campanile-collector backup` and `restore`: everything a collector keeps, into one file and back.
import { resolve } from "node:path";
import type { Command } from "commander";
import { formatBytes } from "../../contract/bytes.ts";
import type { Manifest } from "../backup/manifest.ts";
import type { CollectorConfig } from "../config.ts";
import { COLLECTOR, type CommandIo, mustBeWebAddress } from "./io.ts";

export function addBackupCommands(program: Command, io: CommandIo, configOf: (file: string) => CollectorConfig): void {
  program
    .command("backup")
    .description("write everything the running collector keeps into one tar file, checked before it is there")
    .argument("<file>", "the file to write; it must not be there")
    .option(...COLLECTOR)
    .option("--json", "print the manifest as JSON")
    .action(async (file: string, { collector, json }: { collector: string; json?: true }) => {
      mustBeWebAddress(collector, io);
      try {
        const { fetchBackup } = await import("../backup/fetch.ts");
        const manifest = await fetchBackup(collector, resolve(file));
        io.out(json ? JSON.stringify(manifest) : `${file}: ${described(manifest)}`);
      } catch (error) {
        io.fail(error, false);
      }
    });

  program
    .command("restore")
    .description("put a backup into the data folder of a collector that is stopped")
    .argument("<file>", "what `backup` wrote")
    .requiredOption("--config <file>", "configuration of the collector")
    .option("--replace", "move aside what is in the data folder; without, it must be empty")
    .option("--json", "print what was restored as JSON")
    .action(async (file: string, { config, replace, json }: { config: string; replace?: true; json?: true }) => {
      const { dataDir, store } = configOf(config);
      try {
        const options = { file: resolve(file), dataDir, store: store.kind, replace: replace === true };
        const { restoreBackup } = await import("../backup/restore.ts");
        const { manifest, movedTo } = await restoreBackup({ ...options, nowMs: Date.now() });
        const aside = movedTo === undefined ? "" : `\nwhat was there before is in ${movedTo}`;
        io.out(json ? JSON.stringify({ manifest, movedTo }) : `${dataDir}: ${described(manifest)}${aside}`);
      } catch (error) {
        io.fail(error, false);
      }
    });
}

function described({ madeAt, counts, parts }: Manifest): string {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const days = parts.filter(({ name }) => name.endsWith(".parquet")).length;
  return (
    `as of ${madeAt}: ${counts.schools} schools, ${counts.agents} agents, ${counts.batches} batches, ` +
    `${parts.length} files of which ${days} finished days, ${formatBytes(bytes)}`
  );
}
