// What agents and the collector say to each other about themselves: enrolment, keys, configuration.
//
//   POST /v1/enroll                      a code and a new key in, the agent's name out; the code is then used up
//   POST /v1/agents/:id/key              signed with the present key: a new one takes its place
//   GET  /v1/agents/:id/config?wait=S    signed; ETag is the revision; with If-None-Match and wait, answers 304 after S seconds
//   POST /v1/agents/:id/config/outcome   signed: what became of a revision
//
// A signed request carries the headers agent, sent-at, key and signature of contract/batch.ts, over the text that
// contract/identity.ts calls "requests".
import Type, { type Static } from "typebox";
import { ID_PATTERN, type IdentityRefusal } from "./batch.ts";

/** What happens to agents beside refusals (contract/batch.ts IDENTITY_REFUSALS). */
export const LIFE_EVENTS = {
  CODE_MADE: "a code for enrolment was made",
  CODE_REFUSED: "somebody tried to enrol with a code that does not count",
  ENROLLED: "an agent was enrolled",
  ENROLLED_AGAIN: "an agent was enrolled again: its earlier keys no longer count",
  KEY_ADDED: "an agent registered its next key",
  KEYS_RETIRED: "an agent uses its new key: the earlier ones no longer count",
  REVOKED: "an agent was revoked",
  FOREIGN_DEVICE: "an agent spoke of a device that only other schools have",
  CERTIFICATE_REFUSED: "an agent came with a client certificate that is not its own, or with none",
} as const satisfies Record<string, string>;

export type FleetEventKind = IdentityRefusal | keyof typeof LIFE_EVENTS;

const Id = Type.String({ pattern: ID_PATTERN });
/** Base64 of 32 bytes. */
const PublicKey = Type.String({ pattern: "^[A-Za-z0-9+/]{43}=$" });
/** Base64 of 64 bytes. */
const Signature = Type.String({ pattern: "^[A-Za-z0-9+/]{86}==$" });
const Revision = Type.Integer({ minimum: 1 });

/** Four groups of four of the letters and digits that are not taken for each other; case and dashes do not matter. */
export const CODE_PATTERN = "^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{4}(-?[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{4}){3}$";

export const EnrolRequestSchema = Type.Object(
  {
    code: Type.String({ pattern: CODE_PATTERN }),
    publicKey: PublicKey,
    /** The new key's, over `enrolText` of contract/identity.ts. */
    signature: Signature,
    /** Of the agent's program. */
    version: Type.String({ maxLength: 64 }),
    /** The machine's own name, for people. */
    host: Type.Optional(Type.String({ maxLength: 255 })),
  },
  { additionalProperties: false },
);

export const EnrolAnswerSchema = Type.Object({
  agent: Id,
  school: Type.String(),
  schoolName: Type.String(),
  /** Id of the key that was enrolled. */
  key: Type.String(),
  /** The collector's clock, milliseconds since 1970. */
  nowMs: Type.Number(),
});

export const NewKeyRequestSchema = Type.Object(
  {
    publicKey: PublicKey,
    /** The new key's, over `newKeyText` of contract/identity.ts. */
    signature: Signature,
  },
  { additionalProperties: false },
);

export const NewKeyAnswerSchema = Type.Object({ key: Type.String() });

/** What became of a configuration. `refused`: it cannot be used. `rolled-back`: it cut the agent off, or nothing answered any more. */
export const CONFIG_OUTCOMES = ["applied", "refused", "rolled-back"] as const;

export const ConfigOutcomeSchema = Type.Object(
  {
    revision: Revision,
    outcome: Type.Enum([...CONFIG_OUTCOMES]),
    /** For people; empty when it was applied. */
    problems: Type.Array(Type.String({ maxLength: 1_000 }), { maxItems: 100 }),
  },
  { additionalProperties: false },
);

export type EnrolRequest = Static<typeof EnrolRequestSchema>;
export type EnrolAnswer = Static<typeof EnrolAnswerSchema>;
export type NewKeyRequest = Static<typeof NewKeyRequestSchema>;
export type ConfigOutcome = Static<typeof ConfigOutcomeSchema>;
