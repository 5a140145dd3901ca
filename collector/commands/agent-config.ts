// `campanile-collector agent-config`: shows or changes what the running collector holds for an agent, or for a school's next one.
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import Type from "typebox";
import { parseDocument, stringify } from "yaml";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { RevisionSchema, SchoolConfigSchema, type ShownConfig, ShownConfigSchema } from "../api/agent-config-admin.ts";
import { askCollector } from "../ask.ts";
import { COLLECTOR, type CommandIo, mustBeWebAddress } from "./io.ts";

interface Options {
  school?: string;
  note?: string;
  collector: string;
  json?: true;
}

export function addAgentConfigCommand(program: Command, io: CommandIo): void {
  program
    .command("agent-config")
    .description("show what the collector holds for an agent, or put in what a YAML file says")
    .argument("[agent]", "the agent's id; left out with --school")
    .argument(
      "[file]",
      "YAML of the keys collector, interval … targets, as in config/agent-central.yaml; left out: show",
    )
    .option("--school <id>", "for this school's next agent that has no configuration, before it is enrolled")
    .option("--note <text>", "why, for those who look back")
    .option(...COLLECTOR)
    .option("--json", "print the result as JSON")
    .action(async (first: string | undefined, second: string | undefined, options: Options) => {
      const { school, collector } = options;
      mustBeWebAddress(collector, io);
      const [agent, file] = school === undefined ? [first, second] : [undefined, first];
      if ((agent === undefined) === (school === undefined) || (school !== undefined && second !== undefined))
        return io.fail("expected an agent's id, or --school and no agent", true);
      try {
        const whom = agent === undefined ? { school: school ?? "" } : { agent };
        io.out(await (file === undefined ? show(whom, options) : put(whom, file, options)));
      } catch (error) {
        io.fail(error, false);
      }
    });
}

type Whom = { agent: string } | { school: string };

async function show(whom: Whom, { collector, json }: Options): Promise<string> {
  if ("school" in whom) {
    const asked = { method: "GET", path: `${pathOf(whom)}` } as const;
    const answer = await askCollector(collector, asked, SchoolConfigSchema);
    return json
      ? JSON.stringify(answer)
      : `# for the next agent of school ${whom.school}\n${stringify(answer.config)}`.trimEnd();
  }
  const shown = await askCollector(collector, { method: "GET", path: `${pathOf(whom)}/shown` }, ShownConfigSchema);
  return json ? JSON.stringify(shown) : describeConfig(shown);
}

async function put(whom: Whom, file: string, { collector, note, json }: Options): Promise<string> {
  const body = { config: await configIn(file), ...(note !== undefined && { note }) };
  const asked = { method: "PUT", path: pathOf(whom), body } as const;
  if ("school" in whom) {
    const answer = await askCollector(collector, asked, Type.Object({ school: Type.String() }));
    return json
      ? JSON.stringify(answer)
      : `held for the next agent of school ${answer.school} that has no configuration`;
  }
  const answer = await askCollector(collector, asked, RevisionSchema);
  return json ? JSON.stringify(answer) : `revision ${answer.revision} is held for ${whom.agent}`;
}

/** For people, as YAML with remarks. */
export function describeConfig({ agent, config, revisions, last }: ShownConfig): string {
  const lines = revisions.map(({ revision, at, source, note }) => {
    return `# revision ${revision} of ${at} from ${source}${note === undefined ? "" : `: ${note}`}`;
  });
  if (last) lines.push(`# ${agent} ${last.outcome} revision ${last.revision} at ${last.at}`);
  else lines.push(`# ${agent} has not said anything of a revision yet`);
  for (const problem of last?.problems ?? []) lines.push(`#   ${problem}`);
  return `${lines.join("\n")}\n${stringify(config)}`.trimEnd();
}

function pathOf(whom: Whom): string {
  return "agent" in whom
    ? `/v1/agents/${encodeURIComponent(whom.agent)}/config`
    : `/v1/schools/${encodeURIComponent(whom.school)}/agent-config`;
}

/** @throws CampusError `CONFIG_UNREADABLE`, which never quotes the file: it may hold secrets */
async function configIn(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new CampusError("CONFIG_UNREADABLE", `${file}: cannot be read: ${messageOf(cause)}`, { cause });
  });
  const document = parseDocument(text, { prettyErrors: false });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) {
    const line = text.slice(0, fault.pos[0]).split("\n").length;
    const words = fault.code.toLowerCase().replaceAll("_", " ");
    throw new CampusError("CONFIG_UNREADABLE", `${file}: line ${line}: not YAML: ${words}`);
  }
  try {
    return document.toJS() ?? {};
  } catch {
    // The library's message may quote the file.
    throw new CampusError("CONFIG_UNREADABLE", `${file}: YAML aliases cannot be resolved`);
  }
}
