// What there is to say of an agent, one line each. What is not known is not there, or is said to be not known.
import type { FleetAgent } from "../contract/api.ts";
import { bytes, minuteOf, oneDecimal } from "./format.ts";
import type { Messages } from "./i18n/zh.ts";

/** `words` is a text of the section "fleet" with `values` in it; `text` stands as it is. */
export interface AgentLine {
  name: LineName;
  words?: keyof Messages["fleet"];
  values?: Record<string, string | number>;
  text?: string;
}

export type LineName =
  | "lastBatch"
  | "batches"
  | "clock"
  | "queue"
  | "configuration"
  | "identity"
  | "key"
  | "version"
  | "refused";

/** Clocks that are further apart are worth a person's look (alert catalogue, AGENT_CLOCK_SKEW). */
const CLOCK_OFF_SECONDS = 2;

export function agentLines(agent: FleetAgent): AgentLine[] {
  const { lastBatchAt, batches, version, host, key } = agent;
  const program = [version, host].filter((part) => part !== undefined).join(" · ");
  return [
    lastBatchAt === undefined
      ? { name: "lastBatch", words: "neverHeard" }
      : { name: "lastBatch", text: minuteOf(lastBatchAt) },
    { name: "batches", text: String(batches) },
    clockLine(agent),
    queueLine(agent),
    configurationLine(agent),
    identityLine(agent),
    ...(key === undefined ? [] : [{ name: "key", text: key } as const]),
    program === "" ? { name: "version", words: "notKnown" } : { name: "version", text: program },
    ...refusedLines(agent),
  ];
}

export function clockLine({ clockOffsetSeconds: offset }: FleetAgent): AgentLine {
  if (offset === undefined) return { name: "clock", words: "notKnown" };
  const seconds = oneDecimal(Math.abs(offset));
  if (Math.abs(offset) <= CLOCK_OFF_SECONDS) return { name: "clock", words: "clockRight", values: { seconds } };
  return { name: "clock", words: offset > 0 ? "clockAhead" : "clockBehind", values: { seconds } };
}

export function queueLine({ queueBytes, droppedBatches }: FleetAgent): AgentLine {
  if (queueBytes === undefined) return { name: "queue", words: "notKnown" };
  if (droppedBatches === undefined || droppedBatches === 0) return { name: "queue", text: bytes(queueBytes) };
  return { name: "queue", words: "queueDropped", values: { size: bytes(queueBytes), n: droppedBatches } };
}

export function configurationLine({ configuration }: FleetAgent): AgentLine {
  if (configuration === undefined) return { name: "configuration", words: "configLocal" };
  const { revision, last } = configuration;
  if (last?.revision !== revision) return { name: "configuration", words: "configWaiting", values: { revision } };
  const values = { revision, time: minuteOf(last.at) };
  switch (last.outcome) {
    case "applied":
      return { name: "configuration", words: "configApplied", values };
    case "refused":
      return { name: "configuration", words: "configRefused", values };
    case "rolled-back":
      return { name: "configuration", words: "configRolledBack", values };
  }
}

export function identityLine({ enrolled, enrolledAt, revokedAt, revokedReason }: FleetAgent): AgentLine {
  if (revokedAt !== undefined) {
    const values = { time: minuteOf(revokedAt), reason: revokedReason ?? "" };
    return { name: "identity", words: "revoked", values };
  }
  if (!enrolled || enrolledAt === undefined) return { name: "identity", words: "unsigned" };
  return { name: "identity", words: "enrolled", values: { time: minuteOf(enrolledAt) } };
}

function refusedLines({ refused }: FleetAgent): AgentLine[] {
  const counts = Object.entries(refused).filter(([, count]) => count > 0);
  if (counts.length === 0) return [];
  return [{ name: "refused", text: counts.map(([code, count]) => `${code} ${count}`).join(", ") }];
}
