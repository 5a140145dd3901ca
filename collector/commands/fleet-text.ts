// What the commands about agents say to people.
import type { FleetAgent } from "../../contract/api.ts";
import { formatBytes } from "../../contract/bytes.ts";
import type { CodeView } from "../api/enroll.ts";

export function describeCode({ code, schoolName, agent, again, expiresAt }: CodeView, collector: string): string {
  const whom = agent === undefined ? "a new agent" : again ? `agent ${agent}, again` : `a new agent ${agent}`;
  const lines = [`code ${code}`, `for ${whom} of ${schoolName}; good once, until ${expiresAt}`];
  if (again) lines.push(`when it is used, the present keys of ${agent} end at once`);
  lines.push("", "On the school's machine:");
  lines.push(`  campanile-agent enroll --collector ${seenFromOutside(collector)} --code ${code}`);
  return lines.join("\n");
}

/** The address that this command asked is mostly one that only this machine has. */
function seenFromOutside(collector: string): string {
  const { hostname, protocol, port } = new URL(collector);
  const isOwn = hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]";
  return isOwn ? `${protocol}//THIS-MACHINE${port === "" ? "" : `:${port}`}` : collector.replace(/\/+$/, "");
}

export function agentTable(agents: readonly FleetAgent[]): string {
  if (agents.length === 0) return "no agent is enrolled or listed in the inventory";
  const head = ["AGENT", "SCHOOL", "STATE", "IDENTITY", "LAST BATCH", "QUEUE", "CLOCK", "REFUSED"];
  const rows = [head, ...agents.map(row)];
  const widths = head.map((_, i) => Math.max(...rows.map((cells) => cells[i]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function row(agent: FleetAgent): string[] {
  const { id, school, state, lastBatchAt, queueBytes, clockOffsetSeconds, refused } = agent;
  return [
    id,
    school,
    state,
    identity(agent),
    lastBatchAt ?? "never",
    queueBytes === undefined ? "not known" : formatBytes(queueBytes),
    clockOffsetSeconds === undefined ? "not known" : `${clockOffsetSeconds.toFixed(1)} s`,
    Object.entries(refused)
      .map(([code, count]) => `${count} ${code}`)
      .join(", "),
  ];
}

function identity({ enrolled, revokedAt, key }: FleetAgent): string {
  if (!enrolled) return "not enrolled";
  return revokedAt === undefined ? `key ${key ?? "none"}` : `revoked ${revokedAt}`;
}
