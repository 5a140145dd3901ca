// The commands about tokens for line protocol of Telegraf and others, asked of the running collector: token, tokens.
import type { Command } from "commander";
import { NewTokenSchema, TokenListSchema, type TokenView, TokenViewSchema } from "../write/tokens-api.ts";
import { asked, COLLECTOR, type CommandIo } from "./io.ts";

interface TokenOptions {
  school?: string;
  name?: string;
  prefix?: string;
  topic: string[];
  revoke?: string;
  collector: string;
  json?: true;
}

export function addTokenCommands(program: Command, io: CommandIo): void {
  program
    .command("token")
    .description("make a token with which Telegraf writes for one school, or revoke one")
    .option("--school <id>", "the school's ten digits, as in the inventory")
    .option("--name <name>", "what you call it")
    .option("--prefix <text>", "put this before the name of every device it writes about")
    .option(
      "--topic <pattern>",
      "which device an MQTT topic is about, such as zigbee2mqtt/{device}; may be given often",
      more,
      [],
    )
    .option("--revoke <name>", "refuse this token from now on")
    .option(...COLLECTOR)
    .option("--json", "print the answer as JSON")
    .action((options: TokenOptions) =>
      options.revoke === undefined ? make(options, io) : revoke(options.revoke, options, io),
    );

  program
    .command("tokens")
    .description("list the tokens in force, and when each was last used since the collector's start")
    .option(...COLLECTOR)
    .option("--json", "print them as JSON")
    .action(async ({ collector, json }: Pick<TokenOptions, "collector" | "json">) => {
      const { tokens } = await asked(collector, { method: "GET", path: "/v1/tokens" }, TokenListSchema, io);
      io.out(json ? JSON.stringify({ tokens }) : tokenTable(tokens));
    });
}

async function make({ school, name, prefix, topic, collector, json }: TokenOptions, io: CommandIo): Promise<void> {
  if (school === undefined || name === undefined) {
    return io.fail("a token needs --school and --name, or --revoke with the name of one", true);
  }
  const body = { school, name, ...(prefix !== undefined && { prefix }), ...(topic.length > 0 && { topics: topic }) };
  const made = await asked(collector, { method: "POST", path: "/v1/tokens", body }, NewTokenSchema, io);
  io.out(json ? JSON.stringify(made) : `${made.token}\nIt is shown only now. How Telegraf uses it: docs/telegraf.md`);
}

async function revoke(name: string, { collector, json }: TokenOptions, io: CommandIo): Promise<void> {
  const path = `/v1/tokens/${encodeURIComponent(name)}`;
  const token = await asked(collector, { method: "DELETE", path }, TokenViewSchema, io);
  io.out(json ? JSON.stringify(token) : `token ${token.name} of school ${token.school} is refused from now on`);
}

/** One line a token. */
export function tokenTable(tokens: readonly TokenView[]): string {
  if (tokens.length === 0) return "no token is in force";
  const rows = tokens.map(({ name, school, prefix, topics, createdAt, usedAt }) => {
    const more = [prefix && `prefix ${prefix}`, topics.length > 0 && `topics ${topics.join(" ")}`].filter(Boolean);
    return [name, school, `made ${createdAt}`, usedAt === undefined ? "not used" : `used ${usedAt}`, ...more].join(
      "  ",
    );
  });
  return rows.join("\n");
}

function more(value: string, before: string[]): string[] {
  return [...before, value];
}
