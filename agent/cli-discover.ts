// The command line of `discover`: its options, their bounds and its help.
import { type Command, InvalidArgumentError, Option } from "commander";
import type { CliIo } from "./cli.ts";
import type { DiscoverCommandOptions } from "./commands/discover.ts";

interface Flags {
  json?: boolean;
  yaml?: boolean;
  csv?: string;
  school?: string;
  community: string[];
  communityFile?: string;
  config?: string;
  tryDefaults?: boolean;
  neighbours?: boolean;
  depth: number;
  state?: string;
  rate: number;
  timeout: number;
  port: number;
  maxHosts: number;
  allowPublic?: boolean;
}

const HELP = `
Ranges: 192.168.1.0/24, 192.168.1.10-192.168.1.40, 192.168.1.10-40, one address or host name; IPv6 from /116 on.
Only private networks and this machine itself are asked unless --allow-public says that others are yours too.

The community is the "password" that the school's devices are set to for reading. It is best kept in a file:
  campanile-agent discover 192.168.1.0/24 --community-file communities.txt

Find the devices, keep what was found, and draft what the agent and the inventory need:
  campanile-agent discover 192.168.1.0/24 --community-file communities.txt --state found.json --csv drafts
  campanile-agent discover 192.168.1.0/24 --community-file communities.txt --yaml > agent.yaml
Run it again with the same --state to see what appeared, moved, changed or did not answer.

Nothing is ever written to a device. Exit codes: 0 something was found, 1 nothing answered or it was stopped, 2 wrong usage.`;

/** Adds the command. `duration` reads a text such as "2s" into milliseconds. */
export function addDiscover(
  program: Command,
  io: CliIo,
  duration: (text: string) => number,
  finish: (code: number) => void,
): void {
  program
    .command("discover")
    .description("find the devices in address ranges, say what they are, and draft configuration and inventory")
    .argument("[ranges...]", "where to look, for example 192.168.1.0/24")
    .addOption(new Option("--json", "print one JSON object").conflicts("yaml"))
    .option("--yaml", "print a draft of the agent's configuration")
    .option("--csv <folder>", "write a draft of the inventory's devices.csv into this folder")
    .option("--school <code>", "the school's ten digits, written into devices.csv")
    .addOption(
      new Option("--community <name>", "ask with this community; may be given several times")
        .argParser(collect)
        .default([], "none"),
    )
    .option("--community-file <file>", "ask with the communities in this file, one in a line")
    .option("--config <file>", "take communities, ids and profiles from this configuration of the agent")
    .option("--try-defaults", 'also test whether devices answer to "public" and "private"')
    .option("--neighbours", "ask the devices found which others they know, and those too")
    .option("--depth <n>", "how far to go from neighbour to neighbour", whole(1, 5), 2)
    .option("--state <file>", "remember what was found, and say what is different from the last time")
    .option("--rate <n>", "questions a second", whole(1, 500), 50)
    .addOption(
      new Option("--timeout <duration>", "how long to wait for one answer").argParser(duration).default(1_000, "1s"),
    )
    .option("--port <n>", "UDP port to ask", whole(1, 65_535), 161)
    .option("--max-hosts <n>", "most addresses to ask", whole(1, 65_536), 4_096)
    .option("--allow-public", "also ask addresses that are in no private network: only if they are yours")
    .addHelpText("after", HELP)
    .action(async (ranges: string[], flags: Flags) => {
      const { runDiscover } = await import("./commands/discover.ts");
      finish(await runDiscover(optionsOf(ranges, flags), io));
    });
}

function optionsOf(ranges: string[], { json, yaml, timeout, ...flags }: Flags): DiscoverCommandOptions {
  return {
    ...flags,
    ranges,
    output: json ? "json" : yaml ? "yaml" : "table",
    timeoutMs: timeout,
    tryDefaults: flags.tryDefaults === true,
    neighbours: flags.neighbours === true,
    allowPublic: flags.allowPublic === true,
  };
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}
