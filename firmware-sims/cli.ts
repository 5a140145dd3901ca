// The command line: options, help, and exit codes. 0 done, 1 it could not be done, 2 wrong usage or a bad file.
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CampusError, ConfigError, messageOf } from "../contract/errors.ts";
import { convert, type Io, type ReplayOptions, type RunOptions, replay, runScenario, setDevice } from "./run.ts";

/** Where `run` listens for control, and where `set` looks for it, unless told. */
const CONTROL_PORT = 16_099;
/** First port of a scenario's devices unless told. */
const BASE_PORT = 16_100;

/** Errors that mean: what was given cannot be used. */
const USAGE_CODES = new Set(["SCENARIO_UNREADABLE", "RECORDING_UNREADABLE", "RECORDING_EMPTY", "WALK_EMPTY"]);

/** Runs one command line (without `node` and the script) and returns its exit code. */
export async function runCli(args: readonly string[], io: Io & { err: (line: string) => void }): Promise<number> {
  const program = buildProgram(io);
  program.exitOverride();
  for (const command of program.commands) command.exitOverride();
  const write = {
    writeOut: (text: string) => io.out(text.trimEnd()),
    writeErr: (text: string) => io.err(text.trimEnd()),
  };
  program.configureOutput(write);
  for (const command of program.commands) command.configureOutput(write);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    // Help that was asked for ends with 0; commander has written its own messages already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CampusError)) throw error;
    io.err(messageOf(error));
    return error instanceof ConfigError || USAGE_CODES.has(error.code) ? 2 : 1;
  }
}

function buildProgram(io: Io): Command {
  const program = new Command("campanile-sims").description(
    "Devices that are not there: they answer real SNMP on this machine.",
  );
  program.addCommand(snmpCommand(io));
  program.addCommand(convertCommand(io));
  program.addCommand(runCommand(io));
  program.addCommand(setCommand(io));
  return program;
}

const json = () => new Option("--json", "print one JSON object").default(false);

function snmpCommand(io: Io): Command {
  return new Command("snmp")
    .description("Replay one recorded device until Ctrl-C.")
    .requiredOption("--walk <file>", "recording in .snmprec format")
    .option("--port <number>", "UDP port, 0 for a free one", portNumber, 0)
    .option("--community <text>", "community it answers to", "public")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--max-message <bytes>", "longest answer, 484 to 65507", messageBytes, 65_507)
    .addOption(json())
    .action(async ({ maxMessage, ...options }: Omit<ReplayOptions, "maxMessageBytes"> & { maxMessage: number }) => {
      await replay({ ...options, maxMessageBytes: maxMessage }, io);
    });
}

function convertCommand(io: Io): Command {
  return new Command("convert")
    .description("Turn what snmpbulkwalk printed (with -m '' -OnextU) into a recording in .snmprec format, on stdout.")
    .requiredOption("--walk <file>", "text that snmpbulkwalk printed")
    .action(async ({ walk }: { walk: string }) => convert(walk, io));
}

function runCommand(io: Io): Command {
  return new Command("run")
    .description(
      "Run every device of a scenario until Ctrl-C, and write the inventory and agent configurations it implies.",
    )
    .requiredOption("--scenario <file>", "what there is and what breaks, see scenarios/county.yaml")
    .requiredOption("--out <dir>", "folder for inventory/*.csv, agents/*/agent.yaml and clock.json")
    .option("--base-port <number>", "UDP port of the first device, 0 for free ones", portNumber, BASE_PORT)
    .option("--control-port <number>", "TCP port of the control API, 0 for a free one", portNumber, CONTROL_PORT)
    .option("--collector <url>", "collector that the agents' configurations name", "http://127.0.0.1:8080")
    .option(
      "--clock-started-at <instant>",
      "real instant at which the school clock starts (ISO 8601), absent: now",
      instant,
    )
    .addOption(json())
    .action(async (options: RunOptions) => {
      await runScenario(options, io);
    });
}

function setCommand(io: Io): Command {
  return new Command("set")
    .description("Switch a device of a running scenario on or off, also an access point behind a controller.")
    .argument("<device>", "its id in the inventory")
    .argument("<state>", "on or off", onOrOff)
    .option("--control <url>", "control API of the running scenario", `http://127.0.0.1:${CONTROL_PORT}`)
    .addOption(json())
    .action(async (device: string, online: boolean, options: { control: string; json: boolean }) => {
      await setDevice({ device, online, ...options }, io);
    });
}

function portNumber(text: string): number {
  return wholeNumber(text, 0, 65_535);
}

/** 484 is the least that an SNMP entity has to take (RFC 3417 section 3.2). */
function messageBytes(text: string): number {
  return wholeNumber(text, 484, 65_507);
}

function wholeNumber(text: string, min: number, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= min && number <= max))
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  return number;
}

function instant(text: string): string {
  if (Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError("Expected an instant like 2026-09-07T08:00:00+08:00.");
  return text;
}

function onOrOff(text: string): boolean {
  if (text !== "on" && text !== "off") throw new InvalidArgumentError("Expected on or off.");
  return text === "on";
}
