// The commands about agents, asked of the running collector: code, agents, revoke.
import type { Command } from "commander";
import { type FleetAgent, FleetAgentSchema, FleetListSchema } from "../../contract/api.ts";
import { CodeSchema, type CodeView } from "../api/enroll.ts";
import { agentTable, describeCode } from "./fleet-text.ts";
import { asked, COLLECTOR, type CommandIo } from "./io.ts";

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
