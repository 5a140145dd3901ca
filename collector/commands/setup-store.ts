// `campanile-collector setup-store`: makes what the configured store needs on its server, and says what it made.
import type { Command } from "commander";
import type { CollectorConfig } from "../config.ts";
import type { SetUpStep } from "../store/influx-version.ts";
import type { CommandIo } from "./io.ts";

export function addSetUpStoreCommand(
  program: Command,
  io: CommandIo,
  configOf: (file: string) => CollectorConfig,
): void {
  program
    .command("setup-store")
    .description("make the database, policies or buckets that the configured store needs; what is there stays as it is")
    .requiredOption("--config <file>", "configuration file")
    .option("--json", "print what was made as JSON")
    .action(async ({ config, json }: { config: string; json?: true }) => {
      const settings = configOf(config);
      try {
        const steps = await setUpStore(settings);
        io.out(json ? JSON.stringify({ steps }) : setUpText(steps));
      } catch (error) {
        io.fail(error, false);
      }
    });
}

async function setUpStore({ store, retention }: CollectorConfig): Promise<SetUpStep[]> {
  switch (store.kind) {
    case "influx": {
      const { setUpInflux } = await import("../store/influx-setup.ts");
      return setUpInflux(store, retention);
    }
    case "duckdb":
    case "memory":
      return [];
  }
}

function setUpText(steps: readonly SetUpStep[]): string {
  if (steps.length === 0) return "the embedded store needs no setting up";
  return steps.map(({ what, outcome }) => (outcome === "made" ? `made ${what}` : `${what} is there`)).join("\n");
}
