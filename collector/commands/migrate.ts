// `campanile-collector migrate`: copies one collector's store into another's and compares them.
import type { Command } from "commander";
import type { CollectorConfig } from "../config.ts";
import { migrationTable } from "../migrate/table.ts";
import type { CommandIo } from "./io.ts";

/** Parts after which it says how far it is: a day of a school, mostly. */
const SAY_EVERY = 1_000;

/** What is said while it goes on, and what becomes of a difference. */
export interface MigrateOutcome {
  say(text: string): void;
  differs(): void;
}

export function addMigrateCommand(
  program: Command,
  io: CommandIo,
  configOf: (file: string) => CollectorConfig,
  { say, differs }: MigrateOutcome,
): void {
  program
    .command("migrate")
    .description("copy one collector's store into another's, both stopped, and compare them; run again to go on")
    .requiredOption("--from <file>", "configuration of the collector whose store is copied")
    .requiredOption("--to <file>", "configuration of the collector whose store is filled")
    .action(async (files: { from: string; to: string }) => {
      const [from, to] = [configOf(files.from), configOf(files.to)];
      let copied = 0;
      const onCopied = (name: string) => {
        copied += 1;
        if (copied % SAY_EVERY === 0) say(`${copied} parts copied, the last: ${name}`);
      };
      try {
        const { migrate } = await import("../migrate/migrate.ts");
        const result = await migrate({ from, to, onCopied });
        io.out(migrationTable(result));
        if (from.dataDir !== to.dataDir) {
          say(`agents, keys and the inventory are not in the store: they stay in ${from.dataDir} (docs/influxdb.md)`);
        }
        if (result.differences.length > 0) differs();
      } catch (error) {
        io.fail(error, false);
      }
    });
}
