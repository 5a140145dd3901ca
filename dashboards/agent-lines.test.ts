import { describe, expect, it } from "vitest";
import type { FleetAgent } from "../contract/api.ts";
import { agentLines } from "./agent-lines.ts";

const AGENT: FleetAgent = { id: "a", school: "2133000001", state: "seeing", batches: 3, enrolled: true, refused: {} };
const line = (name: string, more: Partial<FleetAgent>) =>
  agentLines({ ...AGENT, ...more }).find((one) => one.name === name);

describe("what is said of an agent", () => {
  it.each([
    { what: "a clock nobody measured", name: "clock", more: {}, want: { words: "notKnown" } },
    {
      what: "a clock within two seconds",
      name: "clock",
      more: { clockOffsetSeconds: -2 },
      want: { words: "clockRight" },
    },
    { what: "a clock ahead", name: "clock", more: { clockOffsetSeconds: 2.1 }, want: { words: "clockAhead" } },
    { what: "a clock behind", name: "clock", more: { clockOffsetSeconds: -301 }, want: { words: "clockBehind" } },
    { what: "a queue nobody told of", name: "queue", more: {}, want: { words: "notKnown" } },
    { what: "an empty queue", name: "queue", more: { queueBytes: 0, droppedBatches: 0 }, want: { text: "0 B" } },
    { what: "losses", name: "queue", more: { queueBytes: 0, droppedBatches: 2 }, want: { words: "queueDropped" } },
    { what: "no key", name: "identity", more: { enrolled: false }, want: { words: "unsigned" } },
    {
      what: "a revoked key",
      name: "identity",
      more: { enrolledAt: "2026-09-01T00:00:00Z", revokedAt: "2026-09-02T00:00:00Z", revokedReason: "lost" },
      want: { words: "revoked", values: { time: "2026-09-02 08:00", reason: "lost" } },
    },
    { what: "no central configuration", name: "configuration", more: {}, want: { words: "configLocal" } },
    {
      what: "a configuration on its way",
      name: "configuration",
      more: {
        configuration: {
          revision: 2,
          last: { revision: 1, outcome: "applied" as const, at: "2026-09-01T00:00:00Z", problems: [] },
        },
      },
      want: { words: "configWaiting" },
    },
    {
      what: "one that was rolled back",
      name: "configuration",
      more: {
        configuration: {
          revision: 2,
          last: { revision: 2, outcome: "rolled-back" as const, at: "2026-09-01T00:00:00Z", problems: ["cut off"] },
        },
      },
      want: { words: "configRolledBack" },
    },
    {
      what: "refusals",
      name: "refused",
      more: { refused: { KEY_UNKNOWN: 2, AGENT_REVOKED: 0 } },
      want: { text: "KEY_UNKNOWN 2" },
    },
  ])("$what", ({ name, more, want }) => {
    expect(line(name, more)).toMatchObject(want);
  });

  it("says nothing of refusals when there were none", () => {
    expect(line("refused", {})).toBeUndefined();
  });
});
