// Puts the real ways of asking together: engine, vendor profiles, probes.
import type { ProfileText } from "../contract/agent-config.ts";
import { CampusError, ConfigError, type Problem } from "../contract/errors.ts";
import type { AgentConfig } from "./config/config.ts";
import type { ProbeTable } from "./probes/probe.ts";
import { createProbes } from "./probes/table.ts";
import { loadProfiles } from "./profiles/load.ts";
import { createSnmpEngine } from "./snmp/engine.ts";

/** Ways of asking, ready for use. */
export interface Probing {
  probes: ProbeTable;
  /** Names of the vendor profiles there are. */
  profiles: readonly string[];
  close(): Promise<void>;
}

/** With profiles of further folders, and of texts that replace those of the same name. */
export type OpenProbing = (
  profileFolders: readonly string[],
  profileTexts?: readonly ProfileText[],
) => Promise<Probing>;

/** No socket is opened before the first question. @throws ConfigError naming what is wrong in profile files. */
export const openProbing: OpenProbing = async (profileFolders, profileTexts) => {
  const profiles = await loadProfiles(profileFolders, profileTexts);
  const engine = createSnmpEngine();
  return { probes: createProbes({ engine, profiles }), profiles: profiles.names, close: () => engine.close() };
};

/** @throws ConfigError naming every target whose profile there is not. */
export function checkProfiles(file: string, { targets }: AgentConfig, { profiles }: Probing): void {
  const problems = targets.flatMap(({ profile }, i): Problem[] => {
    if (profile === undefined || profiles.includes(profile)) return [];
    return [
      { path: `targets[${i}].profile`, message: `"${profile}" is not a profile, expected ${profiles.join(", ")}` },
    ];
  });
  if (problems.length > 0) throw new ConfigError(file, problems);
}

/** @throws CampusError `PROFILE_UNKNOWN` */
export function checkProfile(name: string, { profiles }: Probing): void {
  if (profiles.includes(name)) return;
  throw new CampusError("PROFILE_UNKNOWN", `"${name}" is not a profile, expected ${profiles.join(", ")}`);
}
