// Whether what is put in for an agent can be a configuration: shape and meaning, as the agent itself checks them, save what
// only the school knows: its own targets, its own profiles, and the secrets it keeps.
import { parseDocument } from "yaml";
import { type CentralConfig, CentralConfigSchema } from "../../../contract/agent-config.ts";
import { centralProblems } from "../../../contract/agent-config-central.ts";
import { askedOf, attemptProblems, waitProblems } from "../../../contract/agent-config-rules.ts";
import { compileGuard, createChecker, schemaProblems } from "../../../contract/check.ts";
import { ConfigError, type Problem } from "../../../contract/errors.ts";
import type { TargetAddress } from "../../../contract/target.ts";

export interface Checked {
  config: CentralConfig;
  /** By the path of the target. Secrets that stay in the school are not the real ones. */
  addresses: ReadonlyMap<string, TargetAddress>;
}

/** Stands for a secret that is read in the school; as long as a password must be. */
const ELSEWHERE = "kept in the school";

/** @throws ConfigError with every problem and its path; none shows a secret */
export async function checkedConfig(raw: unknown): Promise<Checked> {
  const name = "the configuration";
  const config: unknown = structuredClone(raw);
  const checker = createChecker();
  const problems = schemaProblems(checker, CentralConfigSchema, config);
  problems.push(...centralProblems(config));
  const { addresses } = await askedOf(config, problems, {
    checker,
    readSecret: async () => ELSEWHERE,
    hasOthers: true,
  });
  if (!compileGuard<CentralConfig>(checker, CentralConfigSchema)(config)) throw new ConfigError(name, problems);
  const { targets = [], profiles = [] } = config;
  problems.push(...waitProblems(targets, config), ...attemptProblems(targets, config));
  problems.push(...profiles.flatMap(({ name, yaml }, i) => profileProblems(`profiles[${i}]`, name, yaml)));
  if (problems.length > 0) throw new ConfigError(name, problems);
  return { config, addresses };
}

/** Only the agent compiles profiles; here it is said what no agent could read. */
function profileProblems(path: string, name: string, yaml: string): Problem[] {
  const document = parseDocument(yaml, { prettyErrors: false });
  const [error] = document.errors;
  if (error) return [{ path: `${path}.yaml`, message: `not YAML: ${error.message}` }];
  const said: unknown = document.get("name");
  if (said === name) return [];
  return [{ path: `${path}.yaml`, message: `its name is ${JSON.stringify(said) ?? "missing"}, expected "${name}"` }];
}
