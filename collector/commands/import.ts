// `import`: replaces the inventory of a running collector by CSV files or by an Excel workbook, and says what changed.
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { readCsvFolder } from "../inventory/csv-folder.ts";
import { dayOf } from "../inventory/day.ts";
import { describeChanges, type ImportOptions, sendInventory, sendWorkbook } from "../remote.ts";
import { COLLECTOR, type CommandIo, mustBeWebAddress } from "./io.ts";

interface Options {
  collector: string;
  preview?: true;
  validFrom?: string;
  author?: string;
  note?: string;
  json?: true;
}

export function addImportCommand(program: Command, io: CommandIo): void {
  program
    .command("import")
    .description("replace the inventory by CSV files or by a workbook, and say what changed")
    .argument(
      "<source>",
      "folder with schools.csv, venues.csv, devices.csv, serves.csv and others, or a workbook (.xlsx)",
    )
    .option(...COLLECTOR)
    .option("--preview", "only say what would change")
    .option("--valid-from <day>", "first day on which it holds, as 2026-09-01; without it today")
    .option("--author <name>", "who changes it")
    .option("--note <text>", "why")
    .option("--json", "print the changes as JSON")
    .action(async (source: string, { collector, json, preview, ...said }: Options) => {
      mustBeWebAddress(collector, io);
      if (said.validFrom !== undefined && dayOf(said.validFrom) === undefined)
        io.fail(new Error(`--valid-from "${said.validFrom}" is no date, expected for example 2026-09-01`), true);
      try {
        const options: ImportOptions = { ...said, preview: preview === true };
        const changes = source.toLowerCase().endsWith(".xlsx")
          ? await sendWorkbook(collector, await bytesOf(source), options)
          : await sendInventory(collector, await readCsvFolder(source), options);
        io.out(json ? JSON.stringify(changes) : describeChanges(changes));
      } catch (error) {
        io.fail(error, false);
      }
    });
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new CampusError("FILE_UNREADABLE", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}
