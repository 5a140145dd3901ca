// What a person can do about an answer that only a person can change, by the collector's code.
import type { IdentityRefusal } from "../../contract/batch.ts";

const ENROL = "enrol this agent: `campanile-agent enroll`, with a code from the county centre";

const HINTS: Readonly<Partial<Record<IdentityRefusal, string>>> = {
  AGENT_UNKNOWN: ENROL,
  AGENT_REVOKED: `its keys were revoked at the county centre; to go on, ${ENROL}`,
  KEY_UNKNOWN: `the collector does not have this agent's key, or not any more; ${ENROL}`,
  SIGNATURE_MISSING: `this agent has no key; ${ENROL}`,
  SIGNATURE_INVALID:
    "something on the way changes what is sent, or the key beside agent.yaml is another agent's; where it stays so, enrol anew",
  SESSION_SUPERSEDED:
    "another machine speaks under this agent's name, perhaps a copy of this one; stop one of them, or enrol it under a name of its own",
  REQUEST_STALE: "this machine's clock is wrong; set it, best by NTP",
};

export function hintFor(code: string): string | undefined {
  return Object.entries(HINTS).find(([known]) => known === code)?.[1];
}
