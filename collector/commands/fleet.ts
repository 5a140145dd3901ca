// The commands about agents, asked of the running collector: code, agents, revoke.
import type { Command } from "commander";
import type Type from "typebox";
import { type FleetAgent, FleetAgentSchema, FleetListSchema } from "../../contract/api.ts";
import { CodeSchema, type CodeView } from "../api/enroll.ts";
import { askCollector, isWebAddress } from "../ask.ts";
import { agentTable, describeCode } from "./fleet-text.ts";

/** What a command does with its result, and with what went wrong. */
export interface CommandIo {
  out(text: string): void;
  /** Ends the program. */
  fail(error: unknown, isUsage: boolean): never;
}

export const COLLECTOR = ["--collector <url>", "the running collector", "http://127.0.0.1:8080"] as const;

interface Common {
  collector: string;
  json?: true;
}

export function addFleetCommands(program: Command, io: CommandIo): void {
  program
    .command("code")
    .description("make a one-time code with which a machine becomes a school's agent")
    .requiredOption("--school <id>", "the school's ten digits, as in the inventory")
    .option("--agent <id>", "name the agent; one that is enrolled already gets a new key with this code")
    .option("--valid <duration>", "how long the code is good for, for example 30m, 24h or 7d", "24h")
    .option(...COLLECTOR)
    .option("--json", "print the code as JSON")
    .action(
      async ({ collector, json, school, agent, valid }: Common & { school: string; agent?: string; valid: string }) => {
        const body = { school, valid, ...(agent === undefined ? {} : { agent }) };
        const code: CodeView = await asked(
          collector,
          { method: "POST", path: "/v1/enrolment-codes", body },
          CodeSchema,
          io,
        );
        io.out(json ? JSON.stringify(code) : describeCode(code, collector));
      },
    );

  program
    .command("agents")
    .description("list the agents: state, queue, clock, key, what was refused")
    .option("--school <id>", "of this school only")
    .option(...COLLECTOR)
    .option("--json", "print them as JSON")
    .action(async ({ collector, json, school }: Common & { school?: string }) => {
      const path = `/v1/agents${school === undefined ? "" : `?school=${encodeURIComponent(school)}`}`;
      const list = await asked(collector, { method: "GET", path }, FleetListSchema, io);
      io.out(json ? JSON.stringify(list) : agentTable(list.agents));
    });

  program
    .command("revoke")
    .description("let nothing count any more that an agent signs, until it is enrolled again")
    .argument("<agent>", "the agent's id")
    .option("--reason <text>", "why, for those who look back")
    .option(...COLLECTOR)
    .option("--json", "print the agent as JSON")
    .action(async (id: string, { collector, json, reason }: Common & { reason?: string }) => {
      const path = `/v1/agents/${encodeURIComponent(id)}/revoke`;
      const body = reason === undefined ? {} : { reason };
      const agent: FleetAgent = await asked(collector, { method: "POST", path, body }, FleetAgentSchema, io);
      const again = `To let it speak again: campanile-collector code --school ${agent.school} --agent ${id}`;
      io.out(
        json ? JSON.stringify(agent) : `agent ${id} was revoked at ${agent.revokedAt ?? "an earlier time"}.\n${again}`,
      );
    });
}

export async function asked<S extends Type.TSchema>(
  collector: string,
  request: Parameters<typeof askCollector>[1],
  schema: S,
  io: CommandIo,
): Promise<Type.Static<S>> {
  if (!isWebAddress(collector)) {
    io.fail(`--collector "${collector}" is no web address, expected for example http://127.0.0.1:8080`, true);
  }
  try {
    return await askCollector(collector, request, schema);
  } catch (error) {
    return io.fail(error, false);
  }
}
