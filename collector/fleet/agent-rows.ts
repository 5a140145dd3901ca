// Tables of enrolled agents and their keys in the collector's state, and how they are read back.
import { type State, type StatePart, type StateRow, text, whole } from "../state/state.ts";
import type { AgentKey, EnrolledAgent } from "./registry.ts";

/** Times are milliseconds since 1970. A retired key stays, for people who look back. No primary keys: DuckDB checks them against rows that the same transaction deleted. */
export const AGENT_TABLES: StatePart = {
  name: "fleet_agents",
  steps: [
    `CREATE TABLE fleet_agent (id VARCHAR NOT NULL, school VARCHAR NOT NULL, host VARCHAR, version VARCHAR NOT NULL,
       enrolled_ms BIGINT NOT NULL, revoked_ms BIGINT, revoked_reason VARCHAR);
     CREATE TABLE fleet_key (agent VARCHAR NOT NULL, id VARCHAR NOT NULL, public_key VARCHAR NOT NULL,
       since_ms BIGINT NOT NULL, retired_ms BIGINT)`,
  ],
};

export async function readAgents(state: State): Promise<EnrolledAgent[]> {
  const keys = new Map<string, AgentKey[]>();
  const rows = await state.rows(
    "SELECT agent, id, public_key, since_ms FROM fleet_key WHERE retired_ms IS NULL ORDER BY since_ms, rowid",
  );
  for (const row of rows) {
    const agent = text(row, "agent");
    const key = { id: text(row, "id"), publicKey: text(row, "public_key"), sinceMs: whole(row, "since_ms") };
    keys.set(agent, [...(keys.get(agent) ?? []), key]);
  }
  return (await state.rows("SELECT * FROM fleet_agent")).map((row) => agentOf(row, keys));
}

function agentOf(row: StateRow, keys: ReadonlyMap<string, AgentKey[]>): EnrolledAgent {
  const id = text(row, "id");
  const host = row.host;
  return {
    id,
    school: text(row, "school"),
    ...(typeof host === "string" ? { host } : {}),
    version: text(row, "version"),
    enrolledAtMs: whole(row, "enrolled_ms"),
    ...(row.revoked_ms === undefined
      ? {}
      : { revoked: { atMs: whole(row, "revoked_ms"), reason: text(row, "revoked_reason") } }),
    keys: keys.get(id) ?? [],
  };
}
