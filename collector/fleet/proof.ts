// What every signed request is held against, a batch or another: does its key count at this moment?
import type { KeyObject } from "node:crypto";
import type { IdentityRefusal } from "../../contract/batch.ts";
import { instantText } from "../inventory/day.ts";
import type { EnrolledAgent, Registry } from "./registry.ts";

/**
 * The key that an agent says it signed with.
 * @throws what `refuse` makes of AGENT_REVOKED, and of KEY_UNKNOWN for a key that the agent does not have, or not any more
 */
export function countingKey(
  registry: Pick<Registry, "key">,
  { id, revoked }: EnrolledAgent,
  keyId: string,
  refuse: (code: IdentityRefusal, message: string) => Error,
): KeyObject {
  if (revoked !== undefined) {
    const { atMs, reason } = revoked;
    throw refuse("AGENT_REVOKED", `agent "${id}" was revoked at ${instantText(atMs)}: ${reason}`);
  }
  const key = registry.key(id, keyId);
  if (key === undefined) {
    throw refuse("KEY_UNKNOWN", `agent "${id}" has no key "${keyId.slice(0, 64)}", or not any more`);
  }
  return key;
}
