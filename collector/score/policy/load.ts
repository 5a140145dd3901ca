// The policy targets that come with the program: targets.csv, of which targets.source.md says where it comes from.
import { readFileSync } from "node:fs";
import { invalidTargets, parsePolicyTargets } from "./parse.ts";
import { relationProblems } from "./relations.ts";
import type { PolicyTarget } from "./target.ts";

/**
 * All 206 targets by their ids, in the order of the file.
 *
 * @throws CampusError `POLICY_TARGETS_INVALID` when the file is not as it should be, or no longer says what relations.ts says
 */
export function loadPolicyTargets(): ReadonlyMap<string, PolicyTarget> {
  const targets = parsePolicyTargets(readFileSync(new URL("./targets.csv", import.meta.url), "utf8"));
  const byId = new Map(targets.map((target) => [target.id, target]));
  const problems = relationProblems(byId);
  if (problems.length > 0) throw invalidTargets(problems);
  return byId;
}
