// The shape of the agent's configuration file: one schema gives type, default, bounds and meaning of every key. What a collector
// can hold of it stands in contract/agent-config.ts.
import Type, { type Static, type TObject } from "typebox";
import { askingProperties, closed, collectorUrl, duration, id, TargetSchema } from "../../contract/agent-config.ts";
import { ClockConfigSchema } from "../../contract/clock-rule.ts";

export const AgentFileSchema = closed({
  agent: id("the agent's name at the collector"),
  collector: collectorUrl,
  identity: Type.Optional(
    Type.String({ minLength: 1, description: "folder of the key that batches are signed with, as enroll makes it" }),
  ),
  tls: Type.Optional(
    closed(
      {
        ca: Type.Optional(
          Type.String({ minLength: 1, description: "file of certificates that the collector's is of" }),
        ),
        cert: Type.Optional(Type.String({ minLength: 1, description: "file of the agent's own certificate" })),
        key: Type.Optional(Type.String({ minLength: 1, description: "file of that certificate's private key" })),
      },
      { description: "for an https collector with a certificate authority of its own" },
    ),
  ),
  ...askingProperties,
  spool: closed(
    {
      dir: Type.String({ minLength: 1, default: "./spool", description: "folder of the spool" }),
      maxBytes: Type.Union([Type.Integer(), Type.String()], {
        default: "200MB",
        description: 'a whole number of bytes or a text such as "200MB"',
        bytes: { minimum: "1MB", maximum: "100GB" },
      }),
      flush: duration("50ms", "60s", {
        default: "5s",
        description: "how long readings may wait in memory before they are made durable",
      }),
      maxAge: duration("1m", "366d", { default: "7d", description: "older batches are dropped" }),
    },
    { default: {} },
  ),
  profiles: Type.Array(Type.String({ minLength: 1 }), { default: [], description: "folders of further profiles" }),
  clock: Type.Optional(ClockConfigSchema),
  log: closed(
    {
      level: Type.Enum(["debug", "info", "warn", "error"], { default: "info", description: "least level written" }),
    },
    { default: {} },
  ),
  confirmWithin: Type.Optional(
    duration("10s", "1h", {
      description: "how long a configuration of the collector may take to prove itself; 3m unless said",
    }),
  ),
  /** Empty only where the collector may hold more: then the file has an identity. */
  targets: Type.Array(TargetSchema, { default: [] }),
}) satisfies TObject;

export type AgentFile = Static<typeof AgentFileSchema>;
