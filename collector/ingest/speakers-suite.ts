// Speakers that believe everybody: for tests of what comes after. Order and repeats are collector/fleet/'s own tests.
import { CampusError } from "../../contract/errors.ts";
import type { Speakers } from "./speakers.ts";

export function trusting(schoolOfAgent: (agentId: string) => string | undefined): Speakers {
  return {
    async school({ agentId }) {
      const school = schoolOfAgent(agentId);
      if (school === undefined) throw new CampusError("AGENT_UNKNOWN", `agent "${agentId}" speaks for no school`);
      return school;
    },
    async order() {},
    stored() {},
    repeated() {},
    foreign() {},
  };
}
