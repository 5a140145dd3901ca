// A batch: lines one agent delivers in one request, and the collector's answer.
//
//   POST /v1/batches
//   content-type: text/plain; charset=utf-8     content-encoding: gzip
//   x-campanile-agent: AGENT      who speaks; the collector adds the school from this, never from a tag
//   user-agent: campanile-agent/VERSION
//   x-campanile-session: SESSION  made anew whenever an agent opens its spool; names a run of sequence numbers
//   x-campanile-sequence: N       1, 2, 3 … within the session
//   x-campanile-sent-at: MS       the agent's clock when it sent, from which the collector reads the clock offset
//   x-campanile-lane: LANE        `backlog` (also when absent): in order of sequence. `live`: the newest before the backlog
//   x-campanile-parts: PARTS      several batches of one session in one body: `17:3001,18:2990,21:40`, sequence:bytes each,
//                                 in growing order; each a gzip member of its own. Absent: one batch, the whole body
//   x-campanile-key: KEY          id of the key that signed (contract/identity.ts)
//   x-campanile-signature: …      over agent, session, parts, lane, sent-at and the body as sent (contract/identity.ts)
//
// (agent, session, sequence) names a batch for ever: a batch that arrives again is recognised and stored once. The answer to
// one batch is its acknowledgement; to a request with parts, the acknowledgements of the batches from the first on, and why
// the one after them was not taken.
import Type, { type Static } from "typebox";

export const HEADER = {
  agent: "x-campanile-agent",
  session: "x-campanile-session",
  sequence: "x-campanile-sequence",
  sentAt: "x-campanile-sent-at",
  lane: "x-campanile-lane",
  parts: "x-campanile-parts",
  key: "x-campanile-key",
  signature: "x-campanile-signature",
} as const;

const USER_AGENT = /^campanile-agent\/([\w.+-]{1,64})$/;

/** The header `user-agent` of an agent, which tells the version of its program (RFC 9110 10.1.5). It is not signed. */
export function userAgent(version: string): string {
  return `campanile-agent/${version}`;
}

/** The version in such a header; `undefined` for any other. */
export function versionIn(header: string | undefined): string | undefined {
  return USER_AGENT.exec(header ?? "")?.[1];
}

/** Which of an agent's two queues a batch comes from; sequences grow within each. */
export const LANES = ["backlog", "live"] as const;
export type Lane = (typeof LANES)[number];

/** Batches of one request at most. */
export const MAX_PARTS = 256;

/** One batch within a body. */
export interface Part {
  sequence: number;
  bytes: number;
}

/** The header `x-campanile-parts`, also what is signed. */
export function partsText(parts: readonly Part[]): string {
  return parts.map(({ sequence, bytes }) => `${sequence}:${bytes}`).join(",");
}

/** `undefined` for what is not such a header: no part, too many, empty ones, or sequences that do not grow. */
export function parseParts(text: string): Part[] | undefined {
  const parts: Part[] = [];
  let last = 0;
  for (const one of text.split(",")) {
    const [, sequence, bytes] = /^([1-9][0-9]{0,14}):([1-9][0-9]{0,8})$/.exec(one) ?? [];
    if (sequence === undefined || bytes === undefined || Number(sequence) <= last) return undefined;
    last = Number(sequence);
    parts.push({ sequence: last, bytes: Number(bytes) });
    if (parts.length > MAX_PARTS) return undefined;
  }
  return parts;
}

/** Largest body as sent, and largest after gunzip; a gateway of 500 devices makes some 100 KB a minute. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
export const MAX_INFLATED_BYTES = 32 * 1024 * 1024;

/** An agent's id and a session's name: letters, digits, dot, dash, underscore. */
export const ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

