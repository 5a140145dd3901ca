// The shape of the agent's configuration file: one schema gives type, default, bounds and meaning of every key.
import Type, { type Static, type TObject, type TProperties } from "typebox";
import { ID_PATTERN } from "../../contract/batch.ts";
import { ClockConfigSchema } from "../../contract/clock-rule.ts";
import { AUTH_PROTOCOLS, PRIVACY_PROTOCOLS } from "../../contract/snmp-user.ts";

/** An object in which a key that is not listed is a problem, because a misspelt key would silently mean its default. */
function closed<T extends TProperties>(
  properties: T,
  options: { default?: unknown; description?: string; secret?: true } = {},
) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** A duration as contract/duration.ts reads it; both bounds are inclusive. */
function duration(minimum: string, maximum: string, options: { default?: string; description: string }) {
  return Type.String({ ...options, duration: { minimum, maximum } });
}

function id(description: string) {
  return Type.String({ pattern: ID_PATTERN, description });
}

/** Two attempts must fit in a five-minute slot, or nothing could ever be called down (scoring model section 4, rule 4). */
export const LONGEST_INTERVAL = "150s";

const interval = (options: { default?: string; description: string }) => duration("1s", LONGEST_INTERVAL, options);
const deadline = (options: { default?: string; description: string }) => duration("50ms", LONGEST_INTERVAL, options);
const timeout = (options: { default?: string; description: string }) => duration("20ms", "60s", options);
const retries = (options: { default?: number; description: string }) =>
  Type.Integer({ minimum: 0, maximum: 10, ...options });

/** A secret as it stands, or where to read it. Its value is never shown. */
const SecretSchema = Type.Union(
  [
    Type.String({ minLength: 1, secret: true }),
    Type.Object(
      { file: Type.Optional(Type.String({ minLength: 1 })), env: Type.Optional(Type.String({ minLength: 1 })) },
      { additionalProperties: false, minProperties: 1, maxProperties: 1, secret: true },
    ),
  ],
  { description: "a text, { file: PATH } or { env: NAME }", secret: true },
);

/** A protocol and its password; which protocols there are is said by contract/snmp-user.ts. */
const protection = (protocols: readonly string[], description: string) =>
  Type.Optional(
    closed(
      { protocol: Type.Enum([...protocols], { secret: true }), password: SecretSchema },
      { description, secret: true },
    ),
  );

export const TargetSchema = closed({
  id: id("unique within the agent; the device key of its readings"),
  url: Type.String({
    minLength: 1,
    secret: true,
    description: "what to ask and how, for example snmp://192.0.2.1:161",
  }),
  community: Type.Optional(SecretSchema),
  auth: protection(AUTH_PROTOCOLS, "SNMPv3: how the user proves itself"),
  privacy: protection(PRIVACY_PROTOCOLS, "SNMPv3: how requests and answers are encrypted"),
  interval: Type.Optional(interval({ description: "how often to ask" })),
  deadline: Type.Optional(deadline({ description: "time one run may take, all answers together" })),
  timeout: Type.Optional(timeout({ description: "how long to wait for one answer" })),
  retries: Type.Optional(retries({ description: "how often to ask again after silence" })),
  segment: Type.String({ pattern: ID_PATTERN, default: "main", description: "network segment, for the self-test" }),
  profile: Type.Optional(Type.String({ minLength: 1, description: "vendor profile; absent: by what the device says" })),
});

export type SecretFile = Static<typeof SecretSchema>;
export type TargetFile = Static<typeof TargetSchema>;

/** The parts of a target that are checked for meaning even where another key of it is wrong. */
export const NamedSchema = Type.Object({ id: Type.String(), segment: TargetSchema.properties.segment });
export const AddressedSchema = Type.Object({
  url: TargetSchema.properties.url,
  community: TargetSchema.properties.community,
  auth: TargetSchema.properties.auth,
  privacy: TargetSchema.properties.privacy,
});

