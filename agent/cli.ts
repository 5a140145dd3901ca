// The command line: commands, options and exit codes. What each command does stands in its own file.
//
// Exit codes: 0 success; 1 a negative verdict, or the agent could not go on; 2 wrong usage, which includes starting or asking
// with a configuration that cannot be used. For `check` an invalid configuration is the verdict, so it is 1.
import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { DestinationStream } from "pino";
import { parseDurationMs } from "../contract/duration.ts";
import { CampusError, ConfigError, messageOf } from "../contract/errors.ts";
import { addDiscover } from "./cli-discover.ts";
import type { EnrollOptions } from "./commands/enroll.ts";
import type { ProbeOptions } from "./commands/probe.ts";
import type { OpenDiscovering } from "./discover/open.ts";
import type { Interfaces } from "./self-test.ts";
import type { Processes } from "./spool/lock.ts";
import type { OpenProbing } from "./wiring.ts";

/** Everything outside that a command touches. */
export interface CliIo {
  /** Results. */
  out(text: string): void;
  /** What went wrong, for people. */
  err(text: string): void;
  logTo: DestinationStream;
  env: Readonly<Record<string, string | undefined>>;
  processes: Processes;
  interfaces(): Interfaces;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  openProbing: OpenProbing;
  openDiscovering: OpenDiscovering;
  /** Aborted when a person or the system asks to stop. */
  stop: AbortSignal;
}

export const EXIT = { ok: 0, negative: 1, usage: 2 } as const;

/** Runs one command line, without the program's name. @returns the exit code. Never rejects. */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  let code: number = EXIT.ok;
  const program = build(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    io.err(`${messageOf(error)}\n`);
    const isUsage = error instanceof ConfigError || (error instanceof CampusError && USAGE_CODES.has(error.code));
    return isUsage ? EXIT.usage : EXIT.negative;
  }
}

const USAGE_CODES = new Set([
  ...["CONFIG_UNREADABLE", "TARGET_INVALID", "PROFILE_UNKNOWN"],
  ...["RANGES_MISSING", "RANGE_INVALID", "RANGE_NOT_ALLOWED", "RANGE_TOO_LARGE"],
  ...["COMMUNITIES_MISSING", "COMMUNITIES_TOO_MANY", "COMMUNITY_FILE_UNREADABLE"],
  ...["IDENTITY_MISSING", "IDENTITY_UNUSABLE", "TLS_UNUSABLE"],
  ...["COLLECTOR_INVALID", "CODE_INVALID", "CONFIG_EXISTS", "DIR_UNUSABLE"],
  ...["STATE_UNREADABLE", "DRAFT_EXISTS", "DRAFT_UNWRITABLE"],
]);

/** Each command's code is loaded when it is wanted: the running agent has no use for the others. */
function build(io: CliIo, finish: (code: number) => void): Command {
  const program = new Command("campanile-agent")
    .description("Campanile agent: asks a school's devices how they are and delivers what they say.")
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .addHelpText(
      "after",
      "\nExit codes: 0 success, 1 negative verdict, 2 wrong usage. Results go to stdout, logs to stderr.",
    );
  program
    .command("run")
    .description("run the agent until it is stopped (SIGINT or SIGTERM)")
    .requiredOption("--config <file>", "configuration file")
    .action(async ({ config }: { config: string }) => {
      const { runAgent } = await import("./commands/run.ts");
      finish(await runAgent(config, io));
    });
  program
    .command("check")
    .description("validate a configuration without touching the network")
    .requiredOption("--config <file>", "configuration file")
    .option("--probe", "then ask every target once and print how it went")
    .option("--json", "print the result as JSON")
    .action(async (options: { config: string; probe?: boolean; json?: boolean }) => {
      const { runCheck } = await import("./commands/check.ts");
      finish(await runCheck(options.config, options, io));
    });
  program
    .command("probe")
    .description("ask one thing once and print what it says")
    .argument(
      "<url>",
      "what to ask, for example snmp://COMMUNITY@192.0.2.1:161 or snmpv3://USER:PASSWORD@HOST?auth=sha256",
    )
    .option("--json", "print one JSON object per reading and fact")
    .option("--timeout <duration>", "how long to wait for one answer", duration, 2_000)
    .option("--profile <name>", "use this vendor profile and do not choose by what the device says")
    .option("--profiles <folder>", "know the vendor profiles of this folder as well")
    .action(async (url: string, options: ProbeOptions) => {
      const { runProbe } = await import("./commands/probe.ts");
      finish(await runProbe(url, options, io));
    });
  program
    .command("status")
    .description("show what the agent asks, what it spools, what fails and why")
    .requiredOption("--config <file>", "configuration file of the agent")
    .option("--json", "print the status as JSON")
    .action(async (options: { config: string; json?: boolean }) => {
      const { runStatus } = await import("./commands/status.ts");
      finish(await runStatus(options.config, options, io));
    });
  program
    .command("enroll")
    .description("make this machine a school's agent: make the key, register with a code, write the configuration")
    .requiredOption("--collector <url>", "address of the collector, for example https://collector.example.cn:8080")
    .requiredOption("--code <code>", "one-time code from the county centre")
    .option("--dir <folder>", "folder for agent.yaml and the key", ".")
    .option("--ca <file>", "believe an https collector with a certificate of this authority (PEM)")
    .option("--force", "change an agent.yaml that is there: agent, collector and identity; the rest stays")
    .action(async (options: EnrollOptions) => {
      const { runEnroll } = await import("./commands/enroll.ts");
      finish(await runEnroll(options, io));
    });
  program
    .command("rotate-key")
    .description("put a new key in the place of the present one; a running agent takes it up by itself")
    .requiredOption("--config <file>", "configuration file of the agent")
    .action(async ({ config }: { config: string }) => {
      const { runRotateKey } = await import("./commands/rotate-key.ts");
      finish(await runRotateKey(config, io));
    });
  addDiscover(program, io, duration, finish);
  return program;
}

function duration(text: string): number {
  try {
    return parseDurationMs(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}