/** Why one line was refused. Codes never change. */
export const REFUSALS = {
  LINE_SYNTAX: "not line protocol",
  UNKNOWN_MEASUREMENT: "no such kind of reading in the dictionary",
  UNKNOWN_METRIC: "no such metric, fact or event field in the dictionary",
  WRONG_MEASUREMENT: "the metric belongs to another measurement",
  MISSING_TAG: "a tag that this measurement needs is missing",
  UNKNOWN_TAG: "a tag that readings do not have; the school is never a tag",
  NOT_A_NUMBER: "a metric whose value is not a number",
  NOT_A_TEXT: "a fact or event whose value is not a quoted text",
  OUT_OF_RANGE: "a value outside its physical bounds",
  TIMESTAMP_MISSING: "a line without a whole number of milliseconds at its end",
  TOO_OLD: "older than late readings are accepted",
  IN_THE_FUTURE: "later than the collector's clock allows",
  FOREIGN_DEVICE: "a device that the inventory lists in other schools only",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export const RefusedLineSchema = Type.Object({
  /** 1 is the first line of the batch. */
  line: Type.Integer({ minimum: 1 }),
  code: Type.Enum(Object.keys(REFUSALS) as RefusalCode[]), // the keys of our own constant
  message: Type.String(),
});

export type RefusedLine = Static<typeof RefusedLineSchema>;

/** Sent only when everything counted in `stored` is durable: the agent may then forget the batch. */
export const AckSchema = Type.Object({
  agent: Type.String(),
  session: Type.String(),
  sequence: Type.Integer({ minimum: 1 }),
  /** Lines stored by this request. */
  stored: Type.Integer({ minimum: 0 }),
  /** Lines that an earlier delivery of the same batch had stored already. */
  repeated: Type.Integer({ minimum: 0 }),
  /** Lines that can never be stored; sending them again is of no use. At most the first 10,000 are listed. */
  refused: Type.Array(RefusedLineSchema),
});

export type Ack = Static<typeof AckSchema>;

/** The answer to a request with parts: 200 when at least the first batch was taken. */
export const PartsAckSchema = Type.Object({
  /** Of the batches from the first on, in order. */
  acks: Type.Array(AckSchema),
  /** Why the batch after the last acknowledged one was not taken; absent when all were. Nothing behind it was looked at. */
  problem: Type.Optional(
    Type.Object({
      sequence: Type.Integer({ minimum: 1 }),
      /** The status that the batch alone would have been answered with. */
      status: Type.Integer(),
      code: Type.String(),
      message: Type.String(),
    }),
  ),
});

export type PartsAck = Static<typeof PartsAckSchema>;

/** Codes of refusals that concern who speaks, not what is said; with 401, 403 and 409. Codes never change. */
export const IDENTITY_REFUSALS = {
  AGENT_UNKNOWN: "nobody enrolled this agent, or it speaks for no school",
  AGENT_REVOKED: "the agent's keys were revoked",
  KEY_UNKNOWN: "the agent has no such key",
  SIGNATURE_MISSING: "an agent signs its batches and says when it sent them",
  SIGNATURE_INVALID: "the signature is not the key's own of these bytes and headers",
  BATCH_REPLAYED: "the very request that was taken before; an agent that repeats a batch signs it anew",
  BATCH_CONFLICT: "another batch was stored under this agent, session and sequence",
  BATCH_OUT_OF_ORDER: "a later batch of this session and lane was stored before",
  SESSION_SUPERSEDED: "another session of this agent has begun since: two agents with one identity",
  REQUEST_STALE: "signed too long ago, or by a clock that is far off",
} as const;

export type IdentityRefusal = keyof typeof IDENTITY_REFUSALS;

/** HTTP status of each. */
export const IDENTITY_STATUS: Readonly<Record<IdentityRefusal, 401 | 403 | 409>> = {
  AGENT_UNKNOWN: 403,
  AGENT_REVOKED: 403,
  KEY_UNKNOWN: 403,
  SIGNATURE_MISSING: 401,
  SIGNATURE_INVALID: 401,
  BATCH_REPLAYED: 409,
  BATCH_CONFLICT: 409,
  BATCH_OUT_OF_ORDER: 409,
  SESSION_SUPERSEDED: 409,
  REQUEST_STALE: 401,
};

/** Body of every HTTP error. */
export const ErrorBodySchema = Type.Object({
  code: Type.String(),
  message: Type.String(),
  details: Type.Optional(Type.Unknown()),
});

export type ErrorBody = Static<typeof ErrorBodySchema>;
