// The part of an agent's configuration that a collector can hold: one schema gives type, default, bounds and meaning of every
// key, to the agent's own file and to what the collector keeps alike.
import Type, { type Static, type TProperties } from "typebox";
import { ID_PATTERN } from "./batch.ts";
import { AUTH_PROTOCOLS, PRIVACY_PROTOCOLS } from "./snmp-user.ts";

/** An object in which a key that is not listed is a problem, because a misspelt key would silently mean its default. */
export function closed<T extends TProperties>(
  properties: T,
  options: { default?: unknown; description?: string; secret?: true } = {},
) {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** A duration as contract/duration.ts reads it; both bounds are inclusive. */
export function duration(minimum: string, maximum: string, options: { default?: string; description: string }) {
  return Type.String({ ...options, duration: { minimum, maximum } });
}

export function id(description: string) {
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
export const SecretSchema = Type.Union(
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

/** The parts of a target that are checked for meaning even where another key of it is wrong. */
export const NamedSchema = Type.Object({ id: Type.String(), segment: TargetSchema.properties.segment });
export const AddressedSchema = Type.Object({
  url: TargetSchema.properties.url,
  community: TargetSchema.properties.community,
  auth: TargetSchema.properties.auth,
  privacy: TargetSchema.properties.privacy,
});

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

const TrapUserSchema = closed({
  name: Type.String({ minLength: 1, maxLength: 32, description: "name of an SNMPv3 user" }),
  auth: Type.Optional(
    closed({ protocol: Type.Enum([...AUTH_PROTOCOLS], { secret: true }), password: SecretSchema }, { secret: true }),
  ),
  privacy: Type.Optional(
    closed({ protocol: Type.Enum([...PRIVACY_PROTOCOLS], { secret: true }), password: SecretSchema }, { secret: true }),
  ),
});

/** What contract/agent-config-traps.ts makes of it: where to listen and whom to believe. */
export const TrapsSchema = closed({
  listen: Type.String({ minLength: 1, description: "address and port, for example 0.0.0.0:10162 or [::]:10162" }),
  communities: Type.Optional(
    Type.Array(SecretSchema, { description: "whom to believe; absent: those of the targets" }),
  ),
  users: Type.Optional(Type.Array(TrapUserSchema, { description: "users of SNMPv3; absent: those of the targets" })),
});

export const collectorUrl = Type.String({ minLength: 1, secret: true, description: "address of the collector" });

/** With the defaults of the agent's file; what the collector holds has none, because what it does not say stands as in the file. */
export const askingProperties = {
  interval: interval({ default: "60s", description: "how often to ask a target" }),
  deadline: deadline({ default: "20s", description: "time one run may take, all answers together" }),
  timeout: timeout({ default: "2s", description: "how long to wait for one answer" }),
  retries: retries({ default: 2, description: "how often to ask again after silence" }),
  concurrency: Type.Integer({ minimum: 2, maximum: 1_000, default: 32, description: "runs at the same time" }),
  selfTest: Type.Optional(
    Type.Union([SegmentTestSchema, Type.Array(SegmentTestSchema)], {
      description: "one self-test, or a list of them with a segment each",
    }),
  ),
  traps: Type.Optional(TrapsSchema),
};

/** A vendor profile as text: what would otherwise be the file `NAME.yaml` in a folder of profiles. */
export const ProfileTextSchema = closed({
  name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,63}$", description: "the profile's name, as in its text" }),
  yaml: Type.String({ minLength: 1, maxLength: 262_144, description: "the text of the profile's file" }),
});

/** Targets that one agent is given centrally at most; an agent of our own asks some 500. */
const MOST_TARGETS = 5_000;
const MOST_PROFILES = 100;

/**
 * What a collector can hold of an agent's configuration. A key that it gives takes the place of the file's as a whole; what it
 * does not give stands as in the file. `targets` are asked beside those of the file, whose ids must be others.
 */
export const CentralConfigSchema = closed({
  /** Where the agent delivers from then on: moves it to another collector, which must know its key. */
  collector: Type.Optional(collectorUrl),
  interval: Type.Optional(interval({ description: "how often to ask a target" })),
  deadline: Type.Optional(deadline({ description: "time one run may take, all answers together" })),
  timeout: Type.Optional(timeout({ description: "how long to wait for one answer" })),
  retries: Type.Optional(retries({ description: "how often to ask again after silence" })),
  concurrency: Type.Optional(Type.Integer({ minimum: 2, maximum: 1_000, description: "runs at the same time" })),
  selfTest: askingProperties.selfTest,
  traps: askingProperties.traps,
  profiles: Type.Optional(Type.Array(ProfileTextSchema, { maxItems: MOST_PROFILES, description: "vendor profiles" })),
  targets: Type.Optional(Type.Array(TargetSchema, { maxItems: MOST_TARGETS, description: "what to ask" })),
});

export type SecretFile = Static<typeof SecretSchema>;
export type TargetFile = Static<typeof TargetSchema>;
export type Named = Static<typeof NamedSchema>;
export type Addressed = Static<typeof AddressedSchema>;
export type Naming = Static<typeof NamingSchema>;
export type TrapsFile = Static<typeof TrapsSchema>;
export type ProfileText = Static<typeof ProfileTextSchema>;
export type CentralConfig = Static<typeof CentralConfigSchema>;