export type Named = Static<typeof NamedSchema>;
export type Addressed = Static<typeof AddressedSchema>;

export const SegmentTestSchema = closed(
  {
    segment: Type.Optional(id('the segment it speaks for; "main" unless said')),
    interface: Type.Optional(Type.String({ minLength: 1, description: "the agent's own interface in the segment" })),
    gateway: Type.String({ minLength: 1, description: 'id of the target that is the default gateway, or "self"' }),
    references: Type.Array(Type.String(), { minItems: 1, description: "ids of targets of which one must answer" }),
  },
  { description: "one self-test, or a list of them with a segment each" },
);

/** The parts of a self-test that name targets, checked even where another key of it is wrong. */
export const NamingSchema = Type.Object({
  segment: SegmentTestSchema.properties.segment,
  gateway: SegmentTestSchema.properties.gateway,
  references: SegmentTestSchema.properties.references,
});

export type Naming = Static<typeof NamingSchema>;

const TrapUserSchema = closed({
  name: Type.String({ minLength: 1, maxLength: 32, description: "name of an SNMPv3 user" }),
  auth: Type.Optional(
    closed({ protocol: Type.Enum([...AUTH_PROTOCOLS], { secret: true }), password: SecretSchema }, { secret: true }),
  ),
  privacy: Type.Optional(
    closed({ protocol: Type.Enum([...PRIVACY_PROTOCOLS], { secret: true }), password: SecretSchema }, { secret: true }),
  ),
});

/** What agent/config/traps.ts makes of it: TrapSettings. */
export const TrapsSchema = closed({
  listen: Type.String({ minLength: 1, description: "address and port, for example 0.0.0.0:10162 or [::]:10162" }),
  communities: Type.Optional(
    Type.Array(SecretSchema, { description: "whom to believe; absent: those of the targets" }),
  ),
  users: Type.Optional(Type.Array(TrapUserSchema, { description: "users of SNMPv3; absent: those of the targets" })),
});

export type TrapsFile = Static<typeof TrapsSchema>;

export const AgentFileSchema = closed({
  agent: id("the agent's name at the collector"),
  collector: Type.String({ minLength: 1, secret: true, description: "address of the collector" }),
  interval: interval({ default: "60s", description: "how often to ask a target" }),
  deadline: deadline({ default: "20s", description: "time one run may take, all answers together" }),
  timeout: timeout({ default: "2s", description: "how long to wait for one answer" }),
  retries: retries({ default: 2, description: "how often to ask again after silence" }),
  concurrency: Type.Integer({ minimum: 2, maximum: 1_000, default: 32, description: "runs at the same time" }),
  spool: closed(
    {
      dir: Type.String({ minLength: 1, default: "./spool", description: "folder of the spool" }),
      maxBytes: Type.Union([Type.Integer(), Type.String()], {
        default: "200MB",
        description: 'a whole number of bytes or a text such as "200MB"',
        bytes: { minimum: "1MB", maximum: "100GB" },
      }),
      flush: duration("50ms", "60s", {
        default: "1s",
        description: "how long readings may wait in memory before they are made durable",
      }),
      maxAge: duration("1m", "366d", { default: "7d", description: "older batches are dropped" }),
    },
    { default: {} },
  ),
  profiles: Type.Array(Type.String({ minLength: 1 }), { default: [], description: "folders of further profiles" }),
  clock: Type.Optional(ClockConfigSchema),
  selfTest: Type.Optional(
    Type.Union([SegmentTestSchema, Type.Array(SegmentTestSchema)], {
      description: "one self-test, or a list of them with a segment each",
    }),
  ),
  log: closed(
    {
      level: Type.Enum(["debug", "info", "warn", "error"], { default: "info", description: "least level written" }),
    },
    { default: {} },
  ),
  traps: Type.Optional(TrapsSchema),
  targets: Type.Array(TargetSchema, { minItems: 1 }),
}) satisfies TObject;

export type AgentFile = Static<typeof AgentFileSchema>;
